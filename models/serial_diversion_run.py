import logging
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError

_logger = logging.getLogger(__name__)

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
    _rec_name = "create_date"

    state = fields.Selection(
        [
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("failed", "Failed"),
        ],
        default="running",
        required=True,
        readonly=True,
    )
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
    progress = fields.Float(compute="_compute_progress")
    start_count = fields.Integer(readonly=True)
    observation_count = fields.Integer(string="Observations", readonly=True)
    unit_count = fields.Integer(string="Units", readonly=True)
    leak_count = fields.Integer(string="Leaks", readonly=True)
    new_leak_count = fields.Integer(string="New Leaks", readonly=True)
    alert_count = fields.Integer(string="Alerts Raised", readonly=True)
    rule_version = fields.Char(string="Rules", readonly=True)
    leak_ids = fields.One2many("serial.diversion.leak", "run_id", readonly=True)
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    error = fields.Char(readonly=True)

    @api.depends("done_count", "step_count", "state")
    def _compute_progress(self):
        for run in self:
            run.progress = 100 * run.done_count / (run.step_count or 1)

    # === ACTIONS === #

    @api.model
    def action_start(self):
        """Score all observations now and open the run; one runs at a time."""
        self._ensure_user()
        run = self.sudo().search([("state", "=", "running")], limit=1)
        run = run or self.sudo()._start()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": run.id,
            "view_mode": "form",
        }

    def action_cancel(self):
        """Stop a run; leaks and alerts of the steps done stay."""
        self._ensure_user()
        self.filtered(lambda run: run.state == "running").sudo().write(
            {"state": "cancelled", "finished_at": fields.Datetime.now()}
        )

    def action_view_leaks(self):
        """Open the leaks that this run wrote."""
        self.ensure_one()
        return self.leak_ids._get_records_action(name=self.env._("Leaks"))

    def _ensure_user(self):
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_user"):
            raise AccessError(self.env._("Users of Serial Dossier score observations."))

    # === BACKGROUND === #

    @api.model
    def _start(self):
        run = self.create({})
        self.env.ref("serial_dossier.ir_cron_serial_diversion_run").sudo()._trigger()
        return run

    @api.model
    def _cron_start(self):
        """Begin the run of the night, unless one is running."""
        if not self.search_count([("state", "=", "running")], limit=1):
            self._start()

    @api.model
    def _cron_run(self):
        """Take step after step, committing each."""
        memory = {}
        while run := self._take_next([("state", "=", "running")]):
            if run.id not in memory:
                memory = {run.id: {}}
            done = run._try_step(memory[run.id])
            remaining = int(run.state == "running")
            self.env["ir.cron"]._commit_progress(done, remaining=remaining)

    def _try_step(self, memory):
        """Take the next step; a run that fails says why and is not tried again."""
        step = self._take_step if memory else self._begin
        try:
            return self._run_chunk(partial(step, memory))
        except Exception as error:
            _logger.exception("scoring run %s failed", self.id)
            self._fail(f"{type(error).__name__}: {error}")
            return 1

    def _begin(self, memory):
        """Begin, or begin anew where a worker died: what it knew died with it."""
        if self.start_count >= MOST_STARTS:
            self._fail(
                self.env._(
                    "The server ended this run %(count)s times. Allow background "
                    "jobs more time (limit_time_real_cron).",
                    count=self.start_count,
                )
            )
            return 1
        self.write(
            {
                "start_count": self.start_count + 1,
                "started_at": self.started_at or fields.Datetime.now(),
                "step": NAMES[0],
                "done_count": 0,
            }
        )
        memory["begun"] = True
        return 1

    def _take_step(self, memory):
        """Take a step; what it leaves in `memory` is there for those after it."""
        values = getattr(self, STEPS[self.step])(memory) or {}
        done = NAMES.index(self.step) + 1
        values["done_count"] = done
        if done == len(NAMES):
            values.update(state="done", finished_at=fields.Datetime.now())
        else:
            values["step"] = NAMES[done]
        self.write(values)
        return 1

    def _fail(self, error):
        now = fields.Datetime.now()
        self.write({"state": "failed", "error": error, "finished_at": now})
