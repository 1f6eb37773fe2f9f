"""How common leaks are, and with whom: learned from those that are plain to see.

A group's prior starts from the settings. A first search counts what leaks by kind of
group; and who let goods go once is likelier to do it again than who never did
(gamma-Poisson, as in `error_shrink`). A leak does not speak for itself.
"""

from collections import Counter
from math import log

#: What a prior of the settings weighs, in leaks.
PRIOR_WEIGHT = 2.0
#: Shape of the gamma distribution of how much distributors differ; and its limits.
SPREAD, LEAST, MOST = 0.5, 0.2, 20.0


class Habits:
    """Priors of groups, as logarithms of odds."""

    def __init__(self, groups, priors, taken=()):
        self.dealer_of = _dealers(groups)
        self.known = {(group, place) for group, place, *_ in taken}
        self.leaks = Counter(self._dealer(group) for group, *_ in taken)
        self.priors = self._learn_priors(groups, priors, taken)
        self._learn_sizes(groups)

    def _learn_priors(self, groups, priors, taken):
        counts = Counter(kind for kind, _ in groups.members)
        counts["window"] = len(groups.windows.months)
        found = Counter(group[0] for group, *_ in taken)
        if not taken:
            return {kind: log(share / (1 - share)) for kind, share in priors.items()}
        learned = {
            kind: (PRIOR_WEIGHT + found[kind]) / (PRIOR_WEIGHT / share + counts[kind])
            for kind, share in priors.items()
        }
        return {kind: log(share / (1 - share)) for kind, share in learned.items()}

    def _learn_sizes(self, groups):
        """Tell how many leaks each distributor would have if all were alike."""
        sizes = Counter()
        for group in groups.members:
            if group[0] == "shipment":
                sizes[self._dealer(group)] += 1
        whole = sum(sizes.values()) or 1
        total = sum(self.leaks.values())
        self.expected = {d: total * size / whole for d, size in sizes.items()}

    def _dealer(self, group):
        kind, key = group
        if kind == "window":
            return key[0] if isinstance(key, tuple) else key
        return self.dealer_of.get(group)

    def prior(self, group, place):
        """Return the logarithm of the odds that a group leaks to some place."""
        found = self.priors[group[0]]
        dealer = self._dealer(group)
        if dealer is None or dealer not in self.expected:
            return found
        others = self.leaks[dealer] - ((group, place) in self.known)
        factor = (SPREAD + others) / (SPREAD + self.expected[dealer])
        return found + log(min(MOST, max(LEAST, factor)))


def _dealers(groups):
    """Return the distributor of each group that has one."""
    dealer_of = {}
    for dealer, months in groups.windows.months.items():
        for positions in months.values():
            dealer_of.update(dict.fromkeys(positions, dealer))
    return {
        group: dealer_of.get(members[0]) for group, members in groups.members.items()
    }
