"""Whether a part may go into a unit: is it ours, and is it free.

    judge(text, found, unit=None, products=frozenset()) -> Judgement

A part's serial sits in one unit only. What stands against a part is told in the order
of its weight: stolen, in another unit, of a wrong product, taken out of a unit before,
known to nobody. The first three stop it.
"""

from dataclasses import dataclass
from typing import NamedTuple

STOPS = frozenset({"stolen", "in_other_unit", "wrong_product"})
STATUSES = (
    "genuine",
    "in_other_unit",
    "stolen",
    "unknown",
    "wrong_product",
    "replaced_before",
)


class Seat(NamedTuple):
    """A place a part has or had: in which unit, and whether it still sits there."""

    part_id: int
    unit_id: int
    unit: str
    name: str
    product_id: int | None = None
    component_lot_id: int | None = None
    removed: bool = False


class Serial(NamedTuple):
    """A serial of our own that a text names."""

    lot_id: int
    name: str
    product_id: int


class Found(NamedTuple):
    """All that is known of a text: serials, seats, and products it was stolen as."""

    serials: tuple[Serial, ...] = ()
    seats: tuple[Seat, ...] = ()
    stolen: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """What a text names and whether it may be built in.

    `seat` is where the part sits, or sat last; `stops`: it may not be built in.
    """

    text: str
    status: str
    name: str
    product_id: int | None = None
    component_lot_id: int | None = None
    seat: Seat | None = None

    @property
    def stops(self) -> bool:
        """Tell whether the part may not be built in."""
        return self.status in STOPS

    @property
    def is_built_in(self) -> bool:
        """Tell whether the part sits in a unit, the judged one included."""
        return bool(self.seat and not self.seat.removed)


def judge(text, found, unit=None, products=frozenset()) -> Judgement:
    """Judge one part.

    :param text: what was typed or scanned, cleaned
    :param Found found: what is known of it
    :param unit: id of the unit it is to go into, or sits in
    :param products: ids of the products that belong into the unit; empty: unknown

    >>> judge("B1", Found()).status
    'unknown'
    >>> seat = Seat(1, 7, "PHONE-7", "B1")
    >>> judge("B1", Found(seats=(seat,)), unit=8).status
    'in_other_unit'
    >>> judge("B1", Found(seats=(seat,)), unit=7).status
    'genuine'
    """
    serials, seats = _fitting(found, products)
    known = serials + seats
    seat = _seat_that_matters(seats, unit)
    # a serial of our own knows best what it is
    first = known[0] if known else None
    lot_id = serials[0].lot_id if serials else (seat and seat.component_lot_id)
    return Judgement(
        text,
        _status(found, known, seat, unit, products),
        first.name if first else text,
        first.product_id if first else None,
        lot_id or None,
        seat,
    )


def _fitting(found, products):
    """Return the serials and seats meant: where some are of the products, only those.

    Parts of other products may bear the same number.
    """

    def fits(one):
        return one.product_id is None or one.product_id in products

    fitting = tuple(tuple(filter(fits, known)) for known in found[:2])
    return fitting if any(fitting) else found[:2]


def _seat_that_matters(seats, unit):
    """Return where the part sits: in another unit before this one; else the last."""
    live = [seat for seat in seats if not seat.removed]
    live.sort(key=lambda seat: (seat.unit_id == unit, seat.part_id))
    if live:
        return live[0]
    return max(seats, key=lambda seat: seat.part_id, default=None)


def _status(found, known, seat, unit, products):
    if _is_stolen(found.stolen, known):
        return "stolen"
    if seat and not seat.removed and seat.unit_id != unit:
        return "in_other_unit"
    if products and known and not _belongs(known, products):
        return "wrong_product"
    if seat and seat.removed:
        return "replaced_before"
    return "genuine" if known else "unknown"


def _is_stolen(stolen, known):
    """Tell whether a theft means this part: of its product, or of any."""
    products = {one.product_id for one in known} - {None}
    return any(not (one and products) or one in products for one in stolen)


def _belongs(known, products):
    return any(one.product_id is None or one.product_id in products for one in known)
