"""What a distributor got in some months: a drip shows over months only.

Every run of months is a window. What a month says for a share π adds up over months,
so all windows together cost hardly more than one.
"""

from collections import Counter
from math import exp, log
from operator import add

from .leak_model import FINE, GRIDS, TABLES, log_mixed, log_sum

#: Shares by which a region is tried first, and what a run of months must reach.
_TRIED, _WORTH = (0.032, 0.18), 2.0


class Windows:
    """The months of all distributors, as lists of positions."""

    def __init__(self, members, shipment_of):
        self.months, self.parts = {}, {}
        for (kind, key), positions in members.items():
            if kind == "window":
                distributor, month = key
                self.months.setdefault(distributor, {})[month] = positions
        for distributor, months in self.months.items():
            self.months[distributor] = dict(sorted(months.items()))
            self.parts[distributor] = [
                _by_shipment(positions, shipment_of)
                for positions in self.months[distributor].values()
            ]

    def weigh(self, distributor, bins_of):
        """Return what speaks for a drip and its likeliest window, or (-inf, None).

        `bins_of(positions)` tells what units say for the region. Each window is as
        likely as another.
        """
        months = list(self.months[distributor])
        histograms = self._histograms(distributor, bins_of)
        if not self._is_worth(histograms):
            return float("-inf"), None
        terms = [_terms(histograms, share) for share, _ in GRIDS["window"]]
        spans = {
            (first, last): log_sum(sums)
            for first, last, sums in _run_sums(terms, len(months))
        }
        evidence = log_sum(spans.values()) - log(len(spans) * len(terms))
        first, last = max(spans, key=spans.get)
        name = months[first] if first == last else f"{months[first]}/{months[last]}"
        return evidence, (name, months[first : last + 1])

    def _histograms(self, distributor, bins_of):
        """Return a histogram for each shipment of each month."""
        return [
            [Counter(bins_of(positions)).items() for positions in parts.values()]
            for parts in self.parts[distributor]
        ]

    def weights(self, distributor, bins_of):
        """Return [{shipment: [(share, probability that a drip was going on)]}].

        One for each month. When a drip began and ended is uncertain: all windows are
        averaged.
        """
        histograms = self._histograms(distributor, bins_of)
        terms = [_terms(histograms, share) for share in FINE]
        count = len(histograms)
        spans = list(_run_sums(terms, count))
        whole = log_sum(value for *_span, sums in spans for value in sums)
        inside = [[0.0] * len(FINE) for _ in histograms]
        edge = [[0.0] * len(FINE) for _ in histograms]
        for first, last, sums in spans:
            chances = [exp(value - whole) for value in sums]
            for row in range(first, last + 1):
                found = edge if row in (first, last) else inside
                found[row] = list(map(add, found[row], chances))
        return [
            {
                shipment: [
                    (share, i + e * _in(_sum(histogram, share)))
                    for share, i, e in zip(FINE, inside[row], edge[row], strict=True)
                ]
                for shipment, histogram in zip(parts, histograms[row], strict=True)
            }
            for row, parts in enumerate(self.parts[distributor])
        ]

    def _is_worth(self, histograms):
        """Tell whether some run of months speaks for any share."""
        best = 0.0
        for share in _TRIED:
            run = 0.0
            for shipments in histograms:
                told = sum(_sum(histogram, share) for histogram in shipments)
                run = max(0.0, run + told)
                best = max(best, run)
        return best > _WORTH

    def positions(self, distributor, months):
        """Return the units of some months."""
        found = self.months[distributor]
        return sorted(position for month in months for position in found[month])


def _sum(histogram, share):
    table = TABLES[share]
    return sum(count * table[place] for place, count in histogram)


def _terms(histograms, share):
    """Return (what months say for a share, what they say as the first or last month).

    A drip began and ended some day: of the shipments of that month each may have been
    before or after it.
    """
    whole, edge = [], []
    for shipments in histograms:
        told = [_sum(histogram, share) for histogram in shipments]
        whole.append(sum(told))
        edge.append(sum(log_mixed(0.5, value) for value in told))
    return whole, edge


def _in(value):
    return 1 / (1 + exp(-max(-500.0, value)))


def _by_shipment(positions, shipment_of):
    parts = {}
    for position in positions:
        parts.setdefault(shipment_of.get(position), []).append(position)
    return parts


def _run_sums(terms, count):
    """Yield (first, last, what the months between say for each share)."""
    for first in range(count):
        sums = [edge[first] for _, edge in terms]
        yield first, first, sums
        for last in range(first + 1, count):
            ended = [
                told + edge[last] for told, (_, edge) in zip(sums, terms, strict=True)
            ]
            yield first, last, ended
            sums = [
                total + whole[last]
                for total, (whole, _) in zip(sums, terms, strict=True)
            ]
