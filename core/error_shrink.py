"""Rates of many small cells, shrunk towards the rate of their column, robustly.

A cell (row, column) counts x among n: gamma-Poisson, x ~ Poisson(n · rate of the
column · θ), θ ~ Gamma(a, a). The spread `a` is fitted to all cells by likelihood. A
share `STRANGE` of cells may be anything: a cell that such a gamma does not explain
pulls neither the spread nor its own rate. So a leak does not become an error rate.
Counting by robust empirical Bayes follows Efron and Morris (JASA 70, 1975).
"""

from collections import defaultdict
from math import exp, lgamma, log

SPREADS = (0.3, 0.6, 1.2, 2.5, 5.0, 12.0, 40.0)
STRANGE = 0.02


def shrink(counts, sizes, prior, weight):
    """Return the rate of each column and of each cell.

    `counts`: {(row, column): x}; `sizes`: {row: n}; `prior`: rate of a column before
    anything was seen, worth `weight` observations.
    """
    columns = _column_rates(counts, sizes, prior, weight)
    cells = [
        (row, column, count, sizes[row] * columns[column], sizes[row])
        for (row, column), count in counts.items()
    ]
    spread = max(SPREADS, key=lambda a: _likelihood(cells, a))
    fitted = {}
    for row, column, count, mean, size in cells:
        usual = (count + spread) / (mean + spread)
        if count > mean + 2:
            fits = _fits(count, mean, size, spread)
            usual = fits * usual + (1 - fits) * 1.0
        fitted[row, column] = columns[column] * usual
    return columns, fitted


def _column_rates(counts, sizes, prior, weight):
    """Return rates of columns; one row may not lift its column by itself.

    A row's count is cut at some times what the other rows let expect.
    """
    by_column = defaultdict(list)
    for (row, column), count in counts.items():
        by_column[column].append((count, sizes[row]))
    rates = {}
    for column, cells in by_column.items():
        total = sum(size for _, size in cells)
        rate = (sum(x for x, _ in cells) + weight * prior) / (total + weight)
        for _ in range(3):
            cut = sum(min(x, 4 * n * rate + 3) for x, n in cells)
            rate = (cut + weight * prior) / (total + weight)
        rates[column] = rate
    return rates


def _likelihood(cells, spread):
    return sum(
        log((1 - STRANGE) * exp(_log_usual(x, mean, spread)) + STRANGE / (size + 1))
        for _, _, x, mean, size in cells
        if size
    )


def _fits(count, mean, size, spread):
    """Return the probability that a cell is a usual one."""
    usual = (1 - STRANGE) * exp(_log_usual(count, mean, spread))
    return usual / (usual + STRANGE / (size + 1))


def _log_usual(count, mean, spread):
    """Return the logarithm of the negative binomial probability of a count."""
    if count < 1e-9:
        return -spread * log(1 + mean / spread)
    return (
        lgamma(count + spread)
        - lgamma(spread)
        - lgamma(count + 1)
        + spread * log(spread / (spread + mean))
        + count * log(mean / (spread + mean))
    )
