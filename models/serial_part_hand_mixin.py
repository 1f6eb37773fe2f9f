from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core import serial_list
from .serial_part_change_mixin import Change

# What may be written by hand once a part is recorded.
BY_HAND = {"position"}


class SerialPartHandMixin(models.AbstractModel):
    """Parts recorded by hand: judged as any other, and no way around the history."""

    _name = "serial.part.hand.mixin"
    _description = "Parts Recorded by Hand"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        parts = super().create([self._with_what_is_known(vals) for vals in vals_list])
        for unit, built_in in parts.grouped("lot_id").items():
            names = built_in.mapped("display_name")
            data = {"private": {"parts": names, "reason": ", ".join(names)}}
            events_sudo = self.env["serial.event"].sudo()
            events_sudo._record(unit.ids, "assembled", data=data)
        return parts

    def write(self, vals):
        if not self.env.su and set(vals) - BY_HAND:
            raise AccessError(
                self.env._(
                    "What was built in is not changed afterwards. Take the part out "
                    "and record another."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        if not self.env.su:
            raise UserError(
                self.env._(
                    "Parts are the unit's history and stay. Take the part out instead."
                )
            )

    def _with_what_is_known(self, vals):
        """Return the values of a part as typed, refused if it may not be built in."""
        vals = {
            name: vals[name]
            for name in ("lot_id", "name", "component_lot", "product_id", "position")
            if vals.get(name)
        }
        name = serial_list.clean(vals.get("name") or "")
        if not name:
            return vals
        unit = self.env["stock.lot"].browse(vals.get("lot_id"))
        unit.check_access("read")
        product = self.env["product.product"].browse(vals.get("product_id"))
        judgement = self._judge([name], unit, product)[name]
        if judgement.stops or judgement.is_built_in:
            raise UserError(
                self._get_judgement_text(judgement)
                if judgement.stops
                else self.env._("It is in this unit already.")
            )
        change = Change(product_id=product.id, position=vals.get("position") or "")
        known = self._prepare_part(unit, change, judgement)
        return {**vals, **{key: value for key, value in known.items() if value}}

    def action_take_out(self):
        """Record that these parts are no longer in their units."""
        self.check_access("write")
        live_sudo = self.sudo().filtered(lambda part: not part.removed_at)
        live_sudo.write({"removed_at": fields.Datetime.now()})
        for unit, parts_sudo in live_sudo.grouped("lot_id").items():
            self._record_change(unit, dict(enumerate(parts_sudo)), {}, None)
