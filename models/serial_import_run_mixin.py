import logging
from dataclasses import replace

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models

from ..core import factory_plan
from ..core.cell import RowError
from ..core.errors import SerialError

_logger = logging.getLogger(__name__)

CHUNK = 5_000
MOST_TRIES = 5


class SerialImportRunMixin(models.AbstractModel):
    """Working off a factory file: chunk after chunk, each with the same few queries."""

    _name = "serial.import.run.mixin"
    _inherit = [
        "serial.job.mixin",
        "serial.import.kind.mixin",
        "serial.import.find.mixin",
        "serial.import.write.mixin",
    ]
    _description = "Reading of a Factory File"

    # === CHUNK AFTER CHUNK === #

    @api.model
    def _cron_run(self):
        """Read chunk after chunk, committing each, until time is up or all is done."""
        cron = self.env["ir.cron"]
        domain = [("state", "=", "running")]
        readers, tries = {}, 0
        while record := self._take_next(domain):
            before = record.done_count
            try:
                with self.env.cr.savepoint():
                    record._run_next(readers)
                tries = 0
            except (SerializationFailure, UniqueViolation):
                # Somebody wrote the same serials meanwhile; after the commit below
                # this transaction sees them.
                tries += 1
                if tries == MOST_TRIES:
                    raise
                readers.pop(record.id, None)
                record.invalidate_recordset()
            todo = self.search(domain)
            left = sum(max(other.row_count - other.done_count, 1) for other in todo)
            seconds = cron._commit_progress(
                record.done_count - before, remaining=-(-left // CHUNK)
            )
            if not seconds:
                break

    def _run(self):
        """Read the whole file at once."""
        readers = {}
        while self.state == "running":
            self._run_next(readers)

    def _run_next(self, readers):
        """Read one chunk; what the file itself has wrong ends the import as failed.

        :param dict readers: open files by import, so that not every chunk begins at
            the top
        """
        runner = self._get_runner()
        try:
            if self.id not in readers:
                readers[self.id] = runner._open()
            runner._run_chunk(readers[self.id])
        except SerialError as error:
            _logger.info("import %s stopped: %s", self.name, error.reason)
            info = {"error": error.reason, "detail": error.values}
            self.write(
                {
                    "state": "failed",
                    "file_info": {**(self.file_info or {}), **info},
                    "finished_at": fields.Datetime.now(),
                }
            )

    def _get_runner(self):
        """Return this import as its user, whose name the events carry."""
        user = self.user_id or self.create_uid
        return (
            self.with_user(user)
            .with_company(self.company_id)
            .with_context(lang=user.lang, tz=user.tz)
        )

    def _open(self):
        """Return a reader that stands behind the rows already read."""
        content = self._get_content()
        if not self.row_count:
            self.row_count = sum(1 for _row in self._read_sheet(content).rows)
        reader = self._get_reader(content)
        reader.skip(self.done_count, self._get_local_now())
        return reader

    def _get_local_now(self):
        now = fields.Datetime.now()
        return fields.Datetime.context_timestamp(self, now).replace(tzinfo=None)

    def _run_chunk(self, reader):
        """Read the next rows; write the good ones, and why the others are not."""
        count, items, errors = reader.take(CHUNK, self._get_local_now())
        done, refused = self._take_items(items, reader)
        errors += refused
        self._write_errors(errors, reader.headers)
        counts = {
            "done_count": count,
            "created_count": done["create"],
            "claimed_count": done["produce"],
            "updated_count": done["update"],
            "unchanged_count": done["unchanged"],
            "error_count": len({error.row for error in errors}),
        }
        values = {name: self[name] + more for name, more in counts.items()}
        if count < CHUNK:
            values.update(
                state="done",
                row_count=values["done_count"],
                finished_at=fields.Datetime.now(),
            )
        self.write(values)

    # === FROM ROWS TO STEPS === #

    def _plan(self, units, reader):
        """Return (unit, product, known serial, step) of good rows, and the errors."""
        units, products, errors = self._find_products(units)
        known, refused = self._find_lots(units, products)
        errors += refused
        taken = self._find_taken(units)
        steps = []
        for unit in units:
            if unit.row not in known:
                continue
            lot = known[unit.row]
            step = self._decide(unit, lot, taken, reader)
            if isinstance(step, list):
                errors += step
            else:
                steps.append((unit, products[unit.row], lot, step))
        return steps, errors

    def _decide(self, unit, lot, taken, reader):
        if lot:
            first = reader.first_row_of(lot.lot_id, unit.row)
            if first != unit.row:  # the same serial, written in another way
                values = {"first": first}
                return [RowError(unit.row, "repeated", "serial", unit.serial, values)]
            holders = {part: taken.parts.get(part, (None,)) for part in unit.parts}
            own = {part for part, holder in holders.items() if holder[0] == lot.lot_id}
            lot = replace(lot, parts=frozenset(own))
        return factory_plan.decide(unit, lot, taken)
