from psycopg2 import DataError

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import cbv, epcis_read
from .serial_event import KINDS

UNITS = 5_000
PARTS = ("public", "private")
_STEPS = frozenset(kind for kind, _name in KINDS)


class SerialCaptureRestoreMixin(models.AbstractModel):
    """Reads complete exports of ours: dossiers are made as they were elsewhere.

    Only what a manager reads is believed to be one. What EPCIS has no word for stands
    in our own namespace: the step, its data, and of each serial what it is now.
    """

    _name = "serial.capture.restore.mixin"
    _inherit = ["serial.restore.unit.mixin"]
    _description = "Restoring of Dossiers"

    # === SERIALS === #

    def _read_units(self, document):
        """Return what a document says of its serials, if this user may restore them."""
        if not self.env.user.has_group("serial_dossier.serial_dossier_group_manager"):
            return []
        return epcis_read.read_units(document)

    def _restore_units(self, units):
        """Make the serials that are not known, as they were; set-based."""
        try:
            with self.env.cr.savepoint():
                for first in range(0, len(units), UNITS):
                    self._insert_units(units[first : first + UNITS])
        except DataError as error:
            raise UserError(
                self.env._("The file holds serials with values that cannot be.")
            ) from error
        if units:
            self.env.invalidate_all()

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
        words = cbv.STEPS[ours["step"]]
        country_id, state_id = self._find_area(ours.get("place"))
        values = {
            "event_time": self._get_time(report),
            "event_offset": ours.get("offset") or report.offset,
            # of a correction the event says what was wrong, not what it is itself
            "biz_step": words[0] if report.error else report.biz_step or words[0],
            "disposition": words[1] if report.error else report.disposition or words[1],
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
