"""What a stock move means in the life of a serial.

Stock knows where a unit is; this module says what its getting there makes of it:
produced, shipped to a distributor, sold to a consumer, come back, scrapped.
"""

from dataclasses import dataclass

from .lifecycle import Stage, can_move

CUSTOMER = "customer"
OWN = ("internal", "transit")
ORIGINS = ("supplier", "production", "inventory")
ENDED = (Stage.VOID, Stage.RETIRED)


@dataclass(frozen=True)
class Movement:
    """From which kind of place to which, and to whom.

    Places are named as Odoo names the usage of a location. `to_own` is a receiver that
    is one of our own companies; `is_count` is a correction of stock by counting.
    """

    source: str
    target: str
    to_channel: bool = False
    to_own: bool = False
    is_count: bool = False


@dataclass(frozen=True)
class Step:
    """What to record: the event's kind, the stage to move to ("" if it stays), and
    whether a channel assignment is opened, released or kept ("").
    """

    kind: str
    stage: str = ""
    assignment: str = ""


def step_of(
    movement: Movement, stage: str, is_bound: bool = False, in_service: bool = False
) -> Step | None:
    """Return the step a move is for a serial in `stage`, or None if it is none.

    `is_bound` tells that a distributor holds the unit. A unit that is in for service
    comes and goes without a step: it stays bound, sold and activated.

    >>> step_of(Movement("internal", "customer", to_channel=True), "produced")
    Step(kind='shipped', stage='shipped', assignment='open')
    >>> step_of(Movement("customer", "internal"), "activated", is_bound=True)
    Step(kind='returned', stage='produced', assignment='release')
    """
    if stage == Stage.RETIRED:
        return _taken_back(movement, is_bound, in_service)
    if stage in ENDED:
        return None
    if movement.target == "inventory":
        return _scrapped(movement, stage)
    if in_service:
        return None
    if movement.target == CUSTOMER:
        return _delivered(movement, stage, is_bound)
    if movement.source == CUSTOMER and movement.target in (*OWN, "supplier"):
        return Step("returned", _reachable(stage, Stage.PRODUCED), "release")
    if movement.source in ORIGINS and movement.target in OWN and stage == Stage.MINTED:
        return Step("produced", Stage.PRODUCED.value)
    return None


def _scrapped(movement, stage):
    """A counted loss may turn up again; what is scrapped does not."""
    target = _reachable(stage, Stage.RETIRED)
    if movement.is_count or not target:
        return None
    return Step("retired", target)


def _taken_back(movement, is_bound, in_service):
    """What was scrapped by mistake goes back to stock, and then lies there.

    A customer's unit in for service lies in stock and is not ours: what it was before
    has to be said by a person. So has a retired unit that turns up in a count.
    """
    back = movement.source == "inventory" and movement.target in OWN
    if not back or movement.is_count or in_service:
        return None
    return Step("reinstated", Stage.PRODUCED.value, "release" if is_bound else "")


def _delivered(movement, stage, is_bound):
    target = _reachable(stage, Stage.SHIPPED)
    if movement.to_channel:
        return Step("rebound" if is_bound else "shipped", target, "open")
    if movement.to_own:
        return None
    # From customer to customer a distributor sells what he holds: he stays bound.
    by_us = is_bound and movement.source != CUSTOMER
    return Step("sold", target, "release" if by_us else "")


def _reachable(stage, target):
    return target.value if can_move(stage, target).allowed else ""


def undone_stage(stage: str, reached: str, was: str) -> str:
    """Return the stage of a unit that was not on a move after all, "" if it stays.

    `reached` is what the move had made of it, `was` its stage before. A unit that went
    on since keeps its stage, and none goes back to `minted`: it was made.

    >>> undone_stage("shipped", "shipped", "minted")
    'produced'
    >>> undone_stage("activated", "shipped", "produced")
    ''
    """
    if stage != reached or was == stage:
        return ""
    return next(
        (
            target
            for target in (was, Stage.PRODUCED.value)
            if target != stage and can_move(stage, target, "corrected").allowed
        ),
        "",
    )
