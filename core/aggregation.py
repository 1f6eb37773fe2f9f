"""What goes into what: units into cartons, cartons onto pallets.

A bench has an open carton and an open pallet, or not. What a scan there means, and
why something may not go in, is decided here.
"""

from dataclasses import dataclass

CARTON, PALLET = "carton", "pallet"
ENDED = ("void", "retired", "traded_in")
STOCK = ("internal", "transit")  # usages of places where goods can be packed


@dataclass(frozen=True)
class Unit:
    """A unit that was scanned: where it lies, and in which carton.

    `place_id` is None for what is not in stock; `open_in_id` is the carton on a bench
    into which somebody has put it meanwhile.
    """

    id: int
    product_id: int
    place_id: int | None
    stage: str = ""
    blocked: bool = False
    owner_id: int | None = None
    package_id: int | None = None
    open_in_id: int | None = None


@dataclass(frozen=True)
class Box:
    """A carton or pallet: what it takes, what is in it, and where it stands.

    `count` is of units in a carton, of cartons on a pallet; `full` 0 has no limit.
    """

    id: int
    level: str = CARTON
    is_open: bool = False
    is_mixed: bool = False
    full: int = 0
    count: int = 0
    place_id: int | None = None
    owner_id: int | None = None
    product_ids: frozenset = frozenset()
    parent_id: int | None = None
    is_elsewhere: bool = False

    @property
    def is_full(self) -> bool:
        """Tell whether nothing more goes in."""
        return bool(self.full) and self.count >= self.full


def refusal_of_unit(unit: Unit, carton: Box) -> str:
    """Return why a unit does not go into an open carton, or "".

    >>> carton = Box(1, is_open=True, full=40, count=1, place_id=8,
    ...     product_ids=frozenset({5}))
    >>> refusal_of_unit(Unit(2, 5, 8), carton), refusal_of_unit(Unit(2, 6, 8), carton)
    ('', 'not_mixed')
    >>> refusal_of_unit(Unit(2, 5, 8, package_id=1), carton)
    'in_this_carton'
    """
    if carton.id in (unit.package_id, unit.open_in_id):
        return "in_this_carton"
    if unit.stage in ENDED:
        return "ended"
    if unit.blocked:
        return "blocked"
    if unit.place_id is None:
        return "not_in_stock"
    if unit.package_id or unit.open_in_id:
        return "in_other_carton"
    if carton.is_full:
        return "carton_full"
    same = carton.product_ids <= {unit.product_id}
    if not same and not carton.is_mixed:
        return "not_mixed"
    if carton.count and carton.place_id not in (None, unit.place_id):
        return "other_place"
    if carton.count and carton.owner_id != unit.owner_id:
        return "other_owner"
    return ""


def refusal_of_box(box: Box, pallet: Box) -> str:
    """Return why a carton does not go onto an open pallet, or "".

    >>> pallet = Box(9, PALLET, is_open=True, full=4, count=3, place_id=8)
    >>> refusal_of_box(Box(1, count=40, place_id=8), pallet)
    ''
    >>> refusal_of_box(Box(1, count=0), pallet)
    'empty'
    """
    if box.id == pallet.id:
        return "itself"
    if box.parent_id == pallet.id:
        return "on_this_pallet"
    if box.level == PALLET:
        return "pallet_on_pallet"
    if box.is_open:
        return "still_open"
    if not box.count:
        return "empty"
    if box.is_elsewhere:
        return "not_in_stock"
    if box.parent_id:
        return "on_other_pallet"
    if pallet.is_full:
        return "pallet_full"
    if pallet.count and pallet.place_id not in (None, box.place_id):
        return "other_place"
    return ""


def meaning(box: Box | None, unit_ids: tuple, carton: Box | None, pallet: Box | None):
    """Return what a scan means: a step and, for "refuse", its reason.

    Steps: `take` (a unit goes into the open carton), `open` (an empty carton or a
    pallet is opened), `stack` (a packed carton goes onto the open pallet), `show`.

    >>> meaning(None, (7,), None, None)
    ('take', '')
    >>> meaning(Box(3, count=40), (), None, Box(9, PALLET, is_open=True))
    ('stack', '')
    >>> meaning(None, (), None, None)
    ('refuse', 'unknown')
    """
    if box is None:
        if len(unit_ids) == 1:
            return "take", ""
        return "refuse", "ambiguous" if unit_ids else "unknown"
    if box.is_elsewhere:
        return "refuse", "not_in_stock"
    if box.level == PALLET:
        return _of_pallet(box, pallet)
    if carton and carton.id == box.id:
        return "refuse", "open_already"
    if box.count and not box.is_open:
        return ("stack" if pallet else "show"), ""
    if carton and carton.count:
        return "refuse", "close_first"
    return "open", ""


def _of_pallet(box, pallet):
    if pallet and pallet.id == box.id:
        return "refuse", "open_already"
    if pallet and pallet.count:
        return "refuse", "close_first"
    return "open", ""
