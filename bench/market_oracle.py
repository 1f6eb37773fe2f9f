"""The best rule there can be: Bayes, told the market's true rates and habits.

For each distributor every story is weighed: honest; whole cartons of a shipment, a part
of one carton, or units scattered through a shipment went to one place; some units of
every shipment of some months dripped there. A unit's score is the probability that it
was diverted, over all stories. What it is not told is which units were.
"""

import math
from collections import Counter, defaultdict

from oracle_evidence import Ratios, log_sum
from oracle_prior import SHARES, Prior
from oracle_shipment import HINT, NEGLIGIBLE, Shipment, add_shared, log


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
        whole = log_sum((math.log(dishonest) + told, log(1 - dishonest))) - math.log(
            dishonest
        )
        dripping = defaultdict(Counter)  # shipment -> (place, share) -> probability
        places = Counter()
        for weight, window, place, at in drips:
            chance = math.exp(weight - whole)
            places[place] += chance
            for shipment in window if chance > NEGLIGIBLE / 100 else ():
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
        return sums if worth > HINT else None

    def _judge_shipment(self, shipment, guilty, dripping):
        calm = guilty - sum(dripping.values())
        factors = [log(max(0.0, calm)) - shipment.total]
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
            if chance > NEGLIGIBLE:
                for unit, inside in shipment.members(story).items():
                    self.oracle.scores[unit][story.shape] += chance * inside
        for place, chance in found.items():
            case = self.number, shipment.number, place, chance
            self.oracle.cases.append(case)

    def _add_drip(self, shipment, place, at, chance, shared, whole):
        """Add the members of a drip from this shipment."""
        chance *= math.exp(shipment.none + shared - whole)
        if chance < NEGLIGIBLE:
            return
        ratios = shipment.ratios(shipment.units, place)
        chances = [0.0] * len(ratios)
        add_shared(chances, ratios, SHARES[at - 1], chance)
        for unit, inside in zip(shipment.units, chances, strict=True):
            self.oracle.scores[unit]["drip"] += inside
