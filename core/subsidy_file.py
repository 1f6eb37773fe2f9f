"""The file by which subsidies are claimed from an authority, checked row by row.

Provinces ask for the same things in other words: the serial number and, of what has
one, the IMEI of the unit that was bought, that it was switched on, the invoice, the
amounts, and pictures. A row that lacks one is sent back weeks later, so it is found
here. A unit that was subsidised once is never subsidised again.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .errors import SerialError
from .identifier import normalise


@dataclass(frozen=True)
class SubsidyRow:
    """One claim, as it stands in the file; texts are empty where nothing is known."""

    claim: str
    class_code: str = ""
    person_key: str = ""
    old_serial: str = ""
    new_serial: str = ""
    imei: str = ""
    imei2: str = ""
    activated_on: date | None = None
    activation_proof: str = ""
    invoice: str = ""
    invoice_date: date | None = None
    price: Decimal = Decimal(0)
    subsidy: Decimal = Decimal(0)
    level: int = 0
    photos: tuple[str, ...] = ()
    is_undone: bool = False


@dataclass(frozen=True)
class SubsidyLimits:
    """What a programme grants for a class; 0 and None are no limit."""

    most: Decimal | None = None
    ceiling: Decimal | None = None
    worst_level: int = 0
    needs_imei: bool = False
    per_person: int = 1


@dataclass(frozen=True)
class SubsidyCheck:
    """Rows to hand in, and rows that are not, each with why not."""

    good: tuple[SubsidyRow, ...]
    bad: tuple[tuple[SubsidyRow, tuple[str, ...]], ...]


def check_rows(
    rows: Iterable[SubsidyRow],
    limits: dict[str, SubsidyLimits],
    reported: Iterable[str] = (),
) -> SubsidyCheck:
    """Return which rows may be handed in, the others with all that is wrong with them.

    Of rows that name the same unit none is good: nobody but a person can say which is.

    :param limits: by code of the class
    :param reported: serials and IMEIs that were handed in before

    >>> row = SubsidyRow("TI1", new_serial="A1", subsidy=Decimal(500))
    >>> check_rows([row], {}).bad[0][1]
    ('not_activated', 'no_invoice', 'no_price', 'no_photo')
    """
    rows = tuple(rows)
    numbers = Counter(number for row in rows for number in _numbers_of(row))
    people = Counter((row.person_key, row.class_code) for row in rows)
    before = frozenset(reported)
    good, bad = [], []
    for row in rows:
        limit = limits.get(row.class_code, SubsidyLimits())
        flaws = (
            *_flaws_of_unit(row, limit),
            *_flaws_of_money(row, limit),
            *_flaws_among(row, limit, numbers, people, before),
        )
        if flaws:
            bad.append((row, flaws))
        else:
            good.append(row)
    return SubsidyCheck(tuple(good), tuple(bad))


def _numbers_of(row):
    """Return what names the unit of a row, each once."""
    return {text for text in (row.new_serial, row.imei, row.imei2) if text}


def _flaws_of_unit(row, limit):
    if row.is_undone:
        yield "undone"
    if not row.new_serial:
        yield "not_delivered"
    elif row.new_serial == row.old_serial:
        yield "same_unit"
    if limit.needs_imei and not row.imei:
        yield "no_imei"
    if any(imei and not _is_imei(imei) for imei in (row.imei, row.imei2)):
        yield "bad_imei"
    if not row.activated_on:
        yield "not_activated"
    elif row.invoice_date and row.activated_on < row.invoice_date:
        yield "used_before_sale"


def _flaws_of_money(row, limit):
    if not row.invoice:
        yield "no_invoice"
    if row.price <= 0:
        yield "no_price"
    elif limit.ceiling and row.price > limit.ceiling:
        yield "over_ceiling"
    if row.subsidy <= 0:
        yield "no_subsidy"
    elif limit.most and row.subsidy > limit.most:
        yield "over_cap"
    if limit.worst_level and not 0 < row.level <= limit.worst_level:
        yield "bad_level"
    if not row.photos:
        yield "no_photo"


def _flaws_among(row, limit, numbers, people, before):
    own = _numbers_of(row)
    if any(numbers[number] > 1 for number in own):
        yield "repeated"
    if own & before:
        yield "reported_before"
    claimed = people[row.person_key, row.class_code] if row.person_key else 0
    if limit.per_person and claimed > limit.per_person:
        yield "one_a_person"


def _is_imei(text):
    try:
        return normalise("imei", text) == text
    except SerialError:
        return False
