from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import recall_scope
from ..core.errors import SerialError
from .recall_sql import HOLDS

# Candidates of a chunk: a second's work.
CHUNK = 50_000
# Recalls of at most so many candidates are computed while the person waits.
AT_ONCE = 2_000
JOBS = [
    ("compute", "Looking for units"),
    ("activate", "Flagging units"),
    ("undo", "Lifting the recall"),
    ("notify", "Notifying owners"),
]


class SerialRecallComputeMixin(models.AbstractModel):
    """Finding the units of a recall: in the background, chunk by chunk of their ids.

    A chunk commits with how far it came, so that a worker that dies leaves a list the
    next one goes on with. What is being done is the `job`; `_work` does its next chunk.
    """

    _name = "serial.recall.compute.mixin"
    _inherit = ["serial.chunk.mixin"]
    _description = "Units of a Recall"

    job = fields.Selection(
        JOBS, string="Under Way", readonly=True, copy=False, index="btree_not_null"
    )
    job_user_id = fields.Many2one("res.users", readonly=True, copy=False)
    job_done = fields.Integer(string="Done", readonly=True, copy=False)
    job_total = fields.Integer(string="To Do", readonly=True, copy=False)
    last_lot_id = fields.Integer(readonly=True, copy=False)
    job_error = fields.Char(string="What Went Wrong", readonly=True, copy=False)
    progress = fields.Float(compute="_compute_progress")

    @api.depends("job", "job_done", "job_total")
    def _compute_progress(self):
        for recall in self:
            done = recall.job_done / recall.job_total if recall.job_total else 0
            recall.progress = min(100 * done, 100)

    # === ACTIONS === #

    def action_compute(self):
        """Find the units; of an active recall those that have come since."""
        self.ensure_one()
        self.check_access("write")
        self._ensure_state("draft", "computed", "active")
        self._ensure_idle()
        self._ensure_bounded()
        recall_sudo = self.sudo()
        if self.state != "active":
            self.env.cr.execute(
                SQL("DELETE FROM serial_recall_unit WHERE recall_id = %s", self.id)
            )
            recall_sudo.write({"state": "computing", "computed_at": False})
        recall_sudo._begin("compute", self._count_candidates)
        return recall_sudo._go_on(AT_ONCE)

    def action_cancel(self):
        """Stop what is under way; what is done stays.

        Flagging can be gone on with; the list is then made anew. Lifting goes on to
        its end: half of it would leave units recalled by nothing.
        """
        self.check_access("write")
        for recall in self.filtered(lambda one: one.job not in (False, "undo")).sudo():
            values = {"job": False, "job_error": False}
            if recall.state == "computing":
                values["state"] = "draft"
            recall.write(values)
        return True

    def _ensure_bounded(self):
        try:
            recall_scope.ensure_bounded(self._get_scope())
        except SerialError as error:
            text = self.env["serial.reason"]._get_text(error.reason)
            raise UserError(text) from error

    # === THE JOB === #

    def _begin(self, job, count):
        """Note what is to be done; `count` is a function that says of how many."""
        self.write({"last_lot_id": 0, "job_done": 0})
        self.write({"job": job, "job_user_id": self.env.uid, "job_total": count()})

    def _go_on(self, at_once):
        """Do a small job now, and leave a large one to the background."""
        if self.job_total <= at_once:
            while self.job:
                self._work({})
            return True
        return self._trigger_cron()

    def _trigger_cron(self):
        self.env.ref("serial_dossier.ir_cron_serial_recall").sudo()._trigger()
        return True

    @api.model
    def _cron_run(self):
        """Go on with what recalls have under way."""
        self._work_off([("job", "!=", False), ("job_error", "=", False)])

    def _prepare_failure(self, error):
        return {"job_error": error}

    def _work(self, memory):
        """Do the next chunk of the job."""
        work = {
            "compute": self._compute_chunk,
            "activate": self._activate_chunk,
            "undo": self._undo_chunk,
            "notify": self._notify_chunk,
        }
        work[self.job]()

    # === COMPUTING === #

    def _flush_scope(self):
        for name in ("stock.lot", "serial.part", "serial.recall.entry"):
            self.env[name].flush_model()

    def _count_candidates(self):
        self._flush_scope()
        query = self._get_candidate_query(self._get_scope())
        rows = self.env.execute_query(SQL("SELECT count(*) FROM (%s) AS unit", query))
        return rows[0][0]

    def _compute_chunk(self):
        """List the units among the next candidates; the last chunk freezes the list."""
        self._flush_scope()
        scope = self._get_scope()
        ((last, count),) = self.env.execute_query(
            SQL(
                "SELECT max(lot_id), count(*) "
                "FROM (%s ORDER BY lot_id LIMIT %s) AS unit",
                self._get_candidate_query(scope),
                CHUNK,
            )
        )
        if last:
            self._insert_units(scope, last)
            self.write({"last_lot_id": last, "job_done": self.job_done + count})
        if count < CHUNK:
            self._finish_computing()

    def _finish_computing(self):
        values = {"job": False, "computed_at": fields.Datetime.now()}
        if self.state == "computing":
            values["state"] = "computed"
        self.write({**values, "job_done": self.job_total})
        self._find_products()

    def _insert_units(self, scope, last):
        """List the affected ones of the units behind `last_lot_id` up to `last`."""
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO serial_recall_unit (recall_id, lot_id, part_id, state)
                SELECT %(recall)s, lot.id, %(part)s, 'open'
                  FROM stock_lot lot
                  %(join)s
                 WHERE lot.id > %(first)s AND lot.id <= %(last)s AND %(condition)s
              ORDER BY lot.id
                    ON CONFLICT (recall_id, lot_id) DO NOTHING
             RETURNING lot_id
                """,
                recall=self.id,
                part=SQL("bad.part_id") if scope.by_parts else SQL("NULL::integer"),
                join=self._get_part_join(scope, last) if scope.by_parts else SQL(),
                first=self.last_lot_id,
                last=last,
                condition=self._get_lot_condition(scope),
            )
        )
        self.env["serial.recall.unit"].invalidate_model(flush=False)
        if rows and self.state == "active":
            self._flag([lot_id for (lot_id,) in rows])

    def _get_part_join(self, scope, last):
        """Return the join of units with the first of their bad parts.

        The bounds on both sides let the planner read a slice of each table.
        """
        return SQL(
            """
            JOIN (
                SELECT part.lot_id, min(part.id) AS part_id
                  FROM serial_part part
                 WHERE part.lot_id > %s AND part.lot_id <= %s AND %s
              GROUP BY part.lot_id
            ) AS bad ON bad.lot_id = lot.id
            """,
            self.last_lot_id,
            last,
            self._get_part_condition(scope),
        )

    def _get_holding_query(self, lot_ids, other_than=0):
        """Return a query of (unit, recall) of the recalls that hold units."""
        return SQL(
            """
            SELECT unit.lot_id, unit.recall_id
              FROM serial_recall_unit unit
              JOIN serial_recall recall ON recall.id = unit.recall_id
             WHERE unit.lot_id = ANY(%s) AND recall.id <> %s AND %s
          ORDER BY unit.recall_id
            """,
            list(lot_ids),
            other_than,
            SQL(HOLDS),
        )
