from odoo import api, models
from odoo.exceptions import UserError

from ..core import lifecycle


class SerialServiceIntakeMixin(models.AbstractModel):
    """Taking a unit in over the counter of a service centre, by one scan."""

    _name = "serial.service.intake.mixin"
    _description = "Intake at a Service Centre"

    @api.model
    def _take_in_scanned(self, text, form):
        """Take in the unit whose code or number was scanned; return its repair (sudo).

        What the consumer asked for here, or nowhere in particular, goes on; else a
        new repair is opened.

        :param dict form: `fault` and `words` of who brought it without having asked
        """
        centre_sudo = self._get_centre()
        lot_sudo = self._find_unit(text)
        repairs_sudo = self.env["repair.order"].sudo()
        repair_sudo = repairs_sudo._get_open_repair(lot_sudo)
        if repair_sudo.serial_centre_id not in (centre_sudo, centre_sudo.browse()):
            raise UserError(
                self.env._(
                    "A repair of this unit was asked for at another service centre. "
                    "Ask the brand to hand it over to you."
                )
            )
        if not repair_sudo:
            repair_sudo = repairs_sudo.create(self._prepare_walk_in(lot_sudo, form))
        repair_sudo.serial_centre_id = centre_sudo
        if not repair_sudo.serial_taken_in_at:
            self._take_in(repair_sudo)
        return repair_sudo

    def _find_unit(self, text):
        """Return the unit (sudo) of what was scanned or typed."""
        lots = self.env["stock.lot"].sudo()
        text = (text or "").strip()
        lot_sudo = lots._resolve_identifier(text) if text else lots.browse()
        if not lot_sudo or lot_sudo.stage in (False, lifecycle.Stage.VOID):
            raise UserError(
                self.env._("We know no unit with the number %(number)s.", number=text)
            )
        company = self._get_centre().company_id or self.env.company
        if lot_sudo.company_id and lot_sudo.company_id != company:
            raise UserError(
                self.env._("We know no unit with the number %(number)s.", number=text)
            )
        return lot_sudo

    def _prepare_walk_in(self, lot_sudo, form):
        return {
            **self.env["repair.order"]._prepare_unit_vals(lot_sudo),
            "serial_fault_id": self._read_code("fault", form.get("fault")).id,
            "serial_fault_note": (form.get("words") or "").strip()[:2000] or False,
        }

    def _read_code(self, kind, text):
        """Return the repair code that was chosen, maybe none."""
        code_id = self.env["serial.portal"]._read_id(text)
        codes_sudo = self.env["serial.repair.code"].sudo()
        return codes_sudo.search([("id", "=", code_id), ("kind", "=", kind)])

    def _take_in(self, repair_sudo):
        repair_sudo.action_take_in()
        repair_sudo._tell_consumer("taken_in")
