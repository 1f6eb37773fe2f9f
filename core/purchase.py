"""What a test purchase proves: who sold a unit, and to whom it had been sent."""

from __future__ import annotations


def result_of(
    *,
    typed: bool,
    known: bool,
    sent_to: int | None,
    sold_by: int | None,
    chain: frozenset[int] = frozenset(),
) -> str | None:
    """Return what a test purchase came to, None while no code was typed.

    :param sent_to: the distributor it was shipped to
    :param sold_by: who answers for the store
    :param chain: the distributor it was sent to, and whom he supplies

    >>> result_of(typed=True, known=True, sent_to=1, sold_by=2, chain=frozenset({1}))
    'other'
    >>> result_of(typed=True, known=True, sent_to=1, sold_by=3, chain=frozenset({1, 3}))
    'own'
    """
    if not typed:
        return None
    if not known:
        return "unknown"
    if not sent_to:
        return "unshipped"
    if not sold_by:
        return "unauthorized"
    return "own" if sold_by in chain | {sent_to} else "other"
