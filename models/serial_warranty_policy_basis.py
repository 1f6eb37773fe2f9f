from odoo import fields, models

BASES = [
    ("sale", "Sale"),
    ("delivery", "Delivery"),
    ("activation", "Activation"),
    ("production", "Production"),
]


class SerialWarrantyPolicyBasis(models.Model):
    """A day that a warranty may be counted from; the first that is known counts."""

    _name = "serial.warranty.policy.basis"
    _inherit = ["serial.warranty.rule.mixin"]
    _description = "Start of a Warranty"
    _order = "sequence, id"
    _rec_name = "basis"

    policy_id = fields.Many2one(
        "serial.warranty.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    sequence = fields.Integer(default=10)
    basis = fields.Selection(BASES, string="Day of", required=True)
    is_full = fields.Boolean(
        string="Opens Everything",
        default=True,
        help="If not, only what the policy grants without papers.",
    )
    days_later = fields.Integer(help="So many days after production.")

    _basis_uniq = models.UniqueIndex(
        "(policy_id, basis)", "A policy names each start once."
    )
    _days_check = models.Constraint(
        "CHECK (days_later >= 0 AND (days_later = 0 OR basis = 'production'))",
        "Only production starts a warranty some days later.",
    )
