from odoo import fields, models


class SerialRecallUndo(models.TransientModel):
    """Takes back a recall that was activated by mistake, and says why."""

    _name = "serial.recall.undo"
    _description = "Undo a Recall"

    recall_id = fields.Many2one("serial.recall", required=True, readonly=True)
    unit_count = fields.Integer(related="recall_id.unit_count")
    reason = fields.Text(required=True)

    def action_undo(self):
        """Lift the recall from all its units."""
        self.ensure_one()
        self.recall_id._undo(self.reason)
        return {"type": "ir.actions.act_window_close"}
