import logging

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..core.errors import SerialError

_logger = logging.getLogger(__name__)

MOST_TRIES = 5
MOST_ERROR = 500


class SerialChunkMixin(models.AbstractModel):
    """Long work in chunks: one worker a record, and whoever cancels it does not wait.

    A worker holds its record by an advisory lock, not by the row: a person who cancels
    writes the row, and would wait for chunk after chunk. The worker writes the row at
    the end of a chunk; if somebody did so meanwhile, the chunk is undone.

    What a chunk raises ends the work on its record, which says why; others go on.
    A model says by `_work(memory)` what its next chunk is, and by
    `_prepare_failure(error)` which values take a record out of what is worked off.
    `memory` is a dict that lives as long as this worker has the record.
    """

    _name = "serial.chunk.mixin"
    _description = "Work in Chunks"

    # Work that would forget all it knows goes on when the time of its cron is up.
    _runs_through = False

    @api.model
    def _take_next(self, domain):
        """Return the oldest record of a domain that no other worker holds, or none."""
        for record in self.search(domain, order="id", limit=20):
            self.env.cr.execute(
                "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
                (self._table, record.id),
            )
            if self.env.cr.fetchone()[0]:
                return record
        return self.browse()

    def _run_chunk(self, work):
        """Do a chunk's work; tell whether it stands: another writer may undo it."""
        try:
            with self.env.cr.savepoint():
                work()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.invalidate_recordset(flush=False)
            return False
        return True

    def _work(self, memory):
        """Do the next chunk."""
        raise NotImplementedError

    def _prepare_failure(self, error):
        """Return the values of a record whose chunk raised this error."""
        raise NotImplementedError

    def _attempt(self, memory):
        """Do the next chunk; what it raises ends the work as failed.

        :return: whether the chunk, or what went wrong, is written
        """
        return self._try(lambda: self._work(memory), self._prepare_failure, memory)

    def _try(self, work, prepare_failure, memory):
        """Do a chunk's work, or note by the values of `prepare_failure` why not."""

        def fail(error):
            values = prepare_failure(error[:MOST_ERROR])
            return self._run_chunk(lambda: self.sudo().write(values))

        try:
            done = self._run_chunk(work)
            memory.pop("tries", None)
            return done
        except (UserError, SerialError) as error:
            _logger.info("%s %s stopped: %s", self._name, self.id, error)
            return fail(str(error))
        except UniqueViolation as error:
            # Somebody made the same meanwhile: the next transaction sees it.
            self.invalidate_recordset(flush=False)
            memory["tries"] = memory.get("tries", 0) + 1
            if memory["tries"] < MOST_TRIES:
                return False
            return fail(str(error))
        except Exception as error:
            _logger.exception("%s %s failed", self._name, self.id)
            return fail(f"{type(error).__name__}: {error}")

    @api.model
    def _work_off(self, domain, attempt=None):
        """Work chunk after chunk, committing each, until time is up or all is done.

        :param attempt: function: record, memory -> whether its next chunk was done;
            without it the model's `_attempt`
        """
        attempt = attempt or type(self)._attempt
        memory = {}
        while record := self._take_next(domain):
            if record.id not in memory:
                memory = {record.id: {}}  # nothing stays of the record before
            done = attempt(record, memory[record.id])
            left = self.search_count(domain)
            seconds = self.env["ir.cron"]._commit_progress(int(done), remaining=left)
            if not (seconds or self._runs_through):
                break
