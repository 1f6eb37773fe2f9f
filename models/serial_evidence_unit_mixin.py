from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..core import chain
from ..core.activation import format_time
from ..core.territory import place_code, relation

# The binding that counts for a case: the latest to its distributor, else the latest.
_UNITS = """
SELECT DISTINCT ON (lot.id) lot.id, lot.name, lot.product_id, lot.event_count,
       assignment.partner_id, assignment.region_id, assignment.picking_id,
       assignment.assigned_at,
       (SELECT line.result_package_id FROM stock_move_line line
         WHERE line.lot_id = lot.id AND line.picking_id = assignment.picking_id
           AND line.result_package_id IS NOT NULL
         LIMIT 1)
  FROM stock_lot lot
  LEFT JOIN serial_channel_assignment assignment ON assignment.lot_id = lot.id
 WHERE lot.id = ANY(%(lot_ids)s)
 ORDER BY lot.id, (assignment.partner_id = %(partner_id)s) DESC NULLS LAST,
       assignment.id DESC
"""
# No positions: a town and a precision tell enough, and no door.
_ACTIVATIONS = """
SELECT activation.lot_id, activation.activated_at, activation.activated_at, 1,
       seen ->> 'source', seen ->> 'country', seen ->> 'subdivision', seen ->> 'city',
       (seen ->> 'radius_km')::float, seen ->> 'network'
  FROM serial_activation activation
 CROSS JOIN LATERAL jsonb_array_elements(
       CASE jsonb_typeof(observations) WHEN 'array' THEN observations ELSE '[]' END
 ) AS seen
 WHERE activation.lot_id = ANY(%(lot_ids)s)
 ORDER BY activation.activated_at, activation.id
"""
# Views of one place count together: a page may be looked at often.
_SCANS = """
SELECT lot_id, min(scanned_at), max(scanned_at), count(*)::integer, 'scan',
       country_id, state_id, city, max(radius_km)::float, NULL
  FROM serial_scan
 WHERE lot_id = ANY(%(lot_ids)s) AND is_bot IS NOT TRUE AND is_repeat IS NOT TRUE
   AND country_id IS NOT NULL
 GROUP BY lot_id, country_id, state_id, city
 ORDER BY min(scanned_at)
"""
_EVENTS = f"""
SELECT {chain.FORMS_SQL}, event.hash
  FROM serial_event event
 WHERE event.lot_id = ANY(%(lot_ids)s)
 ORDER BY event.lot_id, event.sequence
"""  # noqa: S608 (constants)


