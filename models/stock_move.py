from odoo import models
from odoo.tools import SQL


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["serial.repair.line.mixin", "stock.move"]

    def _action_done(self, cancel_backorder=False):
        binding = self.env["serial.binding"]
        # Before stock's own work, which takes a minute for a big delivery.
        binding._ensure_deliverable(
            SQL("line.move_id = ANY(%s) AND line.picked", self.ids)
        )
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        done = moves.filtered(lambda move: move.state == "done")
        if done:
            binding._bind(SQL("line.move_id = ANY(%s)", done.ids))
            self.env["serial.warranty.extension"]._sell_delivered(done)
        return moves
