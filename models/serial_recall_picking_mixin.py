from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .recall_sql import BARS_SALE, HELD_BY

SHOWN = 10


class SerialRecallPickingMixin(models.AbstractModel):
    """What a delivery says of the recalled serials on it.

    Whoever packs it reads at once what may not leave; what may leave is said, and noted
    on the delivery.
    """

    _name = "serial.recall.picking.mixin"
    _description = "Recalled Serials on a Delivery"

    serial_recall_stopped = fields.Char(
        string="Recalled, Not to Be Delivered", compute="_compute_serial_recalls"
    )
    serial_recall_warned = fields.Char(
        string="Recalled, May Be Delivered", compute="_compute_serial_recalls"
    )

    @api.depends("move_line_ids.lot_id", "move_line_ids.location_dest_id", "state")
    def _compute_serial_recalls(self):
        coming = self.filtered(lambda picking: picking.state not in ("done", "cancel"))
        found = coming._origin._get_recalled_serials()
        for picking in self:
            stopped, warned = found.get(picking._origin.id, ([], []))
            picking.serial_recall_stopped = self._join_serials(stopped)
            picking.serial_recall_warned = self._join_serials(warned)

    @api.model
    def _join_serials(self, names):
        return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")

    def _get_recalled_serials(self, condition="true"):
        """Return {picking id: (serials that may not be delivered, those that may)},
        each with the numbers of its recalls; one query.

        :param condition: a further one, as SQL
        """
        self.env["stock.move.line"].flush_model()
        self.env["stock.lot"].flush_model(["recalled", "in_service", "stage"])
        self.env["serial.recall"].flush_model(["state", "block_sale"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.picking_id, %(bars_sale)s, lot.name,
                       (SELECT string_agg(recall.name, ', ' ORDER BY recall.id)
                          %(held_by)s)
                  FROM stock_move_line line
                  JOIN stock_location target ON target.id = line.location_dest_id
                  JOIN stock_lot lot ON lot.id = line.lot_id
                 WHERE line.picking_id = ANY(%(picking_ids)s) AND %(condition)s
                   AND target.usage = 'customer' AND lot.recalled
                   AND lot.stage IS NOT NULL
                   -- A customer's unit in for service goes back to him.
                   AND NOT coalesce(lot.in_service, false)
              ORDER BY lot.name
                """,
                bars_sale=SQL(BARS_SALE),
                held_by=SQL(HELD_BY),
                picking_ids=self.filtered(lambda one: not one.serial_tradein_id).ids,
                condition=SQL(condition),
            )
        )
        found = defaultdict(lambda: ([], []))
        for picking_id, stops, name, recalls in rows:
            text = f"{name} ({recalls})" if recalls else name
            found[picking_id][0 if stops else 1].append(text)
        return found

    def _note_recalled(self):
        """Note on done deliveries which recalled serials left with them."""
        found = self._get_recalled_serials(
            # Most companies have no such recall: then no serial is looked at.
            "EXISTS (SELECT FROM serial_recall "
            "WHERE state IN ('active', 'closed') AND NOT block_sale)"
        )
        for picking in self.browse(found):
            _stopped, warned = found[picking.id]
            if warned:
                picking.message_post(
                    body=self.env._(
                        "Recalled serials left with this delivery: %(serials)s",
                        serials=self._join_serials(warned),
                    )
                )
