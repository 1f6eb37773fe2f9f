import json

from odoo import models
from odoo.tools import SQL

from .retention_sql import HELD

# What tells about a unit, in an order in which it can be deleted: table -> condition
# on its rows, named `entry`, of a unit `lot`. Documents with a retention of their own
# stay: deliveries, repairs, trade-ins, settlements, transfers, decided cases.
_OF_LOT = "entry.lot_id = lot.id"
TABLES = {
    "serial_activation_claim": _OF_LOT,
    "serial_diversion_replay_line": _OF_LOT,
    "serial_diversion_leak_unit": _OF_LOT,
    "serial_diversion_alert": """
        entry.lot_id = lot.id AND entry.case_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM serial_diversion_statement said
             WHERE said.alert_id = entry.id)
    """,
    "serial_activation_proof": _OF_LOT,
    "serial_activation": _OF_LOT,
    "serial_warranty_extension": _OF_LOT,
    "serial_warranty_exclusion": """
        entry.warranty_id IN (
            SELECT warranty.id FROM serial_warranty warranty
             WHERE warranty.lot_id = lot.id)
    """,
    "serial_warranty": _OF_LOT,
    "serial_channel_assignment": _OF_LOT,
    "serial_part": _OF_LOT,
    "serial_webhook_message": _OF_LOT,
    "serial_scan": _OF_LOT,
    "serial_mark": _OF_LOT,
    # Hashes of what partners told, and of what was told to them.
    "serial_captured": _OF_LOT,
    "serial_epcis_told": """
        entry.first_event = ANY(ARRAY(
            SELECT event.id FROM serial_event event WHERE event.lot_id = lot.id))
    """,
    "mail_message": "entry.model = 'stock.lot' AND entry.res_id = lot.id",
}
# Tables whose records own files, with the model that says so.
WITH_FILES = {
    "serial_activation_proof": "serial.activation.proof",
    "serial_warranty_exclusion": "serial.warranty.exclusion",
    "serial_warranty": "serial.warranty",
    "serial_diversion_alert": "serial.diversion.alert",
}
# What is said about a record, with the column that names its model.
THREADS = {
    "mail_message": "model",
    "mail_activity": "res_model",
    "mail_followers": "res_model",
}
# What the stub of a unit no longer says; its number, product and stage stay.
CLEARED = (
    "plant",
    "production_line",
    "machine",
    "imei",
    "imei2",
    "meid",
    "eid",
    "mac",
    "channel_partner_id",
    "channel_region_id",
    "shipped_at",
    "sale_date",
    "activated_at",
    "note",
    "ref",
)