class SerialEvidenceUnitMixin(models.AbstractModel):
    """The units of an evidence bundle: a handful of queries, whatever their number."""

    _name = "serial.evidence.unit.mixin"
    _description = "Units of Evidence Bundles"

    @api.model
    def _collect_units(self, lot_ids, partner, probabilities):
        """Return units with their binding, sightings and events, the surest first.

        :param partner: the distributor whose binding counts
        :param dict probabilities: lot id -> that it left its region
        """
        self.env.flush_all()
        rows = self._query(_UNITS, lot_ids, partner_id=partner.id or None)
        names = self._get_unit_names(rows)
        territories = self._get_territories({row[5] for row in rows if row[5]})
        observations = self._collect_observations(lot_ids)
        events = self._collect_events(lot_ids)
        broken = set(self.env["serial.event"]._get_broken_chains(lot_ids))
        units = [
            {
                **self._prepare_unit(row, names, territories, observations[row[0]]),
                "probability": probabilities.get(row[0]),
                "event_count": row[3] or 0,
                "chain_ok": row[0] not in broken,
                "observations": observations[row[0]],
                "events": events[row[0]],
            }
            for row in rows
        ]
        return sorted(
            units, key=lambda unit: (-(unit["probability"] or 0), unit["serial"])
        )

    def _prepare_unit(self, row, names, territories, observations):
        """Return what a unit is and whom it was bound to."""
        lot_id, name, product_id, _count, partner_id, region_id, *shipped = row
        picking_id, moment, package_id = shipped
        codes = territories.get(region_id, frozenset())
        return {
            "lot_id": lot_id,
            "serial": name,
            "product": names["product.product", product_id],
            "distributor": names.get(("res.partner", partner_id), ""),
            "region": names.get(("serial.channel.region", region_id), ""),
            "region_places": sorted(codes),
            "shipment": names.get(("stock.picking", picking_id), ""),
            "shipped_at": format_time(moment),
            "carton": names.get(("stock.package", package_id), ""),
            "seen_in": self._get_seen_in(observations, codes),
        }

    def _query(self, query, lot_ids, **values):
        return self.env.execute_query(SQL(query, lot_ids=list(lot_ids), **values))

    def _get_unit_names(self, rows):
        """Return {(model, id): name} of what units are bound by."""
        columns = {
            "product.product": 2,
            "res.partner": 4,
            "serial.channel.region": 5,
            "stock.picking": 6,
            "stock.package": 8,
        }
        names = {}
        for model, at in columns.items():
            ids = {row[at] for row in rows if row[at]}
            for record in self.env[model].browse(ids):
                names[model, record.id] = record.name
        return names

    def _get_territories(self, region_ids):
        regions = self.env["serial.channel.region"].browse(region_ids)
        return regions._get_place_codes() if regions else {}

    def _get_seen_in(self, observations, codes):
        """Return the names of places a unit was seen in, those outside first."""
        names = {}
        for seen in observations:
            outside = bool(codes) and relation(seen["place"], codes) == "outside"
            names.setdefault(seen["place_name"], not outside)
        return sorted(names, key=names.get)

    # === SIGHTINGS === #

    def _collect_observations(self, lot_ids):
        """Return lot id -> sightings, the oldest first."""
        found = defaultdict(list)
        names = self._get_source_names()
        for row in [*self._query(_ACTIVATIONS, lot_ids), *self._get_scans(lot_ids)]:
            lot_id, first, last, times, source, country, state, city, radius, net = row
            kind = source.partition(":")[0]
            place = place_code(country, state)
            found[lot_id].append(
                {
                    "at": format_time(first),
                    "last_at": format_time(last),
                    "times": times,
                    "source": source,
                    "source_name": names.get(kind, kind),
                    "data_set": self._get_data_set(source),
                    "place": place,
                    "place_name": self._get_place_name(place),
                    "city": city,
                    "radius_km": radius,
                    "network": net,
                }
            )
        return found

    @api.model
    def _get_data_set(self, source):
        """Return the file behind a source such as ip:geoip@2018-07, and its month."""
        return source.partition(":")[2].replace("@", " ")

    def _get_source_names(self):
        return {
            "ip": self.env._("IP address"),
            "gps": self.env._("Position, with consent"),
            "declared": self.env._("Declared place"),
            "store": self.env._("Store"),
            "scan": self.env._("Scan of the page"),
        }

    def _get_scans(self, lot_ids):
        """Return scans as activations are told: by ISO codes."""
        rows = self._query(_SCANS, lot_ids)
        countries = self.env["res.country"].browse({row[5] for row in rows})
        country_codes = {country.id: country.code for country in countries}
        states = self.env["res.country.state"]._get_iso_codes(
            list({row[6] for row in rows if row[6]})
        )
        for row in rows:
            state = states.get(row[6], (None, None))[1]
            yield (*row[:5], country_codes[row[5]], state, *row[7:])

    @api.model
    def _get_place_name(self, place):
        """Return the name of a place code in the user's language."""
        country, _sep, subdivision = (place or "").partition("-")
        country_id, state_id = self.env["serial.geoip"]._get_place_ids(
            country, subdivision or None
        )
        if state_id:
            state = self.env["res.country.state"].browse(state_id)
            return state._get_readable_name()
        return self.env["res.country"].browse(country_id).name or place or ""

    # === EVENTS === #

    def _collect_events(self, lot_ids):
        """Return lot id -> its events as the database hashed them."""
        found = defaultdict(list)
        columns = (*chain.COLUMNS, "hash")
        for row in self._query(_EVENTS, lot_ids):
            event = dict(zip(columns, row, strict=True))
            found[event["lot_id"]].append(event)
        return found
