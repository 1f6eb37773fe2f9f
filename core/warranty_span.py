"""From which day until which a warranty runs: start, months' ends, days in repair."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from .warranty_facts import Facts
from .warranty_terms import Policy

_DAY = timedelta(days=1)
# Days that somebody has to show papers for.
_PROVEN = ("sale", "delivery")


@dataclass(frozen=True)
class Span:
    """A warranty in days: `origin` opens the first days' rights, `start` the term;
    `legal_end` is the end without what was sold on top."""

    policy: Policy
    basis: str
    origin: date
    start: date
    legal_end: date
    end: date
    days_added: int
    received: date | None


def get_start(policy: Policy, facts: Facts) -> tuple[str, date] | None:
    """Return the basis and the day a warranty starts from by a policy's preference.

    >>> get_start(Policy("p", bases=("production",), production_days=90),
    ...           Facts(production=date(2026, 1, 1)))
    ('production', datetime.date(2026, 4, 1))
    """
    for basis in policy.bases:
        day = getattr(facts, basis)
        if not day or (basis in _PROVEN and facts.proof == "none"):
            continue
        if basis == "production":
            day += timedelta(days=policy.production_days)
        return basis, day
    return None


def last_day(policy: Policy, start: date, months: int) -> date:
    """Return the last day of so many months; a day that a month lacks is its last.

    >>> last_day(Policy("p"), date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    >>> last_day(Policy("p", first_day_counts=True), date(2026, 1, 31), 1)
    datetime.date(2026, 2, 27)
    """
    end = start + relativedelta(months=months)
    return end - _DAY if policy.first_day_counts else end


def last_day_of(policy: Policy, start: date, days: int) -> date:
    """Return the last day of a time of so many days.

    >>> last_day_of(Policy("p"), date(2026, 3, 1), 7)
    datetime.date(2026, 3, 8)
    """
    return start + timedelta(days=days - policy.first_day_counts)


def days_in_repair(facts: Facts, start: date, end: date, today: date) -> int:
    """Return the days of all stays in repair that began within a term, none twice.

    Each stay moves the end of the term, so a later one may begin in what was added.
    """
    added, seen = 0, start
    for repair in sorted(facts.repairs, key=lambda repair: repair.taken_in):
        if not repair.covered or repair.taken_in < start:
            continue
        if repair.taken_in > min(today, end + added * _DAY):
            break
        until = min(repair.given_back or today, today)
        begin = max(repair.taken_in, seen)
        added += max((until - begin).days, 0)
        seen = max(until, seen)
    return added


def earliest_running_start(months: int, today: date) -> date:
    """Return the first start from which a term of so many months, the first day
    counted, runs today.

    >>> earliest_running_start(1, date(2026, 2, 28))
    datetime.date(2026, 2, 1)
    >>> earliest_running_start(1, date(2026, 2, 27))
    datetime.date(2026, 1, 28)
    """
    start = today - relativedelta(months=months)
    # Months differ in length: 31 January and 28 January end on the same day.
    while start + relativedelta(months=months) <= today:
        start += _DAY
    return start


def _has_longer_term(policy, facts, start, end):
    """Tell whether a repair lengthened the term by months; it does so once."""
    contract = facts.sale or facts.delivery or start
    if contract.isoformat() < policy.repair_extension_from:
        return False
    return any(
        repair.covered and repair.given_back and start <= repair.taken_in <= end
        for repair in facts.repairs
    )


def _extend(policy, facts, start, months, today):
    """Return the last day of a term with what repairs added, and how many days."""
    bare = end = last_day(policy, start, months)
    if not months:
        return end, 0
    if policy.repair_extends == "days":
        end += days_in_repair(facts, start, end, today) * _DAY
    elif policy.repair_extends == "months" and _has_longer_term(
        policy, facts, start, end
    ):
        end = last_day(policy, start, months + policy.repair_extension_months)
    added = (end - bare).days
    while policy.rest_days_roll and (end.weekday() > 4 or end in facts.rest_days):
        end += _DAY
    return end, added


def get_component_end(
    policy: Policy, facts: Facts, start: date, months: int, today: date
) -> date:
    """Return the last day of a component's term."""
    return _extend(policy, facts, start, months, today)[0]


def get_span(policy: Policy, facts: Facts, today: date) -> Span | None:
    """Return from when until when a warranty runs, None while nothing starts it."""
    found = get_start(policy, facts)
    exchanged = facts.exchanged_on if policy.exchange_restarts else None
    if exchanged and (exchanged > today or (found and exchanged < found[1])):
        exchanged = None
    if not found and not exchanged:
        return None
    basis, origin = found or ("exchange", exchanged)
    start = origin
    if exchanged:
        basis, start = "exchange", exchanged
    term = policy.term_months
    legal_end, days = _extend(policy, facts, start, term, today)
    end = legal_end
    if facts.extension_months:
        months = term + facts.extension_months
        end, days = _extend(policy, facts, start, months, today)
    return Span(policy, basis, origin, start, legal_end, end, days, facts.delivery)
