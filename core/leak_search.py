"""The search for leaks: all groups and regions, the best first, each unit once."""

import heapq
from itertools import count as counter
from math import exp, log

from .binomial import clopper_pearson, tail
from .leak_group import Groups
from .leak_ratio import Ratios

#: Groups with worse odds than this (a logarithm) are not looked at again.
HOPELESS = -4.0


class Search:
    """One search: `run` returns the values of each `Leak`."""

    def __init__(self, units, patterns, errors, settings):
        self.units, self.patterns, self.settings = units, patterns, settings
        self.ratios = Ratios(patterns, errors)
        self.groups = Groups(units, patterns, self.ratios)
        regions = max(1, len(patterns.places) - 1)
        self.priors = {
            kind: log(share / (1 - share) / regions)
            for kind, share in settings.priors.items()
        }
        self.taken = set()

    def run(self):
        """Return the leaks that the false-discovery rate lets through."""
        order = counter()
        heap = []
        for group in self.groups.members:
            for place in self.groups.places(group):
                odds = self._odds(group, place)
                if odds > HOPELESS:
                    heap.append((-odds, next(order), group, place, 0))
        heapq.heapify(heap)
        return [self._describe(*taken) for taken in self._take(heap, order)]

    def _odds(self, group, place):
        evidence = self.groups.weigh(group, place, self.taken)[0]
        return evidence + self.priors.get(group[0], self.priors["window"])

    def _take(self, heap, order):
        """Take groups from the best down; a group that lost units is weighed again."""
        doubt, taken = 0.0, []
        while heap:
            odds, _, group, place, seen = heapq.heappop(heap)
            if seen != len(self.taken):
                odds = -self._odds(group, place)
                if -odds > HOPELESS:
                    entry = odds, next(order), group, place, len(self.taken)
                    heapq.heappush(heap, entry)
                continue
            doubt += 1 / (1 + exp(min(700, -odds)))
            if doubt > self.settings.fdr * (len(taken) + 1):
                break
            members = self._members(group, place)
            if members:
                taken.append((group, place, -odds, members))
                self.taken.update(position for position, _ in members)
        return taken

    def _members(self, group, place):
        """Return (position, probability) of those likely gone, the likeliest first."""
        found = self.groups.probabilities(group, place, self.taken)
        return sorted(
            (item for item in found.items() if item[1] >= self.settings.member),
            key=lambda item: (-round(item[1], 12), self.units[item[0]].unit),
        )

    def _count_named(self, members):
        """Return how many of the likeliest together keep to the wanted precision."""
        total, named = 0.0, 0
        for count, (_, probability) in enumerate(members, start=1):
            total += probability
            if total >= self.settings.precision * count:
                named = count
        return named

    # === NUMBERS === #

    def _describe(self, group, place, odds, members):
        """Return what a `Leak` holds."""
        n, k, expected = self._count(group, place)
        low, high = clopper_pearson(k, n)
        _, scattered, cartons = self.groups.weigh(group, place)
        by_carton = cartons and cartons.evidence > scattered.evidence
        return {
            "kind": group[0],
            "key": group[1],
            "place": self.patterns.places[place],
            "n": n,
            "k": k,
            "expected": expected,
            "share": k / n if n else 0.0,
            "share_low": low,
            "share_high": high,
            "p_value": tail(k, n, expected / n) if n else 1.0,
            "odds": exp(min(700, odds)),
            "members": tuple((self.units[p].unit, q) for p, q in members),
            "named": self._count_named(members),
            "estimate": scattered.share(),
            "shape": "cartons" if by_carton else "scattered",
        }

    def _count(self, group, place):
        """Return n, k and the expected k, of units that were seen at all."""
        patterns = self.patterns
        n = k = 0
        expected = 0.0
        for position in self.groups.members[group]:
            number = patterns.of_unit[position]
            home, symbols = patterns.patterns[number]
            if symbols and place not in patterns.homes[home]:
                n += 1
                k += any(patterns.symbols[symbol][1] == place for symbol in symbols)
                expected += self.ratios.chance(number, place)
        return n, k, expected
