"""Whether sightings are of one body or of several: the two stories and their odds."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import exp, log
from typing import NamedTuple

from .error_model import ErrorModel
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
    channel: str = "unknown"
    model: str = ""


@dataclass(frozen=True)
class CloneSettings:
    """What one unit does, and from which odds on more than one is reported."""

    prior: float = 0.002  # share of codes that somebody copied
    probability: float = 0.55  # from here on a unit is reported
    speed_km_h: float = 800.0  # an airliner, door to door
    move_least: float = 0.02  # chance that a unit moves between two sightings
    move_a_day: float = 0.001  # ... and for each day between them
    move_most: float = 0.03
    #: Power of the odds that places give: what one line or one visitor tells twice is
    #: not told by two, and odds that take every sighting for new are too large.
    place_power: float = 0.7
    owner_odds: float = 8.0  # a second owner: sold on, or a second unit
    soon_odds: float = 300.0  # ... so soon that hardly anybody sells
    soon_days: float = 30.0  # ... after so many days that is worth a third
    more_odds: float = 400.0  # each owner after him
    device_odds: float = 30.0  # a second device: a changed board, or a second unit
    halving: float = 0.5  # of the units n visitors look at, so many have n + 1
    crowd_odds: float = 1000.0  # most that a crowd of visitors counts
    #: Shares of sightings at a place seen before that copies may have, one as likely
    #: as another: copies in many places, and in few.
    again: tuple[float, ...] = (0.1, 0.5, 0.8)
    most_sightings: int = 200  # the latest of a unit that are looked at


class PlaceModel:
    """How likely sightings are if one body made them, and if several did.

    :param shares: how often each place is seen at all
    :param errors: which wrong places are usual; without it errors fall anywhere
    """

    def __init__(
        self,
        shares: Mapping[str, float],
        centres: Mapping[str, Centre],
        settings: CloneSettings,
        errors: ErrorModel | None = None,
    ):
        self.shares = shares
        self.rare = min(shares.values(), default=0.01)
        self.centres = centres
        self.settings = settings
        self.errors = errors
        self._gaps = {}

    def weigh(self, occasions: list[Sighting]) -> float:
        """Return the logarithm of the odds of several bodies against one."""
        weights = [self._weigh_story(occasions, a) for a in self.settings.again]
        most = max(weights)
        return most + log(sum(exp(w - most) for w in weights) / len(weights))

    def _weigh_story(self, occasions, again):
        """Return the same for copies that share places to a degree.

        A forward pass over where the one body may be. Every step is divided by the
        chance that several bodies give the same sighting, so that only ratios stay.
        """
        past, known = Counter(), set()
        weight, belief, before = 0.0, None, None
        states = [*{seen.place for seen in occasions}, ELSEWHERE]
        for count, seen in enumerate(occasions):
            expected = self._expected(seen.place, past, count, again)
            repeated = (seen.visitor, seen.place) in known
            belief = self._move(belief, states, before, seen)
            for state in states:
                belief[state] *= self._emit(state, seen, repeated, expected)
            total = sum(belief.values())
            weight -= log(total)
            belief = {state: part / total for state, part in belief.items()}
            past[seen.place] += 1
            known.add((seen.visitor, seen.place))
            before = seen
        return weight

    def _expected(self, place, past, count, again):
        """Return the chance that the next sighting of several bodies is there."""
        share = self.shares.get(place, self.rare)
        if not count:
            return share
        return (1 - again) * share + again * past[place] / count

    def _emit(self, state, seen, repeated, expected):
        if state == seen.place:
            return (1 - seen.error) / expected
        if repeated:  # an address range that was wrong once is wrong again
            return 0.5
        if not self.errors:
            return seen.error
        if state:
            wrong = self.errors.misplaced(seen.place, state, seen.channel)
        else:
            wrong = seen.error * self.shares.get(seen.place, self.rare)
        return wrong / expected

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
                if origin != state and self.is_reachable(origin, state, hours)
            )
            moved[state] = (
                belief[state] * (1 - chance) + reached * chance * shares[state]
            )
        return moved

    # === DISTANCES === #

    def gap(self, one: str, other: str) -> float:
        """Return how far apart two places are at the least, in km."""
        key = (one, other) if one < other else (other, one)
        if key not in self._gaps:
            self._gaps[key] = gap_km(*map(self.centres.get, key))
        return self._gaps[key]

    def is_reachable(self, origin: str, target: str, hours: float) -> bool:
        """Tell whether one body can get from one place to another in time."""
        return self.gap(origin, target) <= self.settings.speed_km_h * hours
