import json

from odoo import fields, models
from odoo.tools import SQL

from ..core import epcis_read
from .serial_epcis_unit_mixin import UNIT_COLUMNS
from .serial_event import KINDS
from .serial_lifecycle_mixin import STAGES

UNITS = 5_000
PARTS = ("public", "private")
_STEPS = frozenset(kind for kind, _name in KINDS)
_STAGES = frozenset(stage for stage, _name in STAGES)


class SerialCaptureRestoreMixin(models.AbstractModel):
    """Reads complete exports of ours: dossiers are made as they were elsewhere.

    Only what a manager reads is believed to be one. What EPCIS has no word for stands
    in our own namespace: the step, its data, and of each serial what it is now.
    """

    _name = "serial.capture.restore.mixin"
    _description = "Restoring of Dossiers"

    # === SERIALS === #

    def _read_units(self, document):
        """Return what a document says of its serials, if this user may restore them."""
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_manager"):
            return []
        return epcis_read.read_units(document)

    def _restore_units(self, units):
        """Make the serials that are not known, as they were; set-based."""
        for first in range(0, len(units), UNITS):
            chunk = dict(units[first : first + UNITS])
            known = self._find_lots(set(chunk))
            self._insert_units(
                {uri: values for uri, values in chunk.items() if uri not in known}
            )
        if units:
            self.env["stock.lot"].invalidate_model(flush=False)

    def _insert_units(self, units):
        rows = self._prepare_units(units)
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO stock_lot (%(columns)s, create_uid, create_date,
                                       write_uid, write_date)
                SELECT %(columns)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM json_populate_recordset(NULL::stock_lot, %(rows)s)
                    ON CONFLICT DO NOTHING
                """,
                columns=SQL(", ").join(map(SQL.identifier, rows[0])),
                uid=self.env.uid,
                now=fields.Datetime.now(),
                rows=json.dumps(rows).replace("\\u0000", ""),
            )
        )

    def _prepare_units(self, units):
        """Return the columns of serials whose product is known."""
        keys = {uri: epcis_read.key_of(uri) for uri in units}
        products = self._find_products({key.gtin for key in keys.values() if key.gtin})
        partners = self._find_names("res.partner", "distributor", units)
        regions = self._find_names("serial.channel.region", "region", units)
        return [
            {
                **{name: values.get(name) for name in UNIT_COLUMNS},
                "product_id": product_id,
                "event_count": 0,
                "channel_partner_id": partners.get(
                    self._to_name(values.get("distributor"))
                ),
                "channel_region_id": regions.get(self._to_name(values.get("region"))),
            }
            for uri, values in units.items()
            for product_id in products.get(keys[uri].gtin, ())[:1]
            if values.get("stage") in _STAGES and values.get("scan_code")
        ]

    def _find_names(self, model, key, units):
        """Return {name: id} of the records that serials name."""
        names = {self._to_name(values.get(key)) for values in units.values()} - {None}
        records = self.env[model].sudo().search([("name", "in", list(names))])
        return {record.name: record.id for record in records}

    def _to_name(self, value):
        """Return a name; of a translated one the English."""
        if isinstance(value, dict):
            value = value.get("en_US")
        return value if isinstance(value, str) else None

    # === STEPS === #

    def _is_restored(self, report):
        return self.is_restoring and report.ours.get("step") in _STEPS

    def _leave_out_known(self, told):
        """Return (serial's id, hash) of what is told, without steps that are there.

        An export of ours that comes back says nothing new.
        """
        ours = [(lot_id, one) for lot_id, one in told if one.ours.get("step")]
        known = self._find_steps(ours) if ours else set()
        return [
            (lot_id, report.hash)
            for lot_id, report in told
            if (lot_id, report.ours.get("step"), self._get_time(report)) not in known
        ]

    def _get_time(self, report):
        return report.ours.get("time") or report.event_time

    def _find_steps(self, told):
        return set(
            self.env.execute_query(
                SQL(
                    """
                    SELECT lot_id, kind, event_time FROM serial_event
                     WHERE lot_id = ANY(%s) AND kind = ANY(%s)
                    """,
                    sorted({lot_id for lot_id, _report in told}),
                    sorted({report.ours["step"] for _lot_id, report in told}),
                )
            )
        )

    def _prepare_restored(self, report, lot_ids):
        """Return {serial's id: columns} of a step as it was recorded elsewhere."""
        ours = report.ours
        country_id, state_id = self._find_area(ours.get("place"))
        values = {
            "event_time": self._get_time(report),
            "event_offset": ours.get("offset") or report.offset,
            "biz_step": None if report.error else report.biz_step or None,
            "disposition": None if report.error else report.disposition or None,
            "location_id": self._find_one(
                "stock.location", "complete_name", ours.get("location")
            ),
            "partner_id": self._find_one("res.partner", "name", ours.get("party")),
            "country_id": country_id,
            "state_id": state_id,
            "document_model": ours.get("document_model"),
            "document_name": ours.get("document"),
            "data": {part: ours[part] for part in PARTS if ours.get(part)} or None,
        }
        corrected = self._find_corrected(lot_ids, ours.get("corrects"))
        return {
            lot_id: {**values, "corrects_id": corrected.get(lot_id)}
            for lot_id in lot_ids
        }

    def _find_corrected(self, lot_ids, sequence):
        """Return {serial's id: the event of it that has this number}."""
        if not sequence or not sequence.isdigit() or len(sequence) > 9:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT lot_id, id FROM serial_event "
                    "WHERE lot_id = ANY(%s) AND sequence = %s",
                    lot_ids,
                    int(sequence),
                )
            )
        )

    def _find_one(self, model, field, name):
        """Return the id of the record of a name, looked up once a transaction."""
        if not name:
            return None
        known = self.env.cr.cache.setdefault("serial_capture_names", {})
        if (model, name) not in known:
            record = self.env[model].sudo().search([(field, "=", name)], limit=1)
            known[model, name] = record.id or None
        return known[model, name]

    def _find_area(self, code):
        """Return (country's id, subdivision's id) of a code of ISO 3166."""
        country_code, _dash, part = (code or "").partition("-")
        if country_code == "CN" and part in ("HK", "MO", "TW"):
            country_code, part = part, ""
        country_id = self._find_one("res.country", "code", country_code)
        state = self.env["res.country.state"]._get_state(country_code, part)
        return country_id, state.id or None
