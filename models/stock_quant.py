from odoo import models


class StockQuant(models.Model):
    _name = "stock.quant"
    _inherit = [
        "serial.reservation.mixin",
        "serial.quant.ledger.mixin",
        "stock.quant",
    ]
