from odoo import api, fields, models


class StockWarehouse(models.Model):
    _name = "stock.warehouse"
    _inherit = ["stock.warehouse", "serial.gln.mixin"]

    serial_gln = fields.Char(
        string="GLN",
        size=13,
        help="Global Location Number of GS1: EPCIS events name the warehouse by it.",
    )

    @api.constrains("serial_gln")
    def _check_serial_gln(self):
        for warehouse in self:
            self._ensure_gln(warehouse.serial_gln)
