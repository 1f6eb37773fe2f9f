from odoo import fields, models


class SerialTradeinQuestion(models.Model):
    """A question on the condition of a unit; its first answer is what is assumed."""

    _name = "serial.tradein.question"
    _inherit = ["serial.tradein.line.mixin"]
    _description = "Condition Question of a Trade-in Programme"

    name = fields.Char(string="Question", required=True, translate=True)
    code = fields.Char(required=True, help="As the API names it.")
    class_ids = fields.Many2many(
        "serial.tradein.class",
        string="Classes",
        domain="[('program_id', '=', program_id)]",
        help="Empty: all classes of the programme.",
    )
    answer_ids = fields.One2many("serial.tradein.answer", "question_id", copy=True)

    _code_uniq = models.UniqueIndex(
        "(program_id, code)", "The programme has a question of this code already."
    )

    def _get_line(self, code):
        """Return question and answer in one line."""
        self.ensure_one()
        given = self.answer_ids.filtered(lambda answer: answer.code == code)
        mark = "" if self.name.endswith(("?", "\N{FULLWIDTH QUESTION MARK}")) else ":"
        return f"{self.name}{mark} {given.name or code}"
