from odoo import api, fields, models


class SerialDiversionCaseDecide(models.TransientModel):
    """Decides cases: outcome, reason and penalty, which close all their alerts."""

    _name = "serial.diversion.case.decide"
    _description = "Decide Cases"

    case_ids = fields.Many2many("serial.diversion.case", string="Cases", required=True)
    outcome = fields.Selection(
        [
            ("confirmed", "Confirmed"),
            ("dismissed", "Dismissed"),
            ("inconclusive", "Inconclusive"),
        ],
        required=True,
    )
    reason = fields.Text(required=True)
    penalty = fields.Selection(
        [
            ("none", "None"),
            ("warning", "Warning"),
            ("fine", "Fine"),
            ("quota", "Quota Cut"),
            ("contract", "Contract Ended"),
        ],
        default="none",
    )
    amount = fields.Monetary()
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )
    note = fields.Char(string="Terms")
    alert_count = fields.Integer(string="Open Alerts", compute="_compute_alert_count")

    @api.depends("case_ids")
    def _compute_alert_count(self):
        for wizard in self:
            wizard.alert_count = self.env["serial.diversion.alert"].search_count(
                [
                    ("case_id", "in", wizard.case_ids.ids),
                    ("state", "in", ("new", "investigating")),
                ]
            )

    def action_decide(self):
        """Decide the cases."""
        self.ensure_one()
        fine = self.penalty == "fine"
        self.case_ids._decide(
            self.outcome,
            self.reason,
            penalty=self.penalty,
            penalty_amount=self.amount if fine else 0,
            penalty_currency_id=self.currency_id.id if fine else False,
            penalty_note=self.note,
        )
        return {"type": "ir.actions.act_window_close"}
