from odoo import fields, models

from ..core import warranty_policy as core
from .serial_preset_mixin import CONFIDENCES
from .serial_warranty_policy_component import KINDS


class SerialWarrantyPolicyEntitlement(models.Model):
    """What may be asked for, from which day until which, on which condition."""

    _name = "serial.warranty.policy.entitlement"
    _inherit = ["serial.warranty.policy.line.mixin"]
    _description = "Right under Warranty"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, string="Right", required=True)
    condition = fields.Selection(
        [
            ("fault", "At a fault"),
            ("distance", "Sold at a distance, without reason"),
            ("failed_repairs", "After failed repairs"),
            ("parts_overdue", "Parts are overdue"),
            ("repair_overdue", "The repair is overdue"),
            ("exchange_declined", "Instead of an exchange"),
            ("no_like_model", "No like model is left"),
        ],
        required=True,
        default="fault",
    )
    from_day = fields.Integer(help="Days after the start.")
    until_day = fields.Integer(
        help="Days after the start. Zero: until the end of the term."
    )
    source = fields.Char(string="Article")
    confidence = fields.Selection(
        CONFIDENCES, string="Checked against", default="M", required=True
    )

    _days_check = models.Constraint(
        "CHECK (from_day >= 0 AND until_day >= 0)", "Days are not negative."
    )

    def _get_rule(self):
        return core.Entitlement(
            self.kind,
            self.from_day,
            self.until_day or None,
            self.condition,
            self.source or "",
            self.confidence,
        )
