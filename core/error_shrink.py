"""Rates of many small cells, shrunk towards the rate of their column.

A cell (row, column) counts x among n: gamma-Poisson, x ~ Poisson(n · rate of the
column · θ), θ ~ Gamma(a, a). The spread `a` is fitted to all cells by likelihood: an
empirical Bayes estimate (Efron and Morris, JASA 70, 1975). `shrink_robust` allows that
a share `STRANGE` of cells is anything: a cell that such a gamma does not explain pulls
neither the spread nor its own rate, so a leak does not become a habit.
"""

from collections import defaultdict
from math import exp, lgamma, log

SPREADS = (0.15, 0.3, 0.6, 1.2, 2.5, 5.0, 12.0, 40.0)
STRANGE = 0.02
#: Limits between classes of cells: how much more errors there are than in others.
CLASSES = (0.5, 1.5, 4.0, 12.0)


def shrink(counts, sizes, prior, weight):
    """Return the rate of each column and of each cell.

    `counts`: {(row, column): x}; `sizes`: {row: n}; `prior`: rate of a column before
    anything was seen, worth `weight` observations.
    """
    columns = column_rates(counts, sizes, prior, weight)
    cells = [
        (cell, count, sizes[cell[0]] * columns[cell[1]], sizes[cell[0]])
        for cell, count in counts.items()
    ]
    spread = _fit_spread(cells, 0.0)
    return columns, {
        cell: columns[cell[1]] * (count + spread) / (mean + spread)
        for cell, count, mean, _ in cells
    }


def shrink_robust(counts, sizes, prior, weight, near):
    """Return the same, left alone by strange cells.

    `near` tells of a cell how much more often than others it is taken for the row's:
    people travel most where addresses stray most, next door. Cells are expected at the
    rate of their column, times what holds for cells as near.
    """
    columns = column_rates(counts, sizes, prior, weight)
    classes = {cell: sum(near(*cell) > limit for limit in CLASSES) for cell in counts}
    factors = _class_factors(counts, sizes, columns, classes)
    cells = [
        (
            cell,
            count,
            sizes[cell[0]] * columns[cell[1]] * factors[classes[cell]],
            sizes[cell[0]],
        )
        for cell, count in counts.items()
    ]
    spread = _fit_spread(cells, STRANGE)
    fitted = {}
    for cell, count, mean, size in cells:
        usual = (count + spread) / (mean + spread)
        if count > mean + 2:
            fits = _fits(count, mean, size, spread)
            usual = fits * usual + (1 - fits)
        fitted[cell] = columns[cell[1]] * factors[classes[cell]] * usual
    return columns, fitted


def _class_factors(counts, sizes, columns, classes):
    """Return how much more than its column lets expect a cell of a class counts."""
    factors = dict.fromkeys(range(len(CLASSES) + 1), 1.0)
    for _ in range(4):
        found, expected = defaultdict(float), defaultdict(float)
        for cell, count in counts.items():
            mean = sizes[cell[0]] * columns[cell[1]]
            usual = mean * factors[classes[cell]]
            found[classes[cell]] += min(count, 3 * usual + 3)
            expected[classes[cell]] += mean
        factors = {
            name: (found[name] + 5.0) / (expected[name] + 5.0) for name in factors
        }
    return factors


def _fit_spread(cells, strange):
    return max(SPREADS, key=lambda spread: _likelihood(cells, spread, strange))


def column_rates(counts, sizes, prior, weight):
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


def _likelihood(cells, spread, strange):
    return sum(
        log(
            1e-300
            + (1 - strange) * exp(_log_usual(count, mean, spread))
            + strange / (size + 1)
        )
        for _, count, mean, size in cells
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
