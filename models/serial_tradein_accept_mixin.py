import hashlib
import json
from hashlib import blake2b

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import hmac

from odoo.addons.phone_validation.tools import phone_validation

from ..core import tradein
from ..core.depreciation import exact
from ..core.errors import SerialError
from .bulk_sql import audit_columns, names_of
from .serial_tradein_unit_mixin import ENDED_STATES


class SerialTradeinAcceptMixin(models.AbstractModel):
    """The claim that a person makes by accepting a quote: one a unit, and of each
    person so many a class. The database's unique indexes are the judges."""

    _name = "serial.tradein.accept.mixin"
    _description = "Claims of Trade-ins"

    @api.model
    def _accept(self, quote, person_id, source="api", partner=None, lot=None):
        """Accept a quote for a person; of two claims at once exactly one lives.

        The other transaction fails to serialise; run again, as every request is, it
        sees the claim that lives and is told so.

        :param str quote: a token of `_get_quote`
        :param str person_id: number of an identity card, or telephone: a keyed hash of
            it is stored
        :param partner: who takes the unit in: a store or distributor
        :param lot: the unit the caller may see, where the caller looked it up; the
            quote has to be of it
        :return: a dict: `refusal` (code or None), `message`, `since` as of
            `_get_quote`, `claim` (sudo; of a refusal: an empty record), `order` and
            `state`
        """
        nothing = {"claim": self.sudo().browse(), "order": None, "state": None}
        try:
            told = self._read_quote(quote)
            person_key = self._get_person_key(person_id)
        except SerialError as error:
            refusal = tradein.Refusal(error.reason)
            return {**self._prepare_refusal(refusal), **nothing}
        lot_sudo = self.env["stock.lot"]._resolve_scan_code(told["code"])
        refusal = self._refuse_claim(lot_sudo, told, person_key)
        if not lot_sudo or (lot and lot.id != lot_sudo.id):
            refusal = tradein.Refusal("invalid_quote")
        if not refusal:
            row = self._prepare_claim(lot_sudo, told, person_key, source, partner)
            row["quote_hash"] = hashlib.sha256(quote.encode()).hexdigest()
            claim_sudo = self._insert_claim(row)
            if claim_sudo:
                return {
                    **self._prepare_refusal(None),
                    "claim": claim_sudo,
                    "order": claim_sudo.name,
                    "state": claim_sudo.state,
                }
            refusal = self._refuse_claim(lot_sudo, told, person_key)
        return {**self._prepare_refusal(refusal), **nothing}

    # === WHO === #

    @api.model
    def _get_person_key(self, person_id):
        """Return a hash that tells persons apart, not who they are.

        A telephone number is the same person with and without its prefix.
        """
        text = tradein.normal_person(person_id)
        if text.lstrip("+").isdigit() and len(text) <= 16:
            text = self._normalise_phone(text)
        secret = hmac(self.env(su=True), "serial_dossier.person", "").encode()
        return blake2b(text.encode(), key=secret, digest_size=16).hexdigest()

    def _normalise_phone(self, text):
        country = self.env.company.sudo().country_id
        try:
            number = phone_validation.phone_parse(text, country.code or None)
        except UserError:
            return text
        return f"+{number.country_code}{number.national_number}" if number else text

    # === WHY NOT === #

    def _refuse_claim(self, lot_sudo, told, person_key):
        """Return why a quote cannot be accepted any more, None if it can."""
        program_sudo = self.env["serial.tradein.program"].sudo().browse(told["program"])
        if not program_sudo.exists() or not lot_sudo:
            return tradein.Refusal("invalid_quote")
        unit, _row = self._get_unit(lot_sudo)
        today = fields.Date.context_today(self)
        return (
            tradein.unit_refusal(unit, takes_sold=program_sudo.accepts == "sold")
            or program_sudo._get_day_refusal(today)
            or self._refuse_person(told, person_key)
        )

    def _refuse_person(self, told, person_key):
        """Return a refusal if a person has claimed what one may of a class."""
        class_sudo = self.env["serial.tradein.class"].sudo().browse(told["class"])
        if not class_sudo.exists():
            return tradein.Refusal("invalid_quote")
        claims_sudo = self.sudo().search(
            self._get_person_domain(told, person_key), order="accepted_at, id"
        )
        if len(claims_sudo) < class_sudo.person_limit:
            return None
        return tradein.Refusal("person_claimed", claims_sudo[0].accepted_at)

    def _get_person_domain(self, told, person_key):
        return [
            ("person_key", "=", person_key),
            ("class_id", "=", told["class"]),
            ("program_id", "=", told["program"]),
            ("state", "not in", ENDED_STATES),
        ]

    # === THE CLAIM === #

    def _prepare_claim(self, lot_sudo, told, person_key, source, partner):
        """Return the columns of a claim, as they go into the database."""
        program_sudo = self.env["serial.tradein.program"].sudo().browse(told["program"])
        taken = self.sudo().search(self._get_person_domain(told, person_key))
        slots = set(taken.mapped("person_slot"))
        return {
            "name": self.env["ir.sequence"].sudo().next_by_code("serial.tradein"),
            "state": "accepted",
            "source": source,
            "lot_id": lot_sudo.id,
            "product_id": lot_sudo.product_id.id,
            "program_id": program_sudo.id,
            "program_version": told["version"],
            "class_id": told["class"],
            "company_id": program_sudo.company_id.id,
            "currency_id": program_sudo.currency_id.id,
            "partner_id": partner.id if partner else None,
            "person_key": person_key,
            "person_slot": next(n for n in range(len(slots) + 1) if n not in slots),
            "answers": json.dumps(told["answers"]),
            "reasons": json.dumps(told["reasons"]),
            "age_months": told["age"],
            "value": told["value"],
            "subsidy": told["subsidy"],
            "total": str(exact(told["value"]) + exact(told["subsidy"])),
            "purchase_price": told["price"],
            "energy_level": told["energy"],
            "quoted_at": told["at"],
            "accepted_at": fields.Datetime.now(),
        }

    def _insert_claim(self, row):
        """Insert a claim; return it (sudo), or nothing if another one lives."""
        self.env["serial.tradein"].flush_model()
        values = {
            **{name: SQL("%s", value) for name, value in row.items()},
            **audit_columns(self.env),
        }
        self.env.cr.execute(
            SQL(
                "INSERT INTO serial_tradein (%s) VALUES (%s) "
                "ON CONFLICT DO NOTHING RETURNING id",
                names_of(values),
                SQL(", ").join(values.values()),
            )
        )
        claim_sudo = self.sudo().browse(
            [claim_id for (claim_id,) in self.env.cr.fetchall()]
        )
        if claim_sudo:
            self.env["serial.tradein"].invalidate_model(flush=False)
            lot = self.env["stock.lot"].browse(row["lot_id"])
            lot.invalidate_recordset(["tradein_ids", "tradein_count"], flush=False)
            claim_sudo._note_accepted()
        return claim_sudo

    def _note_accepted(self):
        self._message_log(
            body=self.env._("Quote accepted: a claim on this unit lives."),
            author_id=self.env.ref("base.partner_root").id,
        )
