from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    serial_region_id = fields.Many2one(
        "serial.channel.region",
        string="Target Region",
        help="Units on this delivery are bound to this region. Empty: the region of "
        "the sale order, else the distributor's own.",
    )
