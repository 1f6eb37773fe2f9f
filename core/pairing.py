"""Pairing at a bench: what a scanned text means while units get their parts.

A scanner sends texts and nothing else. A serial of the product that is being made is
the next unit; anything else is a part of the unit in hand.

    meaning(candidates, bench) -> Meaning
    refuse_unit(...), refuse_part(...) -> reason, or ""
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

#: Stages of a unit whose parts nobody pairs any more.
ENDED = ("traded_in", "retired", "void")
#: Stages of a unit that an order may still make; None: it has no code.
TO_BE_MADE = (None, False, "minted")


class Candidate(NamedTuple):
    """A serial or batch of ours that a text names."""

    lot_id: int
    product_id: int
    is_batch: bool = False
    is_coded: bool = False


@dataclass(frozen=True)
class Bench:
    """What is on the bench: the product made, the unit in hand, what goes into it."""

    made_product_id: int | None = None
    unit_product_id: int | None = None
    component_ids: frozenset = frozenset()


class Meaning(NamedTuple):
    """A text is a `unit`, a `part` or a `batch` of parts; "" with the reason why."""

    kind: str
    lot_id: int | None = None
    reason: str = ""


def meaning(candidates: Iterable[Candidate], bench: Bench) -> Meaning:
    """Return what a text means that names these candidates.

    >>> phone, battery = Candidate(1, 10, is_coded=True), Candidate(2, 11)
    >>> meaning([phone], Bench(made_product_id=10)).kind
    'unit'
    >>> meaning([battery], Bench(10, 10, frozenset({11}))).kind
    'part'
    >>> meaning([], Bench(made_product_id=10)).reason
    'scan_unit_first'
    """
    candidates = list(candidates)
    units = [one for one in candidates if _is_unit(one, bench)]
    if len(units) > 1:
        return Meaning("", reason="ambiguous")
    if units:
        return Meaning("unit", units[0].lot_id)
    if not bench.unit_product_id:
        return Meaning("", reason="scan_unit_first")
    batches = [one for one in candidates if one.is_batch]
    fitting = [one for one in batches if one.product_id in bench.component_ids]
    if batches and len(batches) == len(candidates):
        if len(fitting or batches) > 1:
            return Meaning("", reason="ambiguous")
        return Meaning("batch", (fitting or batches)[0].lot_id)
    return Meaning("part")


def _is_unit(candidate, bench):
    if candidate.is_batch:
        return False
    if bench.made_product_id:
        return candidate.product_id == bench.made_product_id
    if candidate.product_id in bench.component_ids:
        return False
    if candidate.product_id == bench.unit_product_id:
        return True
    # A coded serial of another product is the next unit, unless the bill says what
    # belongs into the one in hand: then it is a part, of a wrong product.
    return candidate.is_coded and not (bench.unit_product_id and bench.component_ids)


def refuse_unit(stage, order_state="", is_of_order=False, room=0, elsewhere=False):
    """Return why a unit cannot be paired, or "".

    :param order_state: the order's state; "" without an order
    :param room: how many units more the order takes
    :param elsewhere: another open order makes the unit

    >>> refuse_unit("shipped", "confirmed", room=3)
    'made_already'
    >>> refuse_unit("minted", "confirmed", room=3)
    ''
    """
    if stage in ENDED:
        return "ended"
    if not order_state or is_of_order:
        return ""
    if order_state == "done":
        return "not_of_order"
    if stage not in TO_BE_MADE:
        return "made_already"
    if elsewhere:
        return "in_other_order"
    return "" if room > 0 else "order_full"


def refuse_part(need, have, is_done=False, is_consumed=True):
    """Return why a part does not go into the unit, or "".

    :param need: how many of its kind a unit has; None: unknown
    :param have: how many sit in the unit
    :param is_done: the order is done, and what it consumed is settled

    >>> refuse_part(need=1, have=1)
    'has_enough'
    """
    if need is not None and have >= need:
        return "has_enough"
    if is_done and not is_consumed:
        return "not_consumed"
    return ""
