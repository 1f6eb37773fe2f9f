from odoo import models

RECALL_TEXTS = (
    "recall",
    "reference",
    "title",
    "hazard",
    "instructions",
    "remedy",
    "remedy_kind",
    "url",
)


class SerialApiCareMixin(models.AbstractModel):
    """What the holder of a unit may ask for, and what was done to it, for a machine.

    It is the public part: days and kinds, no persons and no prices.
    """

    _name = "serial.api.care.mixin"
    _description = "After-Sales by API"

    def _prepare_care(self, lot_sudo, caller):
        """Return warranty, rights, repairs and recall of a unit."""
        warranties = self.env["serial.warranty"]
        unit = warranties._get_units(lot_sudo.ids)[0]
        rights = warranties._judge_unit(unit, caller.get_today())
        banners = self.env["serial.recall"].with_context(lang=caller.lang)
        banners = banners._get_banners_of(lot_sudo).get(lot_sudo.id) or [None]
        return {
            "warranty": {
                "state": rights.state,
                "from": self._day(rights.start),
                "until": self._day(rights.end),
            },
            "rights": self._prepare_rights(rights),
            "repairs": [
                self._prepare_repair(stay, unit["company_id"])
                for stay in unit["repairs"] or ()
            ],
            "recall": self._prepare_recall(banners[0]),
        }

    def _prepare_rights(self, rights):
        return {
            "basis": rights.basis,
            "days_added": rights.days_added,
            "may_ask": [self._prepare_right(right) for right in rights.may_ask],
            "with_proof": [self._prepare_right(right) for right in rights.with_proof],
            "components": [
                {
                    "component": component.code,
                    "state": component.state,
                    "until": self._day(component.end),
                }
                for component in rights.components
            ],
            "reasons": list(rights.reasons),
        }

    def _prepare_right(self, right):
        return {
            "kind": right.kind,
            "until": self._day(right.until),
            "reason": right.reason,
            "source": right.source,
            "component": right.component,
        }

    def _prepare_repair(self, stay, company_id):
        """Return the days of a stay, see `serial_warranty_right_mixin.REPAIRS_SQL`."""
        get_day = self.env["serial.warranty"]._get_local_day
        taken_in, given_back, _from, _until, failed, _fault, covered = stay
        return {
            "taken_in": self._day(get_day(taken_in, company_id)),
            "given_back": self._day(get_day(given_back, company_id)),
            "covered": bool(covered),
            "failed": bool(failed),
        }

    def _prepare_recall(self, banner):
        return banner and {name: banner[name] or None for name in RECALL_TEXTS}
