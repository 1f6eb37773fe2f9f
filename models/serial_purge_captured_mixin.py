from odoo import models
from odoo.tools import SQL

from .retention_sql import HELD


class SerialPurgeCapturedMixin(models.AbstractModel):
    """What partners told about units that a purge removes, word by word.

    An event of theirs may name thousands of units. Its words stay while one of them
    has a dossier that rests on it, and go with the last; that there was an event, its
    hash and its time stay. The file it came with goes with the first.
    """

    _name = "serial.purge.captured.mixin"
    _description = "Captured Events of Purged Units"

    def _forget_captured(self, proof):
        """Count the proof's units out of the events that were told to them."""
        told = self.env["serial.capture.event"]
        told.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH gone AS MATERIALIZED (
                    SELECT captured.capture_id, count(*) AS units,
                           split_part(captured.digest, '#', 1) AS hash
                      FROM serial_purge_unit unit
                      JOIN stock_lot lot ON lot.id = unit.lot_id
                      JOIN serial_captured captured ON captured.lot_id = lot.id
                     WHERE unit.proof_id = %s AND NOT %s
                  GROUP BY captured.capture_id, hash
                )
                UPDATE serial_capture_event told
                   SET forgotten_count = coalesce(told.forgotten_count, 0) + gone.units
                  FROM gone
                 WHERE told.capture_id = gone.capture_id AND told.hash = gone.hash
                   AND told.unit_count > 0
             RETURNING told.id, told.capture_id, told.hash,
                       told.forgotten_count >= told.unit_count
                """,
                proof.id,
                SQL(HELD),
            )
        )
        empty = [(row_id, digest) for row_id, _job, digest, is_over in rows if is_over]
        self._empty_words(empty)
        self._remove_files({capture_id for _row, capture_id, _hash, _over in rows})
        told.invalidate_model(flush=False)

    def _empty_words(self, events):
        """Empty events that no dossier rests on, and their repetitions."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_capture_event
                   SET body = NULL, reason = NULL, detail = NULL
                 WHERE id = ANY(%s) OR (state = 'repeated' AND hash = ANY(%s))
                """,
                [row_id for row_id, _digest in events],
                [digest for _row_id, digest in events],
            )
        )

    def _remove_files(self, capture_ids):
        """Remove the files that events came in: they hold the words of all."""
        captures_sudo = self.env["serial.capture"].sudo().browse(capture_ids)
        files_sudo = self.env["ir.attachment"].sudo()
        files_sudo.search(
            [
                ("res_model", "=", captures_sudo._name),
                ("res_field", "=", "file"),
                ("res_id", "in", captures_sudo.ids),
            ]
        ).unlink()
