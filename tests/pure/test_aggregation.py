import pytest

from core.aggregation import PALLET, Box, Unit, meaning, refusal_of_box, refusal_of_unit

CARTON = Box(1, is_open=True, full=3, count=1, place_id=8, product_ids=frozenset({5}))
ON = Box(9, PALLET, is_open=True, full=2, count=1, place_id=8)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"package_id": 1}, "in_this_carton"),
        ({"open_in_id": 1}, "in_this_carton"),
        ({"package_id": 2}, "in_other_carton"),
        ({"open_in_id": 2}, "in_other_carton"),
        ({"stage": "void"}, "ended"),
        ({"blocked": True}, "blocked"),
        ({"place_id": None}, "not_in_stock"),
        ({"product_id": 6}, "not_mixed"),
        ({"place_id": 7}, "other_place"),
        ({"owner_id": 3}, "other_owner"),
    ],
)
def test_what_a_unit_may_not_join(changes, reason):
    unit = Unit(**{"id": 4, "product_id": 5, "place_id": 8, **changes})
    assert refusal_of_unit(unit, CARTON) == reason


def test_a_full_carton_takes_nothing_and_a_mixed_one_any_product():
    unit = Unit(4, 6, 8)
    values = vars(CARTON)
    assert refusal_of_unit(unit, Box(**{**values, "count": 3})) == "carton_full"
    assert refusal_of_unit(unit, Box(**{**values, "is_mixed": True})) == ""


def test_an_empty_carton_stands_nowhere_yet():
    assert refusal_of_unit(Unit(4, 6, 7, owner_id=2), Box(1, is_open=True)) == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"id": 9}, "itself"),
        ({"parent_id": 9}, "on_this_pallet"),
        ({"parent_id": 7}, "on_other_pallet"),
        ({"level": PALLET}, "pallet_on_pallet"),
        ({"is_open": True}, "still_open"),
        ({"count": 0}, "empty"),
        ({"is_elsewhere": True}, "not_in_stock"),
        ({"place_id": 7}, "other_place"),
    ],
)
def test_what_may_not_go_onto_a_pallet(changes, reason):
    box = Box(**{"id": 3, "count": 40, "place_id": 8, **changes})
    assert refusal_of_box(box, ON) == reason


def test_a_full_pallet_takes_no_carton():
    full = Box(**{**vars(ON), "count": 2})
    assert refusal_of_box(Box(3, count=40, place_id=8), full) == "pallet_full"


@pytest.mark.parametrize(
    ("box", "units", "carton", "pallet", "meant"),
    [
        (None, (4,), None, None, ("take", "")),
        (None, (4, 5), None, None, ("refuse", "ambiguous")),
        (None, (), CARTON, ON, ("refuse", "unknown")),
        (Box(3, count=40), (), None, ON, ("stack", "")),
        (Box(3, count=40), (), None, None, ("show", "")),
        (Box(3), (), None, None, ("open", "")),
        (Box(3, count=2, is_open=True), (), None, None, ("open", "")),
        (Box(3), (), CARTON, None, ("refuse", "close_first")),
        (CARTON, (), CARTON, None, ("refuse", "open_already")),
        (Box(7, PALLET), (), None, None, ("open", "")),
        (Box(7, PALLET), (), None, ON, ("refuse", "close_first")),
        (ON, (), None, ON, ("refuse", "open_already")),
        (Box(3, count=40, is_elsewhere=True), (), None, ON, ("refuse", "not_in_stock")),
    ],
)
def test_what_a_scan_means(box, units, carton, pallet, meant):
    assert meaning(box, units, carton, pallet) == meant
