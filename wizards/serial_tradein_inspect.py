from odoo import Command, api, fields, models


class SerialTradeinInspect(models.TransientModel):
    """What the inspection of an old unit found, answer by answer, and what it costs."""

    _name = "serial.tradein.inspect"
    _description = "Inspect a Traded-in Unit"

    tradein_id = fields.Many2one("serial.tradein", required=True, readonly=True)
    currency_id = fields.Many2one(related="tradein_id.currency_id")
    line_ids = fields.One2many("serial.tradein.inspect.line", "inspect_id")
    first_value = fields.Monetary(string="First Offer", related="tradein_id.value")
    value = fields.Monetary(
        string="Offer after Inspection",
        compute="_compute_value",
        store=True,
        readonly=False,
    )
    is_changed = fields.Boolean(compute="_compute_is_changed")
    reason = fields.Text(
        compute="_compute_reason",
        store=True,
        readonly=False,
        help="The consumer reads it on the page of his trade-in.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        claim = self.env["serial.tradein"].browse(values.get("tradein_id"))
        if claim and "line_ids" in fields_list:
            values["line_ids"] = [
                Command.create(vals) for vals in self._prepare_lines(claim)
            ]
        return values

    def _prepare_lines(self, claim):
        """Return a line a question, with the answer that was given."""
        told = claim.answers or {}
        found = claim.found_answers or told
        for question in claim.program_id._get_questions(claim.class_id):
            by_code = {answer.code: answer.id for answer in question.answer_ids}
            first = question.answer_ids[:1].id
            yield {
                "question_id": question.id,
                "told_id": by_code.get(told.get(question.code), first),
                "answer_id": by_code.get(found.get(question.code), first),
            }

    # === COMPUTE === #

    @api.depends("line_ids.answer_id", "tradein_id")
    def _compute_value(self):
        for wizard in self:
            if wizard.line_ids._get_differing():
                answers = wizard._get_answers()
                wizard.value = wizard.tradein_id._value_answers(answers)
            else:
                wizard.value = wizard.tradein_id.value

    @api.depends("value", "first_value")
    def _compute_is_changed(self):
        for wizard in self:
            currency = wizard.currency_id or self.env.company.currency_id
            wizard.is_changed = bool(
                currency.compare_amounts(wizard.value, wizard.first_value)
            )

    @api.depends("line_ids.answer_id")
    def _compute_reason(self):
        for wizard in self:
            wizard.reason = "\n".join(
                self.env._(
                    "%(question)s Told: %(told)s. Found: %(found)s.",
                    question=line.question_id.name,
                    told=line.told_id.name,
                    found=line.answer_id.name,
                )
                for line in wizard.line_ids._get_differing()
            )

    def _get_answers(self):
        return {
            line.question_id.code: line.answer_id.code
            for line in self.line_ids
            if line.answer_id
        }

    def action_inspect(self):
        """Record what was found; a changed offer waits for the consumer."""
        self.ensure_one()
        claim = self.tradein_id
        claim._ensure_worker()
        claim.sudo()._inspect(self.value, self._get_answers(), self.reason)
        return {"type": "ir.actions.act_window_close"}
