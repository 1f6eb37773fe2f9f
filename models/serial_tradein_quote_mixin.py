from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..core import depreciation, tradein
from ..core.errors import SerialError

SCOPE = "serial_dossier.tradein_quote"
MAX_TOKEN = 4_096


class SerialTradeinQuoteMixin(models.AbstractModel):
    """What a unit is worth today, as a signed promise that expires."""

    _name = "serial.tradein.quote.mixin"
    _inherit = ["serial.tradein.unit.mixin"]
    _description = "Quotes of Trade-ins"

    @api.model
    def _get_quote(self, lot, answers=None, program=None, purchase=None):
        """Return a signed offer for a unit, or why there is none; writes nothing.

        :param lot: the unit; whether the caller may ask for it is the caller's to check
        :param dict answers: code of a question -> code of its answer; the first answer
            of a question is assumed where nothing is said
        :param program: quote by this programme; else by the first that takes the unit
        :param dict purchase: what is bought instead: `price` (Decimal), `currency`
            (code), `energy_level`
        :return: a dict. Always: `refusal` (code or None), `message` (in words), `since`
            (naive UTC or None). With an offer: `quote` (the token), `value` and
            `subsidy` (Decimal), `currency`, `expires_at` (naive UTC), `program`,
            `tradein_class`, `answers`, `questions`, `reasons`, `age_months`, `price`
        """
        lot_sudo = lot.sudo()
        refusal, offer = self._find_offer(
            lot_sudo, program, fields.Date.context_today(self)
        )
        if refusal:
            return self._prepare_refusal(refusal)
        try:
            quoted = self._value_unit(offer, answers or {}, purchase or {})
        except SerialError as error:
            return self._prepare_refusal(tradein.Refusal(error.reason))
        return {**self._prepare_refusal(None), **self._sign_quote(lot_sudo, quoted)}

    # === ELIGIBILITY === #

    def _find_offer(self, lot_sudo, program, today):
        """Return (refusal, None), or (None, what a programme says of a unit)."""
        unit, row = self._get_unit(lot_sudo)
        refusal = tradein.unit_refusal(unit, takes_sold=True)
        if refusal:
            return refusal, None
        programs = program.sudo() if program else self._get_programs(lot_sudo, today)
        refusals = []
        for candidate in programs:
            refusal, offer = self._try_program(candidate, lot_sudo, unit, row, today)
            if offer:
                return None, offer
            refusals.append(refusal)
        # The one nearest to taking the unit knows best what is missing.
        refusals.sort(key=lambda one: one.reason == "not_eligible")
        return refusals[0] if refusals else tradein.Refusal("not_eligible"), None

    def _get_programs(self, lot_sudo, today):
        domain = fields.Domain("date_from", "=", False) | fields.Domain(
            "date_from", "<=", today
        )
        domain &= fields.Domain("date_to", "=", False) | fields.Domain(
            "date_to", ">=", today
        )
        if lot_sudo.company_id:
            domain &= fields.Domain("company_id", "=", lot_sudo.company_id.id)
        return self.env["serial.tradein.program"].sudo().search(domain)

    def _try_program(self, program, lot_sudo, unit, row, today):
        """Return (refusal, None), or (None, the offer of one programme)."""
        refusal = program._get_day_refusal(today) or tradein.unit_refusal(
            unit, takes_sold=program.accepts == "sold"
        )
        if refusal:
            return refusal, None
        markets = program.country_ids
        if markets and row["country_ids"] and not row["country_ids"] & set(markets.ids):
            return tradein.Refusal("other_market"), None
        if lot_sudo.company_id and lot_sudo.company_id != program.company_id:
            return tradein.Refusal("not_eligible"), None
        start = row["sale_date"] or row["activated_on"] or today
        months = depreciation.age_in_months(start, today)
        line = program._get_value_line(lot_sudo.product_id, months)
        if not line:
            return tradein.Refusal("not_eligible"), None
        return None, {"program": program, "line": line, "age_months": months}

    # === VALUE === #

    def _value_unit(self, offer, answers, purchase):
        """Return the offer with its amounts; raise `SerialError` where it has none."""
        program, line = offer["program"], offer["line"]
        tradein_class = line.class_id
        questions = program._get_questions(tradein_class)
        chosen = self._choose_answers(questions, answers)
        if any(answer.is_refused for answer in chosen.values()):
            raise SerialError("condition_refused")
        bought = self._get_purchase(program, purchase)
        quoted = depreciation.quote(
            line._get_terms(),
            offer["age_months"],
            [depreciation.exact(answer.percent) for answer in chosen.values()],
            tradein_class._get_subsidy(),
            bought,
        )
        return {
            **offer,
            "tradein_class": tradein_class,
            "currency": program.currency_id,
            "value": quoted.value,
            "subsidy": quoted.subsidy,
            "reasons": list(quoted.reasons),
            "price": bought.price,
            "energy_level": bought.energy_level,
            "answers": {code: answer.code for code, answer in chosen.items()},
            "questions": self._prepare_questions(questions),
        }

    def _get_purchase(self, program, purchase):
        """Return what is bought instead; of an unknown price the one assumed."""
        currency = purchase.get("currency") or program.currency_id.name
        if currency != program.currency_id.name:
            raise SerialError("other_currency")
        price = purchase.get("price")
        if price is None and program.purchase_price:
            price = depreciation.exact(program.purchase_price)
        return depreciation.Purchase(price, purchase.get("energy_level"))

    def _choose_answers(self, questions, answers):
        """Return {code of a question: its answer}."""
        known = {
            question.code: {answer.code: answer for answer in question.answer_ids}
            for question in questions
        }
        codes = {code: tuple(by_code) for code, by_code in known.items()}
        complete = tradein.complete_answers(answers, codes)
        return {code: known[code][answer] for code, answer in complete.items()}

    def _prepare_questions(self, questions):
        """Return the questions as a form or a machine asks them."""
        return [
            {
                "code": question.code,
                "name": question.name,
                "answers": [
                    {"code": answer.code, "name": answer.name}
                    for answer in question.answer_ids
                ],
            }
            for question in questions
        ]

    # === THE SIGNED QUOTE === #

    def _sign_quote(self, lot_sudo, quoted):
        """Return an offer with its token; what the token says cannot be changed."""
        now = fields.Datetime.now().replace(microsecond=0)
        program = quoted["program"]
        expires_at = now + timedelta(days=program.quote_days)
        if program.date_to:
            last = datetime.combine(program.date_to, datetime.max.time())
            expires_at = min(expires_at, last.replace(microsecond=0))
        told = {
            "code": lot_sudo.scan_code,
            "program": program.id,
            "version": program.version,
            "class": quoted["tradein_class"].id,
            "answers": quoted["answers"],
            "age": quoted["age_months"],
            "value": str(quoted["value"]),
            "subsidy": str(quoted["subsidy"]),
            "currency": quoted["currency"].name,
            "price": None if quoted["price"] is None else str(quoted["price"]),
            "energy": quoted["energy_level"],
            "reasons": quoted["reasons"],
            "at": fields.Datetime.to_string(now),
            "until": fields.Datetime.to_string(expires_at),
        }
        token = hash_sign(self.env(su=True), SCOPE, told)
        return {**quoted, "quote": token, "expires_at": expires_at}

    @api.model
    def _read_quote(self, token):
        """Return what a token of ours says; raise `SerialError` if it is none.

        Whether it has expired is told apart from what was never ours.
        """
        try:
            if not isinstance(token, str) or len(token) > MAX_TOKEN:
                raise ValueError(token)
            told = verify_hash_signed(self.env(su=True), SCOPE, token)
        except (ValueError, IndexError):
            told = None
        if not told:
            raise SerialError("invalid_quote")
        if told["until"] < fields.Datetime.to_string(fields.Datetime.now()):
            raise SerialError("quote_expired")
        return told

    # === WORDS === #

    def _prepare_refusal(self, refusal):
        """Return why not, for machines and in words."""
        if not refusal:
            return {"refusal": None, "message": "", "since": None}
        return {
            "refusal": refusal.reason,
            "message": self._get_refusal_text(refusal),
            "since": refusal.since,
        }

    @api.model
    def _get_refusal_text(self, refusal):
        """Return a refusal in the user's language; it names its date where it has one.

        What two claims have in common comes with the date of the first.
        """
        if refusal.since:
            moment = fields.Datetime.context_timestamp(self, refusal.since)
            date = format_date(self.env, moment.date(), date_format="long")
            if refusal.reason == "already_claimed":
                return self.env._(
                    "A trade-in of this unit was accepted on %(date)s already.",
                    date=date,
                )
            if refusal.reason == "traded_in":
                return self.env._("This unit was traded in on %(date)s.", date=date)
            if refusal.reason == "person_claimed":
                return self.env._(
                    "This person has traded in a unit of this class already, on "
                    "%(date)s.",
                    date=date,
                )
        return self.env["serial.reason"]._get_text(refusal.reason)
