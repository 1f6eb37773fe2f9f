from collections import Counter

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..core.territory import place_code, relation

VERDICTS = ("inside", "outside", "undecided")


class SerialDiversionMap(models.AbstractModel):
    """Where units were bound and where they turned up, summed up for a map.

    A few statements, whatever the number of units, with the rights of the user.
    """

    _name = "serial.diversion.map"
    _description = "Map of Sightings"

    # What can be drawn: model -> whether it holds a verdict of its own.
    _sources = {"serial.activation": True, "serial.diversion.alert": False}

    @api.model
    @api.readonly
    def get_map(self, source, domain):
        """Return how many units of which region were seen where.

        :param str source: model of what is counted: activations or alerts
        :param list domain: which of them
        :return: `flows`: [{region, place, inside, outside, undecided}], most units
            first; `regions`: {id: {name, places}}; `places`: {code: {name, domain}};
            `countries`: {code: name}.
            A place is a code of `core.territory`, "" if unknown; a region is 0 where
            a unit was bound to none.
        """
        if source not in self._sources:
            raise AccessError(self.env._("There is no map of these records."))
        groups = self._count(source, domain)
        places, codes = self._describe_places({group[1:3] for group in groups})
        regions = self._describe_regions({group[0] for group in groups})
        flows = {}
        for region_id, country_id, state_id, verdict, count in groups:
            code = codes[country_id, state_id]
            verdict = verdict or relation(code, regions[region_id]["places"])
            flow = flows.setdefault((region_id, code), dict.fromkeys(VERDICTS, 0))
            flow[verdict] += count
        flows = [
            {"region": region_id, "place": code, **counts}
            for (region_id, code), counts in flows.items()
        ]
        flows.sort(key=lambda flow: -sum(flow[verdict] for verdict in VERDICTS))
        for region in regions.values():
            region["places"] = sorted(region["places"])
        countries = self.env["res.country"].browse({group[1] for group in groups} - {0})
        return {
            "flows": flows,
            "regions": regions,
            "places": places,
            "countries": {place_code(c.code): c.name for c in countries},
        }

    # === COUNT === #

    def _count(self, source, domain):
        """Return (region, country, subdivision, verdict or None, units) each."""
        groupby = ["region_id", "country_id", "state_id"]
        groupby += ["verdict"] * self._sources[source]
        rows = self.env[source]._read_group(Domain(domain), groupby, ["__count"])
        return [
            (
                region.id or 0,
                country.id or 0,
                state.id or 0,
                # What was stored without a verdict was not compared.
                (verdict[0] or "undecided") if verdict else None,
                count,
            )
            for region, country, state, *verdict, count in rows
        ]

    # === PLACES === #

    def _describe_places(self, pairs):
        """Return ({code: place}, {(country id, state id): code})."""
        countries = self.env["res.country"].browse(
            {country_id for country_id, _state_id in pairs if country_id}
        )
        states = self.env["res.country.state"].browse(
            {state_id for _country_id, state_id in pairs if state_id}
        )
        iso_codes = states._get_iso_codes(states.ids)
        country_codes = {country.id: country.code for country in countries}
        codes, places = {}, {}
        for country_id, state_id in sorted(pairs):
            named = iso_codes.get(state_id) or (country_codes.get(country_id), None)
            code = codes[country_id, state_id] = place_code(*named)
            place = places.setdefault(code, {"name": "", "domain": []})
            record = states.browse(state_id) or countries.browse(country_id)
            # One place may have two records: Hong Kong.
            place["name"] = place["name"] or self._name_place(code, record)
            place["domain"].append((country_id, state_id))
        for place in places.values():
            place["domain"] = self._get_place_domain(place["domain"])
        return places, codes

    def _name_place(self, code, record):
        """Return what a place is called: subdivisions abroad with their country."""
        if not record:
            return self.env._("Place unknown")
        if record._name == "res.country":
            return record.name
        name = record._get_readable_name()
        return name if code.startswith("CN-") else f"{name}, {record.country_id.name}"

    def _get_place_domain(self, pairs):
        """Return the domain of records seen at one of (country, subdivision)."""
        domain = Domain.OR(
            Domain("country_id", "=", country_id or False)
            & Domain("state_id", "=", state_id or False)
            for country_id, state_id in pairs
        )
        return list(domain)

    def _describe_regions(self, region_ids):
        """Return {id: {name, places}} of regions; 0 stands for none."""
        regions = self.env["serial.channel.region"].browse(region_ids - {0})
        places = regions._get_place_codes() if regions else {}
        # The short name, unless two regions have it.
        named = Counter(region.name for region in regions)
        described = {
            region.id: {
                "name": region.display_name if named[region.name] > 1 else region.name,
                "places": places[region.id],
            }
            for region in regions
        }
        if 0 in region_ids:
            name = self.env._("Bound to no region")
            described[0] = {"name": name, "places": frozenset()}
        return described
