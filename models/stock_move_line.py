from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # Core declares none: every look-up of a lot's past would scan all move lines.
    _lot_idx = models.Index("(lot_id) WHERE lot_id IS NOT NULL")
