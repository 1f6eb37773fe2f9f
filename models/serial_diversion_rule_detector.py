from odoo import api, fields, models

from ..core.rule_set import DETECTORS
from .serial_rule_text import DETECTOR_NAMES, DETECTOR_TEXTS, name_of


class SerialDiversionRuleDetector(models.Model):
    """Whether a version of the rules looks for one kind of finding."""

    _name = "serial.diversion.rule.detector"
    _inherit = ["serial.rule.line.mixin"]
    _description = "Detector of Diversion Rules"
    _rec_name = "code"

    code = fields.Selection(
        [(code, name_of(code, DETECTOR_NAMES)) for code in DETECTORS],
        string="Detector",
        required=True,
        readonly=True,
    )
    enabled = fields.Boolean(string="On", default=True)
    description = fields.Char(string="What it finds", compute="_compute_description")

    _code_uniq = models.UniqueIndex(
        "(rule_id, code)", "A version has each detector once."
    )

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_description(self):
        for line in self:
            text = DETECTOR_TEXTS.get(line.code)
            line.description = text and self.env._(text)

    def _tell(self):
        return self.env._("on") if self.enabled else self.env._("off")
