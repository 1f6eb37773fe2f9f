"""Which rows of a subsidy file are handed in, and what is wrong with the others."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.subsidy_file import SubsidyLimits, SubsidyRow, check_rows

# The limits of 2026 for phones, and for refrigerators.
PHONE = SubsidyLimits(Decimal(500), Decimal(6000), needs_imei=True)
FRIDGE = SubsidyLimits(Decimal(1500), worst_level=1)
LIMITS = {"phone": PHONE, "refrigerator": FRIDGE}
GOOD = SubsidyRow(
    claim="TI1",
    class_code="phone",
    person_key="p1",
    old_serial="OLD1",
    new_serial="NEW1",
    imei="490154203237518",
    imei2="356938035643809",
    activated_on=date(2026, 3, 3),
    activation_proof="2026-03-03 08:00 UTC 0123456789abcdef",
    invoice="INV/2026/1",
    invoice_date=date(2026, 3, 2),
    price=Decimal(2999),
    subsidy=Decimal("449.85"),
    photos=("front.jpg",),
)
OTHER = replace(
    GOOD,
    claim="TI2",
    person_key="p2",
    old_serial="OLD2",
    new_serial="NEW2",
    imei="352099001761481",
    imei2="",
)
COLD = replace(GOOD, class_code="refrigerator", imei="", imei2="", level=1)

# what the row says otherwise, and all that is wrong with it then
ROWS = [
    ({}, ()),
    ({"imei2": ""}, ()),
    ({"invoice_date": None}, ()),
    ({"activated_on": date(2026, 3, 2)}, ()),
    ({"price": Decimal(6000), "subsidy": Decimal(500)}, ()),
    ({"is_undone": True}, ("undone",)),
    ({"new_serial": ""}, ("not_delivered",)),
    ({"new_serial": "OLD1"}, ("same_unit",)),
    ({"imei": ""}, ("no_imei",)),
    ({"imei": "490154203237519"}, ("bad_imei",)),
    ({"imei": "49 015420 323751 8"}, ("bad_imei",)),
    ({"imei2": "1"}, ("bad_imei",)),
    ({"activated_on": None}, ("not_activated",)),
    ({"activated_on": date(2026, 3, 1)}, ("used_before_sale",)),
    ({"invoice": ""}, ("no_invoice",)),
    ({"price": Decimal(0)}, ("no_price",)),
    ({"price": Decimal("6000.01")}, ("over_ceiling",)),
    ({"subsidy": Decimal(0)}, ("no_subsidy",)),
    ({"subsidy": Decimal("500.01")}, ("over_cap",)),
    ({"photos": ()}, ("no_photo",)),
    (
        {"is_undone": True, "invoice": "", "photos": ()},
        ("undone", "no_invoice", "no_photo"),
    ),
]


def flaws_of(*rows, **values):
    """Return {claim: what is wrong with it} of rows that are handed in together."""
    check = check_rows(rows, LIMITS, **values)
    return {
        **dict.fromkeys((row.claim for row in check.good), ()),
        **{row.claim: flaws for row, flaws in check.bad},
    }


@pytest.mark.parametrize(("otherwise", "flaws"), ROWS)
def test_one_row(otherwise, flaws):
    assert flaws_of(replace(GOOD, **otherwise)) == {"TI1": flaws}


@pytest.mark.parametrize(
    ("level", "worst", "flaws"),
    [
        (1, 1, ()),
        (2, 1, ("bad_level",)),
        (2, 2, ()),
        (0, 2, ("bad_level",)),
        (0, 0, ()),
    ],
)
def test_energy_levels(level, worst, flaws):
    limits = {"refrigerator": replace(FRIDGE, worst_level=worst)}
    check = check_rows([replace(COLD, level=level)], limits)
    assert [bad for _row, bad in check.bad] == [flaws] * bool(flaws)


def test_goods_without_imei_need_none():
    assert flaws_of(COLD) == {"TI1": ()}


def test_a_class_without_limits_is_limited_by_nothing_but_one_a_person():
    rich = replace(GOOD, class_code="x", price=Decimal(99999), subsidy=Decimal(9999))
    assert flaws_of(rich) == {"TI1": ()}
    two = flaws_of(rich, replace(OTHER, class_code="x", person_key="p1"))
    assert two == {"TI1": ("one_a_person",), "TI2": ("one_a_person",)}


@pytest.mark.parametrize(
    "alike",
    [
        {"new_serial": "NEW1"},
        {"imei": GOOD.imei},
        {"imei2": GOOD.imei},
        {"imei": GOOD.imei2, "imei2": ""},
    ],
)
def test_of_rows_that_name_one_unit_none_is_good(alike):
    found = flaws_of(GOOD, replace(OTHER, **alike))
    assert found == {"TI1": ("repeated",), "TI2": ("repeated",)}


def test_a_unit_that_names_itself_twice_is_no_repetition():
    assert flaws_of(replace(GOOD, imei2=GOOD.imei)) == {"TI1": ()}


@pytest.mark.parametrize("number", ["NEW1", GOOD.imei, GOOD.imei2])
def test_what_was_handed_in_before_is_not_handed_in_again(number):
    found = flaws_of(GOOD, OTHER, reported=iter([number]))
    assert found == {"TI1": ("reported_before",), "TI2": ()}


def test_one_a_person_and_class():
    again = replace(OTHER, person_key="p1")
    assert flaws_of(GOOD, again) == {
        "TI1": ("one_a_person",),
        "TI2": ("one_a_person",),
    }
    assert not any(flaws_of(COLD, again).values())
    nobody = [replace(row, person_key="") for row in (GOOD, OTHER)]
    assert not any(flaws_of(*nobody).values())


def test_where_a_person_may_have_two_a_third_is_too_many():
    limits = {"phone": replace(PHONE, per_person=2)}
    third = replace(
        OTHER, claim="TI3", new_serial="NEW3", imei="356938035643809", person_key="p1"
    )
    rows = [replace(GOOD, imei2=""), replace(OTHER, person_key="p1")]
    assert not check_rows(rows, limits).bad
    assert len(check_rows([*rows, third], limits).bad) == 3


def test_nothing_is_nothing():
    check = check_rows([], LIMITS)
    assert (check.good, check.bad) == ((), ())


@given(
    st.lists(
        st.builds(
            SubsidyRow,
            claim=st.text(max_size=2),
            class_code=st.sampled_from(["phone", "refrigerator", "x"]),
            person_key=st.sampled_from(["", "p1", "p2"]),
            new_serial=st.sampled_from(["", "A", "B"]),
            imei=st.sampled_from(["", GOOD.imei, "\ud800", "1"]),
            subsidy=st.decimals(-9, 999, places=2),
            is_undone=st.booleans(),
        )
    )
)
def test_every_row_comes_out_once_and_in_order(rows):
    check = check_rows(iter(rows), LIMITS, ["B"])
    bad = [row for row, _flaws in check.bad]
    assert len(check.good) + len(bad) == len(rows)
    for part in (list(check.good), bad):
        remaining = iter(rows)
        assert all(any(row is one for one in remaining) for row in part)
    assert all(flaws for _row, flaws in check.bad)