class SerialPurgeRemoveMixin(models.AbstractModel):
    """What a purge removes, and the stub that it leaves.

    Each statement asks for the proof and for holds itself.
    """

    _name = "serial.purge.remove.mixin"
    _inherit = ["serial.purge.captured.mixin"]
    _description = "Removal by a Purge"

    # === NOTED === #

    def _note_contents(self, units):
        """Write on the units' rows what they hold: counts and hashes by table."""
        self.env.flush_all()
        removed = {unit_id: {} for unit_id in units.ids}
        for table, condition in TABLES.items():
            for unit_id, count, digest in self._digest(table, condition, units.ids):
                removed[unit_id][table] = [count, digest]
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_purge_unit unit
                   SET event_count = head.sequence, head_hash = head.hash,
                       last_event_id = head.last_id, removed = input.removed
                  FROM unnest(%(ids)s::integer[], %(removed)s::jsonb[])
                       AS input (id, removed),
                       serial_purge_unit row,
                       LATERAL (
                           SELECT event.sequence, event.hash,
                                  (SELECT max(id) FROM serial_event
                                    WHERE lot_id = row.lot_id) AS last_id
                             FROM serial_event event
                            WHERE event.lot_id = row.lot_id
                         ORDER BY event.sequence DESC LIMIT 1
                       ) AS head
                 WHERE unit.id = input.id AND row.id = input.id
                """,
                ids=list(removed),
                removed=[json.dumps(value) for value in removed.values()],
            )
        )
        units.invalidate_recordset(flush=False)

    def _digest(self, table, condition, unit_ids):
        """Return (unit, rows, SHA-256 of their content) of what a table has."""
        return self.env.execute_query(
            SQL(
                """
                SELECT unit.id, count(*), encode(sha256(convert_to(
                           string_agg(row_to_json(entry)::text, E'\n'
                                      ORDER BY entry.id), 'UTF8')), 'hex')
                  FROM serial_purge_unit unit
                  JOIN stock_lot lot ON lot.id = unit.lot_id
                  JOIN %s entry ON %s
                 WHERE unit.id = ANY(%s)
              GROUP BY unit.id
                """,
                SQL.identifier(table),
                SQL(condition),
                unit_ids,
            )
        )

    # === REMOVED === #

    def _remove(self, proof):
        """Delete what the proof's units hold, and then their events."""
        self._forget_captured(proof)
        for table, condition in TABLES.items():
            if table in WITH_FILES:
                self._remove_attached(WITH_FILES[table], condition, proof)
            self._delete(table, condition, proof)
        self._remove_attached("stock.lot", None, proof)
        self._delete("serial_event", _OF_LOT, proof)
        self._clear_stubs(proof)
        self.write(
            {
                "event_count": self.event_count + proof.event_count,
                "row_count": self.row_count + proof.row_count,
            }
        )
        self.env.invalidate_all()

    def _delete(self, table, condition, proof):
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM %s entry USING serial_purge_unit unit, stock_lot lot
                 WHERE unit.proof_id = %s AND lot.id = unit.lot_id
                   AND (%s) AND NOT %s
                """,
                SQL.identifier(table),
                proof.id,
                SQL(condition),
                SQL(HELD),
            )
        )

    def _remove_attached(self, model, condition, proof):
        """Delete files and messages of records that go; files in Odoo's own way."""
        records = self._get_records_query(model, condition, proof)
        found = self.env.execute_query(
            SQL(
                "SELECT file.id FROM ir_attachment file "
                "WHERE file.res_model = %s AND file.res_id IN (%s)",
                model,
                records,
            )
        )
        self.env["ir.attachment"].browse(row[0] for row in found).sudo().unlink()
        for table, column in THREADS.items():
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s = %s AND res_id IN (%s)",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    model,
                    records,
                )
            )

    def _get_records_query(self, model, condition, proof):
        """Return a query of the ids of a model's records that go."""
        if not condition:
            return SQL(
                "SELECT unit.lot_id FROM serial_purge_unit unit WHERE proof_id = %s",
                proof.id,
            )
        return SQL(
            "SELECT entry.id FROM serial_purge_unit unit "
            "JOIN stock_lot lot ON lot.id = unit.lot_id JOIN %s entry ON %s "
            "WHERE unit.proof_id = %s",
            SQL.identifier(self.env[model]._table),
            SQL(condition),
            proof.id,
        )

    # === LEFT === #

    def _clear_stubs(self, proof):
        """Empty the serials: number, product and stage are what the stock needs."""
        lots = self.env["stock.lot"]
        cleared = [
            SQL("%s = NULL", SQL.identifier(name))
            for name in CLEARED
            if name in lots._fields and lots._fields[name].store
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_lot lot
                   SET event_count = 0, purge_id = %s, %s
                  FROM serial_purge_unit unit
                 WHERE unit.proof_id = %s AND lot.id = unit.lot_id
                """,
                self.id,
                SQL(", ").join(cleared),
                proof.id,
            )
        )

    def _append_stubs(self, proof):
        """Begin each unit's chain anew, with an event that names the one that went."""
        units = proof.unit_ids
        self.env["serial.event"]._record(
            units.lot_id.ids,
            "purged",
            per_lot={
                unit.lot_id.id: {
                    "data": {
                        "private": {
                            "purge": self.name,
                            "proof": proof.number,
                            "events": unit.event_count,
                            "head": unit.head_hash,
                        }
                    }
                }
                for unit in units
            },
            document=self,
        )
