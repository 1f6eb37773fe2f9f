"""Which units may be bound to another distributor by a word of the brand.

Re-binding is for what still lies in the channel. What a consumer has bought stays with
the distributor who sold it: his responsibility must not change afterwards.
"""

from dataclasses import dataclass

ENDED = ("traded_in", "retired", "void")


@dataclass(frozen=True)
class Unit:
    """What decides; `holder_id` and `region_id` are where the unit is bound now."""

    stage: str | None
    holder_id: int | None = None
    region_id: int | None = None
    sold: bool = False
    activated: bool = False
    in_service: bool = False
    blocked: bool = False
    recalled: bool = False
    in_transfer: bool = False


def refusal(unit: Unit, partner_id: int, region_id: int) -> str:
    """Return why a unit may not be re-bound to `partner_id` and `region_id`, or "".

    >>> refusal(Unit("shipped", holder_id=1, region_id=5), 2, 5)
    ''
    >>> refusal(Unit("produced"), 2, 5), refusal(Unit("shipped", 2, 5), 2, 5)
    ('not_held', 'same')
    """
    if unit.stage in ENDED:
        return "ended"
    if not unit.holder_id:
        return "not_held"
    if unit.activated or unit.stage == "activated":
        return "activated"
    for flag in ("sold", "in_service", "blocked", "recalled", "in_transfer"):
        if getattr(unit, flag):
            return flag
    if (unit.holder_id, unit.region_id) == (partner_id, region_id):
        return "same"
    return ""
