"""How long a unit is under warranty."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta


@dataclass(frozen=True)
class Coverage:
    """State (none, not_started, running, expired) with the first and the last day."""

    state: str
    start: date | None = None
    end: date | None = None


@lru_cache(maxsize=4096)
def coverage(
    sale_date: date | None, activation_date: date | None, months: int, today: date
) -> Coverage:
    """Return the warranty of so many months from the sale, else from activation.

    >>> coverage(None, date(2026, 1, 31), 1, date(2026, 2, 1))
    Coverage(state='running', start=datetime.date(2026, 1, 31), \
end=datetime.date(2026, 2, 27))
    >>> coverage(None, None, 12, date(2026, 2, 1)).state
    'not_started'
    """
    if not months or months < 0:
        return Coverage("none")
    start = sale_date or activation_date
    if not start:
        return Coverage("not_started")
    end = start + relativedelta(months=months, days=-1)
    return Coverage("running" if end >= today else "expired", start, end)


def earliest_running_start(months: int, today: date) -> date:
    """Return the first start from which a warranty of so many months runs today.

    >>> earliest_running_start(1, date(2026, 2, 28))
    datetime.date(2026, 2, 1)
    >>> earliest_running_start(1, date(2026, 2, 27))
    datetime.date(2026, 1, 28)
    """
    start = today - relativedelta(months=months)
    # Months differ in length: 31 January and 28 January end on the same day.
    while start + relativedelta(months=months) <= today:
        start += timedelta(days=1)
    return start
