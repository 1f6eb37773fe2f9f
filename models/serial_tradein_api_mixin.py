from decimal import Decimal

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..core import scanned
from ..core.activation import format_time
from ..core.errors import SerialError
from ..core.lifecycle import Stage


class SerialTradeinApiMixin(models.AbstractModel):
    """Quotes and claims for machines, on the units that a caller may see."""

    _name = "serial.tradein.api.mixin"
    _description = "Trade-ins by API"

    @api.model
    def _quote_by_api(self, body):
        """Return (refusal, answer) to a question for a quote.

        :return: of an unknown unit, a void one or one of others: `unknown_serial`
        """
        lot = self._find_for_api(body["code"])
        if not lot:
            return {"refusal": "unknown_serial"}, None
        quoted = self._get_quote(
            lot, body.get("answers"), purchase=self._read_purchase(body.get("purchase"))
        )
        if quoted["refusal"]:
            return self._format_refusal(quoted), None
        return None, {
            "code": body["code"],
            "quote": quoted["quote"],
            "value": self._format_money(quoted, "value"),
            "subsidy": self._format_money(quoted, "subsidy"),
            "price": self._format_money(quoted, "price"),
            "expires_at": format_time(quoted["expires_at"]),
            "program": quoted["program"].name,
            "class": quoted["tradein_class"].code,
            "age_months": quoted["age_months"],
            "answers": quoted["answers"],
            "questions": quoted["questions"],
            "reasons": quoted["reasons"],
        }

    @api.model
    def _order_by_api(self, body):
        """Return (refusal, answer) to the acceptance of a quote."""
        try:
            told = self._read_quote(body["quote"])
        except SerialError as error:
            return {"refusal": error.reason}, None
        lot = self._find_for_api(told["code"])
        if not lot:
            return {"refusal": "unknown_serial"}, None
        claimed = self._accept(
            body["quote"],
            body["person_id"],
            partner=self.env.user._get_channel_partner(),
            lot=lot,
        )
        if claimed["refusal"]:
            return self._format_refusal(claimed), None
        return None, {
            "order": claimed["order"],
            "state": claimed["state"],
            "accepted_at": format_time(claimed["claim"].accepted_at),
        }

    def _find_for_api(self, text):
        """Return the unit (sudo) of a public code that the caller may see, if any.

        One look-up in one index, whatever the code is.
        """
        lots = self.env["stock.lot"]
        # "" would find a serial without a code; "-" is in none
        code = scanned.code_of(text) or "-"
        domain = Domain("scan_code", "=", code)
        domain &= Domain("stage", "not in", [False, Stage.VOID])
        if self.env["serial.verify"]._get_caller(self.env.uid).is_internal:
            return lots.search(domain, limit=1).sudo()
        partner_sudo = self.env.user._get_channel_partner()
        if not partner_sudo:
            raise AccessError(
                self.env._("Only distributors and users of Serial Dossier see serials.")
            )
        holder_ids = set(partner_sudo._get_channel_subtree_ids())
        found_sudo = lots.sudo().search(domain, limit=1)
        return found_sudo.filtered(lambda lot: lot.channel_partner_id.id in holder_ids)

    def _read_purchase(self, purchase):
        """Return what is bought instead, of a shape that was checked."""
        if not purchase:
            return None
        price = purchase.get("price")
        return {
            "price": Decimal(price["amount"]) if price else None,
            "currency": price["currency"] if price else None,
            "energy_level": purchase.get("energy_level"),
        }

    def _format_money(self, quoted, name):
        amount = quoted[name]
        if amount is None:
            return None
        currency = quoted["currency"]
        return {
            "amount": f"{amount:.{currency.decimal_places}f}",
            "currency": currency.name,
        }

    def _format_refusal(self, answered):
        return {**answered, "since": format_time(answered["since"])}
