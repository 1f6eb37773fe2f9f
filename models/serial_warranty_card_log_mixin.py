from odoo import models

from ..reports.warranty_card import Section


class SerialWarrantyCardLogMixin(models.AbstractModel):
    """The log of repairs on a warranty card."""

    _name = "serial.warranty.card.log.mixin"
    _description = "Repair Log of a Card"

    def _get_repair_section(self, lot):
        repairs_sudo = (
            self.env["repair.order"]
            .sudo()
            .search(
                [
                    ("lot_id", "=", lot.id),
                    ("serial_taken_in_at", "!=", False),
                    ("state", "!=", "cancel"),
                ],
                order="serial_taken_in_at",
            )
        )
        columns = (
            self.env._("Taken in"),
            self.env._("Fault"),
            self.env._("Cause"),
            self.env._("Work done"),
            self.env._("Given back"),
            self.env._("Repairer"),
        )
        return Section(
            self.env._("Repairs"),
            columns=columns,
            rows=tuple(self._get_repair_row(repair) for repair in repairs_sudo),
            widths=(24, 34, 34, 34, 24, 30),
            empty=self.env._("None so far."),
        )

    def _get_repair_row(self, repair):
        get_day = self.env["serial.warranty"]._get_local_day
        return (
            self._day(get_day(repair.serial_taken_in_at, repair.company_id.id)),
            repair.serial_fault_id.name or "",
            repair.serial_cause_id.name or "",
            repair.serial_action_id.name or "",
            self._day(get_day(repair.serial_given_back_at, repair.company_id.id)),
            self._get_repairer(repair),
        )

    def _get_repairer(self, repair):
        return repair.serial_centre_id.name or repair.company_id.name
