from odoo import Command, api, models
from odoo.tools import SQL


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = [
        "serial.carton.line.mixin",
        "serial.carton.link.mixin",
        "serial.putaway.mixin",
        "stock.move.line",
    ]

    # Core declares none: every look-up of a lot's past would scan all move lines.
    _lot_idx = models.Index("(lot_id) WHERE lot_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # A line added to a done transfer moves its unit at once.
        lines._sync_serials({})
        return lines

    def write(self, vals):
        if self._link_exactly(vals):
            vals = {name: vals[name] for name in vals if name != "consume_line_ids"}
            if not vals:
                return True
        if not {"lot_id", "quant_id", "quantity"} & set(vals):
            return super().write(vals)
        before = self._get_moved_serials()
        result = super().write(vals)
        self._sync_serials(before)
        return result

    def _link_exactly(self, vals):
        """Link lines of a finished order with their own parts, if these are known."""
        if not self.env.context.get("serial_link_exactly"):
            return False
        match vals.get("consume_line_ids"):
            case [(Command.SET, _, consumed_ids)] if self.move_id.production_id:
                return self.env["mrp.production"]._link_exactly(self, consumed_ids)
        return False

    def _get_moved_serials(self):
        """Return {line id: lot id} of what these lines moved already."""
        return {
            line.id: line.lot_id.id
            for line in self
            if line.state == "done" and line.lot_id and line.quantity
        }

    def _sync_serials(self, before):
        """Tell the dossiers of serials that done lines gained or lost.

        :param dict before: line id -> lot id, as the lines were
        """
        after = self._get_moved_serials()
        lost = [pair for pair in before.items() if after.get(pair[0]) != pair[1]]
        if lost:
            self.env["serial.correction"]._correct(lost)
        gained = [line_id for line_id in after if before.get(line_id) != after[line_id]]
        if gained:
            binding = self.env["serial.binding"]
            binding._bind(SQL("line.id = ANY(%s)", gained))
