"""The oracle's stories of one shipment: what could have gone where, and who with it."""

import math
from collections import Counter
from typing import NamedTuple

from oracle_evidence import (
    log_subset_means,
    log_subset_members,
    log_sum,
    subset_means,
    subset_members,
)
from oracle_prior import EXACT, SHARES

#: Stories less likely than this are not told unit by unit.
NEGLIGIBLE = 1e-4
#: Logarithms under which a story is not worth the sum, or not worth keeping.
HINT, _LEAST = 2.0, -14.0
_TRIED = (0.08, 0.25, 0.6, 0.95)
#: Limit of the logarithm of a unit's ratio: products stay finite.
_MOST_UNIT = 15.0


class Story(NamedTuple):
    """One hypothesis on one shipment: what went where, and what speaks for it."""

    shape: str
    place: str
    carton: int | None
    weight: float  # log of prior times likelihood ratio


class Shipment:
    """The units of one shipment and the stories that can be told of it."""

    def __init__(self, oracle, number, cartons, near):
        self.prior, self.near, self.number = oracle.prior, near, number
        self.cartons = cartons
        self.units = [unit for units in cartons.values() for unit in units]
        self.logs = {unit: oracle.ratios.of(unit) for unit in self.units}
        speaking = Counter(
            place
            for logs in self.logs.values()
            for place, log in logs.items()
            if log > 0
        )
        self.places = [place for place, count in speaking.items() if count > 1]
        self._shared = {}
        told = [story for place in self.places for story in self._tell(place)]
        self.stories = [story for story in told if story.weight > _LEAST]
        self.local = log_sum(story.weight for story in self.stories)
        shapes = (self.prior.whole, self.prior.part, self.prior.scattered)
        chance = sum(sum(by_shipment[number].values()) for by_shipment in shapes)
        self.none = math.log(max(0.05, 1 - chance))
        self.total = log_sum((self.none, self.local))

    def ratios(self, units, place):
        """Return the likelihood ratios of units for a place."""
        return [
            math.exp(min(_MOST_UNIT, self.logs[unit].get(place, 0.0))) for unit in units
        ]

    def shared(self, place):
        """Return for each of SHARES the log ratio of "each unit with that chance"."""
        if place not in self._shared:
            counts = Counter(self.ratios(self.units, place))
            self._shared[place] = [
                sum(n * math.log1p(share * (ratio - 1)) for ratio, n in counts.items())
                for share in SHARES
            ]
        return self._shared[place]

    # === STORIES === #

    def _tell(self, place):
        where = math.log(self.near[place])
        yield Story("whole", place, None, where + self._weigh_whole(place))
        yield Story("scattered", place, None, where + self._weigh_scattered(place))
        for carton, units in self.cartons.items():
            if self._is_worth(units, place):
                weight = where + self._weigh_part(units, place)
                yield Story("part", place, carton, weight)

    def _is_worth(self, units, place):
        """Tell whether any share of the units could have gone there."""
        logs = [self.logs[unit].get(place, 0.0) for unit in units]
        if sum(log > 0 for log in logs) < 2:
            return False
        ratios = self.ratios(units, place)
        return any(
            sum(math.log1p(share * (ratio - 1)) for ratio in ratios) > HINT
            for share in _TRIED
        )

    def _carton_logs(self, place):
        return [
            sum(self.logs[unit].get(place, 0.0) for unit in units)
            for units in self.cartons.values()
        ]

    def _weigh_whole(self, place):
        prior = self.prior.whole[self.number]
        logs = self._carton_logs(place)
        if not prior or max(logs) < HINT:
            return -math.inf
        means = log_subset_means(logs, max(prior))
        return log_sum(math.log(chance) + means[n] for n, chance in prior.items())

    def _weigh_part(self, units, place):
        prior = self.prior.part[self.number]
        if not prior:
            return -math.inf
        means = subset_means(self.ratios(units, place), max(prior))
        total = sum(chance * means[size] for size, chance in prior.items())
        return log(total / len(self.cartons))

    def _weigh_scattered(self, place):
        prior = self.prior.scattered[self.number]
        if not prior:
            return -math.inf
        shared = self.shared(place)
        if max(shared) < HINT:
            return -math.inf
        means = subset_means(self.ratios(self.units, place), EXACT)
        return log_sum(
            math.log(chance) + (log(means[at]) if at > 0 else shared[-at - 1])
            for at, chance in prior.items()
        )

    # === MEMBERS === #

    def members(self, story):
        """Return unit -> chance to be in the leak, if the story is true."""
        if story.shape == "whole":
            return self._members_whole(story.place)
        if story.shape == "part":
            units = self.cartons[story.carton]
            prior = self.prior.part[self.number]
            ratios = self.ratios(units, story.place)
            chances = subset_members(ratios, max(prior), prior)
            return dict(zip(units, chances, strict=True))
        return self._members_scattered(story)

    def _members_whole(self, place):
        chances = log_subset_members(
            self._carton_logs(place), self.prior.whole[self.number]
        )
        return {
            unit: chance
            for units, chance in zip(self.cartons.values(), chances, strict=True)
            for unit in units
        }

    def _members_scattered(self, story):
        prior = self.prior.scattered[self.number]
        ratios = self.ratios(self.units, story.place)
        chances = [0.0] * len(ratios)
        base = story.weight - math.log(self.near[story.place])
        small = {at: chance for at, chance in prior.items() if at > 0}
        means = subset_means(ratios, max(small, default=0))
        inside = log(sum(chance * means[at] for at, chance in small.items())) - base
        if small and inside > math.log(NEGLIGIBLE):
            exact = subset_members(ratios, max(small), small)
            chances = [math.exp(inside) * chance for chance in exact]
        for at, chance in prior.items():
            if at < 0:
                weight = math.log(chance) + self.shared(story.place)[-at - 1] - base
                add_shared(chances, ratios, SHARES[-at - 1], math.exp(weight))
        return dict(zip(self.units, chances, strict=True))


def add_shared(chances, ratios, share, weight):
    """Add what "each unit with that chance" says of each, by its weight."""
    if weight > NEGLIGIBLE:
        for at, ratio in enumerate(ratios):
            chances[at] += weight * share * ratio / (1 + share * (ratio - 1))


def log(value):
    """Return the natural logarithm, minus infinity for nothing."""
    return math.log(value) if value > 0 else -math.inf
