"""What a used unit is worth, and the subsidy on what is bought instead.

Money is `Decimal`. All between the amounts given and the amount told is exact
(`Fraction`): there is one rounding, at the end, to the unit that a programme names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

HALF_UP = "half_up"
DOWN = "down"
MODES = (HALF_UP, DOWN)
CENT = Decimal("0.01")
NOTHING = Decimal(0)


def exact(number: float | str) -> Decimal:
    """Return a stored number as it was typed.

    >>> exact(0.1), exact("449.85"), exact(15.0)
    (Decimal('0.1'), Decimal('449.85'), Decimal('15'))
    """
    amount = Decimal(str(number))
    return amount.quantize(Decimal(1)) if amount == int(amount) else amount


@dataclass(frozen=True)
class Point:
    """A unit of so many months is worth so many percent of its base value."""

    months: int
    percent: Decimal


@dataclass(frozen=True)
class Terms:
    """How a programme values a unit.

    `floor` is the least an accepted unit is worth, `unit` what a value is a multiple
    of (10: whole tens).
    """

    base: Decimal
    curve: tuple[Point, ...] = ()
    is_linear: bool = False
    floor: Decimal = NOTHING
    unit: Decimal = CENT
    mode: str = HALF_UP


@dataclass(frozen=True)
class Subsidy:
    """How a class of goods is subsidised; 0 stands for "no limit" but in `percent`.

    `basis` is the price of the new unit, or the value of the old one. `best_percent`
    replaces `percent` at energy level 1; goods worse than `energy_level` get nothing.
    """

    percent: Decimal = NOTHING
    best_percent: Decimal = NOTHING
    cap: Decimal = NOTHING
    ceiling: Decimal = NOTHING
    energy_level: int = 0
    basis: str = "price"
    unit: Decimal = CENT
    mode: str = HALF_UP


@dataclass(frozen=True)
class Purchase:
    """What is bought instead: the price that is paid in the end, and energy level."""

    price: Decimal | None = None
    energy_level: int | None = None


@dataclass(frozen=True)
class Quote:
    """Value of the old unit, subsidy on the new one, and what shaped them (codes)."""

    value: Decimal
    subsidy: Decimal
    reasons: tuple[str, ...] = ()


def age_in_months(start: date, today: date) -> int:
    """Return the full months from a day to another; 0 if it is still to come.

    A month is full on the same day of a later month, or on that month's last day.

    >>> age_in_months(date(2025, 1, 31), date(2025, 2, 28))
    1
    >>> age_in_months(date(2025, 1, 15), date(2026, 1, 14))
    11
    """
    months = (today.year - start.year) * 12 + today.month - start.month
    is_last_day = (today.toordinal() + 1) == _first_of_next(today).toordinal()
    if today.day < start.day and not is_last_day:
        months -= 1
    return max(0, months)


def _first_of_next(day: date) -> date:
    if day.month == 12:
        return date(day.year + 1, 1, 1)
    return date(day.year, day.month + 1, 1)


def percent_at(
    curve: Sequence[Point], months: int, is_linear: bool = False
) -> Fraction:
    """Return what is left at an age, in percent.

    New is 100 % unless the curve says otherwise. A step holds until the next point; a
    line goes from point to point. After the last point nothing more is lost.

    >>> curve = (Point(12, Decimal(80)), Point(24, Decimal(50)))
    >>> [int(percent_at(curve, months)) for months in (0, 11, 12, 23, 24, 99)]
    [100, 100, 80, 80, 50, 50]
    >>> percent_at(curve, 18, is_linear=True)
    Fraction(65, 1)
    """
    before = Point(0, Decimal(100))
    for point in sorted(curve, key=lambda one: one.months):
        if point.months > months:
            break
        before = point
    else:
        return Fraction(before.percent)
    if not is_linear:
        return Fraction(before.percent)
    share = Fraction(months - before.months, point.months - before.months)
    start, end = Fraction(before.percent), Fraction(point.percent)
    return start + (end - start) * share


def rounded(amount: Fraction | Decimal, unit: Decimal, mode: str = HALF_UP) -> Decimal:
    """Return an amount as a multiple of a unit.

    >>> rounded(Decimal("2.345"), CENT), rounded(Decimal("2.349"), CENT, DOWN)
    (Decimal('2.35'), Decimal('2.34'))
    >>> rounded(Decimal(1234), Decimal(10)), rounded(Fraction(2, 3), Decimal("0.05"))
    (Decimal('1230'), Decimal('0.65'))
    """
    if mode not in MODES:
        raise ValueError(mode)
    count = Fraction(amount) / Fraction(unit)
    if mode == HALF_UP:
        count += Fraction(1, 2)
    return int(count // 1) * unit


def value_of(
    terms: Terms, months: int, factors: Iterable[Decimal]
) -> tuple[Decimal, tuple[str, ...]]:
    """Return what a unit is worth, and the codes of what shaped that.

    :param factors: percent that each answer on its condition leaves

    >>> terms = Terms(Decimal(1000), (Point(12, Decimal(60)),), floor=Decimal(100))
    >>> value_of(terms, 13, [Decimal(90), Decimal(50)])
    (Decimal('270.00'), ('aged', 'condition'))
    >>> value_of(terms, 13, [Decimal(1)])
    (Decimal('100.00'), ('aged', 'condition', 'floor'))
    """
    reasons = []
    left = percent_at(terms.curve, months, terms.is_linear) / 100
    if left != 1:
        reasons.append("aged")
    condition = Fraction(1)
    for factor in factors:
        condition *= Fraction(factor) / 100
    if condition != 1:
        reasons.append("condition")
    worth = Fraction(terms.base) * left * condition
    if worth < terms.floor:
        reasons.append("floor")
    value = rounded(max(worth, Fraction(terms.floor)), terms.unit, terms.mode)
    if value < terms.floor:
        # rounding takes nothing of what is promised at least
        value = _rounded_up(terms.floor, terms.unit)
    return value, tuple(reasons)


def _rounded_up(amount: Decimal, unit: Decimal) -> Decimal:
    return -rounded(-amount, unit, DOWN)


def subsidy_on(
    terms: Subsidy, purchase: Purchase, value: Decimal
) -> tuple[Decimal, tuple[str, ...]]:
    """Return the subsidy, and the codes of what shaped or refused it.

    >>> digital = Subsidy(Decimal(15), cap=Decimal(500), ceiling=Decimal(6000))
    >>> subsidy_on(digital, Purchase(Decimal("2999")), NOTHING)
    (Decimal('449.85'), ())
    >>> subsidy_on(digital, Purchase(Decimal("5999")), NOTHING)
    (Decimal('500.00'), ('cap',))
    >>> subsidy_on(digital, Purchase(Decimal("6000.01")), NOTHING)
    (Decimal('0'), ('over_ceiling',))
    """
    if not terms.percent and not terms.best_percent:
        return NOTHING, ("no_subsidy",)
    refusal = _subsidy_refusal(terms, purchase)
    if refusal:
        return NOTHING, (refusal,)
    percent = terms.percent
    if purchase.energy_level == 1 and terms.best_percent:
        percent = terms.best_percent
    of_price = terms.basis == "price"
    amount = Fraction(purchase.price if of_price else value) * Fraction(percent) / 100
    granted = rounded(amount, terms.unit, terms.mode)
    if terms.cap and granted > terms.cap:
        return rounded(terms.cap, terms.unit, DOWN), ("cap",)
    return granted, ()


def _subsidy_refusal(terms, purchase):
    """Return the code of why there is no subsidy, None if there is one."""
    price = purchase.price
    if price is None and (terms.basis == "price" or terms.ceiling):
        return "price_unknown"
    if terms.ceiling and price > terms.ceiling:
        return "over_ceiling"
    if terms.energy_level and purchase.energy_level is None:
        return "energy_level_unknown"
    if terms.energy_level and purchase.energy_level > terms.energy_level:
        return "energy_level"
    return None


def quote(
    terms: Terms,
    months: int,
    factors: Iterable[Decimal],
    subsidy: Subsidy | None = None,
    purchase: Purchase | None = None,
) -> Quote:
    """Return the offer for a unit of so many months in a condition.

    >>> terms = Terms(Decimal(1800), (Point(12, Decimal(70)),), unit=Decimal(1))
    >>> digital = Subsidy(Decimal(15), cap=Decimal(500), ceiling=Decimal(6000))
    >>> quote(terms, 14, [Decimal(85)], digital, Purchase(Decimal(3999)))
    Quote(value=Decimal('1071'), subsidy=Decimal('500.00'), \
reasons=('aged', 'condition', 'cap'))
    """
    value, reasons = value_of(terms, months, factors)
    granted, more = subsidy_on(subsidy or Subsidy(), purchase or Purchase(), value)
    return Quote(value, granted, reasons + more)
