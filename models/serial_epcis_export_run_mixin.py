from odoo import models
from odoo.tools import SQL

from ..core import epcis
from .epcis_writer import BLOCK, EpcisWriter

# Steps and serials a chunk.
CHUNK = 20_480
UNITS = 10_000
# Exports of so many steps are written while the user waits.
AT_ONCE = 20_000


class SerialEpcisExportRunMixin(models.AbstractModel):
    """Writing of an EPCIS document: chunk after chunk, each a part of the file."""

    _name = "serial.epcis.export.run.mixin"
    _inherit = ["serial.export.store.mixin", "serial.epcis.unit.mixin"]
    _description = "Writing of an EPCIS Document"

    # === CHUNK AFTER CHUNK === #

    def _prepare_start(self):
        """Count what there is."""
        self.env.flush_all()
        return {
            "user_id": self.env.uid,
            "total_count": self._count_steps(),
            "has_units": self.is_complete,
        }

    def _is_small(self):
        return self.total_count <= AT_ONCE

    def _count_steps(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM serial_event event WHERE %s",
                self._get_condition(),
            )
        )
        return rows[0][0]

    def _work(self, memory):
        """Write the next part; who writes remembers what events share."""
        if not self._get_parts():
            self._add_part(self._get_head().encode())
        if self.has_units:
            self._write_units()
            return
        if "writer" not in memory:
            memory["writer"] = EpcisWriter(self.env, self.is_complete)
        self._write_steps(memory["writer"])

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
            self._join_parts()

    def _fetch_steps(self, writer):
        """Return the next steps, up to the end of a block: no event is cut in two."""
        after = SQL("event.id > %s", self.last_event_id)
        condition = SQL("%s AND %s", after, self._get_condition())
        rows = writer.fetch(condition, CHUNK)
        if len(rows) == CHUNK:
            block = rows[-1].id // BLOCK
            rows = [row for row in rows if row.id // BLOCK < block]
        return rows

    def _join_parts(self):
        """Join the parts to the file."""

        def write(file):
            for part in self._read_parts():
                file.write(part)
            file.write(epcis.DOCUMENT_TAIL.encode())

        name = f"{self.name.replace('/', '-')}.jsonld"
        self._finish(write, name, "application/ld+json")
