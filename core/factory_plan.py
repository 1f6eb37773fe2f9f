"""What a unit of a factory file means for the serial we know, or do not know yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from .factory_row import IDENTIFIERS, Part, RowError, Unit

#: Fields of a unit that may change later, and what they are called on the serial.
_DETAILS = {"plant": "plant", "line": "production_line", "machine": "machine"}
_ENDED = frozenset({"void", "retired"})


@dataclass(frozen=True)
class Known:
    """A serial as the database has it."""

    lot_id: int
    name: str
    stage: str | None = None
    imei: str | None = None
    imei2: str | None = None
    meid: str | None = None
    eid: str | None = None
    mac: str | None = None
    plant: str | None = None
    production_line: str | None = None
    machine: str | None = None
    production_date: date | None = None
    parts: frozenset[Part] = frozenset()


@dataclass(frozen=True)
class Step:
    """What to do about a unit: `create`, `produce`, `update` or nothing (`unchanged`).

    `changes` are the columns of the serial that get a value, `parts` the components
    that are new in it.
    """

    action: str
    changes: dict = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Taken:
    """Who holds a number already: identifiers and live parts, by serial number."""

    identifiers: Mapping[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    parts: Mapping[Part, tuple[int, str]] = field(default_factory=dict)


def decide(unit: Unit, known: Known | None, taken: Taken) -> Step | list[RowError]:
    """Return the step a unit asks for, or why it cannot be taken.

    Details (plant, line, machine, date) may change; a number that names a unit may
    not: another IMEI than the one we have is a contradiction, not news.

    >>> decide(Unit(2, "A1", line="L1"), None, Taken())
    Step(action='create', changes={'production_line': 'L1'}, parts=())
    >>> known = Known(7, "A1", "produced", production_line="L1")
    >>> decide(Unit(2, "A1", line="L1"), known, Taken()).action
    'unchanged'
    """
    errors = [*_conflicts(unit, known), *_clashes(unit, known, taken)]
    if known and known.stage in _ENDED:
        errors.append(
            RowError(unit.row, "life_ended", "", unit.serial, {"stage": known.stage})
        )
    if errors:
        return errors
    changes = _changes(unit, known)
    parts = tuple(part for part in unit.parts if not (known and part in known.parts))
    if not known:
        return Step("create", changes, parts)
    if known.stage in (None, "minted"):
        return Step("produce", changes, parts)
    return Step("update" if changes or parts else "unchanged", changes, parts)


def repeats(units: Iterable[Unit], seen: dict) -> list[RowError]:
    """Return an error for each number that an earlier row of the file had.

    `seen` maps the numbers to their row; it is filled on the way and kept for the
    rows that follow.
    """
    errors = []
    for unit in units:
        for column, space, value in numbers_of(unit):
            first = seen.setdefault((space, value), unit.row)
            if first != unit.row:
                errors.append(
                    RowError(unit.row, "repeated", column, value, {"first": first})
                )
    return errors


def numbers_of(unit: Unit) -> list[tuple[str, str, str]]:
    """Return what may stand in a file once, as (field, number space, number)."""
    serial = ("serial", f"serial {unit.product}", unit.serial)
    numbers = [serial, *_identifiers(unit)]
    return numbers + [
        ("part", f"part {part.product}", part.serial) for part in unit.parts
    ]


def _identifiers(unit):
    """Yield (field, number space, number): both IMEIs are of one space."""
    for name in IDENTIFIERS:
        if number := getattr(unit, name):
            yield name, name.rstrip("2"), number


def _conflicts(unit, known):
    for name, _space, number in _identifiers(unit):
        have = known and getattr(known, name)
        if have and have != number:
            yield RowError(unit.row, "conflict", name, number, {"known": have})


def _clashes(unit, known, taken):
    """Yield the numbers that another serial holds."""
    own = known and known.lot_id
    for name, space, number in _identifiers(unit):
        holder = taken.identifiers.get((space, number))
        if holder and (holder[0] != own or getattr(known, name) != number):
            yield RowError(unit.row, "taken", name, number, {"serial": holder[1]})
    for part in unit.parts:
        holder = taken.parts.get(part)
        if holder and holder[0] != own:
            yield RowError(
                unit.row, "taken", "part", part.serial, {"serial": holder[1]}
            )


def _changes(unit, known):
    wanted = {name: number for name, _, number in _identifiers(unit)}
    wanted |= {column: getattr(unit, name) for name, column in _DETAILS.items()}
    wanted["production_date"] = unit.produced and unit.produced.date()
    return {
        name: value
        for name, value in wanted.items()
        if value and value != (known and getattr(known, name))
    }
