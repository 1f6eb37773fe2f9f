from odoo import models
from odoo.exceptions import UserError

from .serial_part_change_mixin import Change


class SerialRepairPartMixin(models.AbstractModel):
    """Parts replaced in a repair: genuine ones only, and kept in the dossier."""

    _name = "serial.repair.part.mixin"
    _description = "Parts of a Repair"

    def _ensure_parts(self, moves):
        """Refuse parts that are stolen, of a wrong product or sit in another unit.

        Those units are named: somebody has to look at them.
        """
        refused = []
        for move in moves.filtered(lambda move: move.repair_line_type == "add"):
            judged = self._judge_part(move._get_new_part(), move.product_id)
            if judged and judged.stops:
                refused.append(self.env["serial.part"]._get_judgement_text(judged))
        if refused:
            raise UserError(
                self.env._(
                    "This part may not be built in. %(reasons)s",
                    reasons=" ".join(refused),
                )
            )

    def _use_parts(self, moves):
        """Take from stock what lines say was built in, whatever stock has reserved.

        Odoo drops lines that it has reserved nothing for. Who typed a serial has the
        part in hand, which stock may not have heard of.
        """
        for move in moves.filtered(
            lambda move: (
                move.repair_line_type == "add" and move.state not in ("done", "cancel")
            )
        ):
            if move.has_tracking == "none":
                move.quantity = move.product_uom_qty
            elif move.has_tracking == "serial" and move.serial_new_part:
                move.lot_ids = self._get_part_lot(move)

    def _note_serials(self):
        """Note on the lines the serials that were picked from stock."""
        for move in self.move_ids.filtered(
            lambda move: move.repair_line_type == "add" and not move.serial_new_part
        ):
            if name := move._get_new_part():
                move.serial_new_part = name

    def _get_part_lot(self, move):
        """Return the serial or batch that a line names, a new one if we know none."""
        judged = self._judge_part(move.serial_new_part, move.product_id)
        lots_sudo = self.env["stock.lot"].sudo()
        lot_sudo = lots_sudo.browse(judged.component_lot_id)
        if lot_sudo.product_id == move.product_id:
            return lot_sudo
        return lots_sudo.create({"name": judged.name, "product_id": move.product_id.id})

    def _judge_part(self, text, product):
        """Return the judgement on a part that this unit is to get, None if on none."""
        if not text or not self.lot_id:
            return None
        judged = self.env["serial.part"].sudo()._judge([text], self.lot_id, product)
        return judged[text]

    def _replace_parts(self):
        """Record which part took the place of which in the unit's dossier."""
        for repair in self.filtered("serial_unit_stage"):
            changes = [
                change
                for move in repair.move_ids.filtered(lambda move: move.state == "done")
                if any((change := repair._get_change(move))[:2]) or change.batch_id
            ]
            if changes:
                self.env["serial.part"].sudo()._change_parts(
                    repair.lot_id, changes, repair
                )

    def _get_change(self, move):
        """Return which part a done line took out, and which it built in."""
        new, batch = "", move.lot_ids.browse()
        if move.repair_line_type == "add":
            new = move._get_new_part()
            if move.has_tracking == "lot":
                batch = move.lot_ids[:1]
        return Change(
            move.serial_old_part or "",
            new,
            move.product_id.id,
            batch_id=batch.id or None,
        )
