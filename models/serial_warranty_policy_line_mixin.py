from odoo import fields, models


class SerialWarrantyPolicyLineMixin(models.AbstractModel):
    """A line of a warranty policy, of its company."""

    _name = "serial.warranty.policy.line.mixin"
    _inherit = ["serial.warranty.rule.mixin"]
    _description = "Line of a Warranty Policy"
    _order = "sequence, id"

    policy_id = fields.Many2one(
        "serial.warranty.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    sequence = fields.Integer(default=10)
