"""Which units a recall reaches, as far as no database is needed to tell.

A recall names units by what they have in common (product, dates, line, machine, batch,
a component) and by lists that people hand in. All that is given has to hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .errors import SerialError


@dataclass(frozen=True)
class Scope:
    """What a recall asks of a unit; empty is not asked."""

    products: tuple = ()
    first_day: date | None = None
    last_day: date | None = None
    plants: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()
    batches: tuple = ()
    component_products: tuple = ()
    component_lots: tuple = ()
    component_batches: tuple[str, ...] = ()
    lists_units: bool = False
    lists_components: bool = False

    @property
    def by_parts(self) -> bool:
        """Tell whether units are found through what is built into them."""
        return bool(
            self.component_products
            or self.component_lots
            or self.component_batches
            or self.lists_components
        )


@dataclass(frozen=True)
class Row:
    """A row of a list, the records that it names, and what is wrong with it."""

    row: int
    text: str
    targets: tuple[int, ...] = ()
    problem: str = ""


def ensure_bounded(scope: Scope) -> None:
    """Refuse a recall of everything: it is always an oversight.

    >>> ensure_bounded(Scope(lines=("A1",)))
    Traceback (most recent call last):
        ...
    core.errors.SerialError: recall_without_goods
    """
    if scope.first_day and scope.last_day and scope.last_day < scope.first_day:
        raise SerialError("recall_dates_reversed")
    named = scope.products or scope.batches or scope.lists_units or scope.by_parts
    if not named:
        raise SerialError("recall_without_goods")


def names_of(text: str | None) -> tuple[str, ...]:
    """Return the names in a field that takes several, such as lines.

    >>> names_of(" A1, B 2;A1")
    ('A1', 'B 2')
    """
    parts = (text or "").replace(";", ",").replace("\uff0c", ",").split(",")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def check_rows(
    entries: Iterable, named: Mapping[str, tuple[int, ...]], cartons=frozenset()
) -> list[Row]:
    """Return a row each for what a list says, with what is wrong about it.

    :param entries: with `row` and `text`
    :param named: text -> ids of what it names
    :param cartons: texts that name a carton, so that many units are meant

    >>> from collections import namedtuple
    >>> entry = namedtuple("Entry", "row text")
    >>> rows = check_rows([entry(1, "A"), entry(2, "B"), entry(3, "A")], {"A": (7,)})
    >>> [row.problem for row in rows]
    ['', 'not_found', 'repeated']
    """
    seen, rows = set(), []
    for entry in entries:
        targets = tuple(named.get(entry.text, ()))
        problem = ""
        if not targets:
            problem = "not_found"
        elif len(targets) > 1 and entry.text not in cartons:
            targets, problem = (), "ambiguous"
        elif seen.issuperset(targets):
            targets, problem = (), "repeated"
        seen.update(targets)
        rows.append(Row(entry.row, entry.text, targets, problem))
    return rows


def closure_of(remedied: int, total: int) -> float:
    """Return the share of a recall's units that is remedied, 0 to 1.

    >>> closure_of(1, 4), closure_of(0, 0)
    (0.25, 0.0)
    """
    return remedied / total if total else 0.0
