import hashlib
import zipfile
from collections import defaultdict

from odoo import models, release
from odoo.tools import SQL

from ..core import audit_file, chain
from ..core.activation import format_time

# A part holds so many units, each with a handful of events.
PART = "units-{:06}.json"
_EVENTS = f"""
SELECT {chain.FORMS_SQL}, event.hash
  FROM serial_event event
 WHERE event.lot_id = ANY(%(lot_ids)s)
 ORDER BY event.lot_id, event.sequence
"""  # noqa: S608 (constants)


class SerialExportAuditMixin(models.AbstractModel):
    """An auditor's file: the whole chains of the units that had an event in a period.

    A chain holds or not as a whole: so events outside of the period are there too.
    """

    _name = "serial.export.audit.mixin"
    _description = "Auditor's File"

    def _count_audit(self):
        if self.lot_id:
            return 1
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT count(DISTINCT event.lot_id) FROM serial_event event "
                "JOIN stock_lot lot ON lot.id = event.lot_id WHERE %s AND %s",
                self._get_unit_condition(),
                self._get_event_condition(),
            )
        )
        return count

    def _get_unit_condition(self):
        """Return which `lot` the file is about, but for its events."""
        condition = SQL(
            "coalesce(lot.company_id, %(c)s) = %(c)s AND lot.event_count > 0",
            c=self.company_id.id,
        )
        if self.product_id:
            return SQL("%s AND lot.product_id = %s", condition, self.product_id.id)
        return condition

    def _get_event_condition(self):
        """Return which `event` was recorded in the period."""
        get_midnight = self.env["serial.coverage"]._get_midnight
        conditions = [SQL("true")]
        if self.date_from:
            begin = get_midnight(self.date_from)
            conditions.append(SQL("event.record_time >= %s", begin))
        if self.date_to:
            end = get_midnight(self.date_to, after=True)
            conditions.append(SQL("event.record_time < %s", end))
        return SQL(" AND ").join(conditions)

    def _find_units(self, until):
        """Return the ids of the next units, up to the lot `until`."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id FROM stock_lot lot
                 WHERE lot.id > %s AND lot.id <= %s AND %s
                   AND EXISTS (SELECT FROM serial_event event
                                WHERE event.lot_id = lot.id AND %s)
              ORDER BY lot.id
                """,
                self.last_id,
                until,
                self._get_unit_condition(),
                self._get_event_condition(),
            )
        )
        return [lot_id for (lot_id,) in rows]

    def _write_audit_part(self):
        """Write the next units; return whether they were the last."""
        if self.lot_id:
            self._add_units(self.lot_id.ids)
            return True
        until, count = self._get_window("stock_lot")
        self._add_units(self._find_units(until))
        self.last_id = until
        return count < self._chunk

    def _add_units(self, lot_ids):
        if lot_ids:
            units = self._collect_audit(lot_ids)
            self._add_part(audit_file.part_bytes(units))
            self.write(
                {
                    "done_count": self.done_count + len(lot_ids),
                    "unit_count": self.unit_count + len(lot_ids),
                    "event_count": self.event_count
                    + sum(len(unit["events"]) for unit in units),
                    "broken_count": self.broken_count
                    + sum(not unit["chain_ok"] for unit in units),
                }
            )

    def _collect_audit(self, lot_ids):
        """Return units with all their events; a handful of queries."""
        broken = set(self.env["serial.event"]._get_broken_chains(lot_ids))
        events = defaultdict(list)
        columns = (*chain.COLUMNS, "hash")
        for row in self.env.execute_query(SQL(_EVENTS, lot_ids=lot_ids)):
            event = dict(zip(columns, row, strict=True))
            events[event["lot_id"]].append(event)
        return [
            {
                "lot_id": lot.id,
                "serial": lot.name,
                "product": lot.product_id.name,
                "gtin": lot.product_id.barcode or None,
                "stage": lot.stage or None,
                "event_count": lot.event_count,
                "chain_ok": lot.id not in broken,
                "events": events[lot.id],
            }
            for lot in self.env["stock.lot"].browse(lot_ids)
        ]

    def _make_audit_file(self, file):
        """Put the parts into a ZIP, with the manifest that names them."""
        parts = []
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, data in enumerate(self._read_parts(), start=1):
                name = PART.format(number)
                archive.writestr(name, data)
                parts.append(
                    {
                        "name": name,
                        "size": len(data),
                        "sha256": hashlib.sha256(data).hexdigest(),
                    }
                )
            manifest = audit_file.manifest_bytes(self._prepare_manifest(), parts)
            archive.writestr(audit_file.MANIFEST, manifest)

    def _prepare_manifest(self):
        days = [str(day or "…") for day in (self.date_from, self.date_to)]
        return {
            "id": f"{self.env.cr.dbname}/{self.id}",
            "made_at": format_time(self.env.cr.now()),
            "issuer": self.company_id.name,
            "software": f"serial_dossier, Odoo {release.version}",
            "about": self.lot_id.name
            or " ".join(filter(None, [" – ".join(days), self.product_id.name])),
            "units": self.unit_count,
            "events": self.event_count,
            "broken": self.broken_count,
        }
