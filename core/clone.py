"""Copied codes: one code on several units, told by where and how soon it was seen.

    find_clones(sightings, shares, centres, settings) -> list[CloneFinding]

- `Sighting`: one view or claim of a unit's code. `visitor` is whoever looked (address
  range, device or session): what one visitor sees in a day counts once. `error` is how
  often this way of locating names a wrong place (`error_of` takes it from `Rates`).
  `owner` is the hash of who claimed the unit (telephone, account), `device` of the
  device that reported the code as its own.
- `shares`: how often each place is seen at all (`shares_of`), `centres`: where places
  lie (`core.place_centre`).

Two stories are compared for each unit. One: a single body, that stays, travels no
faster than an aeroplane, and is sometimes located wrongly. The other: several bodies,
each wherever it was sold. The odds between both are what all sightings say together:
one wrong address, one journey, one gift, one second owner are no copy.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import exp, log
from typing import NamedTuple

from .evidence_rates import Rates
from .place_centre import Centre, gap_km

ELSEWHERE = ""


class Sighting(NamedTuple):
    """A code seen once. Times are naive UTC; `place` is "CN-GD", "DE" or ""."""

    unit: int
    at: datetime
    place: str = ""
    error: float = 0.12
    visitor: str = ""
    owner: str = ""
    device: str = ""


@dataclass(frozen=True)
class CloneSettings:
    """What one unit does, and from which odds on more than one is reported."""

    prior: float = 0.002  # share of codes that somebody copied
    probability: float = 0.95  # from here on a unit is reported
    speed_km_h: float = 800.0  # an airliner, door to door
    move_least: float = 0.02  # chance that a unit moves between two sightings
    move_a_day: float = 0.02  # ... and for each day between them
    move_most: float = 0.15
    owner_odds: float = 5.0  # a second owner: sold on, or a second unit
    device_odds: float = 30.0  # a second device: a changed board, or a second unit
    usual_visitors: int = 6  # more of them seldom look at one unit
    crowd_odds: float = 20.0  # most that a crowd of visitors counts
    again: float = 0.5  # share of a copy's sightings at a place seen before
    most_sightings: int = 200  # the latest of a unit that are looked at


@dataclass(frozen=True)
class Jump:
    """Two sightings too far apart for the time between them."""

    origin: str
    target: str
    km: int
    hours: float


@dataclass(frozen=True)
class CloneFinding:
    """A code that is on more than one unit, and what tells so."""

    unit: int
    probability: float
    odds: float
    reasons: tuple[str, ...]
    places: tuple[tuple[str, int], ...]  # the most seen first
    visitors: int
    owners: int
    devices: int
    jump: Jump | None
    first_at: datetime
    last_at: datetime


def error_of(channel: str | None, rates: Rates) -> float:
    """Return how often a way of locating errs: `channel` is a field of `Rates`.

    >>> error_of("mobile", Rates()), error_of(None, Rates())
    (0.4, 0.12)
    """
    rate = getattr(rates, channel or "unknown_radius", None)
    return getattr(rate, "error", rates.unknown_radius.error)


def shares_of(sightings: Iterable[Sighting]) -> dict[str, float]:
    """Return how often each place is seen, of all sightings that name one."""
    counts = Counter(seen.place for seen in sightings if seen.place)
    total = sum(counts.values()) + len(counts) + 1
    return {place: (count + 1) / total for place, count in counts.items()}


def find_clones(
    sightings: Iterable[Sighting],
    shares: Mapping[str, float] | None = None,
    centres: Mapping[str, Centre] | None = None,
    settings: CloneSettings | None = None,
) -> list[CloneFinding]:
    """Return the units whose code is on more than one thing, the surest first."""
    settings = settings or CloneSettings()
    by_unit = defaultdict(list)
    for seen in sightings:
        by_unit[seen.unit].append(seen)
    if shares is None:
        shares = shares_of(seen for many in by_unit.values() for seen in many)
    model = _Model(shares, centres or {}, settings)
    found = [model.judge(unit, seen) for unit, seen in by_unit.items()]
    return sorted(filter(None, found), key=lambda clone: (-clone.odds, clone.unit))


def occasions_of(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Return sightings in order of time, of one visitor at one place one a day."""
    seen, occasions = set(), []
    for sighting in sorted(sightings, key=lambda sighting: sighting.at):
        key = sighting.visitor, sighting.place, sighting.at.date()
        if sighting.place and not (sighting.visitor and key in seen):
            seen.add(key)
            occasions.append(sighting)
    return occasions


