"""What to tell whoever holds a unit: is it genuine, and how sure can anybody be?

A code that cannot be guessed proves that the brand made it. It does not prove that
the label is still on the unit it was made for: labels are copied. So the verdict
comes with a confidence, and with the reason that says what to compare.

A diversion never shows here: where a unit was meant to be sold is no concern of the
consumer and takes nothing from their warranty.
"""

from dataclasses import dataclass

from .lifecycle import Stage

#: Every status there is, as the page and the API name it.
STATUSES = ("genuine", "suspect", "recalled", "blocked", "unknown")

_SUSPECT = {
    Stage.MINTED: "not_on_sale",
    Stage.PRODUCED: "not_on_sale",
    Stage.TRADED_IN: "traded_in",
    Stage.RETIRED: "retired",
}


@dataclass(frozen=True)
class Verdict:
    """Status of a unit, how sure it is (high, medium, low), and why."""

    status: str
    confidence: str
    reasons: tuple[str, ...]


def verdict_on(
    stage: str | None, *, recalled: bool | None = False, blocked: bool | None = False
) -> Verdict:
    """Return the verdict on a unit by its stage; None is a code nobody made.

    A recall comes first, since it may be about safety. A void code is as unknown as
    one that never was: else trying codes out would tell which ones exist.

    >>> verdict_on("shipped")
    Verdict(status='genuine', confidence='high', reasons=('never_activated',))
    >>> verdict_on("activated").confidence, verdict_on("minted").status
    ('medium', 'suspect')
    >>> verdict_on("void") == verdict_on(None)
    True
    """
    if not stage or stage == Stage.VOID:
        return Verdict("unknown", "low", ("not_found",))
    reason = _SUSPECT.get(stage)
    reasons = (reason,) if reason else ()
    if recalled or blocked:
        flags = ("recalled",) * bool(recalled) + ("blocked",) * bool(blocked)
        return Verdict(flags[0], "high", flags + reasons)
    if reason:
        return Verdict("suspect", "low", reasons)
    if stage == Stage.ACTIVATED:
        return Verdict("genuine", "medium", ("activated",))
    return Verdict("genuine", "high", ("never_activated",))
