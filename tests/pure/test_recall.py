"""Which units a recall reaches, and how whoever has one is told."""

from datetime import date

import pytest

from core.errors import SerialError
from core.recall_notice import choose_notice
from core.recall_scope import (
    Row,
    Scope,
    check_rows,
    closure_of,
    ensure_bounded,
    names_of,
)


@pytest.mark.parametrize(
    "asked",
    [
        {"products": (1,)},
        {"batches": (1,)},
        {"component_products": (1,)},
        {"component_lots": (1,)},
        {"component_batches": ("ATL-7",)},
        {"lists_units": True},
        {"lists_components": True},
    ],
)
def test_a_recall_that_names_goods_is_bounded(asked):
    ensure_bounded(Scope(**asked))


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"first_day": date(2026, 1, 1)},
        {"plants": ("SZ1",)},
        {"machines": ("M7",)},
    ],
)
def test_a_recall_of_everything_is_an_oversight(asked):
    with pytest.raises(SerialError) as refused:
        ensure_bounded(Scope(**asked))
    assert refused.value.reason == "recall_without_goods"


def test_days_in_the_wrong_order_are_refused():
    scope = Scope((1,), first_day=date(2026, 2, 1), last_day=date(2026, 1, 1))
    with pytest.raises(SerialError) as refused:
        ensure_bounded(scope)
    assert refused.value.reason == "recall_dates_reversed"


def test_one_day_is_a_span():
    ensure_bounded(Scope((1,), first_day=date(2026, 2, 1), last_day=date(2026, 2, 1)))


@pytest.mark.parametrize("name", ["component_products", "component_lots"])
def test_components_are_looked_for_among_parts(name):
    assert Scope(**{name: (1,)}).by_parts
    assert not Scope(products=(1,)).by_parts


def test_names_are_told_apart_in_any_writing():
    assert names_of("A1,B2;C3\uff0cA1 , ") == ("A1", "B2", "C3")
    assert names_of(None) == ()


def problems(rows):
    return [(row.targets, row.problem) for row in rows]


def test_a_text_of_several_units_is_ambiguous_unless_it_is_a_carton():
    rows = [Row(1, "X"), Row(2, "BOX")]
    named = {"X": (1, 2), "BOX": (3, 4)}
    assert problems(check_rows(rows, named, {"BOX"})) == [
        ((), "ambiguous"),
        ((3, 4), ""),
    ]


def test_a_carton_with_one_unit_more_than_named_before_is_taken():
    rows = [Row(1, "A"), Row(2, "BOX"), Row(3, "B")]
    named = {"A": (1,), "B": (2,), "BOX": (1, 2)}
    assert problems(check_rows(rows, named, {"BOX"})) == [
        ((1,), ""),
        ((1, 2), ""),
        ((), "repeated"),
    ]


@pytest.mark.parametrize(
    ("phone", "email", "in_trade", "unsold", "way"),
    [
        ("+861", "a@b.example", False, False, "sms"),
        (None, "a@b.example", False, False, "mail"),
        (None, None, True, True, "dealer"),
        (None, None, False, True, "ours"),
        (None, None, False, False, "none"),
    ],
)
def test_whoever_has_a_unit_is_told_the_nearest_way(
    phone, email, in_trade, unsold, way
):
    told = choose_notice(phone=phone, email=email, in_trade=in_trade, unsold=unsold)
    assert told == way


def test_a_recall_of_nothing_is_not_closed():
    assert closure_of(0, 0) == 0
    assert closure_of(3, 3) == 1
