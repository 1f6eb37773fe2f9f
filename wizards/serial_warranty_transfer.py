from odoo import fields, models
from odoo.exceptions import UserError


class SerialWarrantyTransfer(models.TransientModel):
    """Passes a warranty on to a new owner."""

    _name = "serial.warranty.transfer"
    _description = "New Owner"

    warranty_id = fields.Many2one(
        "serial.warranty",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    is_lost = fields.Boolean(compute="_compute_is_lost")
    phone = fields.Char(
        string="New Owner's Phone", help="Kept as a hash, and masked for the screen."
    )
    partner_id = fields.Many2one("res.partner", string="New Owner, if known")
    date = fields.Date(required=True, default=fields.Date.context_today)

    def _compute_is_lost(self):
        for wizard in self:
            policy = wizard.warranty_id.policy_id
            wizard.is_lost = bool(policy) and not policy.transferable

    def action_transfer(self):
        """Pass it on."""
        self.ensure_one()
        self.warranty_id._ensure_user()
        if self.date > fields.Date.context_today(self):
            raise UserError(self.env._("This day lies in the future."))
        number = None
        if self.phone:
            activations = self.env["serial.activation"].sudo()
            number = activations._parse_phone(self.phone, None, None)
            if not number:
                raise UserError(self.env._("This is not a telephone number."))
        self.warranty_id._transfer(number, self.date, self.partner_id)
        return {"type": "ir.actions.act_window_close"}
