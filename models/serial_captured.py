from odoo import fields, models
from odoo.tools import SQL


class SerialCaptured(models.Model):
    """What was told to which serial: an event that came in is told to each only once.

    Written in the same transaction as the step in the dossier, so that neither is
    there without the other.
    """

    _name = "serial.captured"
    _description = "Event Told to a Serial"
    _order = "id"
    _rec_name = "digest"
    _log_access = False

    lot_id = fields.Many2one(
        "stock.lot", string="Serial", required=True, readonly=True, ondelete="cascade"
    )
    digest = fields.Char(required=True, readonly=True)
    capture_id = fields.Many2one(
        "serial.capture", readonly=True, index=True, ondelete="cascade"
    )

    _lot_digest_uniq = models.UniqueIndex(
        "(lot_id, digest)", "This event was told to this serial already."
    )

    def _claim(self, pairs, capture):
        """Return those of the pairs (serial's id, digest) that nobody has told yet.

        Another transaction that tells the same at the same time makes this one fail to
        serialise; it is run again, and then finds what the other told.
        """
        pairs = sorted(set(pairs))
        if not pairs:
            return set()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO serial_captured (lot_id, digest, capture_id)
                SELECT given.lot_id, given.digest, %s
                  FROM unnest(%s::integer[], %s::varchar[]) AS given(lot_id, digest)
                    ON CONFLICT (lot_id, digest) DO NOTHING
                RETURNING lot_id, digest
                """,
                capture.id,
                [lot_id for lot_id, _digest in pairs],
                [digest for _lot_id, digest in pairs],
            )
        )
        return set(rows)
