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
    _inherit = ["serial.warranty.policy.line.mixin"]
    _description = "Start of a Warranty"
    _rec_name = "basis"

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
