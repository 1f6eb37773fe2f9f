import json
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..core import epcis_read
from ..core.epcis_check import check_event
from ..core.epcis_hash import Prefixes
from ..core.epcis_rule import Finding

CHUNK = 2_000


class Line(NamedTuple):
    """An event of a chunk: its row, what it says, and what it names."""

    id: int
    report: epcis_read.Report
    lot_ids: tuple = ()


class SerialCaptureRunMixin(models.AbstractModel):
    """Working off captures: so many events a transaction, each with few queries."""

    _name = "serial.capture.run.mixin"
    _inherit = [
        "serial.job.mixin",
        "serial.capture.find.mixin",
        "serial.capture.write.mixin",
    ]
    _description = "Recording of Captured Events"

    # === CHUNK AFTER CHUNK === #

    def _work(self, memory):
        """Check or record the next events, as their user."""
        self.ensure_one()
        runner = self._get_runner()
        if self.state == "checking":
            runner._check_chunk()
        else:
            runner._record_chunk()
        self.env["serial.capture.event"].invalidate_model(flush=False)

    def _get_runner(self):
        """Return this capture (sudo) as its user, whose name the events carry."""
        user = self.user_id or self.create_uid
        context = {"lang": user.lang, "tz": user.tz, "tracking_disable": True}
        runner = self.with_user(user).with_company(self.company_id)
        return runner.with_context(**context).sudo()

    # === ALL OR NOTHING: FIRST A LOOK AT ALL === #

    def _check_chunk(self):
        """Find what is wrong with the next events; nothing is recorded yet."""
        rows = self._fetch_waiting(self.checked_count)
        lines, faults = self._read_rows(rows)
        _lines, unknown = self._resolve(lines)
        faults |= unknown
        self._mark_faults(faults)
        done = self.checked_count + len(rows)
        values = {
            "checked_count": done,
            "error_count": self.error_count + len(faults),
        }
        if done >= self.event_count or not rows:
            values["state"] = "running"
            if values["error_count"]:
                values |= self._prepare_end("failed")
        self.write(values)

    # === RECORD === #

    def _record_chunk(self):
        """Tell the next events to the dossiers they are about."""
        rows = self._fetch_waiting(self.done_count)
        lines, faults = self._read_rows(rows)
        lines, unknown = self._resolve(lines)
        faults |= unknown
        counts, refused = self._write_lines(lines)
        faults |= refused
        counts = {row_id: n for row_id, n in counts.items() if row_id not in refused}
        self._mark_faults(faults)
        states = self._mark_done([one for one in lines if one.id not in faults], counts)
        values = {
            "done_count": self.done_count + len(rows),
            "error_count": self.error_count + len(faults),
            "unit_count": self.unit_count + sum(counts.values()),
            **{
                f"{state}_count": self[f"{state}_count"] + states.count(state)
                for state in ("recorded", "repeated", "other")
            },
        }
        if values["done_count"] >= self.event_count or not rows:
            values |= self._prepare_end()
        self.write(values)

    def _fetch_waiting(self, first):
        """Return the next rows: `(id, body)`."""
        self.flush_recordset()
        return self.env.execute_query(
            SQL(
                """
                SELECT id, body FROM serial_capture_event
                 WHERE capture_id = %s AND number >= %s AND number < %s
              ORDER BY number
                """,
                self.id,
                first,
                first + CHUNK,
            )
        )

    def _read_rows(self, rows):
        """Return what events say, and `{row: Finding}` of those that are wrong."""
        prefixes, ignored = Prefixes(self.context), frozenset(self.ignored or ())
        now = fields.Datetime.now()
        lines, faults = [], {}
        for row_id, body in rows:
            event = json.loads(body)
            if fault := next(check_event(event), None):
                faults[row_id] = fault
                continue
            line = Line(row_id, epcis_read.read(event, prefixes, ignored))
            if epcis_read.is_in_future(line.report, now):
                faults[row_id] = Finding("/eventTime", "future_time")
            else:
                lines.append(line)
        return lines, faults

    # === NOTE WHAT BECAME OF THEM === #

    def _mark_faults(self, faults):
        """Note why events cannot be recorded."""
        self._mark_findings(faults, "error")

    def _mark_findings(self, findings, state):
        """Note what there is to say of events."""
        if not findings:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_capture_event event
                   SET state = %s, reason = given.reason, detail = given.detail
                  FROM unnest(%s::integer[], %s::varchar[], %s::jsonb[])
                       AS given(id, reason, detail)
                 WHERE event.id = given.id
                """,
                state,
                list(findings),
                [found.reason for found in findings.values()],
                [
                    json.dumps({**found.values, "path": found.path}).replace(
                        "\\u0000", ""
                    )
                    for found in findings.values()
                ],
            )
        )

    def _mark_done(self, lines, counts):
        """Note what became of events; return their states."""
        states = [
            "recorded" if counts.get(one.id) else "repeated" if one.lot_ids else "other"
            for one in lines
        ]
        if lines:
            reports = [one.report for one in lines]
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE serial_capture_event event
                       SET state = given.state, hash = given.hash,
                           event_time = given.event_time, biz_step = given.biz_step,
                           unit_count = given.unit_count
                      FROM unnest(%s::integer[], %s::varchar[], %s::varchar[],
                                  %s::timestamp[], %s::varchar[], %s::integer[])
                           AS given(id, state, hash, event_time, biz_step, unit_count)
                     WHERE event.id = given.id
                    """,
                    [one.id for one in lines],
                    states,
                    [report.hash.partition("#")[0] for report in reports],
                    [report.event_time for report in reports],
                    [report.biz_step or None for report in reports],
                    [counts.get(one.id, 0) for one in lines],
                )
            )
        return states
