from odoo import models
from odoo.tools import SQL

from ..core.aggregation import STOCK


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["serial.repair.line.mixin", "stock.move"]

    def _action_done(self, cancel_backorder=False):
        binding, coded = self.env["serial.binding"], self.env["serial.coded.delivery"]
        # Before stock's own work, which takes a minute for a big delivery.
        picked = SQL(
            "line.move_id = ANY(%s) AND line.picked", self._without_tradein().ids
        )
        binding._ensure_deliverable(picked)
        coded._ensure_coded(picked)
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        done = moves.filtered(lambda move: move.state == "done")
        stocked = done.filtered(lambda move: move.location_id.usage in STOCK)
        self.env["stock.package"]._note_moves(stocked)
        bound = done._without_tradein()
        if bound:
            binding._bind(SQL("line.move_id = ANY(%s)", bound.ids))
            self.env["serial.warranty.extension"]._sell_delivered(bound)
            self.env["serial.tradein"]._follow_new_units(bound)
            bound.picking_id._note_recalled()
            coded._follow(SQL("line.move_id = ANY(%s)", bound.ids))
        if done != bound:
            self.env["serial.tradein"]._follow_own_moves(done - bound)
        self.env["stock.package"]._note_moves(done - stocked)
        self.env["serial.sscc"]._note_left(stocked)
        return moves

    def _without_tradein(self):
        """Return the moves that are no part of a trade-in: those go ways of their own.

        A unit that is traded in does not come back to be sold as new.
        """
        return self.filtered(lambda move: not move.picking_id.serial_tradein_id)
