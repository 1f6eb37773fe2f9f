"""The figures of a group in an evidence bundle, computed from what is listed in it.

They are those that anybody can compute again from k, n and the expected number: see
`core.binomial`. A unit counts as seen in a place if one of its sightings is there.
"""

from . import binomial

LEVEL = 0.95
# No group is larger; a made-up count must not keep the check busy for ever.
MOST = 10_000_000


def count(members: list[dict], place: str) -> tuple[int, int]:
    """Return (k, n): how many units were seen in a place, how many anywhere.

    >>> count([{"places": ["CN-BJ", "CN-GD"]}, {"places": ["CN-GD"]}], "CN-BJ")
    (1, 2)
    """
    return sum(place in member["places"] for member in members), len(members)


def figures(k: int, n: int, expected: float) -> dict:
    """Return the figures that follow from k, n and the expected number.

    >>> found = figures(8, 20, 1.0)
    >>> found["rate"], found["share"], f"{found['p_value']:.1g}"
    (0.05, 0.4, '3e-06')
    """
    if n > MOST:
        raise ValueError(n)
    rate = expected / n
    low, high = binomial.clopper_pearson(k, n, LEVEL)
    return {
        "rate": rate,
        "p_value": binomial.tail(k, n, rate),
        "share": k / n,
        "share_low": low,
        "share_high": high,
    }


def recompute(group: dict) -> dict:
    """Return the figures of a group in a bundle as its own units give them.

    Where not all units that were counted are listed (`complete`), k and n are taken
    as told.
    """
    if not group["complete"]:
        return figures(group["k"], group["n"], group["expected"])
    k, n = count(group["members"], group["place"])
    return {"k": k, "n": n, **figures(k, n, group["expected"])}
