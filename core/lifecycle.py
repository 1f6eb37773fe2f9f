"""The life of a serial: its stages and the moves between them.

Stages say how far a unit has come, never where it is: stock moves know that.
A physical return moves a unit back to `produced`; its events keep the past.
"""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """How far a serial has come, in the order of its life."""

    MINTED = "minted"
    PRODUCED = "produced"
    SHIPPED = "shipped"
    ACTIVATED = "activated"
    TRADED_IN = "traded_in"
    RETIRED = "retired"
    VOID = "void"


_ALLOWED = {
    Stage.MINTED: {Stage.PRODUCED, Stage.SHIPPED, Stage.ACTIVATED, Stage.VOID},
    Stage.PRODUCED: {
        Stage.SHIPPED,
        Stage.ACTIVATED,
        Stage.TRADED_IN,
        Stage.RETIRED,
        Stage.VOID,
    },
    Stage.SHIPPED: {
        Stage.PRODUCED,
        Stage.ACTIVATED,
        Stage.TRADED_IN,
        Stage.RETIRED,
        Stage.VOID,
    },
    Stage.ACTIVATED: {Stage.PRODUCED, Stage.TRADED_IN, Stage.RETIRED, Stage.VOID},
    Stage.TRADED_IN: {Stage.PRODUCED, Stage.RETIRED},
    Stage.RETIRED: set(),
    Stage.VOID: set(),
}

# A unit that was retired by mistake goes back to what it was. Nothing else but these
# steps follows a retirement.
_TAKEN_BACK = {
    Stage.RETIRED: {Stage.PRODUCED, Stage.SHIPPED, Stage.ACTIVATED, Stage.TRADED_IN}
}
_TAKE_BACK = {"reinstated", "corrected"}
# A unit given back to the one who had traded it in is his again, as it was.
_GIVEN_BACK = {Stage.TRADED_IN: {Stage.SHIPPED, Stage.ACTIVATED}}


@dataclass(frozen=True)
class Move:
    """Verdict on a move between stages: allowed, or why not."""

    allowed: bool
    reason: str = ""


def can_move(source: str, target: str, kind: str = "") -> Move:
    """Tell whether a serial in stage `source` may go to stage `target`.

    `kind` is the step's: some steps take back what others did.

    >>> can_move("minted", "shipped")
    Move(allowed=True, reason='')
    >>> can_move("void", "shipped")
    Move(allowed=False, reason='life_ended')
    >>> can_move("retired", "produced", "reinstated")
    Move(allowed=True, reason='')
    >>> can_move("traded_in", "activated").reason
    'not_allowed'
    >>> can_move("traded_in", "activated", "trade_in_undone").allowed
    True
    """
    if source == target:
        return Move(False, "already_there")
    targets = _targets(source, kind)
    if not targets and not _ALLOWED[Stage(source)]:
        return Move(False, "life_ended")
    if Stage(target) not in targets:
        return Move(False, "not_allowed")
    return Move(True)


def _targets(source, kind):
    source = Stage(source)
    if kind == "trade_in_undone":
        return _GIVEN_BACK.get(source, set())
    taken_back = _TAKEN_BACK.get(source, set()) if kind in _TAKE_BACK else set()
    return taken_back if kind == "reinstated" else _ALLOWED[source] | taken_back


def sources_of(target: str, kind: str = "") -> tuple[str, ...]:
    """Return the stages from which `target` can be reached, in life order.

    >>> sources_of("shipped")
    ('minted', 'produced')
    """
    return tuple(
        source.value for source in Stage if Stage(target) in _targets(source, kind)
    )


def is_frozen(stage: str | None) -> bool:
    """Tell whether a serial may no longer be renamed or deleted: it left `minted`."""
    return bool(stage) and stage != Stage.MINTED
