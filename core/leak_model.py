"""How well "a share π of this group went to region r" explains what was seen of it.

Each unit of the group is diverted with probability π, so the group's likelihood
against "nobody was" is ∏ (1 - π + π · ratio of the unit). π is unknown and averaged
over a grid (a Bayes factor: what is tried in many places is paid for, and a maximum
would favour large groups). A shipment has a second shape: whole cartons of it went,
each with probability ρ, and within a carton a share of its own. What a member's own
probability is follows from the same averages: the evidence of its carton, of its
shipment and of its own sightings.
"""

from collections import Counter
from math import exp, log, log1p

from .leak_ratio import RATIOS

#: π by kind of group, with its weight. Cartons go whole as often as in part.
_CARTON = ((0.97, 0.5), *((p, 0.1) for p in (0.08, 0.2, 0.35, 0.55, 0.8)))
_SHIPMENT = (0.01, 0.02, 0.035, 0.06, 0.1, 0.17, 0.3, 0.5, 0.8, 0.97)
_WINDOW = (0.005, 0.01, 0.018, 0.032, 0.056, 0.1, 0.18, 0.32, 0.6, 0.97)
GRIDS = {
    "carton": _CARTON,
    "shipment": tuple((p, 1 / len(_SHIPMENT)) for p in _SHIPMENT),
    "batch": tuple((p, 1 / len(_WINDOW)) for p in _WINDOW),
    "window": tuple((p, 1 / len(_WINDOW)) for p in _WINDOW),
}
#: Share of a shipment's cartons that went, if cartons went.
CARTON_SHARES = (0.015, 0.04, 0.09, 0.2, 0.4, 0.7, 0.97)

#: Shares between which a member's probability is averaged, evenly by their odds.
FINE = tuple(1 / (1 + exp(-step / 4)) for step in range(-22, 17))

TABLES = {
    share: [log(1 - share + share * ratio) for ratio in RATIOS]
    for share in {*FINE, *(share for grid in GRIDS.values() for share, _ in grid)}
}


def log_sum(values):
    """Return the logarithm of a sum of exponentials."""
    values = list(values)
    top = max(values)
    return top + log(sum(exp(value - top) for value in values))


def chance_of(place, pairs):
    """Return the probability of a member by its bin, over (share, weight)."""
    ratio = RATIOS[place]
    return sum(
        weight * share * ratio / (1 - share + share * ratio) for share, weight in pairs
    )


class Shares:
    """One group under "a share π went to r": its evidence and its members'."""

    def __init__(self, kind, bins):
        self.kind = kind
        self.histogram = Counter(bins).items()
        self.terms = self._weigh(GRIDS[kind])
        self.evidence = log_sum(self.terms)

    def _weigh(self, grid):
        terms = []
        for share, weight in grid:
            table = TABLES[share]
            told = sum(count * table[place] for place, count in self.histogram)
            terms.append(log(weight) + told)
        return terms

    def _get_shares(self):
        """Return shares with their probabilities, finer where the kind is no carton.

        Whole cartons go more often than any other share of one.
        """
        grid = GRIDS[self.kind]
        if self.kind != "carton":
            grid = tuple((share, 1.0) for share in FINE)
        terms = self._weigh(grid)
        whole = log_sum(terms)
        return [
            (share, exp(term - whole))
            for (share, _), term in zip(grid, terms, strict=True)
        ]

    def members(self):
        """Return the probability of a member by its bin, as a function."""
        pairs = self._get_shares()

        return lambda place: chance_of(place, pairs)

    def share(self):
        """Return the likeliest share."""
        return max(self._get_shares(), key=lambda pair: pair[1])[0]


class Cartons:
    """A shipment under "a share ρ of its cartons went to r, in whole or in part"."""

    def __init__(self, bins_by_carton):
        self.cartons = {
            key: Shares("carton", bins) for key, bins in bins_by_carton.items()
        }
        found = [carton.evidence for carton in self.cartons.values()]
        self.terms = [
            sum(log_mixed(share, evidence) for evidence in found)
            - log(len(CARTON_SHARES))
            for share in CARTON_SHARES
        ]
        self.evidence = log_sum(self.terms)

    def members(self, key):
        """Return the probability of a member of a carton by its bin, as a function."""
        carton = self.cartons[key]
        went = sum(
            exp(term - self.evidence)
            * exp(log(share) + carton.evidence - log_mixed(share, carton.evidence))
            for share, term in zip(CARTON_SHARES, self.terms, strict=True)
        )
        inside = carton.members()
        return lambda place: went * inside(place)


def log_mixed(share, evidence):
    """Return log(1 - share + share · exp(evidence)) without overflow."""
    if evidence > 30:
        return log(share) + evidence + log1p((1 - share) / share * exp(-evidence))
    return log(1 - share + share * exp(evidence))
