from odoo import fields, models


class SerialHoldRelease(models.TransientModel):
    """Releases a legal hold, and says why."""

    _name = "serial.hold.release"
    _description = "Release a Legal Hold"

    hold_id = fields.Many2one("serial.hold", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_release(self):
        """Let go of what the hold kept."""
        self.ensure_one()
        self.hold_id._release(self.reason)
        return {"type": "ir.actions.act_window_close"}
