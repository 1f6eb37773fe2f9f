from odoo import fields, models


class SerialMarkVoid(models.TransientModel):
    """Why marks are void: asked once for all that were chosen."""

    _name = "serial.mark.void"
    _description = "Void Marks"

    mark_ids = fields.Many2many(
        "serial.mark",
        "serial_mark_void_rel",
        string="Marks",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    reason = fields.Char(required=True)

    def action_void(self):
        """End the marks."""
        self.ensure_one()
        self.mark_ids._void(self.reason)
        return {"type": "ir.actions.act_window_close"}