class _Model:
    """The two stories, for the places of one data set."""

    def __init__(self, shares, centres, settings):
        self.shares = shares
        self.rare = min(shares.values(), default=0.01)
        self.centres = centres
        self.settings = settings
        self._gaps = {}

    def judge(self, unit, sightings):
        owners = {seen.owner for seen in sightings if seen.owner}
        devices = {seen.device for seen in sightings if seen.device}
        occasions = occasions_of(sightings)[-self.settings.most_sightings :]
        places = Counter(seen.place for seen in occasions)
        if len(places) < 2 and len(owners) < 2 and len(devices) < 2:
            return None
        visitors = len({seen.visitor or seen.at for seen in occasions})
        weight = self._weigh_places(occasions) if len(places) > 1 else 0.0
        weight += self._weigh_people(len(owners), len(devices))
        if len(places) > 1:
            weight += self._weigh_crowd(visitors)
        odds = exp(min(weight, 50.0)) * self.settings.prior / (1 - self.settings.prior)
        if odds / (1 + odds) < self.settings.probability:
            return None
        jump = self._find_jump(occasions)
        moments = [seen.at for seen in sightings]
        return CloneFinding(
            unit=unit,
            probability=odds / (1 + odds),
            odds=odds,
            reasons=self._reasons(jump, places, owners, devices, visitors),
            places=tuple(places.most_common()),
            visitors=visitors,
            owners=len(owners),
            devices=len(devices),
            jump=jump,
            first_at=min(moments),
            last_at=max(moments),
        )

    def _reasons(self, jump, places, owners, devices, visitors):
        found = {
            "too_fast": jump,
            "many_places": len(places) > 2,
            "many_owners": len(owners) > 1,
            "many_devices": len(devices) > 1,
            "many_visitors": visitors > self.settings.usual_visitors,
            "two_places": len(places) == 2,
        }
        return tuple(reason for reason, holds in found.items() if holds)

    # === WEIGHTS === #

    def _weigh_people(self, owners, devices):
        more = max(owners - 1, 0) * log(self.settings.owner_odds)
        return more + max(devices - 1, 0) * log(self.settings.device_odds)

    def _weigh_crowd(self, visitors):
        above = max(0, visitors - self.settings.usual_visitors)
        return min(0.5 * above, log(self.settings.crowd_odds))

    def _weigh_places(self, occasions):
        """Return the logarithm of the odds of several bodies against one.

        A forward pass over where the one body may be. Every step is divided by the
        chance that several bodies give the same sighting, so that only ratios stay.
        """
        past, known = Counter(), set()
        weight, belief, before = 0.0, None, None
        states = [*{seen.place for seen in occasions}, ELSEWHERE]
        for count, seen in enumerate(occasions):
            expected = self._expected(seen.place, past, count)
            again = (seen.visitor, seen.place) in known
            belief = self._move(belief, states, before, seen)
            for state in states:
                belief[state] *= self._emit(state, seen, again, expected)
            total = sum(belief.values())
            weight -= log(total)
            belief = {state: part / total for state, part in belief.items()}
            past[seen.place] += 1
            known.add((seen.visitor, seen.place))
            before = seen
        return weight

    def _expected(self, place, past, count):
        """Return the chance that the next sighting of several bodies is there."""
        share = self.shares.get(place, self.rare)
        if not count:
            return share
        again = self.settings.again
        return (1 - again) * share + again * past[place] / count

    def _emit(self, state, seen, again, expected):
        if state == seen.place:
            return (1 - seen.error) / expected
        # An address range that was wrong once is wrong again.
        return max(seen.error, 0.5) if again else seen.error

    def _move(self, belief, states, before, seen):
        shares = {s: self.shares.get(s, self.rare) for s in states if s}
        shares[ELSEWHERE] = max(1 - sum(shares.values()), self.rare)
        if belief is None:
            return dict(shares)
        hours = (seen.at - before.at).total_seconds() / 3600
        settings = self.settings
        chance = settings.move_least + settings.move_a_day * hours / 24
        chance = min(chance, settings.move_most)
        moved = {}
        for state in states:
            reached = sum(
                part
                for origin, part in belief.items()
                if origin != state and self._reachable(origin, state, hours)
            )
            moved[state] = (
                belief[state] * (1 - chance) + reached * chance * shares[state]
            )
        return moved

    # === DISTANCES === #

    def _gap(self, one, other):
        key = (one, other) if one < other else (other, one)
        if key not in self._gaps:
            self._gaps[key] = gap_km(*map(self.centres.get, key))
        return self._gaps[key]

    def _reachable(self, origin, target, hours):
        return self._gap(origin, target) <= self.settings.speed_km_h * hours

    def _find_jump(self, occasions):
        """Return the jump that no wrong address explains well, the fastest."""
        jumps = []
        for one, other in pairwise(occasions):
            hours = (other.at - one.at).total_seconds() / 3600
            if one.error > 0.2 or other.error > 0.2:
                continue
            if not self._reachable(one.place, other.place, hours):
                km = self._gap(one.place, other.place)
                jumps.append((km / max(hours, 0.1), km, one.place, other.place, hours))
        if not jumps:
            return None
        _speed, km, origin, target, hours = max(jumps)
        return Jump(origin, target, round(km), round(hours, 1))
