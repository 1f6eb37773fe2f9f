import psycopg2

from odoo import fields, models

from ..core import aggregation
from ..core.aggregation import CARTON, PALLET


class SerialPackingStepMixin(models.AbstractModel):
    """What each scan and each button of the packing screen does."""

    _name = "serial.packing.step.mixin"
    _description = "Steps of Packing"

    _actions = frozenset(
        {
            "new_carton",
            "new_pallet",
            "close_carton",
            "close_pallet",
            "take_out",
            "take_off",
            "unpack",
            "reopen",
            "put_away",
        }
    )

    # === SCANNED === #

    def _step_take(self, bench, _box, unit_ids):
        """Put a unit into the open carton; one that is full is closed."""
        unit = self._get_unit(unit_ids[0])
        lot = self.env["stock.lot"].sudo().browse(unit.id)
        carton = bench.carton if bench.carton.serial_state == "open" else None
        wanted = self._get_box(carton) if carton else self._get_new_box(bench)
        reason = aggregation.refusal_of_unit(unit, wanted)
        if not reason:
            carton = carton or self._open(bench, CARTON)
            bench = bench._replace(carton=carton)
            if not self._lay_in(carton, lot):
                reason = "in_other_carton"
        if reason:
            words = self._get_words(reason, self._get_carton_name(unit))
            return self._get_state(bench, self._say("danger", lot.name, words))
        message = self._say("success", lot.name, lot.product_id.display_name)
        if self._get_box(carton).is_full:
            return self._close_carton(bench, message)
        return self._get_state(bench, message)

    def _lay_in(self, carton, lot):
        """Note that a unit lies in a carton; False if another bench was faster."""
        try:
            with self.env.cr.savepoint():
                self.env["serial.packing.line"].sudo().create(
                    {"package_id": carton.id, "lot_id": lot.id}
                )
        except psycopg2.errors.UniqueViolation:
            return False
        return True

    def _step_open(self, bench, box, _unit_ids):
        """Take an empty carton (its label was printed before) or a pallet in hand."""
        level = PALLET if box.serial_level == PALLET else CARTON
        if not box.serial_state or box.serial_state == "closed":
            self._make_open(box, bench, level)
        bench = bench._replace(**{level: box})
        words = self._get_words("opened_pallet" if level == PALLET else "opened_carton")
        return self._get_state(bench, self._say("success", box.name, words))

    def _step_stack(self, bench, box, _unit_ids):
        """Put a packed carton onto the open pallet."""
        reason = aggregation.refusal_of_box(
            self._get_box(box), self._get_box(bench.pallet)
        )
        if reason:
            words = self._get_words(reason, box.parent_package_id.name)
            return self._get_state(bench, self._say("danger", box.name, words))
        return self._stack(bench, box, [])

    def _step_show(self, bench, box, _unit_ids):
        """Take a packed carton in hand: to look at, to open again, to unpack."""
        bench = bench._replace(carton=box)
        return self._get_state(
            bench, self._say("info", box.name, self._get_words("packed_already"))
        )

    # === BUTTONS === #

    def _act_new_carton(self, bench, _record_id):
        if bench.carton.serial_state == "open":
            return self._step_refuse(bench, bench.carton, "close_first")
        carton = self._open(bench, CARTON)
        return self._step_open(bench, carton, ())

    def _act_new_pallet(self, bench, _record_id):
        if bench.pallet:
            return self._step_refuse(bench, bench.pallet, "close_first")
        return self._step_open(bench, self._open(bench, PALLET), ())

    def _act_close_carton(self, bench, _record_id):
        if bench.carton.serial_state != "open":
            return self._get_state(bench)
        if not bench.carton.packing_line_ids and not bench.carton.quant_ids:
            return self._step_refuse(bench, bench.carton, "empty")
        return self._close_carton(bench, None)

    def _act_close_pallet(self, bench, _record_id):
        if not bench.pallet:
            return self._get_state(bench)
        if not bench.pallet.child_package_ids:
            return self._step_refuse(bench, bench.pallet, "empty")
        return self._close_pallet(bench, [])

    def _act_take_out(self, bench, lot_id):
        """Take a unit out of the carton in hand."""
        lot = self.env["stock.lot"].sudo().browse(lot_id or ())
        lines = bench.carton.packing_line_ids.filtered(lambda one: one.lot_id == lot)
        if lines:
            lines.unlink()
        elif lot and lot in bench.carton.quant_ids.lot_id:
            bench.carton._unpack(lot)
        else:
            return self._get_state(bench)
        message = self._say("success", lot.name, self._get_words("taken_out"))
        return self._get_state(bench, message)

    def _act_take_off(self, bench, package_id):
        """Take a carton off the pallet in hand."""
        carton = bench.pallet.child_package_ids.filtered(
            lambda one: one.id == package_id
        )
        if not carton:
            return self._get_state(bench)
        carton._unstack()
        message = self._say("success", carton.name, self._get_words("taken_off"))
        return self._get_state(bench, message)

    def _act_unpack(self, bench, _record_id):
        """Take everything out of the carton in hand."""
        carton = bench.carton
        if not carton:
            return self._get_state(bench)
        carton.unpack()
        carton._unstack()
        carton.serial_state = "closed"
        message = self._say("success", carton.name, self._get_words("unpacked"))
        return self._get_state(bench._replace(carton=carton.browse()), message)

    def _act_reopen(self, bench, _record_id):
        """Go on packing a carton that was closed; it comes off its pallet."""
        carton = bench.carton
        if not carton or carton.serial_state == "open":
            return self._get_state(bench)
        carton._unstack()
        self._make_open(carton, bench, CARTON)
        self._note(carton, "reopened")
        message = self._say("success", carton.name, self._get_words("opened_carton"))
        return self._get_state(bench, message)

    def _act_put_away(self, bench, package_id):
        """Put down a box as it is: it stays open if it was."""
        held = {
            level: box.filtered(lambda one: one.id != package_id)
            for level, box in ((CARTON, bench.carton), (PALLET, bench.pallet))
        }
        return self._get_state(bench._replace(**held))

    def _step_refuse(self, bench, box, reason):
        return self._get_state(
            bench, self._say("danger", box.name, self._get_words(reason))
        )

    # === BOXES === #

    def _open(self, bench, level):
        """Return a new box of the bench's type, numbered by it."""
        box_type = self._get_type(bench, level)
        box = self.env["stock.package"].sudo()
        box = box.create({"package_type_id": box_type.id})
        self._make_open(box, bench, level)
        return box

    def _make_open(self, box, bench, level):
        values = {"serial_state": "open"}
        if not box.package_type_id:
            values["package_type_id"] = self._get_type(bench, level).id
        values["serial_full_count"] = bench.full[level]
        values["serial_is_mixed"] = bench.is_mixed
        box.write(values)

    def _close_carton(self, bench, message):
        """Move the units of the open carton into it; put it onto the open pallet."""
        carton = bench.carton
        lots = carton.packing_line_ids.lot_id
        carton.packing_line_ids.unlink()
        if lots:
            carton._pack(lots)
        carton.write(
            {"serial_state": "closed", "serial_packed_at": fields.Datetime.now()}
        )
        self._note(carton, "closed")
        if self._is_stackable(carton, bench.pallet):
            return self._stack(bench, carton, [carton])
        bench = bench._replace(carton=carton.browse())
        message = self._say("success", carton.name, self._get_words("closed_carton"))
        return self._get_state(bench, message, [carton])

    def _is_stackable(self, carton, pallet):
        return bool(pallet) and not aggregation.refusal_of_box(
            self._get_box(carton), self._get_box(pallet)
        )

    def _stack(self, bench, carton, printed):
        """Put a carton onto the open pallet; one that is full is closed."""
        bench.pallet._stack(carton)
        bench = bench._replace(carton=carton.browse())
        if self._get_box(bench.pallet).is_full:
            return self._close_pallet(bench, printed)
        message = self._say("success", carton.name, self._get_words("stacked"))
        return self._get_state(bench, message, printed)

    def _close_pallet(self, bench, printed):
        pallet = bench.pallet
        pallet.write(
            {"serial_state": "closed", "serial_packed_at": fields.Datetime.now()}
        )
        self._note(pallet, "closed")
        message = self._say("success", pallet.name, self._get_words("closed_pallet"))
        bench = bench._replace(pallet=pallet.browse())
        return self._get_state(bench, message, [*printed, pallet])

    def _note(self, box, kind):
        place, lots = box._get_lots_inside().get(box.id, (False, []))
        self.env["serial.packing.entry"]._note(
            kind, [(box.id, place, lots, box.browse())], fields.Datetime.now()
        )
