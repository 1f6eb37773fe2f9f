"""What the oracle is told of leaks: how many of each shape, how large, where to."""

import math
from collections import Counter, defaultdict
from datetime import timedelta

from market_places import BORDERS, PEOPLE, PROVINCES
from market_shape import SHAPES
from market_stock import START

#: Sizes of a scattered leak up to which every subset is summed exactly.
EXACT = 12
#: Beyond, and for a drip: shares of the units that were diverted.
SHARES = tuple(0.0015 * (0.8 / 0.0015) ** (step / 23) for step in range(24))


class Prior:
    """Prior probabilities of every hypothesis of one market."""

    def __init__(self, market, cartons):
        """`cartons`: shipment -> sizes of its cartons, with anything unsold in it."""
        self.settings = market.settings
        self.cartons = cartons
        counts = Counter(leak.shape for leak in market.truth.leaks)
        self.count = {shape: counts[shape] for shape in SHAPES}
        self.dishonest = max(1e-3, market.settings.dishonest)
        self.near = [self._places(set(shares)) for shares in market.observed.homes]
        self.whole, self.part, self.scattered = map(
            self._by_shipment, (self._fit_whole, self._fit_part, self._fit_scattered)
        )
        drips = self.count["drip"] / (len(self.near) * self.dishonest)
        self.drip = min(0.9, drips)

    def _places(self, home):
        """Return foreign place -> prior, as goods go: next door or where people are."""
        near = {p: PEOPLE[p] for h in home for p in BORDERS[h] if p not in home}
        far = {p: PEOPLE[p] for p in PROVINCES if p not in home}
        by_near, by_far = sum(near.values()), sum(far.values())
        return {
            p: 0.35 * near.get(p, 0.0) / by_near + 0.65 * share / by_far
            for p, share in far.items()
        }

    def sizes(self, most=None):
        """Return size -> prior: small ones as likely as large ones."""
        least, largest = self.settings.sizes
        largest = min(largest, most or largest)
        width = math.log(largest / least)
        bounds = {
            k: (max(least, k - 0.5), min(largest, k + 0.5))
            for k in range(least, largest + 1)
        }
        return {k: math.log(high / low) / width for k, (low, high) in bounds.items()}

    def _by_shipment(self, fit):
        """Return shipment -> what it stands for -> prior, given a dishonest sender."""
        shape, most, find = fit()
        fitting, result = defaultdict(list), defaultdict(Counter)
        if not self.count[shape]:
            return result
        sizes = self.sizes(most)
        for shipment, cartons in self.cartons.items():
            for size in sizes:
                if (stands := find(size, cartons)) is not None:
                    fitting[size].append((shipment, stands))
        for size, found in fitting.items():
            each = self.count[shape] * sizes[size] / len(found) / self.dishonest
            for shipment, stands in found:
                result[shipment][stands] += each
        return result

    def _fit_whole(self):
        def find(size, cartons):
            count = max(1, round(size / cartons[0]))
            fits = count <= len(cartons) and cartons[0] <= 2 * size
            return count if fits else None

        return "whole", None, find

    def _fit_part(self):
        def find(size, cartons):
            return size if size < cartons[0] else None

        return "part", max(self.settings.cartons) - 1, find

    def _fit_scattered(self):
        def find(size, cartons):
            whole = sum(cartons)
            if len(cartons) < 2 or whole < size / 0.8:
                return None
            return size if size <= EXACT else -nearest_share(size / whole)

        return "scattered", None, find

    def windows(self, sent):
        """Return frozenset of shipments -> prior; `sent`: shipment -> when it left."""
        found = Counter()
        for step in range(28):
            start = START + timedelta(days=30.4 * (step + 0.5) / 4)
            for length in range(10):
                end = start + timedelta(days=30.4 * (3.25 + 0.5 * length))
                inside = frozenset(s for s, at in sent.items() if start <= at < end)
                if len(inside) >= 3:
                    found[inside] += 1
        whole = sum(found.values())
        return {inside: count / whole for inside, count in found.items()}

    def drip_shares(self, units):
        """Return index of a share -> prior, for a window of so many units."""
        found = Counter()
        for size, chance in self.sizes().items():
            if units >= size / 0.4:
                found[nearest_share(size / units)] += chance
        whole = sum(found.values())
        return {at: chance / whole for at, chance in found.items()}


def nearest_share(share):
    """Return the index (from 1 on) of the nearest of `SHARES`."""
    step = math.log(share / SHARES[0]) / math.log(SHARES[1] / SHARES[0])
    return min(len(SHARES), max(1, round(step) + 1))
