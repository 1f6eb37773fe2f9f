from odoo import fields, models
from odoo.tools import SQL

from ..core import purge_proof

# Units of a chunk: each loses its events and gets one.
CHUNK = 2_000
# Purges that look at or remove at most so many are done while the person waits.
AT_ONCE = 2_000


class SerialPurgeRunMixin(models.AbstractModel):
    """The background work of a purge: list, and remove, chunk by chunk."""

    _name = "serial.purge.run.mixin"
    _inherit = ["serial.job.mixin"]
    _description = "Running of a Purge"

    def _go_on(self):
        """Do a small job now, and leave a large one to the background."""
        if self.job_total <= AT_ONCE:
            state = self.state
            while self.state == state:
                self._work({})
        return self._trigger_cron()

    def _can_go_on(self):
        return True

    def _get_working_state(self):
        return "running" if self.listed_at else "listing"

    def _work(self, memory):
        if self.state == "listing":
            self._list_chunk()
        else:
            self._purge_chunk()

    def _purge_chunk(self):
        """Remove the next dossiers that are still due, leaving a proof."""
        units = self._take_due()
        if not units:
            self._finish_purge()
            return
        self._recheck(units)
        gone = units.filtered(lambda unit: unit.state == "due")
        if gone:
            proof = self._prove(gone)
            self._remove(proof)
            self._append_stubs(proof)
        self.write(
            {
                "last_unit_id": units[-1].id,
                "due_count": self.due_count - len(units),
                "kept_count": self.kept_count + len(units) - len(gone),
                "purged_count": self.purged_count + len(gone),
                "job_done": self.job_done + len(units),
            }
        )
        # A hold that came meanwhile has written this row: then the chunk is undone.
        self.flush_recordset()

    def _take_due(self):
        """Return the next units that the preview found due."""
        self.env["serial.hold"]._end_expired()
        self._flush_rule()
        return self.env["serial.purge.unit"].search(
            [
                ("purge_id", "=", self.id),
                ("state", "=", "due"),
                ("id", ">", self.last_unit_id),
            ],
            order="id",
            limit=CHUNK,
        )

    def _recheck(self, units):
        """Keep units that may no longer go; the serials of all are locked."""
        lot_ids = units.lot_id.ids
        self.env.cr.execute(
            SQL(
                "SELECT id FROM stock_lot WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                lot_ids,
            )
        )
        broken = self.env["serial.event"]._get_broken_chains(lot_ids)
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_purge_unit unit
                   SET state = 'kept',
                       reason = CASE WHEN due.lot_id IS NULL THEN 'not_due'
                                     ELSE coalesce(due.reason, 'chain') END
                  FROM serial_purge_unit checked
             LEFT JOIN (%(due)s) AS due ON due.lot_id = checked.lot_id
                 WHERE unit.id = ANY(%(units)s) AND checked.id = unit.id
                   AND (due.lot_id IS NULL OR due.reason IS NOT NULL
                        OR checked.lot_id = ANY(%(broken)s))
                """,
                due=self._get_due_query(
                    SQL("lot.id = ANY(%s) AND %s", lot_ids, self._get_scope())
                ),
                units=units.ids,
                broken=broken,
            )
        )
        units.invalidate_recordset(flush=False)

    def _prove(self, units):
        """Note what the units hold, and sign it; return the proof."""
        self._note_contents(units)
        previous = self.proof_ids.sorted("number")[-1:]
        values = self._prepare_proof_vals(units, previous.number + 1)
        proofs = self.env["serial.purge.proof"]
        proof = proofs.new({**values, "purge_id": self.id})
        content = self.env["serial.purge.unit"]._read_dicts([("id", "in", units.ids)])
        digest = purge_proof.proof_hash(
            proof._get_head(), content, previous.hash or None
        )
        proof = proofs.create(
            {
                **values,
                "purge_id": self.id,
                "hash": digest,
                "signature": proofs._sign(digest),
            }
        )
        self.env.cr.execute(
            SQL(
                "UPDATE serial_purge_unit SET proof_id = %s, state = 'purged' "
                "WHERE id = ANY(%s)",
                proof.id,
                units.ids,
            )
        )
        units.invalidate_recordset(flush=False)
        return proof

    def _prepare_proof_vals(self, units, number):
        rows = {}
        for unit in units:
            for table, (count, _digest) in (unit.removed or {}).items():
                rows[table] = rows.get(table, 0) + count
        return {
            "number": number,
            "made_at": fields.Datetime.now(),
            "made_by_id": self.started_by_id.id or self.env.uid,
            "unit_count": len(units),
            "event_count": sum(units.mapped("event_count")),
            "row_count": sum(rows.values()),
            "rows": rows,
        }

    def _finish_purge(self):
        self._count_units()
        self.write({**self._prepare_end(), "job_done": self.job_total})

    def _get_broken_proof(self):
        """Return the number of the first proof that does not hold, or None."""
        proofs = self.proof_ids.sorted("number")
        unsigned = proofs.filtered(lambda proof: not proof._is_signed())
        if unsigned:
            return unsigned[0].number
        return purge_proof.first_broken(
            [
                {
                    "head": proof._get_head(),
                    "units": proof._get_unit_dicts(),
                    "hash": proof.hash,
                }
                for proof in proofs
            ]
        )
