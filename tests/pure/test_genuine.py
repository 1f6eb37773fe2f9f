"""A part is judged by what stands against it most."""

import pytest

from core.genuine import Found, Seat, Serial, judge

# ruff: noqa: E501 -- a case reads better in one line

BATTERY, DISPLAY = 11, 12
MINE, OTHER = 7, 8


def seat(unit=OTHER, product=None, removed=False, part=1, lot=None):
    return Seat(part, unit, f"UNIT-{unit}", "B1", product, lot, removed)


def serial(product=BATTERY, lot=100):
    return Serial(lot, "B1", product)


CASES = [
    ("nobody knows it", Found(), set(), "unknown"),
    ("received, never built in", Found((serial(),)), set(), "genuine"),
    ("received, of the unit's kind", Found((serial(),)), {BATTERY}, "genuine"),
    ("received, of another kind", Found((serial(),)), {DISPLAY}, "wrong_product"),
    ("sits in this unit", Found(seats=(seat(MINE),)), set(), "genuine"),
    ("sits in another", Found(seats=(seat(),)), set(), "in_other_unit"),
    ("sits in both", Found(seats=(seat(MINE), seat())), set(), "in_other_unit"),
    ("taken out of another", Found(seats=(seat(removed=True),)), set(), "replaced_before"),
    ("taken out of this one", Found(seats=(seat(MINE, removed=True),)), set(), "replaced_before"),
    ("taken out, sits elsewhere now", Found(seats=(seat(MINE, removed=True), seat(part=2))), set(), "in_other_unit"),
    ("stolen, unknown otherwise", Found(stolen=(None,)), set(), "stolen"),
    ("stolen, of its product", Found((serial(),), stolen=(BATTERY,)), set(), "stolen"),
    ("its number was stolen as a display", Found((serial(),), stolen=(DISPLAY,)), set(), "genuine"),
    ("stolen weighs more than its seat", Found(seats=(seat(),), stolen=(None,)), set(), "stolen"),
    ("a display of its number sits elsewhere", Found((serial(),), (seat(product=DISPLAY),)), {BATTERY}, "genuine"),
    ("one without a product sits elsewhere", Found((serial(),), (seat(),)), {BATTERY}, "in_other_unit"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "products", "status"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_part_is_judged(found, products, status):
    judgement = judge("B1", found, MINE, frozenset(products))
    assert judgement.status == status
    assert judgement.stops == (status in ("stolen", "in_other_unit", "wrong_product"))


def test_a_judgement_says_which_serial_and_where():
    found = Found((serial(lot=5),), (seat(product=BATTERY),))
    judgement = judge("b1", found, MINE, frozenset({BATTERY}))
    assert (judgement.name, judgement.product_id) == ("B1", BATTERY)
    assert judgement.component_lot_id == 5
    assert judgement.seat.unit == "UNIT-8"
    assert judgement.is_built_in


def test_a_part_nobody_knows_keeps_the_name_it_was_given():
    judgement = judge("X-1", Found())
    assert (judgement.name, judgement.product_id, judgement.seat) == ("X-1", None, None)
