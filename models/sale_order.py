from odoo import fields, models


class SaleOrder(models.Model):
    _name = "sale.order"
    # Before Odoo's own class: they hook into its steps.
    _inherit = [
        "serial.order.tradein.mixin",
        "serial.extension.order.mixin",
        "sale.order",
    ]

    serial_region_id = fields.Many2one(
        "serial.channel.region",
        string="Target Region",
        domain="['|', ('date_to', '=', False), ('date_to', '>=', 'today')]",
        help="Units delivered for this order are bound to this region. "
        "Empty: the distributor's own region.",
    )
