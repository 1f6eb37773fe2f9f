from odoo import api, fields, models
from odoo.fields import Domain

STAGES = [
    ("announced", "Announced"),
    ("taken_in", "Taken In"),
    ("waiting_parts", "Waiting for Parts"),
    ("in_repair", "In Repair"),
    ("ready", "Ready to Give Back"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
CLOSED = ("closed", "cancelled")


class SerialRepairStageMixin(models.AbstractModel):
    """How far a repair has come, from the unit's announcement to its giving back."""

    _name = "serial.repair.stage.mixin"
    _description = "Progress of a Repair"

    serial_stage = fields.Selection(
        STAGES,
        string="Progress",
        compute="_compute_serial_stage",
        store=True,
        index=True,
        group_expand=True,
    )
    serial_parts_days = fields.Integer(
        string="Days without Parts", compute="_compute_serial_parts_days"
    )
    serial_is_late = fields.Boolean(
        string="Promised Too Late",
        compute="_compute_serial_is_late",
        search="_search_serial_is_late",
    )

    @api.depends(
        "state",
        "serial_in_custody",
        "serial_taken_in_at",
        "serial_parts_from",
        "serial_parts_until",
        "serial_given_back_at",
    )
    def _compute_serial_stage(self):
        for repair in self:
            repair.serial_stage = repair._get_serial_stage()

    def _get_serial_stage(self):
        if self.state in ("done", "cancel"):
            if self.serial_in_custody:
                return "ready"
            return "closed" if self.state == "done" else "cancelled"
        if self.serial_parts_from and not self.serial_parts_until:
            return "waiting_parts"
        if self.state == "under_repair":
            return "in_repair"
        return "taken_in" if self.serial_taken_in_at else "announced"

    @api.depends("serial_parts_from", "serial_parts_until")
    def _compute_serial_parts_days(self):
        now = fields.Datetime.now()
        for repair in self:
            since = repair.serial_parts_from
            until = repair.serial_parts_until or now
            repair.serial_parts_days = (until - since).days if since else 0

    @api.depends("serial_promised_at", "serial_stage")
    def _compute_serial_is_late(self):
        late = self.filtered_domain(self._get_late_domain())
        for repair in self:
            repair.serial_is_late = repair in late

    def _search_serial_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_late_domain()

    @api.model
    def _get_late_domain(self):
        return Domain("serial_promised_at", "<", fields.Datetime.now()) & Domain(
            "serial_stage", "not in", CLOSED
        )
