"""What becomes of the leaks found before, when a later run finds others or none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Known:
    """A leak as it is stored, or as it was found now (`leak_id` None)."""

    kind: str
    key: str
    place: str
    n: int
    k: int
    units: frozenset[int]
    leak_id: int | None = None
    named: int = 0

    @property
    def group(self) -> tuple[str, str, str]:
        """What the leak is about."""
        return self.kind, self.key, self.place

    @property
    def result(self):
        """What was found of it; `named` units are accused, of a suspicion none."""
        return self.n, self.k, self.units, self.named


@dataclass
class Changes:
    """What is to be stored: positions in the list of leaks found, and stored ids."""

    new: list[int] = field(default_factory=list)
    kept: dict[int, int] = field(default_factory=dict)  # position -> leak id
    superseded: dict[int, int] = field(default_factory=dict)  # leak id -> position
    faded: list[int] = field(default_factory=list)


def compare(
    stored: Sequence[Known], found: Sequence[Known], tested: Collection[int]
) -> Changes:
    """Compare open leaks with what a run found in the units it tested.

    The same group with the same numbers and units is kept. What shares a unit and the
    place with a new leak is superseded: the carton by its shipment, say. Other leaks
    fade if the run saw their units and found nothing, and stay if it did not; those
    without units cannot tell and fade.

    >>> old = Known("carton", "7", "CN-BJ", 20, 8, frozenset({1, 2}), 5)
    >>> compare([old], [Known("carton", "7", "CN-BJ", 21, 8, frozenset({1, 2}))], {1})
    Changes(new=[0], kept={}, superseded={5: 0}, faded=[])
    """
    changes = Changes()
    by_group = {leak.group: leak for leak in stored}
    for position, leak in enumerate(found):
        old = by_group.get(leak.group)
        if old and old.result == leak.result:
            changes.kept[position] = old.leak_id
        else:
            changes.new.append(position)
    at_group = {found[position].group: position for position in changes.new}
    at_unit = {
        (unit, found[position].place): position
        for position in changes.new
        for unit in found[position].units
    }
    kept = set(changes.kept.values())
    for leak in stored:
        if leak.leak_id in kept:
            continue
        heir = at_group.get(leak.group)
        if heir is None:
            heirs = (at_unit.get((unit, leak.place)) for unit in sorted(leak.units))
            heir = next((heir for heir in heirs if heir is not None), None)
        if heir is not None:
            changes.superseded[leak.leak_id] = heir
        elif not leak.units or not leak.units.isdisjoint(tested):
            changes.faded.append(leak.leak_id)
    return changes
