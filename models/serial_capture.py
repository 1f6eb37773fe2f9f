import base64
import json
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.errors import SerialError
from .serial_job_mixin import JOB_FIELDS

STATES = [
    ("draft", "Draft"),
    ("checking", "Checking"),
    ("running", "Recording"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]


class SerialCapture(models.Model):
    """One document of EPCIS events that came in, and how far it is recorded.

    Its events become steps of dossiers in the background, so many a transaction. A
    worker that dies leaves a job the next one goes on with: nothing is lost, and the
    event's hash keeps it from being told twice to the same serial.
    """

    _name = "serial.capture"
    _inherit = [
        "serial.sequence.mixin",
        "serial.guarded.mixin",
        "serial.capture.run.mixin",
        "serial.capture.api.mixin",
    ]
    _description = "EPCIS Capture"
    _order = "id desc"

    _cron = "serial_dossier.ir_cron_serial_capture_run"
    _working = ("checking", "running")
    _stoppable = ()
    _counts = ("done_count", "event_count")
    _fixed_fields = frozenset({"file", "company_id", "error_behaviour"})
    _guarded_fields = JOB_FIELDS | {
        "token",
        "source",
        "event_count",
        "checked_count",
        "done_count",
        "recorded_count",
        "repeated_count",
        "other_count",
        "error_count",
        "unit_count",
        "user_id",
        "context",
        "ignored",
        "is_restoring",
    }

    token = fields.Char(
        string="Capture ID",
        default=lambda self: str(uuid.uuid4()),
        required=True,
        readonly=True,
        copy=False,
    )
    state = fields.Selection(STATES)
    error = fields.Char(string="Why it Failed")
    error_behaviour = fields.Selection(
        [
            ("rollback", "All or nothing"),
            ("proceed", "What can be recorded"),
        ],
        string="If Something is Wrong",
        default="rollback",
        required=True,
    )
    source = fields.Selection(
        [("api", "API"), ("file", "File")],
        default="file",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Sent by", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char(copy=False)
    context = fields.Json(readonly=True, export_string_translation=False)
    ignored = fields.Json(readonly=True, export_string_translation=False)
    is_restoring = fields.Boolean(
        string="Complete Dossiers",
        readonly=True,
        help="The document is a complete export of ours, which a manager read: serials "
        "that are not known are made as they were.",
    )
    event_ids = fields.One2many("serial.capture.event", "capture_id", readonly=True)
    event_count = fields.Integer(string="EPCIS Events", readonly=True, copy=False)
    checked_count = fields.Integer(readonly=True, copy=False)
    done_count = fields.Integer(readonly=True, copy=False)
    recorded_count = fields.Integer(string="Recorded", readonly=True, copy=False)
    repeated_count = fields.Integer(
        string="Known Before",
        readonly=True,
        copy=False,
        help="Events that an earlier document told already.",
    )
    other_count = fields.Integer(
        string="No Serials",
        readonly=True,
        copy=False,
        help="Events that name no serials: of quantities, or of sensors.",
    )
    error_count = fields.Integer(string="Errors", readonly=True, copy=False)
    unit_count = fields.Integer(string="Steps in Dossiers", readonly=True, copy=False)
    progress_count = fields.Integer(compute="_compute_progress")

    _token_uniq = models.UniqueIndex("(token)", "There is such a capture already.")
    _working_idx = models.Index("(id) WHERE state IN ('checking', 'running')")

    # === COMPUTE === #

    @api.depends("checked_count")
    def _compute_progress(self):
        for capture in self:
            count = (
                capture.checked_count
                if capture.state == "checking"
                else capture.done_count
            )
            capture.progress_count = count
            total = capture.event_count
            capture.progress = 100 * count / total if total else 0

    # === ACTIONS === #

    def action_capture(self):
        """Read the file of each draft; its events are recorded in the background."""
        self._ensure_may_run()
        self._ensure_state("draft")
        for capture in self:
            if not capture.file:
                raise UserError(self.env._("Choose a file first."))
            document = capture._read_file()
            findings = capture._find_faults(document, capture.error_behaviour)
            if findings:
                raise UserError(capture._get_findings_text(findings))
            capture._begin(document)
        return self._trigger_cron()

    def _read_file(self):
        content = base64.b64decode(self.with_context(bin_size=False).file)
        try:
            return self._parse(content)
        except SerialError as error:
            raise UserError(
                self.env._(
                    "The file is no JSON document (%(where)s).",
                    where=error.values.get("at") or error.reason,
                )
            ) from error

    def _get_findings_text(self, findings):
        """Return what is wrong with a document, a line each."""
        return "\n".join(
            self.env._(
                "%(path)s: %(reason)s",
                path=finding.path or "/",
                reason=self.env["serial.capture.event"]._get_message(
                    finding.reason, finding.values
                ),
            )
            for finding in findings[:20]
        )

    def _can_go_on(self):
        """Refuse also what failed without an error: its events were found wrong."""
        return super()._can_go_on() and (self.state != "failed" or bool(self.error))

    def _get_working_state(self):
        left = self.checked_count < self.event_count and not self.is_restoring
        checks = left and self.error_behaviour == "rollback"
        return "checking" if checks else "running"

    def action_view_errors(self):
        """Open the events that were not recorded."""
        return self._get_events_window([("state", "=", "error")])

    def action_view_events(self):
        """Open the events of this document."""
        return self._get_events_window([])

    def _get_events_window(self, domain):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Events of %(name)s", name=self.name),
            "res_model": "serial.capture.event",
            "view_mode": "list,form",
            "domain": [("capture_id", "=", self.id), *domain],
        }

    def action_view_serials(self):
        """Open the serials that this document told something of."""
        self.ensure_one()
        return self.env["stock.lot"]._get_dossier_window(
            self.env._("Serials of %(name)s", name=self.name),
            [("captured_ids.capture_id", "=", self.id)],
        )

    def _dump(self, event):
        """Return an event as text to store."""
        return json.dumps(event, ensure_ascii=True, separators=(",", ":"))
