from odoo import fields, models


class SerialApiKeyLift(models.TransientModel):
    """Asks why suspended keys may be used again."""

    _name = "serial.api.key.lift"
    _description = "Lift the Suspension of API Keys"

    api_key_ids = fields.Many2many(
        "serial.api.key",
        string="Keys",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    reason = fields.Text(
        required=True, help="What was found out about the codes it asked for."
    )

    def action_lift(self):
        """Let the keys in again."""
        self.ensure_one()
        self.api_key_ids._lift(self.reason)
