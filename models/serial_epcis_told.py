from odoo import api, fields, models
from odoo.tools import SQL


class SerialEpcisTold(models.Model):
    """EPCIS events that were told: by its ID, which is a hash, each is found again."""

    _name = "serial.epcis.told"
    _description = "Told EPCIS Event"
    _log_access = False
    _rec_name = "digest"

    digest = fields.Char(size=64, required=True, readonly=True)
    first_event = fields.Integer(
        required=True, readonly=True, help="ID of the first of its steps."
    )

    _digest_uniq = models.UniqueIndex("(digest)", "This event was told before.")
    # What a purge looks for: events whose first step goes.
    _first_event_idx = models.Index("(first_event)")

    @api.model
    def _note(self, told):
        """Note EPCIS events that were told, those known already too; one statement."""
        if told:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO serial_epcis_told (digest, first_event) "
                    "SELECT * FROM unnest(%s::varchar[], %s::integer[]) "
                    "ON CONFLICT DO NOTHING",
                    [one.digest.hex() for one in told],
                    [one.first_id for one in told],
                )
            )

    @api.model
    def _find(self, digests):
        """Return the IDs of the first steps of EPCIS events."""
        rows = self.env.execute_query(
            SQL(
                "SELECT first_event FROM serial_epcis_told WHERE digest = ANY(%s)",
                list(digests),
            )
        )
        return [event_id for (event_id,) in rows]
