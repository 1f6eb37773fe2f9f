import base64
import hashlib
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

import pytz
from babel.dates import format_date
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, file_open, file_path, ormcache
from odoo.tools.misc import hash_sign, limited_field_access_token, verify_hash_signed

from ..core import code_scheme
from ..core.verdict import verdict_on
from ..core.warranty import coverage

FORM_SCOPE = "serial_dossier.activation_form"
FORM_HOURS = 24
SOURCE_LANG = "en_US"

# Steps a consumer sees, each with its words in the template `scan_timeline`. Where a
# unit was meant to be sold is nobody's business but the brand's.
PUBLIC_KINDS = [
    "produced",
    "shipped",
    "sold",
    "activated",
    "in_service",
    "out_of_service",
    "returned",
    "recalled",
    "traded_in",
    "retired",
]
MAX_EVENTS = 20

# One row always, one look-up in one unique index whatever the code is, and nothing
# more is read of a void code than of one that never was: timing tells nothing.
_LOOK_UP = """
SELECT lot.id AS lot_id, lot.stage, lot.name AS serial, lot.recalled, lot.blocked,
       lot.in_service, lot.sale_date, lot.activated_at, lot.product_id,
       coalesce(lot.company_id, template.company_id, %(company_id)s) AS company_id,
       coalesce(template.name ->> %(lang)s, template.name ->> 'en_US') AS product,
       template.serial_warranty_months AS warranty_months,
       company.name AS brand, company.serial_page_phone AS phone,
       picture.checksum AS picture,
       (SELECT string_agg(
                   coalesce(value.name ->> %(lang)s, value.name ->> 'en_US'), ', '
                   ORDER BY combined.product_template_attribute_value_id)
          FROM product_variant_combination combined
          JOIN product_template_attribute_value ptav
            ON ptav.id = combined.product_template_attribute_value_id
          JOIN product_attribute_value value
            ON value.id = ptav.product_attribute_value_id
         WHERE combined.product_product_id = product.id) AS variant,
       (SELECT json_agg(json_build_array(step.kind, step.event_time::timestamp(0))
                        ORDER BY step.sequence DESC)
          FROM (SELECT kind, event_time, sequence
                  FROM serial_event event
                 WHERE event.lot_id = lot.id AND product.id IS NOT NULL
                   AND event.kind = ANY(%(kinds)s)
                   AND NOT EXISTS (SELECT 1 FROM serial_event correction
                                    WHERE correction.corrects_id = event.id)
              ORDER BY sequence DESC LIMIT %(max_events)s) AS step) AS steps
  FROM (SELECT %(code)s::varchar AS code) AS asked
  LEFT JOIN stock_lot lot ON lot.scan_code = asked.code
  LEFT JOIN product_product product
         ON product.id = lot.product_id AND lot.stage <> 'void'
  LEFT JOIN product_template template ON template.id = product.product_tmpl_id
  LEFT JOIN res_company company
         ON company.id = coalesce(lot.company_id, template.company_id, %(company_id)s)
  LEFT JOIN LATERAL (
            SELECT checksum FROM ir_attachment
             WHERE res_model = 'product.product' AND res_id = product.id
               AND res_field = 'image_variant_256'
             UNION ALL
            SELECT checksum FROM ir_attachment
             WHERE res_model = 'product.template' AND res_id = template.id
               AND res_field = 'image_256'
             LIMIT 1) AS picture ON TRUE
"""


def _printable(text):
    """Return the start of whatever somebody typed, fit for a log and a page."""
    return "".join(filter(str.isprintable, (text or "")[:64])).strip()


@lru_cache(maxsize=4096)
def _date_text(day, locale):
    return format_date(day, "long", locale=locale)


@lru_cache
def _asset(name):
    """Return a static file of the page, and what names its content for caches."""
    with file_open(f"serial_dossier/static/src/scan/{name}", "rb") as file:
        content = file.read()
    digest = hashlib.sha256(content).digest()
    return content.decode().strip(), digest


@lru_cache
def _style():
    """Return the style sheet, and the hash by which the browser may trust it."""
    text = _asset("scan.css")[0]
    digest = hashlib.sha256(text.encode()).digest()
    return Markup(text), base64.b64encode(digest).decode()  # noqa: S704


