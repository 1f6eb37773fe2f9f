"""The binomial numbers of a finding, so that anybody can compute them again.

Standard library only, no other file of this module: a third party who holds k, n and
the expected number gets the same p-value and interval from these functions, or from
any statistics package (`scipy.stats.binomtest`, R's `binom.test`).

- `tail`: the exact one-sided p-value P(X ≥ k) of a binomial count.
- `clopper_pearson`: the exact interval of a share (Clopper and Pearson, Biometrika
  26, 1934), which covers the true share at least as often as it says.
- `wilson`: Wilson's score interval (JASA 22, 1927), narrower, for pictures.

Units of a group differ in how likely each is misplaced, so the count is a sum of
unequal trials. Its upper tail beyond the mean lies under that of the binomial with the
same mean (Hoeffding, Annals of Mathematical Statistics 27, 1956): `tail` errs in
favour of the accused.
"""

from math import exp, lgamma, log, log1p, sqrt


def tail(k: int, n: int, rate: float) -> float:
    """Return the probability of k or more among n, each with probability `rate`.

    >>> f"{tail(8, 20, 0.1):.2g}", round(tail(8, 20, 0.4), 2)
    ('0.00042', 0.58)
    """
    _check(k, n)
    if k == 0 or rate >= 1:
        return 1.0
    if rate <= 0:
        return 0.0
    if k <= n * rate:  # the lower side is the shorter sum
        return max(0.0, 1.0 - _sum(range(k - 1, -1, -1), n, rate))
    return min(1.0, _sum(range(k, n + 1), n, rate))


def clopper_pearson(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share of which k among n were seen.

    >>> [round(limit, 3) for limit in clopper_pearson(8, 20)]
    [0.191, 0.639]
    """
    _check(k, n)
    half = (1 - level) / 2
    low = 0.0 if k == 0 else _rate_where(lambda rate: tail(k, n, rate), half)
    high = 1.0 if k == n else 1 - _rate_where(lambda rate: tail(n - k, n, rate), half)
    return low, high


def wilson(k: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Return Wilson's interval of a share; z = 1.96 is 95 %.

    >>> [round(limit, 3) for limit in wilson(8, 20)]
    [0.219, 0.613]
    """
    _check(k, n)
    if not n:
        return 0.0, 1.0
    share, square = k / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    reach = z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _check(k, n):
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no count")


def _sum(counts, n, rate):
    """Add up probabilities of counts from the largest term on, away from the mean."""
    total = 0.0
    for count in counts:
        term = exp(
            lgamma(n + 1)
            - lgamma(count + 1)
            - lgamma(n - count + 1)
            + count * log(rate)
            + (n - count) * log1p(-rate)
        )
        total += term
        if term < total * 1e-17:
            break
    return total


def _rate_where(function, value):
    """Return where a function that rises with the rate reaches a value."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < value else (low, middle)
    return (low + high) / 2
