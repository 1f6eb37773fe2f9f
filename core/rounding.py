"""Numbers as people say them."""

from math import floor, log10

#: What is rarer is not told apart: no model of errors is right that far out.
RAREST = 1e-9


def once_in(probability: float) -> int:
    """Return N for "once in N", with two digits, a billion at most.

    >>> once_in(0.0000247), once_in(0.3), once_in(0.0), once_in(1.0)
    (40000, 3, 1000000000, 1)
    """
    number = 1 / max(probability, RAREST)
    unit = 10 ** max(0, floor(log10(number)) - 1)
    return max(1, round(number / unit) * unit)
