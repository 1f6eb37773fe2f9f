import re
from datetime import datetime
from functools import lru_cache

import pytz
from babel.dates import format_date

from odoo import models
from odoo.tools import ormcache

from ..core import code_scheme
from ..core.verdict import verdict_on
from .serial_page_render_mixin import Text, text


def printable(typed):
    """Return the start of whatever somebody typed, fit for a log and a page."""
    return "".join(filter(str.isprintable, (typed or "")[:64])).strip()


@lru_cache
def _find_zone(name):
    """Return a time zone by its name, UTC for one that there is not."""
    try:
        return pytz.timezone(name)
    except pytz.UnknownTimeZoneError:
        return pytz.utc


@lru_cache(maxsize=4096)
def _date_text(day, locale):
    return format_date(day, "long", locale=locale)


class SerialPageUnitMixin(models.AbstractModel):
    """A unit in the words of the public page: verdict, warranty, history."""

    _name = "serial.page.unit.mixin"
    _description = "A Unit on the Public Page"

    def _prepare_unit(self, typed, code, row, visit, form=None):
        """Return the values of the page of a code.

        :param dict form: what a visitor sent already
        """
        verdict = verdict_on(
            row["stage"], recalled=row["recalled"], blocked=row["blocked"]
        )
        shown = code_scheme.grouped(code) or printable(typed)
        values = {
            **self._prepare_brand(row),
            "verdict": verdict,
            "code": text(shown),
            "title": Text(f"{shown} · {row['brand']}"),
            "unit": None,
            "outcome": None,
        }
        if verdict.status != "unknown":
            values["unit"] = self._prepare_dossier(code, row, visit, form or {})
            values["title"] = Text(f"{row['product']} · {row['brand']}")
        return values

    def _prepare_brand(self, row):
        """Return what stands above and below every page."""
        phone = row["phone"] or ""
        return {
            "brand": Text(row["brand"]),
            "phone": text(phone),
            "phone_link": text(re.sub(r"[^+\d]", "", phone)),
            "script": None,
        }

    def _prepare_dossier(self, code, row, visit, form):
        """Return what the page shows of a unit that exists."""
        zone = self._get_time_zone(visit, row)
        activated_on = self._local_date(row["activated_at"], zone)
        differs = code_scheme.canonical(row["serial"]) != code
        cards = self.env["serial.warranty.card"]
        warranty, has_card = self._prepare_warranty(row, self._get_today(zone))
        return {
            "product": Text(row["product"]),
            "variant": text(row["variant"]),
            "picture": text(row["picture"]),
            "serial": text(differs and row["serial"]),
            "in_service": bool(row["in_service"]),
            "activated_text": text(
                activated_on and self._get_activated_text(activated_on)
            ),
            "warranty": warranty,
            "card": text(has_card and cards._get_link(code)),
            "care": self._prepare_care(row, zone),
            "steps": [
                {"kind": kind, "date": self._format(self._local_date(moment, zone))}
                for kind, moment in self._get_public_steps(row)
            ],
            "form": self._prepare_form(code, row, visit, form),
            "proof": self._prepare_proof(code, row),
        }

    @ormcache("day", "self.env.lang")
    def _get_activated_text(self, day):
        """Return what a second owner ought to know of a unit activated on a day."""
        return self.env._(
            "This code is ours, and the product was activated on %(date)s. If you "
            "bought it as new after that day, ask the seller or our service.",
            date=self._format(day),
        )

    # === DATES === #

    def _get_time_zone(self, visit, row):
        """Return the visitor's time zone, else the company's."""
        return _find_zone(visit["zone"] or row["zone"] or "UTC")

    def _local_date(self, moment, zone):
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        return moment and zone.fromutc(moment).date()

    def _format(self, day):
        return text(day and _date_text(day, self.env.lang))
