from odoo import fields, models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    # Before Odoo's own class: they hook into its steps.
    _inherit = [
        "serial.order.line.tradein.mixin",
        "serial.extension.line.mixin",
        "sale.order.line",
    ]

    serial_extension_months = fields.Integer(
        related="product_id.serial_extension_months"
    )
