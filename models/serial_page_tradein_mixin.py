from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount
from odoo.tools.misc import hash_sign

from ..core import code_scheme
from ..core.verdict import verdict_on
from .serial_page_render_mixin import Text, text
from .serial_page_unit_mixin import printable

TRADEIN_SCOPE = "serial_dossier.tradein_form"
TRADEIN_HOURS = 24
ANSWER = "answer_"


class SerialPageTradeinMixin(models.AbstractModel):
    """Trading a unit in on the public page: one answer asks, quotes and accepts.

    Unknown and void codes answer as on the page of the code itself.
    """

    _name = "serial.page.tradein.mixin"
    _description = "Trade-in on the Public Page"

    # === PAGES === #

    @api.model
    def _get_tradein_page(self, typed, visit):
        """Return the page that offers to take a unit in, with its first quote."""
        self = self._receive(visit)
        code = code_scheme.canonical(typed or "")
        return self._show_tradein(typed, code, visit, {})

    @api.model
    def _take_tradein(self, typed, form, files, visit):
        """Quote as the form asks, or accept its quote.

        :param files: (name, content as bytes) of pictures
        :return: (page, None), or (None, where the claim's own page is)
        """
        self = self._receive(visit)
        code = code_scheme.canonical(typed or "")
        error, claim = None, None
        if not self._is_form_of(code, form.get("token"), TRADEIN_SCOPE):
            error = self.env._("This page was open for too long. Please try again.")
        elif form.get("step") == "accept":
            try:
                with self.env.cr.savepoint():
                    claim = self._accept_tradein(code, form, files)
            except UserError as refusal:
                error = str(refusal)
        if claim:
            return None, claim._get_path()
        return self._show_tradein(typed, code, visit, form, error), None

    def _accept_tradein(self, code, form, files):
        """Return the claim (sudo) that a form makes; None if its answers changed."""
        claims = self.env["serial.tradein"]
        lot_sudo = self.env["stock.lot"]._resolve_scan_code(code)
        if not form.get("consent"):
            raise UserError(self.env._("Please agree to the terms of the trade-in."))
        claims._check_files(files)
        answers = self._read_answers(form)
        if claims._get_quoted_answers(form.get("quote")) != answers:
            return None
        outcome = claims._accept(
            form.get("quote"), form.get("person"), source="page", lot=lot_sudo
        )
        if outcome["refusal"]:
            raise UserError(outcome["message"])
        consent_id, _text = self._get_tradein_consent()
        outcome["claim"].write(
            {"consent_id": consent_id, "consent_at": fields.Datetime.now()}
        )
        if files:
            outcome["claim"]._attach(files)
        return outcome["claim"]

    def _read_answers(self, form):
        return {
            name.removeprefix(ANSWER): value
            for name, value in form.items()
            if name.startswith(ANSWER)
        }

    # === WHAT IS SHOWN === #

    def _show_tradein(self, typed, code, visit, form, error=None):
        row = self._look_up(code)
        self._watch(self.env["serial.geoip"]._truncate(visit["ip"]), code, row)
        values = self._prepare_unit(typed, code, row, visit)
        if not values["unit"]:
            return self._render("scan_page", values)
        shown = {
            name: values[name]
            for name in ("brand", "phone", "phone_link", "script", "code", "title")
        }
        verdict = verdict_on(
            row["stage"], recalled=row["recalled"], blocked=row["blocked"]
        )
        shown["unit"] = {
            name: values["unit"][name]
            for name in ("product", "variant", "picture", "serial")
        }
        shown["back"] = Text(f"/sn/{code}")
        quote = self._get_page_quote(row["lot_id"], form)
        shown.update(self._prepare_offer(code, quote, form))
        shown["error"] = text(error)
        shown["is_changed"] = form.get("step") == "accept" and not error
        shown["is_suspect"] = verdict.status != "genuine" and bool(quote["refusal"])
        return self._render("scan_tradein", shown)

    def _get_page_quote(self, lot_id, form):
        """Return the quote for the answers of a form; for none if they do not fit."""
        lot = self.env["stock.lot"].browse(lot_id)
        claims = self.env["serial.tradein"]
        quote = claims._get_quote(lot, self._read_answers(form))
        if quote["refusal"] == "bad_answer":
            return claims._get_quote(lot)
        return quote

    def _prepare_offer(self, code, quote, form):
        """Return the offer as the page shows it, or why there is none."""
        if quote["refusal"]:
            is_condition = quote["refusal"] == "condition_refused"
            return {
                "refusal": Text(quote["message"]),
                "is_condition": is_condition,
                "offer": None,
            }
        currency = quote["currency"]

        def money(amount):
            return text(amount and format_amount(self.env, float(amount), currency))

        return {
            "refusal": None,
            "is_condition": False,
            "offer": {
                "token": Text(self._sign_tradein_form(code)),
                "quote": Text(quote["quote"]),
                "program": Text(quote["program"].name),
                "questions": self._prepare_page_questions(quote),
                "value": money(quote["value"]),
                "subsidy": money(quote["subsidy"]),
                "total": money(quote["value"] + quote["subsidy"]),
                "price": money(quote["subsidy"] and quote["price"]),
                "age": Text(quote["age_months"]),
                "until": self._format(quote["expires_at"].date()),
                "person": text(printable(form.get("person"))),
                "consent": bool(form.get("consent")),
                "consent_text": Text(self._get_tradein_consent()[1]),
            },
        }

    def _prepare_page_questions(self, quote):
        return [
            {
                "name": Text(question["name"]),
                "field": Text(ANSWER + question["code"]),
                "answers": [
                    {
                        "name": Text(answer["name"]),
                        "code": Text(answer["code"]),
                        "checked": quote["answers"][question["code"]] == answer["code"],
                    }
                    for answer in question["answers"]
                ],
            }
            for question in quote["questions"]
        ]

    def _get_tradein_consent(self):
        return self.env["serial.consent.text"]._get_current("tradein")

    def _sign_tradein_form(self, code):
        return hash_sign(
            self.env(su=True), TRADEIN_SCOPE, [code], expiration_hours=TRADEIN_HOURS
        )
