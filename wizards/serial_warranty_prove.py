from odoo import api, fields, models
from odoo.exceptions import UserError


class SerialWarrantyProve(models.TransientModel):
    """Keeps an invoice or a card, and counts the warranty from the day it proves."""

    _name = "serial.warranty.prove"
    _description = "Keep a Proof"

    warranty_id = fields.Many2one(
        "serial.warranty",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    proof = fields.Selection(
        [("invoice", "Invoice"), ("card", "Warranty card")],
        required=True,
        default="invoice",
    )
    basis = fields.Selection(
        [("sale", "Sale"), ("delivery", "Delivery")],
        string="Day of",
        required=True,
        default="sale",
    )
    date = fields.Date(required=True)
    invoice_number = fields.Char()
    is_distance_sale = fields.Boolean(
        string="Sold at a Distance",
        compute="_compute_is_distance_sale",
        store=True,
        readonly=False,
    )
    seller_id = fields.Many2one("res.partner")
    attachment_ids = fields.Many2many("ir.attachment", string="Files")

    @api.depends("warranty_id")
    def _compute_is_distance_sale(self):
        for wizard in self:
            wizard.is_distance_sale = wizard.warranty_id.is_distance_sale

    def action_prove(self):
        """Count from the proven day."""
        self.ensure_one()
        warranty = self.warranty_id
        warranty._ensure_user()
        if self.date > fields.Date.context_today(self):
            raise UserError(self.env._("This day lies in the future."))
        if self.basis not in (warranty._get_bases() or (self.basis,)):
            raise UserError(
                self.env._("The policy of this unit does not count from that day.")
            )
        values = {
            "invoice_number": self.invoice_number or warranty.invoice_number,
            "is_distance_sale": self.is_distance_sale,
        }
        if self.seller_id:
            values["seller_id"] = self.seller_id.id
        if self.attachment_ids:
            values["attachment_ids"] = [
                fields.Command.link(file.id) for file in self.attachment_ids
            ]
        warranty._prove(self.proof, self.basis, self.date, **values)
        return {"type": "ir.actions.act_window_close"}
