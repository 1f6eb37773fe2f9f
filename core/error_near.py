"""Where errors go from each place: anywhere as everybody's do, or next door.

Misplaced addresses of one place are spread like those of all others (a capital where
networks are registered takes a quarter), but for a few places that take far more of
them than of others: its neighbours. Which pairs of places are near is not told but
learned, from all kinds of networks at once and in both directions: a mixture of two
gamma-Poisson populations (`error_shrink`), the usual one around the rate of its column
and the near one around a rate of its own.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from math import exp, log

from .error_shrink import column_rates, fit_spread, log_usual

#: Share of pairs that are near before anything is seen, and what it weighs in pairs.
NEAR, NEAR_WEIGHT = 0.1, 20.0
#: How many times as often as other places one next door is seen, to begin with.
NEXT_DOOR = 4.0
#: What the errors of all places say of how often one errs, in errors.
ROW_WEIGHT = 20.0
#: Pairs with fewer sightings than this, found and expected, tell nothing.
TELLING = 0.05
#: So much of the errors of a kind of network go to one place at most: what is more
#: went there indeed.
MOST = 0.75
ROUNDS = 4


@dataclass
class Table:
    """Errors of one kind of network: x of n units in one place seem to be in another.

    `counts`: {(true, seen): x}; `sizes`: {true: n}; `prior`: the rate of a pair before
    anything was seen, which weighs as much as `weight` sightings.
    """

    counts: dict
    sizes: dict
    prior: float
    weight: float
    #: seen place -> rate at which units in places that are not near seem to be there
    columns: dict = field(default_factory=dict)
    #: true place -> how many times as often as others its units are misplaced
    rows: dict = field(default_factory=dict)
    #: rate at which units seem to be in a place that is near, and in any but their own
    next_door: float = 0.0
    error: float = 0.0
    #: spreads of the two populations, the usual and the near one
    spreads: tuple = (1.0, 1.0)

    def __post_init__(self):
        self.columns = column_rates(self.counts, self.sizes, self.prior, self.weight)
        self.rows = dict.fromkeys(self.sizes, 1.0)
        known = self.weight * self.prior * (len(self.sizes) - 1)
        found = sum(self.counts.values()) + known
        self.error = found / (self.total + self.weight)
        self.next_door = NEXT_DOOR * self.error / max(1, len(self.sizes))

    @property
    def total(self):
        """Return how many sightings there are."""
        return sum(self.sizes.values())

    def means(self, pair):
        """Return how many of a place's units are expected in a usual and a near one."""
        true, seen = pair
        size = self.sizes[true] * self.rows[true]
        return size * self.columns[seen], size * self.next_door

    def tells(self, pair):
        """Return how much a pair speaks for being near, as a logarithm."""
        count, (usual, near) = self.counts[pair], self.means(pair)
        if near <= usual or count + near < TELLING:
            return 0.0
        as_near = log_usual(count, near, self.spreads[1])
        return as_near - log_usual(count, usual, self.spreads[0])

    def rate(self, pair, chance):
        """Return how often a place's units seem to be in another, near by a chance."""
        true, seen = pair
        if not self.sizes[true]:
            return self.columns[seen]
        found = [
            mean * (self.counts[pair] + spread) / (mean + spread) if mean else 0.0
            for mean, spread in zip(self.means(pair), self.spreads, strict=True)
        ]
        rate = ((1 - chance) * found[0] + chance * found[1]) / self.sizes[true]
        return min(rate, MOST * self.error)

    # === FITTING === #

    def fit(self, near):
        """Learn the rates, given how likely each pair is near."""
        self._fit_columns(near)
        self._fit_rows(near)
        pairs = [(self.counts[p], *self.means(p), near[p]) for p in self.counts]
        self.spreads = (
            fit_spread([(x, usual, 1 - p) for x, usual, _, p in pairs]),
            fit_spread([(x, next_door, p) for x, _, next_door, p in pairs]),
        )

    def _fit_columns(self, near):
        """Learn columns from usual pairs; one that stands out counts in part."""
        prior = self.weight * self.prior
        found, sizes = defaultdict(lambda: prior), defaultdict(lambda: self.weight)
        near_found, near_size = prior, self.weight
        for pair, count in self.counts.items():
            true, seen = pair
            chance, size = near[pair], self.sizes[true] * self.rows[true]
            most = 4 * size * self.columns[seen] + 3
            found[seen] += (1 - chance) * min(count, most)
            sizes[seen] += (1 - chance) * size
            near_found += chance * count
            near_size += chance * size
        self.columns = {seen: found[seen] / sizes[seen] for seen in sizes}
        self.next_door = near_found / near_size

    def _fit_rows(self, near):
        found, expected = defaultdict(float), defaultdict(float)
        for pair, count in self.counts.items():
            usual, next_door = self.means(pair)
            mean = (1 - near[pair]) * usual + near[pair] * next_door
            found[pair[0]] += count
            expected[pair[0]] += mean / self.rows[pair[0]]
        self.rows = {
            true: (found[true] + ROW_WEIGHT) / (expected[true] + ROW_WEIGHT)
            for true in self.sizes
        }


def fit_apart(tables):
    """Fit tables as if no places were near; return {(true, seen): 0}."""
    near = dict.fromkeys(tables[0].counts, 0.0) if tables else {}
    for table in tables:
        table.fit(near)
    return near


def find_near(tables, near=None):
    """Return {(true, seen): probability that they are near}, and fit the tables.

    `near`: what was found before, to go on from; one round is enough then.
    """
    pairs = list(tables[0].counts) if tables else []
    for table in tables if near else ():
        table.fit(near)
    for _ in range(1 if near else ROUNDS):
        near = _weigh(tables, pairs, near or dict.fromkeys(pairs, NEAR))
        for table in tables:
            table.fit(near)
    return near or {}


def _weigh(tables, pairs, near):
    share = (sum(near.values()) + NEAR * NEAR_WEIGHT) / (len(near) + NEAR_WEIGHT)
    odds = log(share / (1 - share))
    told = {pair: sum(table.tells(pair) for table in tables) for pair in pairs}
    return {
        pair: 1 / (1 + exp(min(700.0, -odds - told[pair] - told[pair[::-1]])))
        for pair in pairs
    }
