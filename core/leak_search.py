"""The search for leaks: all groups and regions, the best first, each unit once."""

import heapq
from itertools import count as counter
from math import exp, log

from .binomial import clopper_pearson, tail
from .leak_group import Groups
from .leak_ratio import Ratios

#: Groups with worse odds than this (a logarithm) are not looked at again.
HOPELESS = -4.0
#: A shipment is told rather than a window as long as it is no worse than this.
PREFERRED = 3.0
#: Probability from which on a unit is explained by a leak, and speaks for no other.
EXPLAINED = 0.25
#: Least probability of a member that was never seen.
UNSEEN = 0.9


class Search:
    """One search: `run` returns the values of each `Leak`."""

    def __init__(self, units, patterns, errors, settings):
        self.units, self.patterns, self.settings = units, patterns, settings
        self.ratios = Ratios(patterns, errors)
        self.groups = Groups(units, patterns, self.ratios)
        self.priors = {
            kind: log(share / (1 - share)) for kind, share in settings.priors.items()
        }
        self._away = {}
        self.taken = set()

    def run(self):
        """Return the leaks that the false-discovery rate lets through."""
        order = counter()
        heap = []
        for group, places in self.groups.find():
            for place in places:
                odds = self._odds(group, place)[0]
                if odds > HOPELESS:
                    heap.append((-odds, next(order), group, place, -1))
        heapq.heapify(heap)
        return [self._describe(*taken) for taken in self._take(heap, order)]

    def _odds(self, group, place):
        """Return the logarithm of the odds, and the group (of windows, the best)."""
        kind, key = group
        if kind == "window":
            found, group = self.groups.weigh_windows(key, place, self.taken)
        else:
            found = self.groups.weigh(group, place, self.taken)[0]
        return found + self.priors[kind] + self._reach(group, place), group

    def _reach(self, group, place):
        """Return how likely goods of a group's home go to a place, as a logarithm.

        Half of them anywhere, the other half where people go.
        """
        if group is None:
            return 0.0
        patterns = self.patterns
        first = self.groups.members[group][0]
        home = patterns.patterns[patterns.of_unit[first]][0]
        if home not in self._away:
            row = self.ratios.weights.away[home]
            self._away[home] = row, sum(row)
        row, whole = self._away[home]
        return log(0.5 / len(row) + 0.5 * row[place] / whole)

    def _take(self, heap, order):
        """Take groups from the best down; a group that lost units is weighed again.

        A window waits once for a shipment of its own: that may be gone already.
        """
        doubt, taken, waited = 0.0, [], set()
        while heap:
            _, _, asked, place, seen = heapq.heappop(heap)
            now, group = self._odds(asked, place)
            if seen != len(self.taken):
                if now > HOPELESS:
                    entry = -now, next(order), asked, place, len(self.taken)
                    heapq.heappush(heap, entry)
                continue
            nearer = self._nearer(group, place)
            if nearer > now - PREFERRED and (asked, place, seen) not in waited:
                waited.add((asked, place, seen))
                entry = -min(now, nearer) + 1e-6, next(order), asked, place, seen
                heapq.heappush(heap, entry)
                continue
            doubt += 1 / (1 + exp(min(700, now)))
            if doubt > self.settings.fdr * (len(taken) + 1):
                break
            members, touched = self._members(group, place)
            taken.append((group, place, now, members))
            self.taken.update(touched)
            if asked[0] == "window" and touched:  # another time there may be more
                heapq.heappush(heap, (-now, next(order), asked, place, -1))
        return taken

    def _nearer(self, group, place):
        """Return the best odds of a shipment in a window: it names more."""
        if group[0] != "window":
            return float("-inf")
        shipments = self.groups.shipments_of(group)
        return max(
            (self._odds(shipment, place)[0] for shipment in shipments),
            default=float("-inf"),
        )

    def _members(self, group, place):
        """Return (position, probability) of those likely gone, the likeliest first.

        Also the positions of all whom the leak may explain: there may be more than
        anybody can name, and they speak for no other group.
        """
        found = self.groups.probabilities(group, place, self.taken)
        members = sorted(
            (item for item in found.items() if item[1] >= self._least(item[0])),
            key=lambda item: (-round(item[1], 12), self.units[item[0]].unit),
        )
        least = min(self.settings.member, EXPLAINED)
        return members, [p for p, chance in found.items() if chance >= least]

    def _least(self, position):
        """Return the probability from which on a unit is a member.

        One that nobody saw is one only where nearly all of its carton went.
        """
        _, symbols = self.patterns.patterns[self.patterns.of_unit[position]]
        return self.settings.member if symbols else max(UNSEEN, self.settings.member)

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
