from odoo import models
from odoo.exceptions import UserError


class SerialTradeinUndoMixin(models.AbstractModel):
    """Claims that come to nothing: called off, or the old unit given back."""

    _name = "serial.tradein.undo.mixin"
    _description = "Undoing a Trade-in"

    def action_give_back(self):
        """Hand old units back to their owners, each by a stock move."""
        self._ensure_worker()
        for claim in self:
            claim.sudo()._give_back()

    def action_refuse(self):
        """Refuse claims whose unit was not taken in: it is not what it should be."""
        self._ensure_worker()
        self._ensure_state("accepted")
        self.sudo()._close("refused")

    def action_remove_credit(self):
        """Take credits off orders whose new unit has not left yet."""
        self._ensure_worker()
        self._ensure_state("credited")
        for claim in self:
            if claim.sudo().order_id.locked:
                raise UserError(
                    self.env._(
                        "Unlock order %(order)s first.", order=claim.order_id.name
                    )
                )
        self.sudo()._release_credit()

    def _withdraw(self):
        """Call a claim off before its unit is handed in, as its consumer asks."""
        self._ensure_state("accepted")
        self._close("cancelled")
        self._message_log(
            body=self.env._("The consumer called the trade-in off."),
            author_id=self.env.ref("base.partner_root").id,
        )
