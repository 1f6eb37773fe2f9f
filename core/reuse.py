"""Used units sold as new: told by what happened to a unit before it was sold again.

    find_reused(lives, settings) -> list[ReuseFinding]

A `Life` is the steps of one unit in order: (kind of event, time, owner). Owners are
hashes of who activated it ("" where nobody said). Honest and no finding: a parcel sent
back unopened and sold again, a repair or an exchange that goes back to the same owner,
a unit we declared refurbished. A second owner without any step of ours in between may
have bought second-hand, which is his right: a weak finding (`unrecorded_score`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

#: What ends a first life: kind of event -> how sure a second sale "as new" is then.
ENDS = {"traded_in": 98, "retired": 98, "returned": 90, "in_service": 60}
#: What begins a second life.
SOLD = ("shipped", "sold")
USED = ("activated", "claimed")


class Step(NamedTuple):
    """One step of a unit: `claimed` is an attempt to activate what is activated."""

    kind: str
    at: datetime
    owner: str = ""


class Life(NamedTuple):
    """A unit's steps; `declared`: we sold it as refurbished ourselves."""

    unit: int
    steps: tuple[Step, ...]
    declared: bool = False


@dataclass(frozen=True)
class ReuseSettings:
    """When a used unit counts as sold as new."""

    tried_days: int = 1  # so short a first use is a look into the box
    settle_days: int = 2  # a second claim sooner is the same sale
    unrecorded_score: int = 45  # another owner, and no record of ours in between
    unrecorded_days: tuple[int, int] = (10, 270)  # later, second-hand is likelier


@dataclass(frozen=True)
class ReuseFinding:
    """A unit that had a life before the one it was sold into as new."""

    unit: int
    kind: str  # refurbished_as_new or traded_in_before
    score: int
    first_at: datetime
    ended_by: str  # "": nothing of ours tells
    ended_at: datetime | None
    again_at: datetime
    days_used: int


def find_reused(
    lives: Iterable[Life], settings: ReuseSettings | None = None
) -> list[ReuseFinding]:
    """Return the units that were used, came back, and are used as new by another."""
    settings = settings or ReuseSettings()
    found = (_judge(life, settings) for life in lives if not life.declared)
    return [finding for finding in found if finding]


def _judge(life, settings):
    steps = sorted(life.steps, key=lambda step: (step.at, step.kind in USED))
    first = next((step for step in steps if step.kind in USED), None)
    if not first:
        return None
    end = None
    for step in steps[steps.index(first) + 1 :]:
        if step.kind in ENDS and (not end or ENDS[step.kind] >= ENDS[end.kind]):
            end = step
        elif end and step.kind in USED and _is_another(first, step, end, steps):
            used = end.at - first.at
            if step.at - end.at < timedelta(days=settings.settle_days) and not used:
                continue
            return _finding(life.unit, first, end, step, settings)
    return None if end else _judge_owners(life.unit, first, steps, settings)


def _judge_owners(unit, first, steps, settings):
    """Judge a unit that two people claimed while nothing was recorded in between."""
    others = [s for s in steps if s.kind in USED and s.owner not in ("", first.owner)]
    if not first.owner or len({step.owner for step in others}) != 1:
        return None  # nobody else, or so many that it is a copied code
    days = (others[0].at - first.at).days
    least, most = settings.unrecorded_days
    if not least <= days <= most:
        return None
    return ReuseFinding(
        unit=unit,
        kind="refurbished_as_new",
        score=settings.unrecorded_score,
        first_at=first.at,
        ended_by="",
        ended_at=None,
        again_at=others[0].at,
        days_used=days,
    )


def _is_another(first, step, end, steps):
    """Tell whether a second use is another person's, not the first one's again."""
    if first.owner and step.owner:
        return first.owner != step.owner
    # Nobody says who: a unit that was sold again went to somebody else.
    return any(s.kind in SOLD and end.at <= s.at <= step.at for s in steps)


def _finding(unit, first, end, step, settings):
    days = (end.at - first.at).days
    score = ENDS[end.kind]
    if days < settings.tried_days:
        score = min(score, 50)
    before = end.kind in ("traded_in", "retired")
    return ReuseFinding(
        unit=unit,
        kind="traded_in_before" if before else "refurbished_as_new",
        score=score,
        first_at=first.at,
        ended_by=end.kind,
        ended_at=end.at,
        again_at=step.at,
        days_used=days,
    )
