from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# What a decision writes, and what is emptied where it is taken back.
DECISION = (
    "outcome",
    "outcome_reason",
    "penalty",
    "penalty_amount",
    "penalty_currency_id",
    "penalty_note",
    "decided_by_id",
    "decided_at",
)
# What the alerts of a case become by its outcome.
ALERT_STATES = {
    "confirmed": "confirmed",
    "dismissed": "dismissed",
    "inconclusive": "inconclusive",
}


class SerialCaseDecideMixin(models.AbstractModel):
    """The decision of a case: its outcome, its reason and what follows from it."""

    _name = "serial.case.decide.mixin"
    _description = "Decision of a Case"

    outcome = fields.Selection(
        [
            ("confirmed", "Confirmed"),
            ("dismissed", "Dismissed"),
            ("inconclusive", "Inconclusive"),
        ],
        readonly=True,
        tracking=True,
        copy=False,
        index="btree_not_null",
    )
    outcome_reason = fields.Text(
        string="Reason",
        readonly=True,
        tracking=True,
        copy=False,
        help="The distributor reads it too.",
    )
    penalty = fields.Selection(
        [
            ("none", "None"),
            ("warning", "Warning"),
            ("fine", "Fine"),
            ("quota", "Quota Cut"),
            ("contract", "Contract Ended"),
        ],
        readonly=True,
        tracking=True,
        copy=False,
    )
    penalty_amount = fields.Monetary(
        string="Amount", currency_field="penalty_currency_id", readonly=True, copy=False
    )
    penalty_currency_id = fields.Many2one("res.currency", readonly=True, copy=False)
    penalty_note = fields.Char(string="Terms", readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_at = fields.Datetime(readonly=True, copy=False)
    can_decide = fields.Boolean(compute="_compute_can_decide")

    def _compute_can_decide(self):
        self.can_decide = self._may_decide()

    def _may_decide(self):
        return self.env.su or self.env.user.has_group(
            "serial_dossier.serial_dossier_group_manager"
        )

    def _ensure_may_decide(self):
        self.check_access("write")
        if not self._may_decide():
            raise AccessError(
                self.env._("Only a manager decides a case or opens it again.")
            )

    def action_decide(self):
        """Ask for outcome and reason."""
        self._ensure_may_decide()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_diversion_case_decide_action"
        )
        return {**action, "context": {"default_case_ids": self.ids}}

    def _decide(self, outcome, reason, **penalty):
        """Decide cases; their alerts and leads are closed with them.

        :param penalty: `penalty`, `penalty_amount`, `penalty_currency_id`,
            `penalty_note`
        """
        self._ensure_may_decide()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write down why it is decided so."))
        decided = self.filtered(lambda case: case.state == "decided")
        if decided:
            raise UserError(
                self.env._(
                    "These cases are decided already: %(cases)s",
                    cases=", ".join(decided.mapped("name")),
                )
            )
        self.sudo()._set_state(
            "decided",
            outcome=outcome,
            outcome_reason=reason,
            decided_by_id=self.env.uid,
            decided_at=fields.Datetime.now(),
            **(penalty if outcome == "confirmed" else {}),
        )
        self._close_alerts(outcome, reason)
        self._close_leads(outcome)
        self.activity_feedback([self._activity_type])

    def _close_alerts(self, outcome, reason):
        """Close the open alerts of cases in one statement, whatever their number."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_diversion_alert alert
                   SET state = %s, closed_with_case = true, write_uid = %s,
                       write_date = %s,
                       outcome_note = serial_case.name || ': ' || %s
                  FROM serial_diversion_case serial_case
                 WHERE serial_case.id = alert.case_id AND alert.case_id = ANY(%s)
                   AND alert.state IN ('new', 'investigating')
                """,
                ALERT_STATES[outcome],
                self.env.uid,
                fields.Datetime.now(),
                reason,
                self.ids,
            )
        )
        self.env["serial.diversion.alert"].invalidate_model(flush=False)

    def _tell_penalty(self):
        """Return the penalty of a confirmed case as a line."""
        self.ensure_one()
        penalties = dict(self._fields["penalty"]._description_selection(self.env))
        currency = self.penalty_currency_id
        amount = currency.format(self.penalty_amount) if self.penalty_amount else ""
        told = (penalties[self.penalty], amount, self.penalty_note)
        return f"{self.name}: {', '.join(filter(None, told))}"

    def _close_leads(self, outcome):
        leads_sudo = self.sudo().lead_ids.filtered(
            lambda lead: lead.state in lead._open_states
        )
        leads_sudo._close("done" if outcome == "confirmed" else "dismissed")

    def _reopen(self, state="investigating"):
        """Take decisions back: what was closed with them is open again."""
        if not self:
            return
        self._ensure_may_decide()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_diversion_alert alert
                   SET state = 'investigating', closed_with_case = false
                 WHERE case_id = ANY(%s) AND closed_with_case
                   AND NOT EXISTS (
                    SELECT FROM serial_diversion_alert newer
                     WHERE newer.company_id = alert.company_id
                       AND newer.lot_id = alert.lot_id AND newer.kind = alert.kind
                       AND newer.state IN ('new', 'investigating'))
                """,
                self.ids,
            )
        )
        self.env["serial.diversion.alert"].invalidate_model(flush=False)
        undecided = dict.fromkeys(DECISION, False)
        self.sudo()._set_state(state, **undecided)
