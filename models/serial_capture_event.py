from odoo import api, fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# What is wrong with an event, by the reason `core` or the recording gives.
MESSAGES = {
    "missing": _lt("It is missing."),
    "not_object": _lt("It must be an object."),
    "not_list": _lt("It must be a list."),
    "not_uri": _lt("It must be a URI."),
    "not_text": _lt("It must be a text."),
    "not_truth": _lt("It must be true or false."),
    "not_number": _lt("It must be a number."),
    "not_time": _lt("It must be a time with its offset, as 2026-03-31T08:00:00+08:00."),
    "bad_format": _lt("%(value)s has a wrong form."),
    "not_allowed": _lt("%(value)s is none of: %(allowed)s"),
    "unknown_word": _lt(
        "%(value)s is no word of the vocabulary (CBV 2.0): %(allowed)s"
    ),
    "too_few": _lt("It needs at least %(least)s."),
    "repeated_item": _lt("It names something twice."),
    "unknown_field": _lt("EPCIS has no such field; fields of others need a namespace."),
    "too_deep": _lt("It is nested too deep."),
    "ilmd_without_add": _lt("Only events with the action ADD have it."),
    "nothing_named": _lt("The event names nothing that it is about."),
    "unknown_event_type": _lt("%(value)s is no type of event."),
    "too_many_events": _lt("It has more than %(most)s events: split the document."),
    "bad_context": _lt("It must be a URI, an object, or a list of these."),
    "unknown_units": _lt("No serials of yours: %(uris)s"),
    "future_time": _lt("It lies in the future."),
    "part_elsewhere": _lt("It sits in another unit already: %(uris)s"),
    "part_stolen": _lt("It was reported stolen: %(uris)s"),
    # Of shipments that are told, and bind nobody or not all:
    "unknown_receiver": _lt("Bound to nobody: no contact has this GLN: %(uris)s"),
    "no_distributor": _lt("Bound to nobody: %(party)s is no distributor."),
    "sent_by_holder": _lt(
        "Bound to nobody else: what a distributor sends on goes by a transfer."
    ),
    "not_bound": _lt(
        "Not bound, as somebody holds them or they may not be delivered: %(serials)s"
    ),
}


class SerialCaptureEvent(models.Model):
    """An event of a document that came in, and what became of it."""

    _name = "serial.capture.event"
    _description = "Captured EPCIS Event"
    _order = "capture_id, number"
    _log_access = False

    capture_id = fields.Many2one(
        "serial.capture", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="capture_id.company_id")
    number = fields.Integer(readonly=True, help="Of the event in its document, from 0.")
    path = fields.Char(readonly=True)
    body = fields.Text(readonly=True, export_string_translation=False)
    body_text = fields.Text(string="Event", compute="_compute_body_text")
    event_type = fields.Char(readonly=True)
    biz_step = fields.Char(string="Business Step", readonly=True)
    event_time = fields.Datetime(readonly=True)
    hash = fields.Char(string="Event ID", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("recorded", "Recorded"),
            ("repeated", "Known before"),
            ("other", "No serials"),
            ("error", "Error"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True, export_string_translation=False)
    detail = fields.Json(readonly=True, export_string_translation=False)
    message = fields.Char(compute="_compute_message")
    unit_count = fields.Integer(string="Steps in Dossiers", readonly=True)
    forgotten_count = fields.Integer(
        string="Steps Purged",
        readonly=True,
        help="Once all are, the event's words are gone too.",
    )

    _number_uniq = models.UniqueIndex(
        "(capture_id, number)", "This event is stored already."
    )
    _waiting_idx = models.Index("(capture_id, number) WHERE state = 'waiting'")
    _noted_idx = models.Index(
        "(capture_id, number) WHERE state = 'recorded' AND reason IS NOT NULL"
    )
    _repeated_idx = models.Index("(hash) WHERE state = 'repeated'")
    _error_idx = models.Index("(capture_id, number) WHERE state = 'error'")

    @api.depends("capture_id", "number")
    def _compute_display_name(self):
        for event in self:
            event.display_name = f"{event.capture_id.name} · {event.number}"

    @api.depends("reason", "detail")
    @api.depends_context("lang")
    def _compute_message(self):
        for event in self:
            event.message = event.reason and self._get_message(
                event.reason, event.detail or {}
            )

    @api.depends("body")
    def _compute_body_text(self):
        for event in self:
            event.body_text = event.capture_id._get_pretty(event.body)

    @api.model
    def _get_message(self, reason, values):
        """Return a reason in the reader's language."""
        if reason not in MESSAGES:
            return self.env["serial.reason"]._get_text(reason)
        text = self.env._(MESSAGES[reason])
        try:
            return text % values
        except (KeyError, ValueError, TypeError):
            return text
