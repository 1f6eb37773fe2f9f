from odoo import models


class StockPackage(models.Model):
    _name = "stock.package"
    _inherit = ["stock.package", "serial.package.label.mixin"]

    # Core has a trigram index only, which is slow for what scanners ask: name = X.
    _name_idx = models.Index("(name)")
