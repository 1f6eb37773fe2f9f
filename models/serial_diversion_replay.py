from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

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
    _guarded_fields = frozenset(
        {
            "state",
            "against_id",
            "digest",
            "phase",
            "last_activation_id",
            "until_activation_id",
            "started_at",
            "finished_at",
            "line_ids",
            *COUNTS,
        }
    )

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
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
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
    started_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    last_activation_id = fields.Integer(readonly=True, copy=False)
    until_activation_id = fields.Integer(readonly=True, copy=False)
    digest = fields.Char(readonly=True, copy=False)
    is_outdated = fields.Boolean(compute="_compute_is_outdated")
    progress = fields.Float(compute="_compute_progress")
    line_ids = fields.One2many("serial.diversion.replay.line", "replay_id")

    _dates_check = models.Constraint(
        "CHECK (date_to >= date_from)", "A replay cannot end before it begins."
    )

    # === COMPUTE === #

    @api.depends("judged_count", "total_count", "state", "with_leaks")
    def _compute_progress(self):
        for record in self:
            done = record.judged_count / (record.total_count or 1)
            most = 80 if record.with_leaks else 100
            record.progress = 100 if record.state == "done" else most * done

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

    # === CRUD === #

    def write(self, vals):
        if {"rule_id", "date_from", "date_to", "company_id", "with_leaks"} & set(vals):
            self._ensure_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        self._ensure_state("draft", "done", "cancelled")

    # === ACTIONS === #

    def action_start(self):
        """Judge the past by these rules; few activations are judged at once."""
        self.ensure_one()
        self.check_access("write")
        self._ensure_state("draft")
        active = self.env["serial.diversion.rule"]._find_active()
        if not active:
            raise UserError(self.env._("There are no active rules to compare with."))
        record_sudo = self.sudo()
        record_sudo.against_id = active
        record_sudo.digest = self._get_digest()
        record_sudo.started_at = fields.Datetime.now()
        record_sudo._count_past()
        record_sudo.state = "running"
        if record_sudo.total_count < AT_ONCE:
            record_sudo._replay_chunk()
        if record_sudo.state == "running":
            self._trigger()
        return True

    def action_cancel(self):
        """Stop; what was judged stays and can be gone on with."""
        self.check_access("write")
        self._ensure_state("draft", "running")
        return self.sudo().write(
            {"state": "cancelled", "finished_at": fields.Datetime.now()}
        )

    def action_resume(self):
        """Go on where it was stopped."""
        self.check_access("write")
        self._ensure_state("cancelled")
        if any(record.is_outdated or not record.started_at for record in self):
            raise UserError(
                self.env._("The rules were changed since: start a new replay.")
            )
        self.sudo().write({"state": "running", "finished_at": False})
        return self._trigger()

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

    def _trigger(self):
        self.env.ref("serial_dossier.ir_cron_serial_replay").sudo()._trigger()
        return True

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
        self.total_count = self.env.cr.fetchone()[0]

    def _get_digest(self):
        """Return what tells two states of the rules apart."""
        return self.rule_id.sudo()._get_rule_set().digest

    def _ensure_state(self, *states):
        other = self.filtered(lambda record: record.state not in states)
        if other:
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The replay of %(rule)s cannot do this: %(state)s.",
                    rule=other[0].display_name,
                    state=states[other[0].state],
                )
            )
