from odoo import api, fields, models
from odoo.tools import SQL

# Units of a receipt that their maker announced in a carton. One that holds something
# elsewhere meanwhile is left alone: a package is at one place.
_ANNOUNCED = """
SELECT line.picking_id, lot.announced_package_id, array_agg(line.id ORDER BY line.id)
  FROM stock_move_line line
  JOIN stock_location source ON source.id = line.location_id
  JOIN stock_location target ON target.id = line.location_dest_id
  JOIN stock_lot lot
    ON lot.id = coalesce(line.lot_id, (
           SELECT max(known.id) FROM stock_lot known
            WHERE known.product_id = line.product_id AND known.name = line.lot_name))
 WHERE line.picking_id = ANY(%s)
   AND line.state NOT IN ('done', 'cancel')
   AND line.quantity > 0 AND line.result_package_id IS NULL
   AND source.usage = 'supplier' AND target.usage IN ('internal', 'transit')
   AND lot.announced_package_id IS NOT NULL
   AND NOT EXISTS (
       SELECT FROM stock_quant held
        WHERE held.package_id = lot.announced_package_id AND held.quantity > 0
          AND held.location_id <> line.location_dest_id)
 GROUP BY line.picking_id, lot.announced_package_id
 ORDER BY line.picking_id, lot.announced_package_id
"""
_READS = {
    "stock.move.line": (
        "picking_id",
        "location_id",
        "location_dest_id",
        "lot_id",
        "lot_name",
        "product_id",
        "state",
        "quantity",
        "result_package_id",
    ),
    "stock.lot": ("name", "product_id", "announced_package_id"),
    "stock.quant": ("package_id", "quantity", "location_id"),
}


class SerialCartonAnnouncedMixin(models.AbstractModel):
    """Receipts of units that their maker announced in cartons: they come in in them."""

    _name = "serial.carton.announced.mixin"
    _description = "Announced Cartons of a Receipt"

    serial_announced_count = fields.Integer(
        string="Units in Announced Cartons",
        compute="_compute_serial_announced_count",
        help="Their maker said in which carton they are, and this receipt has them "
        "without one.",
    )

    @api.depends(
        "state",
        "move_line_ids.lot_id",
        "move_line_ids.lot_name",
        "move_line_ids.result_package_id",
    )
    def _compute_serial_announced_count(self):
        counts = {}
        for picking_id, _package_id, line_ids in self._find_announced():
            counts[picking_id] = counts.get(picking_id, 0) + len(line_ids)
        for picking in self:
            picking.serial_announced_count = counts.get(picking._origin.id, 0)

    def _find_announced(self):
        """Return (transfer's id, carton's id, ids of lines) of what is announced."""
        open_ids = [
            picking._origin.id
            for picking in self
            if picking._origin.id and picking.state not in ("done", "cancel")
        ]
        if not open_ids:
            return []
        for model, names in _READS.items():
            self.env[model].flush_model(names)
        return self.env.execute_query(SQL(_ANNOUNCED, open_ids))

    def action_pack_announced(self):
        """Put what comes in into the cartons it was announced in."""
        self.check_access("write")
        lines = self.env["stock.move.line"]
        for _picking_id, package_id, line_ids in self._find_announced():
            in_carton = lines.browse(line_ids)
            in_carton.write({"result_package_id": package_id})
            lines |= in_carton
        # A pallet of which every carton comes in comes in as well.
        lines.result_package_id._apply_package_dest_for_entire_packs()
        # A carton is put away as a whole.
        lines._apply_putaway_strategy()
