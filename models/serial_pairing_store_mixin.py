from odoo import Command, fields, models
from odoo.tools import SQL


class SerialPairingStoreMixin(models.AbstractModel):
    """Writes what was paired: the part, the unit of the order, the exact links."""

    _name = "serial.pairing.store.mixin"
    _description = "Storing of Pairs"

    def _get_built_in(self, unit_sudo):
        return unit_sudo.part_ids.filtered(lambda part: not part.removed_at)

    def _store(self, order_sudo, unit_sudo, row):
        """Record a part in the unit in hand."""
        part_sudo = self.env["serial.part"]._insert_rows(
            [
                {
                    **row,
                    "source": "pairing",
                    "production_id": order_sudo.id,
                    "installed_at": fields.Datetime.now(),
                    "installed_by": order_sudo.name,
                }
            ]
        )
        is_done = order_sudo.state == "done"
        if order_sudo and not is_done:
            # The order tells of its units' parts when it is done.
            if unit_sudo not in order_sudo.lot_producing_ids:
                order_sudo.lot_producing_ids = [Command.link(unit_sudo.id)]
            return
        if is_done and part_sudo.component_lot_id:
            self._link_pair(order_sudo, unit_sudo, part_sudo.component_lot_id)
        text = part_sudo.display_name
        self._tell("assembled", order_sudo, unit_sudo, [text], text)

    def _tell(self, kind, order_sudo, unit_sudo, parts, reason):
        self.env["serial.event"].sudo()._record(
            unit_sudo.ids,
            kind,
            document=order_sudo,
            data={"private": {"parts": parts, "reason": reason}},
        )

    def _link_pair(self, order_sudo, unit_sudo, component_sudo):
        """Keep one link only: a part's with its unit, of that unit and that product."""
        self.env["stock.move.line"].flush_model()
        self.env["serial.part"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM stock_move_line_consume_rel rel
                 USING stock_move_line made, stock_move_line used
                 WHERE made.id = rel.consume_line_id AND used.id = rel.produce_line_id
                   AND made.id = ANY(%(made)s) AND used.id = ANY(%(used)s)
                   AND ((used.lot_id = %(component)s AND made.lot_id <> %(unit)s
                         AND %(is_serial)s)
                        OR (made.lot_id = %(unit)s AND used.product_id = %(product)s
                            AND used.lot_id NOT IN (
                                SELECT component_lot_id FROM serial_part
                                 WHERE lot_id = %(unit)s AND removed_at IS NULL
                                   AND component_lot_id IS NOT NULL
                            )))
                """,
                made=order_sudo.move_finished_ids.move_line_ids.ids,
                used=order_sudo.move_raw_ids.move_line_ids.ids,
                component=component_sudo.id,
                unit=unit_sudo.id,
                product=component_sudo.product_id.id,
                is_serial=component_sudo.product_id.tracking == "serial",
            )
        )
        self.env["stock.move.line"].invalidate_model(
            ["consume_line_ids", "produce_line_ids"], flush=False
        )

    def _unpair(self, order_sudo, unit_sudo, part_sudo):
        """Forget a pair that was scanned by mistake; a done order links all anew."""
        name = part_sudo.display_name
        part_sudo.unlink()
        if order_sudo and order_sudo.state != "done":
            return
        if order_sudo:
            lines = order_sudo.move_finished_ids.move_line_ids
            used_ids = order_sudo.move_raw_ids.move_line_ids.ids
            if not order_sudo._link_exactly(lines, used_ids):
                lines.consume_line_ids = used_ids
        self._tell("part_changed", order_sudo, unit_sudo, [], f"{name} → —")
