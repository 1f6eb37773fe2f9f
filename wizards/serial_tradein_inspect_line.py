from odoo import fields, models


class SerialTradeinInspectLine(models.TransientModel):
    """One question on the condition: what was told, what was found."""

    _name = "serial.tradein.inspect.line"
    _description = "Finding of an Inspection"

    inspect_id = fields.Many2one(
        "serial.tradein.inspect", required=True, ondelete="cascade"
    )
    question_id = fields.Many2one("serial.tradein.question", required=True)
    told_id = fields.Many2one("serial.tradein.answer")
    answer_id = fields.Many2one(
        "serial.tradein.answer",
        string="Found",
        domain="[('question_id', '=', question_id)]",
    )

    def _get_differing(self):
        return self.filtered(lambda line: line.answer_id != line.told_id)
