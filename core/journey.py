"""The places of one unit in order of time, ready to be drawn.

A stop is a time at one place: scans one after another that saw the unit there, an
activation, a purchase. Between two stops lies a leg; one that no aeroplane does is a
jump: the unit is two units, or one of its places is wrong.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from .place_centre import Centre, gap_km
from .territory import relation

FASTEST_KMH = 1_000
# Nearer places may be the same one, located twice.
LEAST_KM = 200
# Scans of a minute ago say as much of a speed as those of now.
LEAST_HOURS = 0.25
GRAINS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))


@dataclass(frozen=True)
class Stop:
    """The unit was seen at a place ("" if unknown) from `first` to `last`.

    `sure` is what needs no address to be located: a position the owner shared, a store.
    """

    kind: str
    place: str
    first: datetime
    last: datetime
    count: int = 1
    sure: bool = False
    radius_km: float | None = None
    key: int = 0


@dataclass(frozen=True)
class Bound:
    """To which places the unit was bound, from `begins` to `ends` (None: till now)."""

    begins: datetime
    ends: datetime | None
    codes: frozenset[str]


@dataclass(frozen=True)
class Jump:
    """From stop number `origin` to `target`: farther than the hours allow."""

    origin: int
    target: int
    km: int
    hours: float


def relation_of(stop: Stop, bounds: Sequence[Bound]) -> str:
    """Tell whether a stop lies "inside" what the unit was bound to then.

    "" where it was bound to nothing.

    >>> day = datetime(2026, 3, 2)
    >>> bounds = [Bound(day, None, frozenset({"CN-GD"}))]
    >>> relation_of(Stop("scan", "CN-BJ", day, day), bounds)
    'outside'
    >>> relation_of(Stop("scan", "CN-BJ", day - timedelta(1), day), bounds)
    ''
    """
    for bound in bounds:
        begun = bound.begins <= stop.first
        if begun and (bound.ends is None or stop.first < bound.ends):
            return relation(stop.place, bound.codes)
    return ""


def find_jumps(stops: Sequence[Stop], centres: Mapping[str, Centre]) -> list[Jump]:
    """Return the legs that nothing travels, the farthest first.

    Distances are measured between the nearest parts of two places.

    >>> day = datetime(2026, 3, 2)
    >>> centres = {"CN-BJ": Centre(39.9, 116.4, 50), "CN-GD": Centre(23.1, 113.3, 300)}
    >>> one, two = Stop("scan", "CN-BJ", day, day), Stop(
    ...     "scan", "CN-GD", day + timedelta(hours=1), day + timedelta(hours=2))
    >>> find_jumps([one, two], centres)
    [Jump(origin=0, target=1, km=1541, hours=1.0)]
    """
    located = [(at, stop) for at, stop in enumerate(stops) if stop.place]
    jumps = []
    for (origin, one), (target, other) in pairwise(located):
        gap = gap_km(centres.get(one.place), centres.get(other.place))
        hours = max(0.0, (other.first - one.last).total_seconds() / 3600)
        if gap >= LEAST_KM and gap > FASTEST_KMH * max(hours, LEAST_HOURS):
            jumps.append(Jump(origin, target, round(gap), round(hours, 1)))
    return sorted(jumps, key=lambda jump: -jump.km)


def condense(stops: Iterable[Stop], most: int) -> list[Stop]:
    """Return at most so many stops, in order of time.

    Where there are more, scans at one place become one a day, a week, a month; the
    newest of what is still too much.

    >>> day = datetime(2026, 3, 2)
    >>> scans = [
    ...     Stop("scan", place, day + timedelta(hours=at), day + timedelta(hours=at))
    ...     for at, place in enumerate(["CN-BJ", "CN-GD", "CN-BJ", "CN-GD"])]
    >>> [(stop.place, stop.count) for stop in condense(scans, 3)]
    [('CN-BJ', 2), ('CN-GD', 2)]
    """
    stops = sorted(stops, key=lambda stop: (stop.first, stop.last))
    for grain in GRAINS:
        if len(stops) <= most:
            break
        stops = _merge(stops, grain)
    return stops[-most:]


def _merge(stops, grain):
    """Return stops with the scans at one place within a span of time made one."""
    start = stops[0].first
    same = defaultdict(list)
    for stop in stops:
        slot = (stop.first - start) // grain
        alone = 0 if stop.kind == "scan" else stop.key
        same[slot, stop.kind, stop.place, stop.sure, alone].append(stop)
    return sorted(map(_join, same.values()), key=lambda stop: (stop.first, stop.last))


def _join(stops):
    radii = [stop.radius_km for stop in stops if stop.radius_km is not None]
    return replace(
        stops[0],
        last=max(stop.last for stop in stops),
        count=sum(stop.count for stop in stops),
        radius_km=min(radii, default=None),
    )
