"""What a distributor got in some months: a drip shows over months only.

Every run of months is a window. What a month says for a share π adds up over months,
so all windows together cost hardly more than one.
"""

from collections import Counter
from math import exp, log
from operator import add

from .leak_model import FINE, GRIDS, TABLES, log_sum

#: Shares by which a region is tried first, and what a run of months must reach.
_TRIED, _WORTH = (0.032, 0.18), 2.0


class Windows:
    """The months of all distributors, as lists of positions."""

    def __init__(self, members):
        self.months = {}
        for (kind, key), positions in members.items():
            if kind == "window":
                distributor, month = key
                self.months.setdefault(distributor, {})[month] = positions
        for distributor, months in self.months.items():
            self.months[distributor] = dict(sorted(months.items()))

    def weigh(self, distributor, bins_of):
        """Return what speaks for a drip and its likeliest window, or (-inf, None).

        `bins_of(positions)` tells what units say for the region. Each window is as
        likely as another.
        """
        months = list(self.months[distributor])
        histograms = self._histograms(distributor, bins_of)
        if not self._is_worth(histograms):
            return float("-inf"), None
        terms = [
            [_sum(histogram, share) for histogram in histograms]
            for share, _ in GRIDS["window"]
        ]
        spans = {
            (first, last): log_sum(sums)
            for first, last, sums in _run_sums(terms, len(months))
        }
        evidence = log_sum(spans.values()) - log(len(spans) * len(terms))
        first, last = max(spans, key=spans.get)
        name = months[first] if first == last else f"{months[first]}/{months[last]}"
        return evidence, (name, months[first : last + 1])

    def _histograms(self, distributor, bins_of):
        return [
            Counter(bins_of(positions)).items()
            for positions in self.months[distributor].values()
        ]

    def weights(self, distributor, bins_of):
        """Return {month: [(share, probability that a drip of it was going on)]}.

        When a drip began and ended is uncertain: all windows are averaged.
        """
        histograms = self._histograms(distributor, bins_of)
        terms = [[_sum(histogram, s) for histogram in histograms] for s in FINE]
        spans = list(_run_sums(terms, len(histograms)))
        whole = log_sum(value for *_span, sums in spans for value in sums)
        found = [[0.0] * len(FINE) for _ in histograms]
        for first, last, sums in spans:
            chances = [exp(value - whole) for value in sums]
            for row in range(first, last + 1):
                found[row] = list(map(add, found[row], chances))
        return {
            month: list(zip(FINE, row, strict=True))
            for month, row in zip(self.months[distributor], found, strict=True)
        }

    def _is_worth(self, histograms):
        """Tell whether some run of months speaks for any share."""
        best = 0.0
        for share in _TRIED:
            run = 0.0
            for histogram in histograms:
                run = max(0.0, run + _sum(histogram, share))
                best = max(best, run)
        return best > _WORTH

    def positions(self, distributor, months):
        """Return the units of some months."""
        found = self.months[distributor]
        return sorted(position for month in months for position in found[month])


def _sum(histogram, share):
    table = TABLES[share]
    return sum(count * table[place] for place, count in histogram)


def _run_sums(terms, count):
    """Yield (first, last, what the months between say for each share)."""
    for first in range(count):
        sums = [0.0] * len(terms)
        for last in range(first, count):
            sums = [total + row[last] for total, row in zip(sums, terms, strict=True)]
            yield first, last, sums
