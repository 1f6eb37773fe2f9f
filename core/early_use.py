"""Units in use while our records have them in a dealer's stock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

#: Sales are declared so many days late at times: sooner it is a weak sign.
LATE_DAYS = 14


class Use(NamedTuple):
    """An activation beside what the channel says of the unit.

    `sold_on`: the declared day of the sale; `on_its_way`: a transfer of it was not yet
    received; `handled_at`: when a dealer handled it last as stock (sent, received).
    """

    unit: int
    activated_at: datetime
    sold_on: date | None = None
    on_its_way: bool = False
    handled_at: datetime | None = None


@dataclass(frozen=True)
class UseFinding:
    """A unit that was used before it can have been sold."""

    unit: int
    kind: str  # before_sale_date or dealer_stock
    score: int
    days: int


def judge_uses(uses: Iterable[Use]) -> list[UseFinding]:
    """Return the units in use while they were a dealer's stock.

    A sale is dated in local time, an activation in UTC: a day apart is no finding.

    >>> judge_uses([Use(7, datetime(2026, 3, 1), sold_on=date(2026, 3, 20))])
    [UseFinding(unit=7, kind='before_sale_date', score=90, days=19)]
    """
    found = []
    for use in uses:
        if use.sold_on:
            days = (use.sold_on - use.activated_at.date()).days
            if days > 1:
                score = 90 if days > LATE_DAYS else 40
                found.append(UseFinding(use.unit, "before_sale_date", score, days))
                continue
        handled = use.handled_at and (use.handled_at - use.activated_at).days
        if handled and handled >= 1:
            score = 90 if handled > LATE_DAYS else 60
            found.append(UseFinding(use.unit, "dealer_stock", score, handled))
        elif use.on_its_way:
            found.append(UseFinding(use.unit, "dealer_stock", 70, 0))
    return found
