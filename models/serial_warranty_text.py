from odoo import api, models
from odoo.tools import LazyTranslate, format_date

from ..core.warranty_terms import cite

_lt = LazyTranslate(__name__)

KINDS = {
    "return": _lt("Return the unit for the money"),
    "exchange": _lt("Exchange it for a new one"),
    "refund": _lt("Give it back for a refund"),
    "repair": _lt("Free repair"),
}
CONDITIONS = {
    "fault": _lt("if it has a fault"),
    "distance": _lt("without giving a reason, as it was sold at a distance"),
    "failed_repairs": _lt("as repairs did not help"),
    "parts_overdue": _lt("as parts have been missing for too long"),
    "repair_overdue": _lt("as the repair takes too long"),
    "exchange_declined": _lt("instead of an exchange, less what its use was worth"),
    "no_like_model": _lt("as no like model is left to exchange it for"),
    "component_term": _lt("by the term of this component"),
    "extension": _lt("by the extension that was bought"),
}
# Why a warranty is as it is; exclusions have their own words.
REASONS = {
    "no_policy": _lt("The product has no warranty."),
    "no_start": _lt("It starts with the purchase or the activation."),
    "proof_missing": _lt("Nothing proves the purchase: with an invoice more is due."),
    "from_sale": _lt("Counted from the sale."),
    "from_delivery": _lt("Counted from the delivery."),
    "from_activation": _lt("Counted from the activation."),
    "from_production": _lt("Counted from the production."),
    "from_exchange": _lt("Counted anew from the exchange."),
    "starts_later": _lt("It starts on a later day."),
    "repairs_added": _lt("Repairs have lengthened it."),
    "extension_added": _lt("A sold extension lengthens it."),
    "activated_before_sale": _lt("The unit was activated before it was sold."),
    "component_excluded": _lt("A component is excluded."),
    "transferred": _lt("It was passed on to a new owner."),
    "not_transferable": _lt("It ended when the unit got a new owner."),
    "traded_in": _lt("The unit has been traded in."),
    "retired": _lt("The unit has been retired."),
}


class SerialWarrantyText(models.AbstractModel):
    """The engine's answer in a person's words: for screens, cards and letters."""

    _name = "serial.warranty.text"
    _description = "Words of Warranty"

    @api.model
    def _get_reason_texts(self, reasons):
        """Return the words of reason codes."""
        return [self._get_reason_text(reason) for reason in reasons]

    def _get_reason_text(self, reason):
        if text := REASONS.get(reason):
            return self.env._(text)
        code = reason.removeprefix("excluded_")
        kinds_sudo = self.env["serial.warranty.policy.exclusion"].sudo()
        kinds_sudo = kinds_sudo.with_context(active_test=False)
        name = kinds_sudo.search([("code", "=", code)], limit=1).name
        return self.env._("Not covered: %(kind)s.", kind=name or code)

    @api.model
    def _get_right_texts(self, rights, names=None):
        """Return (what, until when, why, by which rule) of what may be asked for.

        :param dict names: code of a component -> its name
        """
        return [self._get_right_text(right, names or {}) for right in rights.may_ask]

    def _get_right_text(self, right, names):
        what = self.env._(KINDS[right.kind])
        if right.component:
            part = names.get(right.component, right.component)
            what = self.env._("%(part)s: %(right)s", part=part, right=what)
        why = self.env._(CONDITIONS[right.reason]) if right.reason in CONDITIONS else ""
        source = right.source
        if source in ("maker", "extension"):
            source = self.env._("Maker's promise")
        source = cite(source, self.env.lang or "")
        return what, format_date(self.env, right.until), why, source

    @api.model
    def _get_text(self, rights, names=None):
        """Return the rights of a unit as a few lines of text."""
        lines = [
            self.env._(
                "%(what)s until %(until)s, %(why)s (%(rule)s)",
                what=what,
                until=until,
                why=why,
                rule=source,
            )
            for what, until, why, source in self._get_right_texts(rights, names)
        ]
        return "\n".join([*lines, *self._get_reason_texts(rights.reasons)])
