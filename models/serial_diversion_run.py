from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from .serial_job_mixin import STATES

STEPS = {
    "collect": "_collect",
    "learn": "_learn",
    "test": "_test",
    "store": "_store",
    "detect": "_detect",
    "alert": "_alert",
}
NAMES = list(STEPS)
# A run that the server ended so often is not tried again.
MOST_STARTS = 3


class SerialDiversionRun(models.Model):
    """A scoring of all stored observations in the background: leaks and alerts.

    What was collected stays in memory between the steps, each of which commits how
    far the run came. A worker that dies in between leaves a run that begins anew.
    """

    _name = "serial.diversion.run"
    _inherit = [
        "serial.job.mixin",
        "serial.run.collect.mixin",
        "serial.run.leak.mixin",
        "serial.run.alert.mixin",
    ]
    _description = "Scoring Run"
    _order = "id desc"
    _cron = "serial_dossier.ir_cron_serial_diversion_run"
    _counts = ("done_count", "step_count")
    _resumable = ()  # the next run sees all that this one would have
    _runs_through = True

    state = fields.Selection(STATES[1:], default="running")
    step = fields.Selection(
        [
            ("collect", "Collecting what was seen"),
            ("learn", "Learning how often locations err"),
            ("test", "Testing cartons, shipments, batches and months"),
            ("store", "Storing leaks"),
            ("detect", "Looking for clones and other fraud"),
            ("alert", "Raising alerts"),
        ],
        default="collect",
        readonly=True,
    )
    step_count = fields.Integer(default=len(STEPS), readonly=True)
    done_count = fields.Integer(string="Steps Done", readonly=True)
    start_count = fields.Integer(readonly=True)
    observation_count = fields.Integer(string="Observations", readonly=True)
    unit_count = fields.Integer(string="Units", readonly=True)
    leak_count = fields.Integer(string="Leaks", readonly=True)
    new_leak_count = fields.Integer(string="New Leaks", readonly=True)
    alert_count = fields.Integer(string="Alerts Raised", readonly=True)
    rule_version = fields.Char(string="Rules", readonly=True)
    leak_ids = fields.One2many("serial.diversion.leak", "run_id", readonly=True)

    @api.depends("create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for run in self:
            moment = run.create_date
            run.display_name = moment and format_datetime(self.env, moment)

    # === ACTIONS === #

    @api.model
    def action_start(self):
        """Score all observations now and open the run; one runs at a time."""
        self._ensure_may_run()
        run = self.sudo().search([("state", "=", "running")], limit=1)
        run = run or self.sudo()._start()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": run.id,
            "view_mode": "form",
        }

    def action_view_leaks(self):
        """Open the leaks that this run wrote."""
        self.ensure_one()
        return self.leak_ids._get_records_action(name=self.env._("Leaks"))

    def _ensure_may_run(self):
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_user"):
            raise AccessError(self.env._("Users of Serial Dossier score observations."))

    # === BACKGROUND === #

    @api.model
    def _start(self):
        run = self.create({})
        run._trigger_cron()
        return run

    @api.model
    def _cron_start(self):
        """Begin the run of the night, unless one is running."""
        if not self.search_count([("state", "=", "running")], limit=1):
            self._start()

    def _work(self, memory):
        """Take the next step; what it leaves in `memory` is there for those after it.

        A worker that died took with it what it knew: the next one begins anew.
        """
        if "begun" not in memory:
            self._begin()
            memory["begun"] = True
            return
        values = getattr(self, STEPS[self.step])(memory) or {}
        done = NAMES.index(self.step) + 1
        values["done_count"] = done
        if done == len(NAMES):
            values |= self._prepare_end()
        else:
            values["step"] = NAMES[done]
        self.write(values)

    def _begin(self):
        if self.start_count >= MOST_STARTS:
            raise UserError(
                self.env._(
                    "The server ended this run %(count)s times. Allow background "
                    "jobs more time (limit_time_real_cron).",
                    count=self.start_count,
                )
            )
        self.write(
            {
                "start_count": self.start_count + 1,
                "started_at": self.started_at or fields.Datetime.now(),
                "step": NAMES[0],
                "done_count": 0,
            }
        )
