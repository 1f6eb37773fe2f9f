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
        for move in moves:
            judged = self._judge_part(move.serial_new_part, move.product_id)
            if judged and judged.stops:
                refused.append(self.env["serial.part"]._get_judgement_text(judged))
        if refused:
            raise UserError(
                self.env._(
                    "This part may not be built in. %(reasons)s",
                    reasons=" ".join(refused),
                )
            )

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
                Change(move.serial_old_part or "", new, move.product_id.id)
                for move, new in repair._get_new_parts()
                if move.serial_old_part or new
            ]
            if changes:
                self.env["serial.part"].sudo()._change_parts(
                    repair.lot_id, changes, repair
                )

    def _get_new_parts(self):
        """Return the done lines, each with the serial of the part built in, or ""."""
        lines = []
        for move in self.move_ids.filtered(lambda move: move.state == "done"):
            new = ""
            if move.repair_line_type == "add":
                lots = move.lot_ids
                new = move.serial_new_part or (lots.name if len(lots) == 1 else "")
            lines.append((move, new))
        return lines
