from psycopg2.errors import SerializationFailure

from odoo import api, models


class SerialJobMixin(models.AbstractModel):
    """Long work in chunks: one worker a job, and whoever cancels it does not wait.

    A worker holds its job by an advisory lock, not by the row: a person who cancels
    writes the row, and would wait for chunk after chunk. The worker writes the row at
    the end of a chunk; if somebody did so meanwhile, the chunk is undone.
    """

    _name = "serial.job.mixin"
    _description = "Work in Chunks"

    @api.model
    def _take_next(self, domain):
        """Return the oldest job of a domain that no other worker holds, or none."""
        for job in self.search(domain, order="id", limit=20):
            self.env.cr.execute(
                "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
                (self._table, job.id),
            )
            if self.env.cr.fetchone()[0]:
                return job
        return self.browse()

    def _run_chunk(self, function):
        """Return what a chunk's function returns; 0 if another writer undid it."""
        try:
            with self.env.cr.savepoint():
                return function()
        except SerializationFailure:
            self.invalidate_recordset(flush=False)
            return 0
