from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .serial_job_mixin import JOB_FIELDS, STATES
from .serial_replay_figure_mixin import COUNTS

# Fewer activations than this are judged while the person waits.
AT_ONCE = 2_000


class SerialDiversionReplay(models.Model):
    """A version of the rules tried on past activations, beside the active one.

    Its measure are the alerts that people closed: those confirmed should be found,
    those dismissed should not be raised again.
    """

    _name = "serial.diversion.replay"
    _inherit = ["serial.guarded.mixin", "serial.replay.run.mixin"]
    _description = "Replay of Diversion Rules"
    _order = "id desc"
    _rec_name = "rule_id"
    _cron = "serial_dossier.ir_cron_serial_replay"
    _counts = ("judged_count", "total_count")
    _deletable = ("draft", "done", "cancelled", "failed")
    _fixed_fields = frozenset(
        {"rule_id", "date_from", "date_to", "company_id", "with_leaks"}
    )
    _guarded_fields = JOB_FIELDS | {
        "against_id",
        "digest",
        "phase",
        "last_activation_id",
        "until_activation_id",
        "line_ids",
        *COUNTS,
    }

    rule_id = fields.Many2one(
        "serial.diversion.rule",
        string="Rules",
        required=True,
        index=True,
        ondelete="cascade",
    )
    rule_state = fields.Selection(related="rule_id.state", string="State of the Rules")
    against_id = fields.Many2one(
        "serial.diversion.rule", string="Compared with", readonly=True
    )
    date_from = fields.Date(
        string="Activated from",
        default=lambda self: fields.Date.subtract(
            fields.Date.context_today(self), months=6
        ),
    )
    date_to = fields.Date(string="Activated until")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection(STATES)
    with_leaks = fields.Boolean(
        string="Leaks Too",
        default=True,
        help="Test all cartons, shipments, batches and months again, by everything "
        "seen of their units. This takes as long as a scoring run.",
    )
    phase = fields.Selection(
        [
            ("units", "Judging activations"),
            ("leaks", "Looking for leaks"),
        ],
        default="units",
        readonly=True,
        copy=False,
    )
    last_activation_id = fields.Integer(readonly=True, copy=False)
    until_activation_id = fields.Integer(readonly=True, copy=False)
    digest = fields.Char(readonly=True, copy=False)
    is_outdated = fields.Boolean(compute="_compute_is_outdated")
    line_ids = fields.One2many("serial.diversion.replay.line", "replay_id")

    _dates_check = models.Constraint(
        "CHECK (date_to >= date_from)", "A replay cannot end before it begins."
    )

    # === COMPUTE === #

    @api.depends("with_leaks")
    def _compute_progress(self):
        result = super()._compute_progress()
        for record in self.filtered("with_leaks"):
            if record.state != "done":
                record.progress *= 0.8
        return result

    @api.depends(
        "digest",
        "rule_id.prior",
        "rule_id.detector_ids.enabled",
        "rule_id.threshold_ids.value",
        "rule_id.rate_ids.error",
        "rule_id.rate_ids.miss",
    )
    def _compute_is_outdated(self):
        for record in self:
            record.is_outdated = bool(record.digest) and (
                record.digest != record._get_digest()
            )

    # === ACTIONS === #

    def action_start(self):
        """Judge the past by these rules; few activations are judged at once."""
        self.ensure_one()
        return self._start_drafts()

    def _prepare_start(self):
        active = self.env["serial.diversion.rule"]._find_active()
        if not active:
            raise UserError(self.env._("There are no active rules to compare with."))
        return {
            "against_id": active.id,
            "digest": self._get_digest(),
            **self._count_past(),
        }

    def _is_small(self):
        return self.total_count < AT_ONCE and self.phase == "units"

    def action_resume(self):
        """Go on where it was stopped, by the same rules."""
        if any(record.is_outdated for record in self):
            raise UserError(
                self.env._("The rules were changed since: start a new replay.")
            )
        return super().action_resume()

    def action_activate(self):
        """Switch to the rules that were tried."""
        self.ensure_one()
        return self.rule_id.action_activate()

    def action_view_added(self):
        """Open the alerts these rules would add."""
        domain = [("change", "=", "added")]
        return self._view_lines(domain, self.env._("Alerts Added"))

    def action_view_dropped(self):
        """Open the alerts these rules would not raise."""
        domain = [("change", "=", "dropped")]
        return self._view_lines(domain, self.env._("Alerts Dropped"))

    def action_view_closed(self):
        """Open what either version says of units whose alerts were closed."""
        domain = [("truth", "!=", False)]
        return self._view_lines(domain, self.env._("Closed Alerts"))

    def _view_lines(self, domain, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_diversion_replay_line_action"
        )
        domain = [("replay_id", "=", self.id), *domain]
        return {**action, "name": name, "display_name": name, "domain": domain}

    # === BUSINESS === #

    def _count_past(self):
        """Fix which activations are judged: those there are now."""
        self.env["serial.activation"].flush_model()
        self.env.cr.execute("SELECT coalesce(max(id), 0) FROM serial_activation")
        self.until_activation_id = self.env.cr.fetchone()[0]
        self.env.cr.execute(
            SQL(
                "SELECT count(*) FROM serial_activation activation WHERE %s",
                self._get_condition(),
            )
        )
        return {"total_count": self.env.cr.fetchone()[0]}

    def _get_digest(self):
        """Return what tells two states of the rules apart."""
        return self.rule_id.sudo()._get_rule_set().digest
