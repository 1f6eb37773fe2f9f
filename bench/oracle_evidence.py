"""The oracle's first half: what each unit's sightings say, by the market's true rates.

    ratios = Ratios(market)
    ratios.of(unit)   # place -> log of how much likelier, had the unit been sold there

It knows how often each network errs in each province and where to, how many people
travel, give units away and hide behind a private network.
"""

import math
from collections import Counter

from market_evidence import occasions_of
from market_noise import NETWORKS
from market_places import PEOPLE, PROVINCES


class Ratios:
    """Likelihood ratios of units, each pattern of sightings computed once."""

    def __init__(self, market):
        self.market = market
        settings, noise = market.settings, market.truth.noise
        self.seen = {
            network: {
                place: noise.seen_given_life(network, place) for place in PROVINCES
            }
            for network in NETWORKS
        }
        same = settings.same_network
        self.uses = {
            "mobile": {"mobile": same, "fixed": 1 - same},
            "fixed": {"fixed": same, "mobile": 1 - same},
        }
        self.main = {"mobile": settings.mobile, "fixed": 1 - settings.mobile}
        self.life = {place: noise.life_given_sale(place) for place in PROVINCES}
        self.home = [self._mix(shares) for shares in market.observed.homes]
        self.foreign = [
            [place for place in PROVINCES if place not in shares]
            for shares in market.observed.homes
        ]
        several = settings.clones + settings.refurbished + settings.second_hand
        self.several = several / settings.units
        self.usual = {None: self._make_usual(PEOPLE)} | {
            number: self._make_usual(shares)
            for number, shares in enumerate(market.observed.homes)
        }
        self.occasions = occasions_of(market.observed)
        self.known, self.vectors = {}, {}

    def _mix(self, shares):
        """Return where units sold in the places of a territory are used."""
        result = dict.fromkeys(PROVINCES, 0.0)
        for sold, share in shares.items():
            for place, chance in self.life[sold].items():
                result[place] += share * chance
        return result

    def _make_usual(self, shares):
        """Return (network, place) -> how often it is seen of people in places."""
        whole, usual = sum(shares.values()), Counter()
        unknown = self.market.settings.unknown_network
        for home, share in shares.items():
            for network, part in self.main.items():
                for place, chance in self.seen[network][home].items():
                    chance *= share / whole * part
                    usual[network, place] += (1 - unknown) * chance
                    usual["", place] += unknown * chance
        return usual

    def of(self, unit):
        """Return foreign place -> log likelihood ratio; {} for an unseen unit."""
        record = self.market.observed.units[unit]
        pattern = self.occasions.get(unit)
        if not pattern:
            return {}
        key = record.distributor, pattern
        if key not in self.known:
            self.known[key] = self._weigh(*key)
        return self.known[key]

    def _weigh(self, distributor, pattern):
        if pattern not in self.vectors:
            self.vectors[pattern] = self._make_vector(pattern)
        by_home, by_sale = self.vectors[pattern]
        home = self.home[distributor]
        honest = sum(home[place] * chance for place, chance in by_home.items())
        # A copied code, or a second owner: seen here and there, diverted or not.
        several = self.several * self._chance_of_several(distributor, pattern)
        honest = (1 - self.several) * honest + several
        return {
            place: math.log(((1 - self.several) * by_sale[place] + several) / honest)
            for place in self.foreign[distributor]
        }

    def _chance_of_several(self, distributor, pattern):
        chance = 1.0
        for network, place in pattern:
            here = self.usual[distributor].get((network, place), 1e-4)
            chance *= 0.5 * here + 0.5 * self.usual[None].get((network, place), 1e-4)
        return chance

    def _make_vector(self, pattern):
        """Return the likelihood by place of use, and by place of sale."""
        by_home = {place: self._likelihood(pattern, place) for place in PROVINCES}
        by_sale = {
            sold: sum(chance * by_home[place] for place, chance in lives.items())
            for sold, lives in self.life.items()
        }
        return by_home, by_sale

    def _likelihood(self, pattern, home):
        unknown = self.market.settings.unknown_network
        total = 0.0
        for main, share in self.main.items():
            for network, place in pattern:
                if network:
                    share *= (1 - unknown) * self.uses[main][network]
                    share *= self._chance(network, home, place)
                else:
                    share *= unknown * sum(
                        used * self._chance(other, home, place)
                        for other, used in self.uses[main].items()
                    )
            total += share
        return total

    def _chance(self, network, home, place):
        return self.seen[network][home].get(place, 1e-9)


# === SUMS OVER SUBSETS === #


def log_sum(values):
    """Return log(sum(exp(values))); minus infinity for none."""
    values = list(values)
    top = max(values, default=-math.inf)
    if top == -math.inf:
        return top
    return top + math.log(sum(math.exp(value - top) for value in values))


def subset_means(ratios, most):
    """Return for k = 0 .. most the mean over all subsets of k of their product.

    It is the likelihood ratio of "some k of these, no telling which".

    >>> subset_means([1.0, 3.0], 2)
    [1.0, 2.0, 3.0]
    """
    means = [1.0] + [0.0] * most
    for number, ratio in enumerate(ratios):
        size = number + 1
        for k in range(min(size, most), 0, -1):
            kept = (size - k) * means[k]
            means[k] = (kept + k * ratio * means[k - 1]) / size
    return means


def log_subset_means(logs, most):
    """Return the same in logarithms, where the products of whole cartons are too large.

    >>> [round(math.exp(log), 9) for log in log_subset_means([0.0, math.log(3)], 2)]
    [1.0, 2.0, 3.0]
    """
    means = [0.0] + [-math.inf] * most
    for number, log in enumerate(logs):
        size = number + 1
        for k in range(min(size, most), 0, -1):
            parts = [means[k - 1] + log + math.log(k / size)]
            if k < size:
                parts.append(means[k] + math.log((size - k) / size))
            means[k] = log_sum(parts)
    return means


def log_subset_members(logs, weights):
    """Return the chance of each to be in the subset; `weights`: k -> prior."""
    most, count = max(weights), len(logs)
    whole = log_subset_means(logs, most)
    total = log_sum(math.log(weight) + whole[k] for k, weight in weights.items())
    chances = []
    for at, log in enumerate(logs):
        rest = log_subset_means(logs[:at] + logs[at + 1 :], most - 1)
        inside = log_sum(
            math.log(weight * k / count) + log + rest[k - 1]
            for k, weight in weights.items()
        )
        chances.append(math.exp(inside - total))
    return chances


def subset_members(ratios, most, weights):
    """Return the chance of each to be in the subset; `weights`: k -> prior."""
    whole = subset_means(ratios, most)
    total = sum(weight * whole[k] for k, weight in weights.items())
    count = len(ratios)
    chances = {}  # equal ratios have equal chances
    for at, ratio in enumerate(ratios):
        if ratio not in chances:
            rest = subset_means(ratios[:at] + ratios[at + 1 :], max(most - 1, 0))
            inside = sum(
                weight * k / count * ratio * rest[k - 1]
                for k, weight in weights.items()
                if k
            )
            chances[ratio] = inside / total
    return [chances[ratio] for ratio in ratios]
