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
            SQL("SELECT count(*) FROM (%s) AS unit", self._get_units_query())
        )
        return count

    def _get_units_query(self):
        """Return a query of the ids of the units that had an event in the period."""
        conditions = [
            SQL("coalesce(lot.company_id, %(c)s) = %(c)s", c=self.company_id.id)
        ]
        if self.product_id:
            conditions.append(SQL("lot.product_id = %s", self.product_id.id))
        for operator, day in ((">=", self.date_from), ("<=", self.date_to)):
            if day:
                conditions.append(
                    SQL(
                        "(event.record_time AT TIME ZONE 'UTC' AT TIME ZONE %s)::date "
                        "%s %s",
                        self.tz,
                        SQL(operator),
                        day,
                    )
                )
        return SQL(
            "SELECT DISTINCT event.lot_id AS id FROM serial_event event "
            "JOIN stock_lot lot ON lot.id = event.lot_id WHERE %s",
            SQL(" AND ").join(conditions),
        )

    def _write_audit_part(self):
        """Write the next units; return whether they were the last."""
        lot_ids = self.lot_id.ids or [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    "SELECT id FROM (%s) AS unit WHERE id > %s ORDER BY id LIMIT %s",
                    self._get_units_query(),
                    self.last_id,
                    self._chunk,
                )
            )
        ]
        if lot_ids:
            units = self._collect_audit(lot_ids)
            self._add_part(audit_file.part_bytes(units))
            self.write(
                {
                    "last_id": lot_ids[-1],
                    "done_count": self.done_count + len(lot_ids),
                    "unit_count": self.unit_count + len(lot_ids),
                    "event_count": self.event_count
                    + sum(len(unit["events"]) for unit in units),
                    "broken_count": self.broken_count
                    + sum(not unit["chain_ok"] for unit in units),
                }
            )
        return bool(self.lot_id) or len(lot_ids) < self._chunk

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
