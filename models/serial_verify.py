from odoo import api, models
from odoo.exceptions import AccessError

from ..core import scanned, verify
from ..core.price_watch import Shop


class SerialVerify(models.AbstractModel):
    """Answers of `POST /verify`: is a unit genuine, and may a shop sell it?"""

    _name = "serial.verify"
    _inherit = "serial.verify.source.mixin"
    _description = "Verification of Codes"

    @api.model
    def _verify(self, items, key, confirm):
        """Answer each item in its order; reads only.

        A wrong item, an unknown code, a void one and one of somebody else's are looked
        up all the same, by the same statement.

        :param list items: as in the API: `code` and maybe `store`
        :param key: the `ProvenKey` that they came with
        :param confirm: called with what the statement says of the key
        """
        caller = self._get_caller(self.env.uid)
        asked = [verify.read_question(raw, scanned.code_of) for raw in items]
        facts = self._look_up(asked, caller, key)
        if facts:
            confirm(facts[0]["key_stands"])
            self._ensure_may_verify(facts[0])
        today = caller.get_today()
        return [
            self._prepare_answer(item, fact, caller, today)
            for item, fact in zip(asked, facts, strict=True)
        ]

    def _ensure_may_verify(self, fact):
        if not fact["sees_units"]:
            raise AccessError(
                self.env._("Only distributors and users of Serial Dossier see serials.")
            )

    def _prepare_answer(self, item, fact, caller, today):
        """Return what the caller is told of one item."""
        verdict = verify.status_of(fact["stage"], fact["recalled"], fact["blocked"])
        answer = {
            "code": item.sent_code,
            "status": verdict.status,
            "reasons": [item.refusal] if item.refusal else list(verdict.reasons),
            "product": None,
            "authorized": None,
            "activated": fact["activated_at"] is not None,
            "warranty": None,
        }
        if fact["stage"]:
            authorized, reasons = self._authorise(item, fact, today)
            answer["product"] = {"gtin": fact["gtin"], "name": fact["name"]}
            answer["authorized"] = authorized
            answer["reasons"] += reasons
            answer["warranty"] = self._prepare_warranty(fact, caller, today)
        return answer

    def _authorise(self, item, fact, today):
        """Return whether the shop that was asked about may sell a unit, and why not."""
        if item.platform is None:
            return None, ()
        shop = fact["store_id"] and Shop(
            fact["store_id"],
            fact["owner_id"],
            frozenset(fact["sold_ids"] or ()),
            fact["date_from"],
            fact["date_to"],
            fact["is_suspended"],
        )
        return verify.authorise(
            shop,
            fact["product_id"],
            today,
            has_shops=fact["platform_has_stores"],
            is_bound=fact["holder_id"] is not None,
            supplies_holder=fact["supplies_holder"],
        )

    def _prepare_warranty(self, fact, caller, today):
        """Return the warranty in brief: its state and its last day."""
        # A unit of all companies counts its days where the caller does.
        company_id = fact["company_id"] or next(iter(caller.company_ids), None)
        unit = {**fact, "company_id": company_id}
        rights = self.env["serial.warranty"]._judge_unit(unit, today)
        until = rights.end and rights.end.isoformat()
        return {"state": rights.state, "until": until}
