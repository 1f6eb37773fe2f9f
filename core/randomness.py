"""How likely a serial number is to be guessed, and whether a law allows that.

Whoever makes up a number out of `space` that look right hits one that lives with the
chance `live / space`. The EU's rules for medicines (Delegated Regulation (EU) 2016/161
art. 4) want that to be less than one in ten thousand, those for tobacco
(Implementing Regulation (EU) 2018/574) the same.
"""

import math
from dataclasses import dataclass

#: One in ten thousand, as both regulations have it.
LIMIT = 1e-4
#: Symbols of a code without look-alikes, see `core.code_scheme`.
SYMBOLS = 32


@dataclass(frozen=True)
class Verdict:
    """Whether a rule holds: `chance` is that of one guess, `reason` a stable code."""

    holds: bool
    chance: float
    reason: str = ""


def chance(live: int, space: int) -> float:
    """Return the chance that one guess hits a number that lives.

    >>> chance(10_000_000, 2**38)
    3.637978807091713e-05
    >>> chance(5, 0)
    1.0
    """
    return min(1.0, live / space) if space > 0 else 1.0


def judge(kind: str, live: int, space: int, limit: float = LIMIT) -> Verdict:
    """Tell whether the serials of a scheme are random enough.

    :param str kind: `random` or `structured`: of a number that counts, the next is
        known to whoever has seen one, so that no space counts
    :param int live: how many numbers were given out

    >>> judge("random", 10**8, 32**12).holds
    True
    >>> judge("random", 10**8, 32**7).reason
    'too_many'
    >>> judge("structured", 1, 10**12)
    Verdict(holds=False, chance=1.0, reason='guessable')
    """
    if kind != "random":
        return Verdict(False, 1.0, "guessable")
    found = chance(live, space)
    return Verdict(found < limit, found, "" if found < limit else "too_many")


def room(space: int, limit: float = LIMIT) -> int:
    """Return how many numbers may live before a guess gets too likely.

    >>> room(32**8)
    109951162
    >>> judge("random", room(32**8), 32**8).holds
    True
    >>> judge("random", room(32**8) + 1, 32**8).holds
    False
    """
    most = math.floor(space * limit)
    return most - 1 if most and chance(most, space) >= limit else most


def shortest(live: int, limit: float = LIMIT) -> int:
    """Return how many symbols a code needs for so many numbers to live.

    >>> shortest(10**8), shortest(10**10)
    (8, 10)
    """
    length = 1
    while chance(live, SYMBOLS**length) >= limit:
        length += 1
    return length
