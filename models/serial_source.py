from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools import LazyTranslate
from odoo.tools.misc import babel_locale_parse

_lt = LazyTranslate(__name__)

# What can tell where a unit is: the part of a source before its colon.
KINDS = {
    "ip": _lt("internet address"),
    "scan": _lt("internet address"),
    "gps": _lt("position shared by the user"),
    "store": _lt("address of a store"),
    "declared": _lt("what the user said"),
}


class SerialSource(models.AbstractModel):
    """Names of what located a unit, such as `ip:geoip@2018-07`, for people."""

    _name = "serial.source"
    _description = "Sources of Places"

    @api.model
    def _tell(self, sources):
        """Return what located something, files with the month they are of."""
        return ", ".join(dict.fromkeys(map(self._tell_one, sources or [])))

    @api.model
    def _tell_one(self, source):
        kind, _, file = source.partition(":")
        label = KINDS.get(kind)
        name = self.env._(label) if label else kind
        title, _, month = file.partition("@")
        data = ", ".join(filter(None, (title, self._tell_month(month))))
        return f"{name} ({data})" if data else name

    @api.model
    def _tell_month(self, month):
        """Return a month (`2026-06`) as people write it."""
        if not month:
            return ""
        locale = babel_locale_parse(self.env.lang or "en_US")
        try:
            day = fields.Date.to_date(f"{month}-01")
            return format_skeleton("yMMMM", day, locale=locale)
        except ValueError:
            return month

    @api.model
    def _tell_place(self, code):
        """Return the name of a place code such as CN-BJ."""
        country_code, _, subdivision = (code or "").partition("-")
        if not country_code:
            return ""
        country_id, state_id = self.env["serial.geoip"]._get_place_ids(
            country_code, subdivision or None
        )
        country = self.env["res.country"].browse(country_id or ())
        state = self.env["res.country.state"].browse(state_id or ())
        names = (state._get_readable_name(), country.name)
        return ", ".join(filter(None, names)) or code

    @api.model
    def _tell_observation(self, seen):
        """Return (source, place, precision) of a stored observation."""
        code = "-".join(filter(None, (seen["country"], seen["subdivision"])))
        named = self._tell_place(code)
        # A city may be a province of its own, such as Beijing.
        city = seen["city"] if seen["city"] not in named.split(", ") else None
        radius = seen["radius_km"]
        return (
            self._tell_one(seen["source"]),
            ", ".join(filter(None, (city, named))),
            f"± {radius:.0f} km" if radius else "",
        )
