from collections import defaultdict
from typing import NamedTuple

from odoo import api, models

# The context has here what waits to be reserved together with more.
WAITING = "serial_reservations"


class Reservation(NamedTuple):
    """What is to be reserved, or to be free again where the quantity is negative."""

    product: models.Model
    location: models.Model
    quantity: float
    lot: models.Model
    package: models.Model
    owner: models.Model

    @property
    def place(self):
        """Where stock looks for quants, whatever their lot."""
        return self.product.id, self.location.id, self.package.id, self.owner.id


class Reservations(list):
    """Reservations that wait to be made together; once made, none waits any more."""

    waits = True


class SerialReservationMixin(models.AbstractModel):
    """Reserves many serials at once. Stock does it one by one: two searches, a lock
    and an update each.

    Only what is plain is done together: the one quant of a serial at its place. For
    anything else stock's own method is called, which knows untracked, negative, doubled
    and locked quants.
    """

    _name = "serial.reservation.mixin"
    _description = "Reservation of Many Serials at Once"

    def _update_reserved_quantity(
        self, product_id, location_id, quantity, lot_id=None, package_id=None,
        owner_id=None, strict=True,
    ):  # fmt: skip
        waiting = self.env.context.get(WAITING)
        if waiting is not None and waiting.waits:
            lot = lot_id or self.env["stock.lot"]
            package = package_id or self.env["stock.package"]
            owner = owner_id or self.env["res.partner"]
            waiting.append(
                Reservation(product_id, location_id, quantity, lot, package, owner)
            )
            return
        super()._update_reserved_quantity(
            product_id, location_id, quantity, lot_id=lot_id, package_id=package_id,
            owner_id=owner_id, strict=strict,
        )  # fmt: skip

    @api.model
    def _reserve_together(self, waiting):
        """Make the reservations that waited."""
        waiting.waits = False
        by_place = defaultdict(list)
        for reservation in waiting:
            if reservation.quantity:
                by_place[reservation.place].append(reservation)
        for reservation in self._reserve_plain(by_place) if by_place else ():
            self._update_reserved_quantity(
                reservation.product,
                reservation.location,
                reservation.quantity,
                lot_id=reservation.lot,
                package_id=reservation.package,
                owner_id=reservation.owner,
            )

    def _reserve_plain(self, by_place):
        """Reserve at places where each lot has one quant; return what is left over."""
        left, wanted = [], {}
        quants_at = self._get_quants_at(by_place)
        for place, reservations in by_place.items():
            totals = self._match(reservations, quants_at[place])
            if totals is None:
                left += reservations
            else:
                wanted.update(totals)
        locked = self.sudo().browse(wanted).try_lock_for_update(allow_referencing=True)
        values = defaultdict(list)
        for quant in locked:
            reserved, _reservations = wanted.pop(quant.id)
            if reserved != quant.reserved_quantity:
                values[reserved].append(quant.id)
        for reserved, quant_ids in values.items():
            locked.browse(quant_ids).write({"reserved_quantity": reserved})
        for _reserved, reservations in wanted.values():
            left += reservations
        return left

    def _match(self, reservations, quants):
        """Return {quant id: (its reserved quantity then, its reservations)}.

        None if stock would do more here than to add to what is reserved.
        """
        by_lot = {quant.lot_id.id: quant for quant in quants}
        tracked = any(reservation.lot for reservation in reservations)
        if len(by_lot) < len(quants) or (tracked and False in by_lot):
            return None
        totals = {}
        for reservation in reservations:
            quant = by_lot.get(reservation.lot.id)
            if not quant or quant.product_uom_id.compare(quant.quantity, 0) <= 0:
                return None
            reserved, own = totals.get(quant.id, (quant.reserved_quantity, []))
            total = max(0, reserved + reservation.quantity)
            totals[quant.id] = total, [*own, reservation]
        return totals

    def _get_quants_at(self, by_place):
        """Return {place: list of the quants that stock would look at there}."""
        names = ("product_id", "location_id", "package_id", "owner_id")
        domain = [
            (name, "in", list(set(ids)))
            for name, ids in zip(names, zip(*by_place, strict=True), strict=True)
        ]
        lot_ids = {
            reservation.lot.id
            for reservations in by_place.values()
            for reservation in reservations
        }
        domain.append(("lot_id", "in", list(lot_ids | {False})))
        quants_at = defaultdict(list)
        for quant in self.sudo().search(domain):
            quants_at[tuple(quant[name].id for name in names)].append(quant)
        return quants_at
