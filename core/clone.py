"""Copied codes: one code on several units, told by where and how soon it was seen.

    find_clones(sightings, shares, centres, settings) -> list[CloneFinding]

- `Sighting`: one view or claim of a unit's code. `visitor` is whoever looked (address
  range, device or session): what one visitor sees in a day counts once. `error` is how
  often this way of locating (`channel`) names a wrong place (`error_of` takes it from
  `Rates`); `errors`, as `core.leak` learns them, say which wrong places are usual.
  `owner` is the hash of who claimed the unit (telephone, account), `device` of the
  device that reported the code as its own; `model` is the kind of telephone with which
  somebody looked (`core.device_model`), who then is told by it and not by the address.
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

from .clone_place import CloneSettings, PlaceModel, Sighting
from .error_model import ErrorModel
from .evidence_rates import Rates
from .place_centre import Centre

__all__ = [
    "CloneFinding",
    "CloneSettings",
    "Sighting",
    "crowd_of",
    "error_of",
    "find_clones",
    "first_claims",
    "occasions_of",
    "shares_of",
]

MANY = 6  # visitors that are worth telling


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
    errors: ErrorModel | None = None,
    crowds: Mapping[int, int] | None = None,
) -> list[CloneFinding]:
    """Return the units whose code is on more than one thing, the surest first.

    :param crowds: number of visitors since a claim -> units that have so many, of all
        units, not only those given; without it an assumption
    """
    settings = settings or CloneSettings()
    by_unit = defaultdict(list)
    for seen in sightings:
        by_unit[seen.unit].append(seen)
    if shares is None:
        shares = shares_of(seen for many in by_unit.values() for seen in many)
    places = PlaceModel(shares, centres or {}, settings, errors)
    model = _Model(places, settings, crowds)
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


def crowd_of(occasions: Iterable[Sighting], owners: Mapping[str, datetime]) -> int:
    """Count who looked since the unit was claimed, but for those of further owners.

    Before that it may have been on display, where everybody looks: of those who looked
    then, count those elsewhere, less those where it was seen most: of so many
    some are located wrongly.
    """
    if not owners:
        return 0
    since = min(owners.values())
    early = Counter(seen.place for seen in occasions if seen.at <= since)
    home = max(early, key=early.get, default=None)
    after = [seen for seen in occasions if seen.at >= since]
    before = [seen for seen in occasions if seen.at < since]
    near = count_people(seen for seen in before if seen.place == home)
    far = count_people(seen for seen in before if seen.place != home)
    strange = max(0, far - near)
    return max(0, strange + count_people(after, len(owners) - 1))


def count_people(occasions: Iterable[Sighting], further: int = 0) -> int:
    """Return how many people looked at the least, but for those of `further` owners.

    One person has many addresses, so two of them are left to each further owner; two
    people may have one kind of telephone. The same people may look with it and be seen
    without it: the larger number stands.
    """
    models, addresses = set(), set()
    for seen in occasions:
        if seen.model:
            models.add(seen.model)
        else:
            addresses.add(seen.visitor or seen.at)
    return max(len(models) - further, len(addresses) - 2 * further, 0)


def first_claims(sightings: Iterable[Sighting]) -> dict[str, datetime]:
    """Return when each owner claimed the unit first."""
    owners = {}
    for seen in sightings:
        if seen.owner:
            owners[seen.owner] = min(seen.at, owners.get(seen.owner, seen.at))
    return owners


class _Model:
    """Judges units, by all that is known of one data set."""

    def __init__(self, places, settings, crowds):
        self.places = places
        self.settings = settings
        self.crowds = crowds

    def judge(self, unit, sightings):
        owners = first_claims(sightings)
        devices = {seen.device for seen in sightings if seen.device}
        occasions = occasions_of(sightings)[-self.settings.most_sightings :]
        places = Counter(seen.place for seen in occasions)
        if len(places) < 2 and len(owners) < 2 and len(devices) < 2:
            return None
        crowd = crowd_of(occasions, owners)
        visitors = count_people(occasions)
        weight = self._weigh_people(owners, len(devices))
        if len(places) > 1:
            weight += self.places.weigh(occasions) * self.settings.place_power
            weight += self._weigh_crowd(crowd)
        odds = self._odds(weight)
        if odds / (1 + odds) < self.settings.probability:
            return None
        jump = self._find_jump(occasions)
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
            first_at=min(seen.at for seen in sightings),
            last_at=max(seen.at for seen in sightings),
        )

    def _odds(self, weight):
        prior = self.settings.prior
        return exp(min(weight, 50.0)) * prior / (1 - prior)

    def _reasons(self, jump, places, owners, devices, visitors):
        found = {
            "too_fast": jump,
            "many_places": len(places) > 2,
            "many_owners": len(owners) > 1,
            "many_devices": len(devices) > 1,
            "many_visitors": visitors > MANY,
            "two_places": len(places) == 2,
        }
        return tuple(reason for reason, holds in found.items() if holds)

    # === WEIGHTS === #

    def _weigh_people(self, owners, devices):
        settings = self.settings
        weight = max(len(owners) - 2, 0) * log(settings.more_odds)
        weight += max(devices - 1, 0) * log(settings.device_odds)
        if len(owners) > 1:
            first, second = sorted(owners.values())[:2]
            days = (second - first).total_seconds() / 86_400
            soon = (settings.soon_odds - settings.owner_odds) * exp(
                -days / settings.soon_days
            )
            weight += log(settings.owner_odds + soon)
        return weight

    def _weigh_crowd(self, crowd):
        """Weigh how many visitors there are by how few units have so many.

        Of copies there are few or many: 3 to 6 visitors as often as 6 to 12.
        """
        if crowd < 2:
            return 0.0
        if self.crowds:
            near = self.crowds.get(crowd, 0) + self.crowds.get(crowd + 1, 0)
            share = (near + 1) / (sum(self.crowds.values()) + 1)
        else:
            share = self.settings.halving**crowd
        weight = log(1 / (3 * crowd) / share)
        return max(0.0, min(weight, log(self.settings.crowd_odds)))

    # === DISTANCES === #

    def _find_jump(self, occasions):
        """Return the jump that no wrong address explains well, the fastest."""
        jumps = []
        for one, other in pairwise(occasions):
            hours = (other.at - one.at).total_seconds() / 3600
            if one.error > 0.2 or other.error > 0.2:
                continue
            if not self.places.is_reachable(one.place, other.place, hours):
                km = self.places.gap(one.place, other.place)
                jumps.append((km / max(hours, 0.1), km, one.place, other.place, hours))
        if not jumps:
            return None
        _speed, km, origin, target, hours = max(jumps)
        return Jump(origin, target, round(km), round(hours, 1))
