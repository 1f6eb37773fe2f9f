"""Values of old units and subsidies on new ones, case by case.

Each line can be checked by hand: base × what age leaves × what each answer leaves, one
rounding at the end; the subsidy is a percentage of the new unit's price, within its
limits. Those of 2025 are of 发改环资〔2025〕13号 and 商办流通函〔2025〕7号,
those of 2026 of 发改环资〔2025〕1745号 and 商办流通函〔2025〕469号.
"""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.depreciation import (
    DOWN,
    HALF_UP,
    NOTHING,
    Point,
    Purchase,
    Subsidy,
    Terms,
    age_in_months,
    exact,
    percent_at,
    quote,
    rounded,
    subsidy_on,
    value_of,
)

STEPS = (Point(6, Decimal(80)), Point(12, Decimal(60)), Point(24, Decimal(30)))

# base, months, percent each answer leaves, floor, unit, mode, even?, value
VALUES = [
    # age alone
    ("2000", 0, [], "0", "1", HALF_UP, False, "2000"),
    ("2000", 5, [], "0", "1", HALF_UP, False, "2000"),
    ("2000", 6, [], "0", "1", HALF_UP, False, "1600"),
    ("2000", 11, [], "0", "1", HALF_UP, False, "1600"),
    ("2000", 12, [], "0", "1", HALF_UP, False, "1200"),
    ("2000", 24, [], "0", "1", HALF_UP, False, "600"),
    ("2000", 240, [], "0", "1", HALF_UP, False, "600"),
    # evenly between the points: 3 of 6 months from 100 to 80
    ("2000", 3, [], "0", "1", HALF_UP, True, "1800"),
    ("2000", 6, [], "0", "1", HALF_UP, True, "1600"),
    # 7 of 12 months from 60 to 30: 60 - 17.5
    ("2000", 19, [], "0", "1", HALF_UP, True, "850"),
    ("2000", 99, [], "0", "1", HALF_UP, True, "600"),
    # condition: answers multiply
    ("2000", 0, ["85"], "0", "1", HALF_UP, False, "1700"),
    ("2000", 0, ["85", "50"], "0", "1", HALF_UP, False, "850"),
    ("2000", 12, ["85", "50", "90"], "0", "1", HALF_UP, False, "459"),
    ("2000", 0, ["0"], "0", "1", HALF_UP, False, "0"),
    ("2000", 0, ["100", "100"], "0", "1", HALF_UP, False, "2000"),
    # the floor
    ("2000", 24, ["10"], "100", "1", HALF_UP, False, "100"),
    ("2000", 24, ["20"], "100", "1", HALF_UP, False, "120"),
    ("2000", 24, ["0"], "150", "1", HALF_UP, False, "150"),
    # a floor that is no multiple of the unit is rounded up: it is a promise
    ("2000", 24, ["1"], "95", "10", HALF_UP, False, "100"),
    ("2000", 24, ["16"], "95", "10", DOWN, False, "100"),
    # rounding: once, at the end
    ("999", 6, [], "0", "1", HALF_UP, False, "799"),
    ("999", 6, [], "0", "1", DOWN, False, "799"),
    ("1001", 0, ["50"], "0", "1", HALF_UP, False, "501"),
    ("1001", 0, ["50"], "0", "1", DOWN, False, "500"),
    ("1234", 0, [], "0", "10", HALF_UP, False, "1230"),
    ("1235", 0, [], "0", "10", HALF_UP, False, "1240"),
    ("1239", 0, [], "0", "10", DOWN, False, "1230"),
    ("0.10", 0, ["33.33"], "0", "0.01", HALF_UP, False, "0.03"),
    # 1/3 of a percent point is kept on the way: 33.33 % × 33.33 % × 900
    ("900", 0, ["33.33", "33.33"], "0", "0.01", HALF_UP, False, "99.98"),
    # 0.1 + 0.2 and other traps of binary fractions
    ("0.3", 0, ["50"], "0", "0.01", HALF_UP, False, "0.15"),
    ("2.675", 0, [], "0", "0.01", HALF_UP, False, "2.68"),
    ("1.005", 0, [], "0", "0.01", HALF_UP, False, "1.01"),
]

DIGITAL = Subsidy(Decimal(15), cap=Decimal(500), ceiling=Decimal(6000))
APPLIANCE_2025 = Subsidy(
    Decimal(15), best_percent=Decimal(20), cap=Decimal(2000), energy_level=2
)
APPLIANCE_2026 = Subsidy(Decimal(15), cap=Decimal(1500), energy_level=1)
BONUS = Subsidy(Decimal(10), cap=Decimal(100), basis="value")

