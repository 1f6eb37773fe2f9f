"""The best rule there can be: Bayes, told the market's true rates and habits.

For each distributor every story is weighed: honest; whole cartons of a shipment, a part
of one carton, or units scattered through a shipment went to one place; some units of
every shipment of some months dripped there. A unit's score is the probability that it
was diverted, over all stories. What it is not told is which units were.
"""

import math
from collections import Counter, defaultdict
from typing import NamedTuple

from oracle_evidence import Ratios, log_sum, subset_means, subset_members
from oracle_prior import EXACT, SHARES, Prior

#: Stories less likely than this are not told unit by unit.
_NEGLIGIBLE = 1e-4
#: Logarithms under which a story is not worth the sum, or not worth keeping.
_HINT, _LEAST = 2.0, -14.0
_TRIED = (0.08, 0.25, 0.6, 0.95)
#: Limits of the logarithm of a ratio, of a carton and of a unit: products stay finite.
_MOST_CARTON, _MOST_UNIT = 25.0, 15.0


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
            sum(math.log1p(share * (ratio - 1)) for ratio in ratios) > _HINT
            for share in _TRIED
        )

    def _carton_ratios(self, place):
        sums = (
            sum(self.logs[unit].get(place, 0.0) for unit in units)
            for units in self.cartons.values()
        )
        return [math.exp(max(-60.0, min(_MOST_CARTON, log))) for log in sums]

    def _weigh_whole(self, place):
        prior = self.prior.whole[self.number]
        ratios = self._carton_ratios(place)
        if not prior or max(ratios) < _HINT:
            return -math.inf
        means = subset_means(ratios, len(self.cartons))
        return _log(sum(chance * means[count] for count, chance in prior.items()))

    def _weigh_part(self, units, place):
        prior = self.prior.part[self.number]
        if not prior:
            return -math.inf
        means = subset_means(self.ratios(units, place), max(prior))
        total = sum(chance * means[size] for size, chance in prior.items())
        return _log(total / len(self.cartons))

    def _weigh_scattered(self, place):
        prior = self.prior.scattered[self.number]
        if not prior:
            return -math.inf
        shared = self.shared(place)
        if max(shared) < _HINT:
            return -math.inf
        means = subset_means(self.ratios(self.units, place), EXACT)
        return log_sum(
            math.log(chance) + (_log(means[at]) if at > 0 else shared[-at - 1])
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
        prior = self.prior.whole[self.number]
        ratios = self._carton_ratios(place)
        chances = subset_members(ratios, len(ratios), prior)
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
        inside = _log(sum(chance * means[at] for at, chance in small.items())) - base
        if small and inside > math.log(_NEGLIGIBLE):
            exact = subset_members(ratios, max(small), small)
            chances = [math.exp(inside) * chance for chance in exact]
        for at, chance in prior.items():
            if at < 0:
                weight = math.log(chance) + self.shared(story.place)[-at - 1] - base
                add_shared(chances, ratios, SHARES[-at - 1], math.exp(weight))
        return dict(zip(self.units, chances, strict=True))


def add_shared(chances, ratios, share, weight):
    """Add what "each unit with that chance" says of each, by its weight."""
    if weight > _NEGLIGIBLE:
        for at, ratio in enumerate(ratios):
            chances[at] += weight * share * ratio / (1 + share * (ratio - 1))


def _log(value):
    return math.log(value) if value > 0 else -math.inf


class Oracle:
    """Scores of the units of one market."""

    def __init__(self, market):
        self.market = market
        self.ratios = Ratios(market)
        self.shipments = defaultdict(lambda: defaultdict(list))
        self.sent = defaultdict(dict)
        for unit in market.observed.units:
            self.shipments[unit.shipment][unit.carton].append(unit.unit)
            self.sent[unit.distributor][unit.shipment] = unit.shipped_at
        sizes = {
            shipment: [len(units) for units in cartons.values()]
            for shipment, cartons in self.shipments.items()
        }
        self.prior = Prior(market, sizes)
        self.scores = defaultdict(Counter)
        self.cases = []  # (distributor, shipment or None, place, probability)

    def judge(self):
        """Return unit -> (probability, shape of the story that says most)."""
        for distributor in self.sent:
            Distributor(self, distributor).judge()
        return {
            unit: (min(1.0, sum(parts.values())), max(parts, key=parts.get))
            for unit, parts in self.scores.items()
        }


class Distributor:
    """All stories of one distributor, weighed against each other."""

    def __init__(self, oracle, number):
        self.oracle, self.prior, self.number = oracle, oracle.prior, number
        self.near = self.prior.near[number]
        self.shipments = {
            shipment: Shipment(oracle, shipment, oracle.shipments[shipment], self.near)
            for shipment in oracle.sent[number]
        }
        self.base = sum(s.total for s in self.shipments.values())

    def judge(self):
        """Add what this distributor's stories say to the oracle's scores."""
        dishonest = self.prior.dishonest
        drips = list(self._weigh_drips())
        calm = self.base + math.log(1 - self.prior.drip)
        told = log_sum([calm, *(weight for weight, *_rest in drips)])
        whole = log_sum(
            (math.log(dishonest) + told, _log(1 - dishonest))
        ) - math.log(dishonest)
        dripping = defaultdict(Counter)  # shipment -> (place, share) -> probability
        places = Counter()
        for weight, window, place, at in drips:
            chance = math.exp(weight - whole)
            places[place] += chance
            for shipment in window if chance > _NEGLIGIBLE / 100 else ():
                dripping[shipment][place, at] += chance
        for place, chance in places.items():
            self.oracle.cases.append((self.number, None, place, chance))
        guilty = math.exp(told - whole)
        for number, shipment in self.shipments.items():
            self._judge_shipment(shipment, guilty, dripping[number])

    def _weigh_drips(self):
        """Yield (weight, window, place, index of the share) of every drip."""
        if not self.prior.drip:
            return
        speaking = Counter(p for s in self.shipments.values() for p in s.places)
        places = [place for place, count in speaking.items() if count > 1]
        sent = self.oracle.sent[self.number]
        order = sorted(sent, key=sent.get)
        gains = {place: self._gains(place, order) for place in places}
        gains = {place: sums for place, sums in gains.items() if sums}
        for window, chance in self.prior.windows(sent).items():
            units = sum(len(self.shipments[s].units) for s in window)
            start = self.base + math.log(self.prior.drip * chance)
            first = min(map(order.index, window))
            last = first + len(window)
            for at, likely in self.prior.drip_shares(units).items():
                for place, sums in gains.items():
                    gain = sums[at - 1][last] - sums[at - 1][first]
                    prior = math.log(self.near[place] * likely)
                    yield start + prior + gain, window, place, at

    def _gains(self, place, order):
        """Return for each share the running sum of what a drip adds by shipment.

        Nothing is returned for a place that no window could make likely.
        """
        sums, worth = [], 0.0
        for at in range(len(SHARES)):
            running, best = [0.0], 0.0
            for number in order:
                s = self.shipments[number]
                whole = log_sum((s.none + s.shared(place)[at], s.local))
                running.append(running[-1] + whole - s.total)
                best = max(0.0, best + whole - s.total)
                worth = max(worth, best)
            sums.append(running)
        return sums if worth > _HINT else None

    def _judge_shipment(self, shipment, guilty, dripping):
        calm = guilty - sum(dripping.values())
        factors = [_log(max(0.0, calm)) - shipment.total]
        for (place, at), chance in dripping.items():
            shared = shipment.shared(place)[at - 1]
            whole = log_sum((shipment.none + shared, shipment.local))
            factors.append(math.log(chance) - whole)
            self._add_drip(shipment, place, at, chance, shared, whole)
        factor = log_sum(factors)
        found = Counter()
        for story in shipment.stories:
            chance = math.exp(min(0.0, story.weight + factor))
            found[story.place] += chance
            if chance > _NEGLIGIBLE:
                for unit, inside in shipment.members(story).items():
                    self.oracle.scores[unit][story.shape] += chance * inside
        for place, chance in found.items():
            case = self.number, shipment.number, place, chance
            self.oracle.cases.append(case)

    def _add_drip(self, shipment, place, at, chance, shared, whole):
        """Add the members of a drip from this shipment."""
        chance *= math.exp(shipment.none + shared - whole)
        if chance < _NEGLIGIBLE:
            return
        ratios = shipment.ratios(shipment.units, place)
        chances = [0.0] * len(ratios)
        add_shared(chances, ratios, SHARES[at - 1], chance)
        for unit, inside in zip(shipment.units, chances, strict=True):
            self.oracle.scores[unit]["drip"] += inside
