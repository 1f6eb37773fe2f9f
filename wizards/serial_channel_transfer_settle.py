from odoo import fields, models
from odoo.exceptions import UserError


class SerialChannelTransferSettle(models.TransientModel):
    """Settles shortages and surpluses: whose word is taken, and why."""

    _name = "serial.channel.transfer.settle"
    _description = "Settle a Dispute"

    transfer_id = fields.Many2one(
        "serial.channel.transfer", required=True, readonly=True
    )
    line_ids = fields.Many2many(
        "serial.channel.transfer.line", string="Units", required=True
    )
    decision = fields.Selection(
        [
            ("stays", "They stay with the sender"),
            ("moves", "They go to the receiver"),
            ("lost", "They are lost: write them off"),
        ],
        required=True,
    )
    reason = fields.Char(required=True)

    def action_settle(self):
        """Settle the chosen units."""
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why, for both sides to read."))
        self.transfer_id._ensure_office()
        self.transfer_id.sudo()._settle(self.line_ids.ids, self.decision, reason)
        return {"type": "ir.actions.act_window_close"}
