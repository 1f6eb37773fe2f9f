import ipaddress
import logging
import os
from datetime import datetime, timezone

import maxminddb

from odoo import api, models
from odoo.tools import SQL, config, ormcache

from ..core import place_name, privacy, territory
from ..core.evidence import Observation

_logger = logging.getLogger(__name__)

FLAT_PATH = "serial_dossier.flat_geoip_path"

# Flat files tell no radius. A wide network spans more places: (longest prefix that
# still counts as wide as this, kilometres), for IPv4 and IPv6.
_RADIUS = {
    4: ((17, 250), (21, 100), (32, 50)),
    6: ((31, 250), (43, 100), (128, 50)),
}

# path -> (time of last change, reader, month): a file is opened once a process.
_readers = {}


def _get_reader(path):
    """Return the open reader of a file and the month it was built, or nothing.

    Evidence is only as good as its age.
    """
    try:
        changed = os.stat(path).st_mtime_ns
        known = _readers.get(path)
        if not known or known[0] != changed:
            reader = maxminddb.open_database(path)
            built = datetime.fromtimestamp(reader.metadata().build_epoch, timezone.utc)
            known = _readers[path] = (changed, reader, f"{built:%Y-%m}")
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        _logger.debug("no location file at %s: %s", path, error)
        return None, None
    return known[1:]


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
        try:
            address = ipaddress.ip_address((ip or "").strip())
        except ValueError:
            return [], None
        address = getattr(address, "ipv4_mapped", None) or address
        if not address.is_global:
            return [], None
        observation, zone = self._locate_geoip(address)
        seen = [self._locate_flat(address, path) for path in self._get_flat_paths()]
        return [found for found in (observation, *seen) if found], zone

    @api.model
    def _truncate(self, ip):
        """Return the part of an address that may be kept: /24 or /48, None if bad."""
        return privacy.truncate_ip(ip)

    # === ODOO'S OWN FILE === #

    def _get_geoip_path(self):
        return config["geoip_city_db"]

    def _locate_geoip(self, address):
        """Return what Odoo's GeoIP database says, and the time zone.

        Its record is read as it is: Odoo wraps it in objects, which takes longer than
        finding it.
        """
        reader, month = _get_reader(self._get_geoip_path())
        try:
            found = reader and reader.get(address)
        except ValueError:
            return None, None  # as for flat files
        country = _dig(found, "country", "iso_code")
        if not country:
            return None, None
        observation = self._prepare_observation(
            f"geoip@{month}",
            country,
            _dig(found, "subdivisions", 0, "iso_code"),
            _dig(found, "city", "names", "en"),
            _dig(found, "location", "latitude"),
            _dig(found, "location", "longitude"),
            _dig(found, "location", "accuracy_radius"),
        )
        return observation, _dig(found, "location", "time_zone")

    # === FLAT FILES === #

    def _get_flat_paths(self):
        """Return the paths of the flat files set by the administrator."""
        parameter = self.env["ir.config_parameter"].sudo().get_param(FLAT_PATH)
        return [path.strip() for path in (parameter or "").split(",") if path.strip()]

    def _locate_flat(self, address, path):
        """Return what a flat file (`country_code`, `state1`, `city` …) says."""
        reader, month = _get_reader(path)
        if not reader:
            return None
        try:
            found, prefix = reader.get_with_prefix_len(address)
        except ValueError:
            return None  # an IPv6 address in a file of IPv4, or a damaged file
        if not isinstance(found, dict) or not found.get("country_code"):
            return None
        country = str(found["country_code"]).upper()
        name = os.path.splitext(os.path.basename(path))[0]
        return self._prepare_observation(
            f"{name}@{month}",
            country,
            self._get_subdivision_code(country, str(found.get("state1") or "")),
            found.get("city") or None,
            found.get("latitude"),
            found.get("longitude"),
            next(km for longest, km in _RADIUS[address.version] if prefix <= longest),
        )

    def _prepare_observation(self, name, country, subdivision, city, lat, lon, radius):
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
