from odoo import fields, models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    # Before Odoo's own class: it hooks into its steps.
    _inherit = ["serial.extension.line.mixin", "sale.order.line"]

    serial_extension_months = fields.Integer(
        related="product_id.serial_extension_months"
    )
