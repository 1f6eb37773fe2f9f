from odoo import fields, models
from odoo.exceptions import UserError


class SerialRepairExchangeMixin(models.AbstractModel):
    """A unit that is not worth repairing: the customer gets another for it.

    Both dossiers name the other unit. The new one is delivered from our stock as any
    sale is, the old one comes back or is scrapped, and the warranty starts anew.
    """

    _name = "serial.repair.exchange.mixin"
    _description = "Exchange of a Unit"

    serial_exchange_lot_id = fields.Many2one(
        "stock.lot",
        string="Exchanged for",
        copy=False,
        index="btree_not_null",
        domain="[('product_id.product_tmpl_id', '=', serial_template_id),"
        " ('stage', 'in', ('produced', 'shipped')), ('activated_at', '=', False),"
        " ('sale_date', '=', False), ('id', '!=', lot_id)]",
    )
    serial_old_unit_to = fields.Selection(
        [("scrap", "Scrapped"), ("stock", "Back to stock")],
        string="Old Unit",
        default="scrap",
        copy=False,
    )

    def action_exchange(self):
        """Give the customer another unit for the one that is here."""
        for repair in self:
            repair._ensure_can_exchange()
            repair._exchange()
        return True

    def _ensure_can_exchange(self):
        self.ensure_one()
        new = self.serial_exchange_lot_id
        if self.serial_stage not in ("taken_in", "waiting_parts", "in_repair"):
            raise UserError(self.env._("Only a unit that was taken in is exchanged."))
        if not new:
            raise UserError(
                self.env._("Say which unit the customer gets: scan its code.")
            )
        used = new.sale_date or new.activated_at or new == self.lot_id
        held = new.blocked or new.recalled or new.in_service
        if used or held or new.stage not in ("produced", "shipped"):
            raise UserError(
                self.env._(
                    "%(serial)s cannot be given in exchange: it is not new, or it is "
                    "blocked, recalled or in for service.",
                    serial=new.name,
                )
            )

    def _exchange(self):
        old, new = self.lot_id, self.serial_exchange_lot_id
        now = fields.Datetime.now()
        self.move_ids._action_cancel()
        # First: a unit that comes back loses its registration, a sold one gets one.
        self._exchange_warranty(old, new, fields.Date.context_today(self))
        self._take_away(old, new)
        self._hand_over(old, new)
        work = self.env.ref("serial_dossier.serial_repair_code_action_exchange", False)
        self._write_step(
            {
                "state": "done",
                "serial_result": "exchanged",
                "serial_action_id": self.serial_action_id.id or (work and work.id),
                "serial_in_custody": False,
                "serial_given_back_at": now,
            }
        )
        self._close_waiting()
        self._prepare_recovery()

    def _take_away(self, old, new):
        """Keep the old unit: it is ours now, and nobody's in for service."""
        quant = self._get_quant()
        self._record_exchange(old, {"new": new.name}, {"in_service": False})
        target = self.recycle_location_id
        if self.serial_old_unit_to == "scrap":
            target = self.parts_location_id
        source = quant.location_id or self._get_service_location()
        self._move_unit(old, source, target, quant)

    def _hand_over(self, old, new):
        """Deliver the new unit; one that a dealer has in his shop he hands over."""
        quant = self._get_quant(new)
        if quant.location_id.usage == "internal":
            home = self._get_customer_location()
            self._move_unit(new, quant.location_id, home, quant)
            self._record_exchange(new, {"old": old.name})
        else:
            sold = {"sale_date": fields.Date.context_today(self)}
            self._record_exchange(new, {"old": old.name}, sold)

    def _record_exchange(self, lot, names, lot_values=None):
        self.env["serial.event"].sudo()._record(
            lot.ids,
            "exchanged",
            lot_values=lot_values,
            document=self,
            # The number of the other unit is its holder's business only.
            data={"public": {}, "private": names},
        )