class SerialPage(models.AbstractModel):
    """What the public page of a code says. Callers pass plain facts, get plain values.

    A visit is a dict: `ip`, `user_agent`, `languages` (tags, the best first) and
    `lang` (asked for by link).
    """

    _name = "serial.page"
    _description = "Public Page"

    # === PAGES === #

    @api.model
    def _get_unit_page(self, text, visit):
        """Return the page of a code, and log that it was seen."""
        self = self._in_language(visit)
        code = code_scheme.canonical(text or "")
        row = self._look_up(code)
        self.env["serial.scan"]._log(code or _printable(text), row, visit)
        return self._render("scan_page", self._prepare_unit(text, code, row, visit))

    @api.model
    def _get_activated_page(self, text, form, visit):
        """Activate a unit as the form asks, and return its page with the outcome."""
        self = self._in_language(visit)
        code = code_scheme.canonical(text or "")
        outcome = self._activate(code, form, visit)
        self.env.flush_all()
        values = self._prepare_unit(text, code, self._look_up(code), visit)
        return self._render("scan_page", {**values, "outcome": outcome, "form": form})

    @api.model
    def _get_entry_page(self, visit):
        """Return the page that takes a typed code or opens the camera."""
        self = self._in_language(visit)
        company = self.env.company.sudo()
        values = {
            "path": "/sn",
            "brand": company.name,
            "phone": company.serial_page_phone,
            "script": f"/serial_dossier/static/src/scan/scan.js"
            f"?v={_asset('scan.js')[1].hex()[:16]}",
        }
        return self._render("scan_entry", values)

    def _render(self, template, values):
        style, _digest = _style()
        values = {
            "outcome": None,
            "form": {},
            "script": None,
            "style": style,
            "lang_tag": self.env.lang.replace("_", "-"),
            "languages": self._get_languages(),
            "lang_code": self.env.lang,
            **values,
        }
        return Markup("<!DOCTYPE html>\n") + self.env["ir.qweb"]._render(
            f"serial_dossier.{template}", values, minimal_qcontext=True
        )

    @api.model
    def _get_style_hash(self):
        """Return the hash of the inline style sheet, for the page's policy."""
        return _style()[1]

    # === LANGUAGE === #

    def _in_language(self, visit):
        """Return this model in the visitor's language."""
        return self.with_context(lang=self._negotiate(visit))

    def _negotiate(self, visit):
        """Return the language asked for, else the first of the browser's we have."""
        known = {code.lower(): code for code, _name in self._get_languages()}
        for code in list(known.values()):
            known.setdefault(code.split("_")[0].lower(), code)
        for tag in [visit.get("lang"), *visit.get("languages", ())]:
            tag = (tag or "").lower().replace("-", "_")
            if code := known.get(tag) or known.get(tag.split("_")[0]):
                return code
        return SOURCE_LANG

    @ormcache()
    def _get_languages(self):
        """Return (code, its own name) of the languages the page speaks here."""
        languages = [(SOURCE_LANG, "English")]
        for code, name in self.env["res.lang"].get_installed():
            try:
                file_path(f"serial_dossier/i18n/{code}.po")
            except FileNotFoundError:
                continue
            languages.append((code, name.split(" / ")[-1]))
        return languages

    # === A UNIT === #

    def _look_up(self, code):
        """Return what the database knows of a code, as a dict; read past all rules.

        The page shows nothing of it that its template does not name, and whoever has
        the code holds the unit: codes cannot be guessed.
        """
        self.env["stock.lot"].flush_model()
        self.env.cr.execute(
            SQL(
                _LOOK_UP,
                code=code,
                lang=self.env.lang,
                company_id=self.env.company.id,
                kinds=PUBLIC_KINDS,
                max_events=MAX_EVENTS,
            )
        )
        names = [column.name for column in self.env.cr.description]
        return dict(zip(names, self.env.cr.fetchone(), strict=True))

    def _prepare_unit(self, text, code, row, visit):
        """Return the values of the page of a code."""
        verdict = verdict_on(
            row["stage"], recalled=row["recalled"], blocked=row["blocked"]
        )
        values = {
            "path": f"/sn/{quote(code or _printable(text))}",
            "brand": row["brand"],
            "phone": row["phone"],
            "verdict": verdict,
            "code": code_scheme.grouped(code) or _printable(text),
            "unit": None,
        }
        if verdict.status != "unknown":
            values["unit"] = self._prepare_dossier(code, row, verdict, visit)
        return values

    def _prepare_dossier(self, code, row, verdict, visit):
        zone = self._get_time_zone(visit)
        activated_on = self._local_date(row["activated_at"], zone)
        today = self._local_date(fields.Datetime.now(), zone)
        covered = coverage(
            row["sale_date"], activated_on, row["warranty_months"] or 0, today
        )
        return {
            "product": row["product"],
            "variant": row["variant"],
            "picture": self._get_picture_url(row),
            "serial": (
                row["serial"]
                if code_scheme.canonical(row["serial"]) != code
                else None
            ),
            "in_service": row["in_service"],
            "activated_on": self._format(activated_on),
            "warranty": self._prepare_warranty(covered, row, today),
            "steps": [
                (kind, self._format(self._local_date(moment, zone)))
                for kind, moment in row["steps"] or ()
            ],
            "form": self._prepare_form(code, row, verdict, visit),
        }

    def _prepare_warranty(self, covered, row, today):
        values = {"state": covered.state, "months": row["warranty_months"] or 0}
        if covered.start:
            values.update(
                start=self._format(covered.start),
                end=self._format(covered.end),
                days_left=(covered.end - today).days + 1,
                days=(covered.end - covered.start).days + 1,
            )
        return values

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

    def _get_time_zone(self, visit):
        """Return the visitor's time zone, else the company's."""
        name = self.env["serial.geoip"]._get_time_zone(visit["ip"])
        try:
            return pytz.timezone(name or self.env.company.sudo().partner_id.tz or "UTC")
        except pytz.UnknownTimeZoneError:
            return pytz.utc

    def _local_date(self, moment, zone):
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        return moment and pytz.utc.localize(moment).astimezone(zone).date()

    def _format(self, day):
        return day and _date_text(day, self.env.lang)

    # === ACTIVATION === #

    def _prepare_form(self, code, row, verdict, visit):
        """Return what the activation form needs, None where there is none."""
        if row["stage"] in ("activated", "traded_in", "retired") or row["blocked"]:
            return None
        return {
            "token": hash_sign(
                self.env(su=True), FORM_SCOPE, [code], expiration_hours=FORM_HOURS
            ),
            "countries": self._get_countries(row["company_id"]),
            "country": self._get_country_code(visit, row["company_id"]),
            "consent": self.env["serial.activation"]._get_consent_text(),
        }

    def _get_country_code(self, visit, company_id):
        """Return the country a telephone number is probably of."""
        located = self.env["serial.geoip"]._locate(visit["ip"])
        company = self.env["res.company"].sudo().browse(company_id)
        return located[0].country if located else company.country_id.code

    @ormcache("self.env.lang", "company_id")
    def _get_countries(self, company_id):
        """Return (code, name, telephone prefix) of every country, by name."""
        countries = self.env["res.country"].sudo().search([("phone_code", "!=", 0)])
        return [
            (country.code, country.name, country.phone_code) for country in countries
        ]

    def _activate(self, code, form, visit):
        """Return the outcome of an activation, see `serial.activation`."""
        if not self._is_form_of(code, form.get("token")):
            message = self.env._("This page was open for too long. Please try again.")
            return {"result": "invalid", "message": message, "field": None}
        lot_sudo = self.env["stock.lot"]._resolve_scan_code(code)
        return self.env["serial.activation"]._activate_from_page(
            lot_sudo, form.get("phone"), form.get("country"), form.get("consent"), visit
        )

    def _is_form_of(self, code, token):
        """Tell whether a token is one that we put into the form of this code."""
        try:
            signed = verify_hash_signed(self.env(su=True), FORM_SCOPE, token or "")
        except (ValueError, IndexError):
            return False
        return signed == [code]