# terms, price, energy level, value of the old unit, subsidy, why
SUBSIDIES = [
    (DIGITAL, "2999", None, "0", "449.85", ()),
    (DIGITAL, "0.01", None, "0", "0.00", ()),
    (DIGITAL, "3333.33", None, "0", "500.00", ()),
    (DIGITAL, "3333.30", None, "0", "500.00", ()),
    (DIGITAL, "3333.26", None, "0", "499.99", ()),
    (DIGITAL, "3333.34", None, "0", "500.00", ()),
    (DIGITAL, "3334", None, "0", "500.00", ("cap",)),
    (DIGITAL, "5999", None, "0", "500.00", ("cap",)),
    (DIGITAL, "6000", None, "0", "500.00", ("cap",)),
    (DIGITAL, "6000.01", None, "0", "0", ("over_ceiling",)),
    (DIGITAL, "9999", None, "0", "0", ("over_ceiling",)),
    (DIGITAL, None, None, "0", "0", ("price_unknown",)),
    (APPLIANCE_2025, "5000", 1, "0", "1000.00", ()),
    (APPLIANCE_2025, "5000", 2, "0", "750.00", ()),
    (APPLIANCE_2025, "5000", 3, "0", "0", ("energy_level",)),
    (APPLIANCE_2025, "5000", None, "0", "0", ("energy_level_unknown",)),
    (APPLIANCE_2025, "10000", 1, "0", "2000.00", ()),
    (APPLIANCE_2025, "12000", 1, "0", "2000.00", ("cap",)),
    (APPLIANCE_2025, "13333.33", 2, "0", "2000.00", ()),
    (APPLIANCE_2025, "14000", 2, "0", "2000.00", ("cap",)),
    (APPLIANCE_2026, "5000", 1, "0", "750.00", ()),
    (APPLIANCE_2026, "5000", 2, "0", "0", ("energy_level",)),
    (APPLIANCE_2026, "10000", 1, "0", "1500.00", ()),
    (APPLIANCE_2026, "10001", 1, "0", "1500.00", ("cap",)),
    (BONUS, None, None, "800", "80.00", ()),
    (BONUS, None, None, "1000", "100.00", ()),
    (BONUS, None, None, "1001", "100.00", ("cap",)),
    (Subsidy(), "5000", 1, "800", "0", ("no_subsidy",)),
]

# sold, today, full months
AGES = [
    ("2025-01-15", "2025-01-15", 0),
    ("2025-01-15", "2025-02-14", 0),
    ("2025-01-15", "2025-02-15", 1),
    ("2025-01-31", "2025-02-27", 0),
    ("2025-01-31", "2025-02-28", 1),
    ("2024-01-31", "2024-02-28", 0),
    ("2024-01-31", "2024-02-29", 1),
    ("2024-02-29", "2025-02-28", 12),
    ("2024-02-29", "2025-02-27", 11),
    ("2025-08-31", "2025-09-30", 1),
    ("2025-11-30", "2026-02-28", 3),
    ("2025-12-31", "2026-12-30", 11),
    ("2026-03-02", "2026-03-01", 0),
]


@pytest.mark.parametrize(
    ("base", "months", "factors", "floor", "unit", "mode", "is_linear", "value"), VALUES
)
def test_values(base, months, factors, floor, unit, mode, is_linear, value):
    terms = Terms(Decimal(base), STEPS, is_linear, Decimal(floor), Decimal(unit), mode)
    found, _reasons = value_of(terms, months, map(Decimal, factors))
    assert found == Decimal(value)


@pytest.mark.parametrize(
    ("terms", "price", "level", "value", "amount", "reasons"), SUBSIDIES
)
def test_subsidies(terms, price, level, value, amount, reasons):
    purchase = Purchase(None if price is None else Decimal(price), level)
    assert subsidy_on(terms, purchase, Decimal(value)) == (Decimal(amount), reasons)


@pytest.mark.parametrize(("start", "today", "months"), AGES)
def test_ages(start, today, months):
    days = date.fromisoformat(start), date.fromisoformat(today)
    assert age_in_months(*days) == months


def test_the_order_of_a_curves_points_does_not_matter():
    for months in range(40):
        assert percent_at(STEPS, months) == percent_at(STEPS[::-1], months)


def test_a_curve_may_begin_below_a_hundred_percent():
    curve = (Point(0, Decimal(90)), Point(10, Decimal(50)))
    assert [percent_at(curve, months) for months in (0, 9, 10)] == [90, 90, 50]
    assert percent_at(curve, 5, is_linear=True) == 70


def test_what_shaped_an_offer_is_named():
    terms = Terms(Decimal(100), STEPS, floor=Decimal(60))
    assert value_of(terms, 0, []) == (Decimal(100), ())
    assert value_of(terms, 7, [Decimal(50)])[1] == ("aged", "condition", "floor")
    offer = quote(terms, 7, [], DIGITAL, Purchase(Decimal(7000)))
    assert offer.reasons == ("aged", "over_ceiling")


def test_without_a_class_there_is_no_subsidy():
    assert quote(Terms(Decimal(100)), 0, []).subsidy == NOTHING


def test_an_unknown_way_to_round_is_refused():
    with pytest.raises(ValueError):
        rounded(Decimal(1), Decimal(1), "up")


def test_what_the_database_stores_is_what_was_typed():
    assert exact(0.1) + exact(0.2) == Decimal("0.3")
    assert str(exact(2000.0)) == "2000"
    assert exact(449.85) == Decimal("449.85")


AMOUNTS = st.decimals(0, 100_000, places=2)
PERCENTS = st.lists(st.decimals(0, 100, places=2), max_size=4)


@given(AMOUNTS, st.integers(0, 120), PERCENTS, st.booleans())
def test_a_unit_is_never_worth_more_when_older_or_less_than_its_floor(
    base, months, factors, is_linear
):
    terms = Terms(base, STEPS, is_linear, floor=rounded(base / 10, Decimal("0.01")))
    younger, _reasons = value_of(terms, months, factors)
    older, _reasons = value_of(terms, months + 1, factors)
    assert terms.floor <= older <= younger <= max(base, terms.floor)


@given(AMOUNTS, st.integers(1, 5))
def test_a_subsidy_is_never_above_its_cap_nor_the_price(price, level):
    for terms in (DIGITAL, APPLIANCE_2025, APPLIANCE_2026):
        amount, _reasons = subsidy_on(terms, Purchase(price, level), NOTHING)
        assert 0 <= amount <= min(terms.cap, price)
