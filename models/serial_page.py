import base64
import hashlib
from functools import lru_cache

from markupsafe import Markup

from odoo import api, models
from odoo.tools import file_open, file_path, ormcache
from odoo.tools.misc import verify_hash_signed

from ..core import code_scheme
from .serial_page_render_mixin import Text, text
from .serial_page_unit_mixin import printable

FORM_SCOPE = "serial_dossier.activation_form"
FORM_HOURS = 24
SOURCE_LANG = "en_US"


@lru_cache
def _asset(name):
    """Return the text of a static file of the page, and the SHA-256 of it."""
    with file_open(f"serial_dossier/static/src/scan/{name}") as file:
        text = file.read().strip()
    return text, hashlib.sha256(text.encode()).digest()


@lru_cache
def _style_hash(name):
    return base64.b64encode(_asset(name)[1]).decode()


class SerialPage(models.AbstractModel):
    """The public page: what a caller passes are plain facts, what it gets is HTML.

    A visit is a dict: `ip`, `user_agent`, `languages` (tags, the best first) and
    `lang` (asked for by link); `sources` (what told the place), `seen` (the best of
    them) and `zone` are added here.
    """

    _name = "serial.page"
    _inherit = [
        "serial.page.source.mixin",
        "serial.page.unit.mixin",
        "serial.page.right.mixin",
        "serial.page.care.mixin",
        "serial.page.render.mixin",
        "serial.page.guard.mixin",
        "serial.page.proof.mixin",
        "serial.page.service.mixin",
        "serial.page.request.mixin",
        "serial.page.ticket.mixin",
        "serial.page.tradein.mixin",
        "serial.page.claim.mixin",
        "serial.page.product.mixin",
    ]
    _description = "Public Page"

    # === PAGES === #

    @api.model
    def _get_unit_page(self, typed, visit):
        """Return the page of a code, and log that it was seen."""
        self = self._receive(visit)
        code = code_scheme.canonical(typed or "")
        view = self.env["serial.scan"]._prepare_view(code or printable(typed), visit)
        row = self._look_up(code, view)
        self._watch(view["ip_prefix"], view["typed"], row)
        return self._render("scan_page", self._prepare_unit(typed, code, row, visit))

    @api.model
    def _get_activated_page(self, typed, form, visit):
        """Activate a unit as the form asks, and return its page with the outcome."""
        self = self._receive(visit)
        code = code_scheme.canonical(typed or "")
        outcome = self._activate(code, form, visit)
        self.env.flush_all()
        row = self._look_up(code)
        self._watch(self.env["serial.geoip"]._truncate(visit["ip"]), code, row)
        values = self._prepare_unit(typed, code, row, visit, form)
        values["outcome"] = {
            "result": outcome["result"],
            "field": outcome["field"],
            "message": Text(outcome["message"]),
        }
        return self._render("scan_page", values)

    @api.model
    def _get_entry_page(self, visit, is_wrong_link=False):
        """Return the page that takes a typed code or opens the camera.

        :param is_wrong_link: whether the visitor comes by a link that leads nowhere
        """
        self = self._receive(visit)
        row = self._look_up("")
        values = {
            **self._prepare_brand(row),
            "title": Text(row["brand"]),
            "script": self._get_script_url("scan.js"),
            "is_wrong_link": is_wrong_link,
        }
        return self._render("scan_entry", values)

    def _get_constants(self):
        return {
            "style": Markup(_asset("scan.css")[0]),
            "service_style": Markup(_asset("service.css")[0]),
            "lang_tag": self.env.lang.replace("_", "-"),
            "lang_code": self.env.lang,
            "languages": self._get_languages(),
            "countries": self._get_countries(),
        }

    @api.model
    def _get_style_hash(self, name="scan.css"):
        """Return the hash by which a browser may trust an inline style sheet."""
        return _style_hash(name)

    def _get_script_url(self, name):
        """Return the address of a script of the page, a new one for each version."""
        version = _asset(name)[1].hex()[:16]
        return f"/serial_dossier/static/src/scan/{name}?v={version}"

    # === VISITOR === #

    def _receive(self, visit):
        """Add to a visit where it comes from; return this model in its language."""
        seen, visit["zone"] = self.env["serial.geoip"]._locate_visitor(visit["ip"])
        visit["sources"] = seen
        visit["seen"] = seen[0] if seen else None
        return self.with_context(lang=self._negotiate(visit))

    def _negotiate(self, visit):
        """Return the language asked for, else the first of the browser's we have."""
        known = self._get_language_codes()
        for tag in [visit.get("lang"), *visit.get("languages", ())]:
            tag = (tag or "").lower().replace("-", "_")
            if code := known.get(tag) or known.get(tag.split("_")[0]):
                return code
        return SOURCE_LANG

    @ormcache()
    def _get_language_codes(self):
        """Return tag in lower case -> code of a language the page speaks."""
        codes = [code for code, _name in self._get_languages()]
        known = {code.lower(): code for code in codes}
        for code in codes:
            known.setdefault(code.split("_")[0].lower(), code)
        return known

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

    # === ACTIVATION === #

    def _prepare_form(self, code, row, visit, typed):
        """Return what the activation form needs, None where there is none.

        :param dict typed: what a visitor sent already
        """
        if row["stage"] in ("activated", "traded_in", "retired") or row["blocked"]:
            return None
        if self._bars_activation(row):
            return None
        country = visit["seen"].country if visit["seen"] else row["country"]
        if typed.get("country") in self._get_countries():
            country = typed["country"]
        signer = self.env["serial.signature"]
        return {
            "token": Text(signer._sign(FORM_SCOPE, [code], FORM_HOURS)),
            "country": text(country),
            "country_name": text(self._get_countries().get(country)),
            "phone": text(printable(typed.get("phone"))),
            "consent": bool(typed.get("consent")),
            "consent_text": Text(self.env["serial.activation"]._get_consent_text()),
        }

    @ormcache("self.env.lang")
    def _get_countries(self):
        """Return code -> name and telephone prefix of every country, by name."""
        countries = self.env["res.country"].sudo().search([("phone_code", "!=", 0)])
        return {c.code: f"{c.name} +{c.phone_code}" for c in countries}

    def _activate(self, code, form, visit):
        """Return the outcome of an activation, see `serial.activation`."""
        if not self._is_form_of(code, form.get("token")):
            message = self.env._("This page was open for too long. Please try again.")
            return {"result": "invalid", "message": message, "field": None}
        lot_sudo = self.env["stock.lot"]._resolve_scan_code(code)
        return self.env["serial.activation"]._activate_from_page(
            lot_sudo, form.get("phone"), form.get("country"), form.get("consent"), visit
        )

    def _is_form_of(self, code, token, scope=FORM_SCOPE):
        """Tell whether a token is one that we put into the form of this code."""
        try:
            signed = verify_hash_signed(self.env(su=True), scope, token or "")
        except (ValueError, IndexError):
            return False
        return bool(code) and signed == [code]
