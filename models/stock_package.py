from odoo import models


class StockPackage(models.Model):
    _inherit = "stock.package"

    # Core has a trigram index only, which is slow for what scanners ask: name = X.
    _name_idx = models.Index("(name)")
