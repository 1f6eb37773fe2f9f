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
#: Powers of a cell's nearness by which it may count more, and how near it counts.
POWERS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2)
NEAREST = 40.0


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
    rate of their column, times a power of their nearness.
    """
    columns = column_rates(counts, sizes, prior, weight)
    factors = _near_factors(counts, sizes, columns, near)
    cells = [
        (cell, count, sizes[cell[0]] * columns[cell[1]] * factors[cell], sizes[cell[0]])
        for cell, count in counts.items()
    ]
    spread = _fit_spread(cells, STRANGE)
    fitted = {}
    for cell, count, mean, size in cells:
        usual = (count + spread) / (mean + spread)
        if count > mean + 2:
            fits = _fits(count, mean, size, spread)
            usual = fits * usual + (1 - fits)
        fitted[cell] = columns[cell[1]] * factors[cell] * usual
    return columns, fitted


def _near_factors(counts, sizes, columns, near):
    """Return how much more than its column lets expect a cell counts: near ** power.

    The power is the likeliest (Poisson); a cell that stands out weighs little.
    """
    cells = [
        (min(NEAREST, max(1 / NEAREST, near(*cell))), count, mean)
        for cell, count in counts.items()
        if (mean := sizes[cell[0]] * columns[cell[1]])
    ]
    best, scale, power = float("-inf"), 1.0, 0.0
    for tried in POWERS:
        means = [mean * nearness**tried for nearness, _, mean in cells]
        found = [min(c, 3 * m + 3) for (_, c, _), m in zip(cells, means, strict=True)]
        level = (sum(found) + 1.0) / (sum(means) + 1.0)
        fit = sum(
            c * log(level * m) - level * m for c, m in zip(found, means, strict=True)
        )
        if fit > best:
            best, scale, power = fit, level, tried
    return {
        cell: scale * min(NEAREST, max(1 / NEAREST, near(*cell))) ** power
        for cell in counts
    }


def _fit_spread(cells, strange):
    return max(SPREADS, key=lambda spread: _likelihood(cells, spread, strange))


def fit_spread(cells):
    """Return the likeliest spread of cells (count, mean, weight).

    Cells with next to nothing found or expected are alike for all spreads.
    """
    cells = [(x, m, w) for x, m, w in cells if x + m > 0.05 and m and w > 0.02]

    def fits(spread):
        return sum(w * log_usual(x, m, spread) for x, m, w in cells)

    return max(SPREADS, key=fits)


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
            + (1 - strange) * exp(log_usual(count, mean, spread))
            + strange / (size + 1)
        )
        for _, count, mean, size in cells
        if size
    )


def _fits(count, mean, size, spread):
    """Return the probability that a cell is a usual one."""
    usual = (1 - STRANGE) * exp(log_usual(count, mean, spread))
    return usual / (usual + STRANGE / (size + 1))


def log_usual(count, mean, spread):
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
