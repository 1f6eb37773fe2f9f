from contextlib import contextmanager

from odoo import api, models

from .serial_quant_ledger_mixin import LEDGER, Ledger
from .serial_reservation_mixin import WAITING, Reservations
from .stock_own import takes_over

# In this context whole packages were just told from others: no need to do it again.
CHECKED = "serial_packages_checked"
OF_QUANTS = (
    "_update_reserved_quantity",
    "_update_available_quantity",
    "_gather",
    "_get_gather_domain",
)


class SerialCartonLineMixin(models.AbstractModel):
    """Reserves, places and frees lines of many serials, in cartons or loose, as fast as
    a few. What comes of it is what stock itself would make of it, row by row.
    """

    _name = "serial.carton.line.mixin"
    _description = "Lines of Whole Cartons"

    @api.model_create_multi
    def create(self, vals_list):
        if len(vals_list) < 2 or not self._may_wait() or self._adds_done(vals_list):
            return super().create(vals_list)
        created_moves = self._link_to_moves(vals_list)
        with self._reserved_together() as waiting:
            lines = super(SerialCartonLineMixin, waiting).create(vals_list)
        created_moves._post_process_created_moves()
        return self.browse(lines._ids)

    def write(self, vals):
        # A new destination leaves what is reserved as it is: stock frees it and
        # reserves it again, and that cancels out.
        together = set(vals) == {"location_dest_id"} and len(self) > 1
        if not together or not self._may_wait() or "done" in self.mapped("state"):
            return super().write(vals)
        with self._reserved_together() as waiting:
            return super(SerialCartonLineMixin, waiting).write(vals)

    def unlink(self):
        if len(self) < 2 or not self._may_wait():
            return super().unlink()
        with self._reserved_together() as waiting:
            return super(SerialCartonLineMixin, waiting).unlink()

    # === RESERVATION === #

    def _may_wait(self):
        """Tell whether the reservations of lines may wait until all are known."""
        context = self.env.context
        waiting = context.get(WAITING)
        return (
            not (waiting is not None and waiting.waits)
            and not {"with_expiration", "reserved_quant", "quants_cache"} & set(context)
            and takes_over(self.env["stock.quant"], *OF_QUANTS)
        )

    @contextmanager
    def _reserved_together(self):
        """Yield these lines such that what they reserve is reserved in the end."""
        waiting = Reservations()
        yield self.with_context(**{WAITING: waiting})
        self.env["stock.quant"]._reserve_together(waiting)

    def _adds_done(self, vals_list):
        """Tell whether lines are added to what is done, which moves them at once."""
        moves = self.env["stock.move"].browse(
            {vals["move_id"] for vals in vals_list if vals.get("move_id")}
        )
        pickings = self.env["stock.picking"].browse(
            {vals["picking_id"] for vals in vals_list if vals.get("picking_id")}
        )
        loose = any(
            not vals.get("move_id") and not vals.get("picking_id") for vals in vals_list
        )
        return loose or "done" in {*moves.mapped("state"), *pickings.mapped("state")}

    # === MOVING === #

    def _action_done(self):
        # Loose units are left to stock: it takes less time for them.
        together = len(self) > 1 and self.result_package_id
        quant = self.env["stock.quant"]
        if (
            not together
            or quant._is_inventory_mode()
            or not takes_over(quant, "create", *OF_QUANTS)
        ):
            return super()._action_done()
        ledger = Ledger()
        lines = self.with_context(**{LEDGER: ledger})
        result = super(SerialCartonLineMixin, lines)._action_done()
        quant._write_ledger(ledger)
        return result

    def _free_reservation(self, *args, **kwargs):
        # Who loses a reservation looks for another quant: all have to be as they are.
        if ledger := self.env.context.get(LEDGER):
            self.env["stock.quant"]._write_ledger(ledger)
        return super()._free_reservation(*args, **kwargs)

    # === WHOLE PACKAGES === #

    def _get_lines_not_entire_pack(self):
        if self.env.context.get(CHECKED):
            return False
        picking = self.env["stock.picking"]
        if not takes_over(picking, "_check_move_lines_map_quant_package"):
            return super()._get_lines_not_entire_pack()
        entire = self.filtered("is_entire_pack")
        if not entire:
            return False
        loose_ids = {
            line.id for line in entire if line.package_id != line.result_package_id
        }
        carried = entire.picking_id._get_carried()
        for package, lines in entire.grouped("package_id").items():
            pickings = lines.picking_id
            if not pickings._is_single_transfer() or not carried.holds_whole(
                package, pickings
            ):
                loose_ids.update(carried.get_lines(package, pickings).ids)
        return self.browse(loose_ids)
