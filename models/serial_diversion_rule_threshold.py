from odoo import api, fields, models

from ..core.rule_limits import THRESHOLDS
from .serial_rule_text import THRESHOLD_NAMES, UNITS, name_of


class SerialDiversionRuleThreshold(models.Model):
    """A limit of a version of the rules."""

    _name = "serial.diversion.rule.threshold"
    _inherit = ["serial.rule.line.mixin"]
    _description = "Limit of Diversion Rules"
    _rec_name = "code"

    code = fields.Selection(
        [(code, name_of(code, THRESHOLD_NAMES)) for code in THRESHOLDS],
        string="Limit",
        required=True,
        readonly=True,
    )
    value = fields.Float(digits=(16, 4), required=True)
    default_value = fields.Float(
        string="Default", digits=(16, 4), compute="_compute_facts"
    )
    unit = fields.Char(compute="_compute_facts")
    source = fields.Char(string="Where it is from", compute="_compute_facts")

    _code_uniq = models.UniqueIndex("(rule_id, code)", "A version has each limit once.")

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_facts(self):
        for line in self:
            limit = THRESHOLDS.get(line.code)
            unit = UNITS.get(limit and limit.unit)
            line.default_value = limit and limit.default
            line.unit = self.env._(unit) if unit else limit and limit.unit
            line.source = limit and limit.fact

    @api.constrains("value")
    def _check_value(self):
        self.rule_id._check_rule_set()

    def _tell(self):
        return f"{self.value:g} {self.unit or ''}".strip()
