from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY


class SerialChunkMixin(models.AbstractModel):
    """Long work in chunks: one worker a record, and whoever cancels it does not wait.

    A worker holds its record by an advisory lock, not by the row: a person who cancels
    writes the row, and would wait for chunk after chunk. The worker writes the row at
    the end of a chunk; if somebody did so meanwhile, the chunk is undone.
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

    @api.model
    def _work_off(self, domain, work):
        """Work chunk after chunk, committing each, until time is up or all is done.

        :param work: function: record -> whether its next chunk was done
        """
        while record := self._take_next(domain):
            done = work(record)
            left = self.search_count(domain)
            seconds = self.env["ir.cron"]._commit_progress(int(done), remaining=left)
            if not (seconds or self._runs_through):
                break
