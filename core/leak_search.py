"""The search for leaks: all groups and regions, the best first, each unit once."""

import heapq
from itertools import count as counter
from math import exp, log

from .binomial import clopper_pearson, tail
from .leak_group import Groups
from .leak_habit import Habits
from .leak_ratio import Ratios
from .leak_taken import Taken

#: Groups with worse odds than this (a logarithm) are not looked at again.
HOPELESS = -4.0
#: A shipment is told rather than a window as long as it is no worse than this.
PREFERRED = 3.0
#: A shipment with such odds (a logarithm) may stand for a window without help.
CLEAR = 4.0
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
        self.habits = Habits(self.groups, settings.priors)
        self._away = {}
        self.taken = Taken(self.ratios, patterns)
        total = sum(errors.volume.get(p, 0.0) for p in patterns.places) or 1.0
        self.volume = [errors.volume.get(p, 0.0) / total for p in patterns.places]

    def run(self):
        """Return the leaks that the false-discovery rate lets through.

        A first search tells how common leaks are here, and with whom: the second one
        expects that.
        """
        weighed = [
            (group, place, self._weigh(group, place)[0])
            for group, places in self.groups.find()
            for place in places
        ]
        first = self._take(weighed)
        self.habits = Habits(self.groups, self.settings.priors, first)
        self.taken = Taken(self.ratios, self.patterns)
        least = log(self.settings.suspect / (1 - self.settings.suspect))
        return [self._describe(*taken) for taken in _once(self._take(weighed, least))]

    def _weigh(self, group, place):
        """Return the evidence for a group (of windows, for the best), and the group."""
        kind, key = group
        if kind == "window":
            return self.groups.weigh_windows(key, place, self.taken)
        return self.groups.weigh(group, place, self.taken)[0], group

    def _odds(self, group, place):
        """Return the logarithm of the odds, and the group (of windows, the best)."""
        found, named = self._weigh(group, place)
        return found + self._prior(group, named, place), named

    def _prior(self, asked, group, place):
        return self.habits.prior(asked, place) + self._reach(group, place)

    def _reach(self, group, place):
        """Return how likely goods of a group's home go to a place, as a logarithm.

        Half of them anywhere, the other half where people go.
        """
        if group is None:
            return 0.0
        patterns = self.patterns
        first = self.groups.first(group)
        home = patterns.patterns[patterns.of_unit[first]][0]
        if home not in self._away:
            row = self.ratios.weights.away[home]
            self._away[home] = row, sum(row)
        row, whole = self._away[home]
        volume = self.volume
        return log(0.34 / len(row) + 0.33 * row[place] / whole + 0.33 * volume[place])

    def _take(self, weighed, least=float("inf")):
        """Take groups from the best down; a group that lost units is weighed again.

        A window or batch waits once for a shipment of its own: that may be gone
        already. Once the false-discovery rate is used up, suspicions follow down to
        odds of `least`.
        """
        order = counter()
        heap = self._make_heap(weighed, order)
        doubt, taken, waited = 0.0, [], set()
        while heap:
            _, _, asked, place, seen = heapq.heappop(heap)
            now, group = self._odds(asked, place)
            if seen != self.taken.version:
                if now > HOPELESS:
                    entry = -now, next(order), asked, place, self.taken.version
                    heapq.heappush(heap, entry)
                continue
            nearer = self._nearer(asked, group, place, now)
            if nearer is not None and (asked, place, seen) not in waited:
                waited.add((asked, place, seen))
                entry = -min(now, nearer) + 1e-6, next(order), asked, place, seen
                heapq.heappush(heap, entry)
                continue
            doubt += 1 / (1 + exp(min(700, now)))
            certain = doubt <= self.settings.fdr * (len(taken) + 1)
            if not certain and now < least:
                break
            members, touched = self._members(group, place)
            if certain or not self._is_beside(group, taken):
                taken.append((group, place, now, certain, members))
            self.taken.add(touched, place)
            if asked[0] == "window" and touched:  # another time there may be more
                heapq.heappush(heap, (-now, next(order), asked, place, -1))
        return taken

    def _make_heap(self, weighed, order):
        heap = []
        for group, place, evidence in weighed:
            odds = evidence + self._prior(group, group, place)
            if odds > HOPELESS:
                heap.append((-odds, next(order), group, place, -1))
        heapq.heapify(heap)
        return heap

    def _is_beside(self, group, taken):
        """Tell whether a group is of a shipment with a certain leak to elsewhere.

        Of what went there some seems to be next door, and that looks like a leak.
        """
        mine = set(self.groups.shipments_of(group))
        return group[0] != "window" and any(
            certain and not mine.isdisjoint(self.groups.shipments_of(other))
            for other, _, _, certain, _ in taken
            if other[0] != "window"
        )

    def _nearer(self, asked, group, place, odds):
        """Return the odds of a shipment to be told rather than a window, or None.

        It names more: one that says about as much as all, or without which nothing
        is left that would speak for a drip. A batch gives way if nothing is left of
        it without those of its shipments that are plain by themselves.
        """
        if group[0] not in ("window", "batch"):
            return None
        found = [(self._odds(s, place)[0], s) for s in self.groups.shipments_of(group)]
        best, shipment = max(found, default=(float("-inf"), None))
        if best > odds - PREFERRED:
            return best
        if best < CLEAR:
            return None
        if group[0] == "batch":
            return best if self._is_of_parts(group, place, found) else None
        rest = self.taken.without(self.groups.members[shipment])
        left, _ = self.groups.weigh_windows(asked[1], place, rest)
        if left + self.habits.prior(asked, place) < 0:
            return best
        alone = best - self.groups.told_by(group, shipment, place, self.taken)
        return best if alone > CLEAR else None

    def _is_of_parts(self, group, place, shipments):
        """Tell whether a group's plain shipments are all that speaks for it."""
        plain = [
            position
            for odds, shipment in shipments
            if odds > CLEAR
            for position in self.groups.members[shipment]
        ]
        left, *_ = self.groups.weigh(group, place, self.taken.without(plain))
        return left + self._prior(group, group, place) < 0

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

    # === NUMBERS === #

    def _describe(self, group, place, odds, certain, members):
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
            "certain": certain,
            "members": tuple((self.units[p].unit, q) for p, q in members),
            "named": sum(q >= self.settings.named for _, q in members) * certain,
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


def _once(taken):
    """Return leaks whose members are in no later one: that has the better claim.

    Unless it is a suspicion only.
    """
    claimed, kept = set(), []
    for group, place, odds, certain, members in reversed(taken):
        left = [(p, chance) for p, chance in members if p not in claimed]
        claimed.update(p for p, _ in left if certain)
        kept.append((group, place, odds, certain, left))
    return kept[::-1]
