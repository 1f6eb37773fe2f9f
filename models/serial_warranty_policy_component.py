from odoo import fields, models

from ..core import warranty_policy as core

KINDS = [
    ("return", "Return"),
    ("exchange", "Exchange"),
    ("refund", "Refund"),
    ("repair", "Repair"),
]


class SerialWarrantyPolicyComponent(models.Model):
    """A part of a unit with a term of its own."""

    _name = "serial.warranty.policy.component"
    _inherit = ["serial.warranty.policy.line.mixin"]
    _description = "Component under Warranty"

    name = fields.Char(string="Component", required=True, translate=True)
    code = fields.Char(required=True, help="What repairs and the API call it.")
    months = fields.Integer(string="Term (months)", required=True, default=12)
    kind = fields.Selection(KINDS, string="Right", required=True, default="repair")
    source = fields.Char()
    product_ids = fields.Many2many(
        "product.product",
        string="Parts",
        help="The spare parts that are this component.",
    )

    _code_uniq = models.UniqueIndex(
        "(policy_id, code)", "A policy names each component once."
    )
    _months_check = models.Constraint(
        "CHECK (months > 0)", "A component's term has a month at least."
    )

    def _get_rule(self):
        return core.Component(self.code, self.months, self.kind, self.source or "")
