"""Units sold on paper only: activated for a bonus, and never seen again by anybody.

A single unit that nobody looks at again is no finding; most honest ones are not looked
at either. A distributor's month in which almost none is seen again is one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

from .fake_activation import Claim, later_of


@dataclass(frozen=True)
class LifelessGroup:
    """A distributor's activations of a month of which too few were ever seen again.

    `members`: (unit, probability that nobody bought it) of those never seen again.
    """

    key: str
    count: int
    later: int
    expected: float
    p_value: float
    members: tuple[tuple[int, float], ...]


def find_lifeless(
    claims: Iterable[Claim],
    base: float | None = None,
    most: float = 1e-5,
    probability: float = 0.9,
) -> list[LifelessGroup]:
    """Return groups (`Claim.group`) too few of whose units were seen again.

    :param base: the usual share seen again; learned as the median of the groups
    :param most: chance from which on a group is no accident (of many groups)
    """
    groups = defaultdict(list)
    for claim in claims:
        if claim.group and claim.later is not None:
            groups[claim.group].append(claim)
    base = _base_of(groups.values()) if base is None else base
    found = []
    for key, many in sorted(groups.items()):
        later, count = later_of(many)
        chance = _tail(later, count, base)
        fakes = 1 - later / (count * base) if base else 0.0
        if chance > most or fakes <= 0:
            continue
        each = fakes / (fakes + (1 - fakes) * (1 - base))
        if each >= probability:
            members = tuple((claim.unit, each) for claim in many if not claim.later)
            found.append(
                LifelessGroup(key, count, later, count * base, chance, members)
            )
    return found


def _base_of(groups):
    rates = sorted(
        (later + 1) / (count + 2)
        for later, count in map(later_of, groups)
        if count >= 10
    )
    return min(0.95, rates[len(rates) // 2]) if rates else 0.0


def _tail(seen, count, rate):
    """Return the chance of at most `seen` of `count` at a rate (binomial)."""
    if not 0 < rate < 1:
        return 1.0
    logs = (
        lgamma(count + 1)
        - lgamma(k + 1)
        - lgamma(count - k + 1)
        + k * log(rate)
        + (count - k) * log1p(-rate)
        for k in range(seen + 1)
    )
    return min(1.0, sum(map(exp, logs)))
