from odoo import fields, models

from ..core.evidence_rates import Rate
from ..core.rule_set import rate_table
from .serial_rule_text import RATE_NAMES, name_of


class SerialDiversionRuleRate(models.Model):
    """How often one way of locating a unit errs, by a version of the rules."""

    _name = "serial.diversion.rule.rate"
    _inherit = ["serial.rule.line.mixin"]
    _description = "Error Rate of Diversion Rules"

    name = fields.Selection(
        [(name, name_of(name, RATE_NAMES)) for name in rate_table()],
        string="Seen by",
        required=True,
        readonly=True,
    )
    error = fields.Float(
        string="Wrongly Outside",
        digits=(6, 5),
        required=True,
        help="How often a unit inside its region is seen outside.",
    )
    miss = fields.Float(
        string="Wrongly Inside",
        digits=(6, 5),
        required=True,
        help="How often a unit outside its region is seen inside.",
    )
    source = fields.Char(string="Where it is from", required=True)

    _name_uniq = models.UniqueIndex("(rule_id, name)", "A version has each rate once.")
    _share_check = models.Constraint(
        "CHECK (error > 0 AND error < 1 AND miss > 0 AND miss < 1)",
        "An error rate lies between never and always.",
    )

    def _get_rate(self):
        return Rate(self.error, self.miss, self.source)

    def _tell(self):
        return f"{self.error:.1%} / {self.miss:.1%}"
