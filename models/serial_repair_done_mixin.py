from odoo import models
from odoo.exceptions import UserError

# Results after which the unit works.
WORKING = ("repaired", "no_fault")


class SerialRepairDoneMixin(models.AbstractModel):
    """Odoo's own steps of a repair, with what they mean for the dossier."""

    _name = "serial.repair.done.mixin"
    _description = "Steps of a Repair"

    def action_validate(self):
        """Confirm; a customer's unit need not be in our stock to be repaired."""
        self.ensure_one()
        self.check_access("write")
        if self.serial_unit_stage and not self._is_in_own_stock():
            return self._action_repair_confirm()
        return super().action_validate()

    def action_repair_start(self):
        """Start; what is worked on is here, whoever forgot to say so."""
        for repair in self:
            if repair.serial_unit_stage and not repair.serial_taken_in_at:
                repair.action_take_in()
        return super().action_repair_start()

    def action_repair_done(self):
        """End the repair, its parts and its work told to the dossier."""
        for repair in self.filtered("serial_unit_stage"):
            repair._ensure_parts(repair.move_ids)
            repair._use_parts(repair.move_ids.filtered("serial_new_part"))
            repair._note_serials()
        result = super().action_repair_done()
        coded = self.filtered("serial_unit_stage")
        coded._close_waiting()
        coded._replace_parts()
        for repair in coded:
            repair._record_repaired()
        coded._prepare_recovery()
        return result

    def _record_repaired(self):
        """Say in the dossier what was done; failures are told to the office only."""
        if not self.serial_result:
            self.serial_result = "repaired"
        if self.serial_result not in WORKING:
            self._write_step({"serial_failed": True})
            return
        if self.serial_result == "no_fault":
            return
        self.env["serial.event"].sudo()._record(
            self.lot_id.ids,
            "repaired",
            document=self,
            data={
                "public": {"work": self.serial_action_id.code or ""},
                "private": {
                    "fault": self.serial_fault_id.code or "",
                    "cause": self.serial_cause_id.code or "",
                    "coverage": self.serial_coverage or "",
                },
            },
            **self._get_custody_place(),
        )
        if self.serial_for_recall:
            self.env["serial.recall"]._remedied_by_repair(self.lot_id, self)

    def action_repair_cancel_draft(self):
        """Open a cancelled repair again, unless the unit went back meanwhile."""
        closed = self.filtered("serial_given_back_at")
        if closed:
            raise UserError(
                self.env._(
                    "The unit was given back. Open a new repair instead of: "
                    "%(repairs)s",
                    repairs=", ".join(closed.mapped("name")),
                )
            )
        return super().action_repair_cancel_draft()
