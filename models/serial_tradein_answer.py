from odoo import api, fields, models


class SerialTradeinAnswer(models.Model):
    """An answer on the condition of a unit: how much of its value it leaves."""

    _name = "serial.tradein.answer"
    _description = "Answer to a Condition Question"
    _order = "sequence, id"

    question_id = fields.Many2one(
        "serial.tradein.question", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Answer", required=True, translate=True)
    code = fields.Char(required=True, help="As the API names it.")
    percent = fields.Float(
        string="Leaves (%)",
        required=True,
        default=100,
        digits=(6, 2),
        help="Of the value. Several answers multiply.",
    )
    is_refused = fields.Boolean(
        string="Not Accepted", help="Units in this condition are not taken in."
    )

    _code_uniq = models.UniqueIndex(
        "(question_id, code)", "The question has an answer of this code already."
    )
    _percent_check = models.Constraint(
        "CHECK (percent BETWEEN 0 AND 100)", "Between 0 and 100 percent are left."
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.question_id.program_id._start_version()
        return records

    def write(self, vals):
        done = super().write(vals)
        self.question_id.program_id._start_version()
        return done

    def unlink(self):
        programs = self.question_id.program_id
        done = super().unlink()
        programs._start_version()
        return done
