import os
from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL, config, ormcache

from ..core import place_name, privacy, territory
from ..core.evidence import Observation
from ..core.network import read_address
from .location_file import read

FLAT_PATH = "serial_dossier.flat_geoip_path"

# Flat files tell no radius. A wide network spans more places: (longest prefix that
# still counts as wide as this, kilometres), for IPv4 and IPv6.
_RADIUS = {
    4: ((17, 250), (21, 100), (32, 50)),
    6: ((31, 250), (43, 100), (128, 50)),
}


def _dig(record, *keys):
    """Return what lies in a record under keys; None where its schema is another."""
    for key in keys:
        try:
            record = record[key]
        except (KeyError, IndexError, TypeError):
            return None
    return record


class SerialGeoip(models.AbstractModel):
    """Where an IP address lies, from every file there is, with its precision."""

    _name = "serial.geoip"
    _inherit = ["serial.network.mixin"]
    _description = "IP Location"

    @api.model
    def _locate(self, ip):
        """Return the `core.evidence.Observation`s for an IP address (may be empty).

        The source of each names the file and its month: `ip:geoip@2026-06`.
        """
        return self._locate_visitor(ip)[0]

    @api.model
    def _locate_visitor(self, ip):
        """Return the observations of an address, the best first, and its time zone.

        Odoo's own file comes first: it alone tells a radius and a time zone.
        """
        address = read_address(ip)
        if not address:
            return [], None
        found, zone = self._locate_geoip(address)
        found = [
            found,
            *(self._locate_flat(address, p) for p in self._get_flat_paths()),
        ]
        network = self._get_network(address, [record for record, _seen in found])
        seen = [seen for _record, seen in found if seen]
        if network:
            seen = [replace(observation, network=network) for observation in seen]
        return seen, zone

    @api.model
    def _truncate(self, ip):
        """Return the part of an address that may be kept: /24 or /48, None if bad."""
        return privacy.truncate_ip(ip)

    # === ODOO'S OWN FILE === #

    def _get_geoip_path(self):
        return config["geoip_city_db"]

    def _locate_geoip(self, address):
        """Return (record, observation) of Odoo's GeoIP database, and the time zone.

        Its record is read as it is: Odoo wraps it in objects, which takes longer than
        finding it.
        """
        found, prefix, month = read(self._get_geoip_path(), address)
        country = _dig(found, "country", "iso_code")
        if not country:
            return (found, None), None
        observation = self._prepare_observation(
            f"geoip@{month}",
            prefix,
            country,
            _dig(found, "subdivisions", 0, "iso_code"),
            _dig(found, "city", "names", "en"),
            _dig(found, "location", "latitude"),
            _dig(found, "location", "longitude"),
            _dig(found, "location", "accuracy_radius"),
        )
        return (found, observation), _dig(found, "location", "time_zone")

    # === FLAT FILES === #

    # Cached where parameters are, and forgotten with them.
    @ormcache(cache="stable")
    def _get_flat_paths(self):
        """Return the paths of the flat files set by the administrator."""
        parameter = self.env["ir.config_parameter"].sudo().get_param(FLAT_PATH)
        return [path.strip() for path in (parameter or "").split(",") if path.strip()]

    def _locate_flat(self, address, path):
        """Return (record, observation) of a flat file (`country_code`, `state1` …)."""
        found, prefix, month = read(path, address)
        if not found or not found.get("country_code"):
            return found, None
        country = str(found["country_code"]).upper()
        name = os.path.splitext(os.path.basename(path))[0]
        return found, self._prepare_observation(
            f"{name}@{month}",
            prefix,
            country,
            self._get_subdivision_code(country, str(found.get("state1") or "")),
            found.get("city") or None,
            found.get("latitude"),
            found.get("longitude"),
            next(km for longest, km in _RADIUS[address.version] if prefix <= longest),
        )

    def _prepare_observation(
        self, name, prefix, country, subdivision, city, lat, lon, radius
    ):
        # One place has one code, whatever the file calls it (CN-44, CN-GD; CN-HK, HK).
        place = territory.place_code(country, subdivision)
        country, _sep, subdivision = place.partition("-")
        return Observation(
            source=f"ip:{name}",
            country=country,
            subdivision=subdivision or None,
            city=city,
            latitude=lat,
            longitude=lon,
            radius_km=radius,
            prefix=prefix,
        )

    @ormcache("country", "name")
    def _get_subdivision_code(self, country, name):
        """Return the ISO code of a subdivision that a file names in English."""
        if not name:
            return None
        if country == "CN":
            return place_name.china_code(name)
        states = self.env["res.country.state"].sudo()
        wanted = place_name.plain(name)
        for state in states.search([("country_id.code", "=", country)]):
            if place_name.plain(state.name) == wanted:
                return state.code
        return None

    # === RECORDS === #

    @ormcache("country", "subdivision")
    def _get_place_ids(self, country, subdivision):
        """Return the ids (country, state) of Odoo's records for ISO codes.

        Odoo's Chinese states carry Han characters for codes; their XML ids have
        the ISO letters.
        """
        if not country:
            return None, None
        self.env.cr.execute(SQL("SELECT id FROM res_country WHERE code = %s", country))
        country_id = next((row[0] for row in self.env.cr.fetchall()), None)
        if not (country_id and subdivision):
            return country_id, None
        if country == "CN":
            state = self.env.ref(f"base.state_cn_{subdivision}", False)
            return country_id, state.id if state else None
        state = (
            self.env["res.country.state"]
            .sudo()
            .search([("country_id", "=", country_id), ("code", "=", subdivision)])
        )
        return country_id, state[:1].id or None
