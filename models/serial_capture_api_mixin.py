import json
from datetime import UTC
from itertools import islice

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..core import epcis_document
from ..core.epcis_check import MOST_FINDINGS, check_event
from ..core.errors import SerialError

#: One document may hold so many events.
MAX_EVENTS = 200_000
INSERTED = 5_000


class SerialCaptureApiMixin(models.AbstractModel):
    """Taking in a document: what is wrong with it, its events, what becomes of it."""

    _name = "serial.capture.api.mixin"
    _description = "Taking in of EPCIS Documents"

    # === CHECK === #

    @api.model
    def _parse(self, content):
        """Return the JSON document of bytes; SerialError says where it breaks."""
        try:
            text = content.decode("utf-8-sig")
            return json.loads(text, parse_constant=self._refuse_constant)
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise SerialError("malformed_json", at=where) from error
        except (ValueError, RecursionError) as error:
            raise SerialError("malformed_json") from error

    def _refuse_constant(self, name):
        raise ValueError(name)

    @api.model
    def _find_faults(self, document, behaviour):
        """Return what keeps a document from being taken in.

        :param behaviour: with `proceed` a wrong event keeps no other one out
        """
        faults = epcis_document.check_frame(document)
        if faults:
            return faults
        opened = epcis_document.open_document(document)
        if len(opened.events) > MAX_EVENTS:
            return [
                epcis_document.Finding(
                    opened.path, "too_many_events", {"most": MAX_EVENTS}
                )
            ]
        if behaviour == "proceed" and opened.path:
            return []
        found = (
            finding
            for number, event in enumerate(opened.events)
            for finding in check_event(event, opened.path_of(number))
        )
        return list(islice(found, MOST_FINDINGS))

    @api.model
    def _count_events(self, document):
        """Return how many events a document without faults has."""
        return len(epcis_document.open_document(document).events)

    # === TAKE IN === #

    @api.model
    def _take(self, document, behaviour):
        """Return a job for a document without faults; it begins in the background."""
        self._ensure_may_capture()
        capture = self.sudo().create(
            {
                "error_behaviour": behaviour,
                "source": "api",
                "company_id": self.env.company.id,
            }
        )
        capture._begin(document)
        capture._trigger_cron()
        return capture

    def _ensure_may_capture(self):
        user = self.env.user
        group = "serial_dossier.serial_dossier_group_user"
        if not user.has_group(group) and not user._get_channel_partner():
            raise AccessError(
                self.env._("Only distributors and users of Serial Dossier tell events.")
            )

    def _begin(self, document):
        """Store the events of a document; a worker goes on from there."""
        opened = epcis_document.open_document(document)
        units = self._read_units(document)
        self.sudo().write(
            {
                "is_restoring": bool(units),
                "user_id": self.env.uid,
                "started_at": fields.Datetime.now(),
                "event_count": len(opened.events),
                "context": opened.context,
                "ignored": sorted(opened.ignored),
            }
        )
        self.sudo().state = self._get_working_state()
        self.flush_recordset()
        self.sudo()._restore_units(units)
        for first in range(0, len(opened.events), INSERTED):
            self._insert_events(first, opened)

    def _insert_events(self, first, opened):
        events = opened.events[first : first + INSERTED]
        numbers = range(first, first + len(events))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_capture_event (
                    capture_id, number, path, body, event_type, state
                )
                SELECT %s, given.*, 'waiting'
                  FROM unnest(%s::integer[], %s::varchar[], %s::text[], %s::varchar[])
                       AS given
                """,
                self.id,
                list(numbers),
                [opened.path_of(number) for number in numbers],
                [self._dump(event) for event in events],
                [self._get_type(event) for event in events],
            )
        )

    def _get_type(self, event):
        kind = event.get("type") if isinstance(event, dict) else None
        return kind[:64].replace("\0", "") if isinstance(kind, str) else None

    # === TELL === #

    @api.model
    def _find_own(self, token):
        """Return (sudo) the caller's capture of this ID, maybe none."""
        domain = [("token", "=", token), ("user_id", "=", self.env.uid)]
        return self.sudo().search(domain, limit=1)

    @api.model
    def _find_all_own(self, limit, before=None):
        """Return (sudo) the caller's newest captures, those before one if given."""
        domain = [("user_id", "=", self.env.uid), ("source", "=", "api")]
        if before:
            domain.append(("id", "<", before))
        return self.sudo().search(domain, limit=limit, order="id desc")

    def _get_report(self):
        """Return what the API tells of this job, in the standard's words."""
        self.ensure_one()
        is_running = self.state in ("checking", "running")
        failed = self.state in ("failed", "cancelled")
        report = {
            "captureID": self.token,
            "createdAt": self._to_time(self.create_date),
            "running": is_running,
            "success": not failed and (is_running or not self.error_count),
            "captureErrorBehaviour": self.error_behaviour,
            "errors": self._get_problems(),
            "notes": self._get_notes(),
            "eventCount": self.event_count,
            "recordedCount": self.recorded_count,
            "repeatedCount": self.repeated_count,
            "otherCount": self.other_count,
            "errorCount": self.error_count,
        }
        if self.finished_at:
            report["finishedAt"] = self._to_time(self.finished_at)
        return report

    def _get_problems(self):
        """Return the first errors as problems (RFC 9457), each with its place."""
        events = self.env["serial.capture.event"].sudo()
        domain = [("capture_id", "=", self.id), ("state", "=", "error")]
        problems = [
            {
                "type": f"/api/serial/v1/problems#{event.reason}",
                "title": event.message,
                "status": 400,
                "code": event.reason,
                "path": (event.path or "") + ((event.detail or {}).get("path") or ""),
            }
            for event in events.search(domain, limit=MOST_FINDINGS, order="number")
        ]
        if self.error:
            problems.append({"title": self.error, "status": 500, "code": "failed"})
        return problems

    def _to_time(self, moment):
        return moment.replace(tzinfo=UTC).isoformat(timespec="milliseconds")

    @api.model
    def _get_pretty(self, body):
        """Return a stored event as a person reads it."""
        try:
            return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        except (TypeError, ValueError):
            return body
