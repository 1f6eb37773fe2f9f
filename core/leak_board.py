"""How many of a distributor's units were seen outside, and whether that changes.

These are counts of single sightings, with all their errors: they show where to look.
Who leaked is for `core.leak` to say, and for a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from .binomial import wilson

# Two-sided 95 %: what is called a change happens by chance in one of twenty periods.
_Z = 1.959964


@dataclass(frozen=True)
class Share:
    """`k` of `n` units, with Wilson's interval of the share; None where n is 0."""

    k: int
    n: int

    @property
    def value(self) -> float | None:
        """Return the share.

        >>> Share(8, 20).value, Share(0, 0).value
        (0.4, None)
        """
        return self.k / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """Return between which bounds the true share lies, with 95 % confidence.

        >>> [round(bound, 3) for bound in Share(8, 20).interval]
        [0.219, 0.613]
        """
        return wilson(self.k, self.n)


def trend(now: Share, before: Share) -> str:
    """Tell whether a share went "up" or "down", or stayed the "same" but for chance.

    "" where there is nothing to compare. (The test of two proportions, pooled.)

    >>> trend(Share(60, 200), Share(20, 200)), trend(Share(5, 20), Share(4, 20))
    ('up', 'same')
    """
    if not now.n or not before.n:
        return ""
    pooled = (now.k + before.k) / (now.n + before.n)
    spread = sqrt(pooled * (1 - pooled) * (1 / now.n + 1 / before.n))
    change = now.value - before.value
    if abs(change) <= _Z * spread or not change:
        return "same"
    return "up" if change > 0 else "down"


def others(shares: Iterable[Share], own: Share) -> Share:
    """Return what all others have together: what one of them is compared with.

    >>> others([Share(1, 10), Share(2, 20)], Share(2, 20))
    Share(k=1, n=10)
    """
    shares = list(shares)
    return Share(
        sum(share.k for share in shares) - own.k,
        sum(share.n for share in shares) - own.n,
    )


def stands_out(own: Share, rest: Share) -> bool:
    """Tell whether a share is higher than that of all others, whatever chance does.

    >>> stands_out(Share(30, 100), Share(50, 1000))
    True
    >>> stands_out(Share(2, 10), Share(50, 1000))
    False
    """
    return bool(rest.n) and own.k > 0 and own.interval[0] > rest.interval[1]


def months_before(year: int, month: int, count: int) -> Sequence[tuple[int, int]]:
    """Return so many months up to the given one, oldest first.

    >>> months_before(2026, 2, 3)
    [(2025, 12), (2026, 1), (2026, 2)]
    """
    last = year * 12 + month - 1
    return [
        (number // 12, number % 12 + 1) for number in range(last - count + 1, last + 1)
    ]
