from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .recall_sql import BARS_SALE


class SerialDeliveryMixin(models.AbstractModel):
    """What may leave: no serial that is void, blocked, somewhere else, or of a recall
    that stops its sale.
    """

    _name = "serial.delivery.mixin"
    _description = "Serials That May Be Delivered"

    @api.model
    def _ensure_deliverable(self, condition, moved=False):
        """Refuse to deliver serials that are void, retired or blocked, whose sale a
        recall stops, or that have been delivered before and are not in stock.

        :param SQL condition: which move lines, as `line`
        :param bool moved: stock has moved them already
        """
        self._flush("stock.move.line", "stock.lot", "stock.quant", "serial.recall")
        refused = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (lot.id) lot.name, lot.stage, lot.blocked,
                       %(bars_sale)s
                  FROM stock_move_line line
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
                  JOIN stock_lot lot ON lot.id = line.lot_id
            CROSS JOIN LATERAL (
                    SELECT count(*) FILTER (WHERE quant.quantity > 0) AS there,
                           count(*) FILTER (WHERE quant.quantity < 0) AS owed
                      FROM stock_quant quant
                      JOIN stock_location place ON place.id = quant.location_id
                     WHERE lot.shipped_at IS NOT NULL AND source.usage <> 'customer'
                       AND quant.lot_id = lot.id
                       AND place.usage IN ('internal', 'transit')
                  ) AS stock
                 WHERE %(condition)s AND target.usage = 'customer'
                   AND lot.stage IS NOT NULL
                   AND (lot.stage IN ('void', 'retired')
                        -- A customer's unit in for service goes back to him.
                        OR (NOT coalesce(lot.in_service, false)
                            AND (lot.blocked OR %(bars_sale)s))
                        OR (lot.shipped_at IS NOT NULL AND source.usage <> 'customer'
                            AND %(elsewhere)s))
              ORDER BY lot.id LIMIT 11
                """,
                condition=condition,
                bars_sale=SQL(BARS_SALE),
                # Stock lets a unit leave that it does not have, and owes it then.
                elsewhere=SQL("stock.owed > 0" if moved else "stock.there = 0"),
            )
        )
        if refused:
            raise UserError(self._get_refusal(refused))

    def _get_refusal(self, refused):
        stage_field = self.env["stock.lot"]._fields["stage"]
        stages = dict(stage_field._description_selection(self.env))
        names = []
        for name, stage, blocked, recalled in refused[:10]:
            if stage in ("void", "retired"):
                reason = stages[stage]
            elif blocked or recalled:
                reason = self.env._("Blocked") if blocked else self.env._("Recalled")
            else:
                reason = self.env._("Delivered before and not returned")
            names.append(f"{name} ({reason})")
        return self.env._(
            "These serials may not be delivered. Take them off the transfer: "
            "%(serials)s",
            serials=", ".join(names) + (" …" if len(refused) > 10 else ""),
        )
