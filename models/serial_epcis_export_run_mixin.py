import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import epcis
from .epcis_writer import BLOCK, EpcisWriter

_logger = logging.getLogger(__name__)

# Steps and serials a chunk.
CHUNK = 20_480
UNITS = 10_000
# Exports of so many steps are written while the user waits.
AT_ONCE = 20_000


class SerialEpcisExportRunMixin(models.AbstractModel):
    """Writing of an EPCIS document: chunk after chunk, each a part of the file."""

    _name = "serial.epcis.export.run.mixin"
    _inherit = [
        "serial.job.mixin",
        "serial.export.store.mixin",
        "serial.epcis.unit.mixin",
    ]
    _description = "Writing of an EPCIS Document"

    # === CHUNK AFTER CHUNK === #

    @api.model
    def _cron_run(self):
        """Write chunk after chunk, committing each, until time is up or all is done."""
        domain = [("state", "=", "running")]
        writers = {}
        while export := self._take_next(domain):
            done = export._run_chunk(lambda one=export: one._run_next(writers))
            todo = self.search(domain)
            left = sum(max(job.total_count - job.done_count, 1) for job in todo)
            remaining = -(-left // CHUNK)
            if not self.env["ir.cron"]._commit_progress(done, remaining=remaining):
                break

    def _begin(self):
        """Count what there is, and write it at once if it is little."""
        self.env.flush_all()
        self.write(
            {
                "state": "running",
                "started_at": fields.Datetime.now(),
                "user_id": self.env.uid,
                "total_count": self._count_steps(),
                "has_units": self.is_complete,
            }
        )
        writers = {}
        while self.total_count <= AT_ONCE and self.state == "running":
            self._run_next(writers)

    def _count_steps(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM serial_event event WHERE %s",
                self._get_condition(),
            )
        )
        return rows[0][0]

    def _run_next(self, writers):
        """Write the next part; return how many steps it has, at least 1.

        :param dict writers: by export, who remembers what events share
        """
        try:
            with self.env.cr.savepoint():
                return self._write_next(writers)
        except (ValueError, KeyError, OSError) as error:
            _logger.exception("EPCIS export %s stopped", self.name)
            values = {"state": "failed", "error": str(error)[:500]}
            self.write({**values, "finished_at": fields.Datetime.now()})
            return 1

    def _write_next(self, writers):
        if not self._get_parts():
            self._add_part(self._get_head().encode())
        if self.has_units:
            return self._write_units()
        writer = writers.get(self.id)
        if not writer:
            writer = writers[self.id] = EpcisWriter(self.env, self.is_complete)
        return self._write_steps(writer)

    # === PARTS === #

    def _get_head(self):
        # What serials are stands before what happened to them.
        rest = epcis.UNITS_HEAD if self.is_complete else epcis.BODY
        return epcis.document_head(self.started_at) + rest

    def _write_units(self):
        units = self._get_units(self.last_lot_id, UNITS)
        comma = "," if self.unit_count else ""
        text = ",".join(text for _id, text in units)
        if text:
            self._add_part((comma + text).encode())
        values = {"unit_count": self.unit_count + len(units)}
        if units:
            values["last_lot_id"] = units[-1][0]
        if len(units) < UNITS:
            values["has_units"] = False
            self._add_part((epcis.UNITS_TAIL + epcis.BODY).encode())
        self.write(values)
        return 1

    def _write_steps(self, writer):
        rows = self._fetch_steps(writer)
        told = list(writer.tell(rows))
        if told:
            comma = "," if self.event_count else ""
            self._add_part((comma + ",".join(one.text for one in told)).encode())
        if self.scope == "period" and not (self.is_complete or self.product_id):
            # These are the events that the API tells, and finds by their IDs.
            self.env["serial.epcis.told"].sudo()._note(told)
        values = {
            "done_count": self.done_count + len(rows),
            "event_count": self.event_count + len(told),
        }
        if rows:
            values["last_event_id"] = rows[-1].id
        self.write(values)
        if len(rows) < CHUNK - BLOCK:
            self._finish()
        return len(rows) or 1

    def _fetch_steps(self, writer):
        """Return the next steps, up to the end of a block: no event is cut in two."""
        after = SQL("event.id > %s", self.last_event_id)
        condition = SQL("%s AND %s", after, self._get_condition())
        rows = writer.fetch(condition, CHUNK)
        if len(rows) == CHUNK:
            block = rows[-1].id // BLOCK
            rows = [row for row in rows if row.id // BLOCK < block]
        return rows

    def _finish(self):
        """Join the parts to the file."""

        def write(file):
            for part in self._read_parts():
                file.write(part)
            file.write(epcis.DOCUMENT_TAIL.encode())

        name = f"{self.name.replace('/', '-')}.jsonld"
        attachment, sha256 = self._keep_file(write, name, "application/ld+json")
        self._drop_parts()
        self.write(
            {
                "state": "done",
                "file_id": attachment.id,
                "sha256": sha256,
                "finished_at": fields.Datetime.now(),
            }
        )
