from datetime import date, datetime
from functools import lru_cache

import pytz
from babel.dates import format_date

from odoo import fields, models
from odoo.tools.misc import limited_field_access_token

from ..core import code_scheme
from ..core.verdict import verdict_on
from ..core.warranty import coverage


def printable(text):
    """Return the start of whatever somebody typed, fit for a log and a page."""
    return "".join(filter(str.isprintable, (text or "")[:64])).strip()


@lru_cache(maxsize=4096)
def _date_text(day, locale):
    return format_date(day, "long", locale=locale)


class SerialPageUnitMixin(models.AbstractModel):
    """A unit in the words of the public page: verdict, warranty, history."""

    _name = "serial.page.unit.mixin"
    _description = "A Unit on the Public Page"

    def _prepare_unit(self, text, code, row, visit):
        """Return the values of the page of a code."""
        verdict = verdict_on(
            row["stage"], recalled=row["recalled"], blocked=row["blocked"]
        )
        shown = code_scheme.grouped(code) or printable(text)
        values = {
            "brand": row["brand"],
            "phone": row["phone"],
            "verdict": verdict,
            "code": shown,
            "title": f"{shown} · {row['brand']}",
            "unit": None,
        }
        if verdict.status != "unknown":
            values["unit"] = self._prepare_dossier(code, row, visit)
            values["title"] = f"{row['product']} · {row['brand']}"
        return values

    def _prepare_dossier(self, code, row, visit):
        """Return what the page shows of a unit that exists."""
        zone = self._get_time_zone(visit, row)
        activated_on = self._local_date(row["activated_at"], zone)
        canonical_serial = code_scheme.canonical(row["serial"])
        return {
            "product": row["product"],
            "variant": row["variant"],
            "picture": self._get_picture_url(row),
            "serial": row["serial"] if canonical_serial != code else None,
            "in_service": row["in_service"],
            "activated_text": self._get_activated_text(activated_on),
            "warranty": self._prepare_warranty(row, activated_on, zone),
            "steps": [
                (kind, self._format(self._local_date(moment, zone)))
                for kind, moment in row["steps"] or ()
            ],
            "form": self._prepare_form(code, row, visit),
        }

    def _get_activated_text(self, day):
        """Return what a second owner ought to know, None if never activated."""
        return day and self.env._(
            "This code is ours, and the product was activated on %(date)s. If you "
            "bought it as new after that day, ask the seller or our service.",
            date=self._format(day),
        )

    def _prepare_warranty(self, row, activated_on, zone):
        """Return state, dates and words of the warranty."""
        today = self._local_date(fields.Datetime.now(), zone)
        sale_date = row["sale_date"] and date.fromisoformat(row["sale_date"])
        months = row["warranty_months"] or 0
        covered = coverage(sale_date, activated_on, months, today)
        if covered.state == "not_started":
            text = self.env._(
                "%(months)s months, counted from the day of purchase or activation.",
                months=months,
            )
            return {"state": covered.state, "text": text}
        if not covered.start:
            return {"state": covered.state}
        days_left = (covered.end - today).days + 1
        return {
            "state": covered.state,
            "start": self._format(covered.start),
            "end": self._format(covered.end),
            "days": (covered.end - covered.start).days + 1,
            "days_left": days_left,
            "text": self.env._("%(days)s days left", days=days_left),
        }

    def _get_picture_url(self, row):
        """Return an address of the product's picture that needs no rights."""
        if not row["picture"]:
            return None
        product_sudo = self.env["product.product"].sudo().browse(row["product_id"])
        token = limited_field_access_token(product_sudo, "image_256", scope="binary")
        return (
            f"/web/image/product.product/{product_sudo.id}/image_256"
            f"?access_token={token}&unique={row['picture'][:8]}"
        )

    # === DATES === #

    def _get_time_zone(self, visit, row):
        """Return the visitor's time zone, else the company's."""
        try:
            return pytz.timezone(visit["zone"] or row["zone"] or "UTC")
        except pytz.UnknownTimeZoneError:
            return pytz.utc

    def _local_date(self, moment, zone):
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        return moment and pytz.utc.localize(moment).astimezone(zone).date()

    def _format(self, day):
        return day and _date_text(day, self.env.lang)
