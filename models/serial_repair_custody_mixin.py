from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..core import lifecycle


class SerialRepairCustodyMixin(models.AbstractModel):
    """Who has the unit, since when and until when it was promised.

    A customer's unit is not our stock: it lies in the location In Service, which is
    one of customers, while we have it. Nothing counts, values or reserves it there.
    """

    _name = "serial.repair.custody.mixin"
    _description = "Custody of a Unit in Repair"

    serial_in_custody = fields.Boolean(
        string="In Custody",
        readonly=True,
        copy=False,
        help="We have a unit that is not ours.",
    )
    serial_origin_location_id = fields.Many2one(
        "stock.location", string="Came From", readonly=True, copy=False
    )
    serial_taken_in_at = fields.Datetime(
        string="Taken In", readonly=True, copy=False, index="btree_not_null"
    )
    serial_promised_at = fields.Datetime(string="Promised For", copy=False)
    serial_parts_from = fields.Datetime(
        string="Waiting for Parts since", readonly=True, copy=False
    )
    serial_parts_until = fields.Datetime(
        string="Parts Arrived", readonly=True, copy=False
    )
    serial_given_back_at = fields.Datetime(
        string="Given Back", readonly=True, copy=False
    )
    # === TAKE IN === #

    def action_take_in(self):
        """Take units into custody: they are in for service from now on."""
        for repair in self:
            repair._ensure_can_take_in()
            repair._take_in()
        return True

    def _ensure_can_take_in(self):
        self.ensure_one()
        lot = self.lot_id
        if not lot:
            raise UserError(self.env._("Say which unit is taken in: scan its code."))
        if self.serial_taken_in_at or self.state in ("done", "cancel"):
            raise UserError(
                self.env._("%(repair)s was taken in already.", repair=self.name)
            )
        if lot.stage in (lifecycle.Stage.VOID, lifecycle.Stage.RETIRED):
            raise UserError(
                self.env._(
                    "%(serial)s has ended its life and cannot be repaired.",
                    serial=lot.name,
                )
            )
        other = self._get_other_custody()
        if other:
            raise UserError(
                self.env._(
                    "%(serial)s is in for service already: %(repair)s",
                    serial=lot.name,
                    repair=other.name,
                )
            )

    def _get_other_custody(self):
        return self.sudo().search(
            [
                ("lot_id", "=", self.lot_id.id),
                ("serial_in_custody", "=", True),
                ("id", "!=", self.id),
            ],
            limit=1,
        )

    def _take_in(self):
        now = fields.Datetime.now()
        days = self.company_id.serial_repair_days
        values = {
            "serial_taken_in_at": now,
            "serial_promised_at": self.serial_promised_at or now + timedelta(days=days),
        }
        quant = self._get_quant()
        if self.lot_id.stage and not self._is_in_own_stock():
            values.update(self._take_into_custody(quant))
        self._write_step(values)
        self._judge_former_repairs()
        if self.serial_in_custody:
            self._rely_on_warranty()
        self.action_judge_coverage()

    def _take_into_custody(self, quant):
        """Flag the unit, move it if stock knows where it is; return what to write."""
        service = self._get_service_location()
        origin = quant.location_id
        self._record_custody("in_service", True)
        if origin:
            self._move_unit(self.lot_id, origin, service, quant)
        return {
            "serial_in_custody": True,
            "serial_origin_location_id": origin.id,
            "product_location_src_id": service.id,
            "product_location_dest_id": service.id,
        }

    def _record_custody(self, kind, in_service):
        self.env["serial.event"].sudo()._record(
            self.lot_id.ids,
            kind,
            lot_values={"in_service": in_service},
            document=self,
            **self._get_custody_place(),
        )

    def _get_custody_place(self):
        """Return the columns of an event that say who has the unit."""
        return {"location_id": self._get_service_location().id}

    # === PARTS === #

    def action_wait_for_parts(self):
        """Say that the repair stands still, for want of parts."""
        for repair in self:
            if repair.serial_stage not in ("taken_in", "in_repair"):
                raise UserError(
                    self.env._("Only a unit that was taken in waits for parts.")
                )
            # Who waits a second time has waited since the first.
            since = repair.serial_parts_from or fields.Datetime.now()
            values = {"serial_parts_from": since, "serial_parts_until": False}
            repair._write_step(values)
        return True

    def action_parts_arrived(self):
        """Say that the repair goes on."""
        waiting = self.filtered(lambda repair: repair.serial_stage == "waiting_parts")
        waiting._write_step({"serial_parts_until": fields.Datetime.now()})
        return True

    # === GIVE BACK === #

    def action_give_back(self):
        """Give repaired units back: what we had of them in days, the warranty gets."""
        for repair in self:
            if repair.serial_stage != "ready":
                raise UserError(
                    self.env._(
                        "End or cancel %(repair)s before the unit is given back.",
                        repair=repair.name,
                    )
                )
            repair._give_back()
        return True

    def _give_back(self):
        quant = self._get_quant()
        if quant.location_id == self._get_service_location():
            home = self.serial_origin_location_id or self._get_customer_location()
            self._move_unit(self.lot_id, quant.location_id, home, quant)
        self._record_custody("out_of_service", False)
        self._write_step(
            {
                "serial_in_custody": False,
                "serial_given_back_at": fields.Datetime.now(),
            }
        )
        self._close_waiting()
        if self.state == "done":
            self._add_repair_days()

    def _close_waiting(self):
        """Nobody waits for parts any more."""
        waiting = self.filtered(
            lambda repair: repair.serial_parts_from and not repair.serial_parts_until
        )
        waiting._write_step({"serial_parts_until": fields.Datetime.now()})
