from odoo import api, fields, models
from odoo.exceptions import UserError

# The states of most jobs.
STATES = [
    ("draft", "Draft"),
    ("running", "Running"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
    ("failed", "Failed"),
]
# What the steps of every job write, and nobody else.
JOB_FIELDS = frozenset({"state", "error", "started_at", "finished_at"})


class SerialJobMixin(models.AbstractModel):
    """A job: one record, worked off in the background, which people stop and resume.

    Each chunk commits its work with how far the job came, so that the next worker
    goes on where one died. What a chunk raises ends the job as failed. A job provides

    * `state`: its selection, with `done`, `cancelled` and `failed`;
    * `_cron`: the XML id of the cron, which calls `_cron_run`;
    * `_work(memory)`: the next chunk. The last one writes `_prepare_end()`;

    and where it differs from most:

    * `_working`: the states in which there is work to do;
    * `_stoppable`, `_resumable`, `_deletable`: the states in which people may;
    * `_fixed_fields`: what cannot be changed once it has begun;
    * `_counts`: the fields that say how much is done, and of how much;
    * `_ensure_may_run()`: who may start, stop and resume it;
    * `_ensure_ready()`, `_prepare_start()`, `_is_small()`: see `_start_drafts`;
    * `_get_working_state()`, `_can_go_on()`: see `action_resume`.
    """

    _name = "serial.job.mixin"
    _inherit = ["serial.chunk.mixin", "serial.state.mixin"]
    _description = "Background Jobs"

    _cron = None
    _working = ("running",)
    _stoppable = ("draft", "failed")
    _resumable = ("cancelled", "failed")
    _deletable = ("draft",)
    _fixed_fields = frozenset()
    _counts = ("done_count", "total_count")

    # A list here would bind those who have other states.
    state = fields.Selection(
        lambda self: STATES, default="draft", required=True, readonly=True, copy=False
    )
    error = fields.Char(readonly=True, copy=False)
    started_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    progress = fields.Float(compute="_compute_progress")

    # === COMPUTE === #

    @api.depends(lambda self: ("state", *self._counts))
    def _compute_progress(self):
        done, total = self._counts
        for job in self:
            share = job[done] / job[total] if job[total] else 0
            job.progress = 100 if job.state == "done" else min(100 * share, 100)

    # === CRUD === #

    def write(self, vals):
        if self._fixed_fields.intersection(vals):
            self._ensure_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        self._ensure_state(*self._deletable)

    # === START, STOP, RESUME === #

    def _ensure_may_run(self):
        """Refuse who may not start, stop or resume these jobs."""
        self.check_access("write")

    def _start_drafts(self):
        """Begin; small jobs are done when this returns, others in the background.

        `_ensure_ready` refuses what cannot be worked off, as the user who asks.
        `_prepare_start` counts what is to be done and returns values of the job (sudo).
        """
        self._ensure_may_run()
        self._ensure_state("draft")
        for job in self:
            job._ensure_ready()
            job_sudo = job.sudo()
            values = job_sudo._prepare_start()
            values["started_at"] = fields.Datetime.now()
            job_sudo.write({"state": job_sudo._get_working_state(), **values})
            memory = {}
            while job_sudo._is_working() and job_sudo._is_small():
                job_sudo._work(memory)
        return self._trigger_cron()

    def _ensure_ready(self):
        """Refuse a draft that lacks something."""

    def _prepare_start(self):
        return {}

    def _is_small(self):
        """Tell whether the next chunk is done while the user waits."""
        return False

    def action_cancel(self):
        """Stop; what is done stays."""
        self._ensure_may_run()
        self._ensure_state(*self._working, *self._stoppable)
        return self.sudo().write(self._prepare_end("cancelled"))

    def action_resume(self):
        """Go on with a cancelled or failed job where it stopped."""
        self._ensure_may_run()
        self._ensure_state(*self._resumable)
        for job in self.sudo():
            if not job._can_go_on():
                raise UserError(
                    self.env._(
                        "%(name)s has nothing to go on with.", name=job.display_name
                    )
                )
            state = job._get_working_state()
            job.write({"state": state, "error": False, "finished_at": False})
        return self._trigger_cron()

    def _can_go_on(self):
        return bool(self.started_at)

    def _get_working_state(self):
        """Return the state in which this job's next chunk is done."""
        return self._working[0]

    def _is_working(self):
        return self.state in self._working

    def _trigger_cron(self):
        """Have the background work on those that are not done."""
        if any(job._is_working() for job in self):
            self.env.ref(self._cron).sudo()._trigger()
        return True

    # === WORK === #

    @api.model
    def _cron_run(self):
        """Work off job after job, chunk by chunk."""
        self._work_off([("state", "in", self._working)])

    def _prepare_failure(self, error):
        return {**self._prepare_end("failed"), "error": error}

    def _prepare_end(self, state="done"):
        """Return the values of a job that ends."""
        return {"state": state, "finished_at": fields.Datetime.now()}
