"""What the GS1 dictionary says of each application identifier (AI)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from .gs1_table import TABLE

_PART = re.compile(r"(?:(\d)\*)?(\[?)([NXYZ])(\.\.)?(\d+)\]?(?:,(.*))?")


@dataclass(frozen=True)
class Part:
    """A stretch of an AI's value: its characters, lengths and rules.

    `kind` is N (digits), X (GS1 character set 82), Y (39) or Z (64).
    """

    kind: str
    minimum: int
    maximum: int
    optional: bool
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One AI: `fixed` needs no separator after it, `attribute` may stand in a query.

    `needs` holds groups of which one alternative each must be there, `keys` the
    qualifiers that may follow a primary key of a Digital Link, in order, by branch;
    it is None where the AI is no primary key.
    """

    ai: str
    fixed: bool
    attribute: bool
    parts: tuple[Part, ...]
    needs: tuple[tuple[tuple[str, ...], ...], ...]
    excludes: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...] | None
    title: str

    @property
    def minimum(self) -> int:
        """Return the shortest length of a value."""
        return sum(part.minimum for part in self.parts if not part.optional)

    @property
    def maximum(self) -> int:
        """Return the greatest length of a value."""
        return sum(part.maximum for part in self.parts)


def get_entry(ai: str) -> Entry | None:
    """Return what is known of the AI, None where there is no such AI.

    >>> get_entry("21").title, get_entry("21").maximum, get_entry("89")
    ('SERIAL', 20, None)
    """
    return _entries().get(ai)


def split_entry(text: str) -> Entry | None:
    """Return the AI that `text`, an element string, begins with.

    >>> split_entry("3103000195").ai
    '3103'
    """
    return get_entry(text[: _lengths().get(text[:2], 0)])


def matches(pattern: str, ai: str) -> bool:
    """Say whether the AI is one of a pattern such as `31nn`.

    >>> matches("31nn", "3103"), matches("31nn", "310"), matches("01", "01")
    (True, False, True)
    """
    return len(pattern) == len(ai) and ai.startswith(pattern.rstrip("n"))


@lru_cache(maxsize=1)
def _entries():
    return {
        entry.ai: entry for row in TABLE.split("\n") if row for entry in _read_row(row)
    }


@lru_cache(maxsize=1)
def _lengths():
    return {ai[:2]: len(ai) for ai in _entries()}


def _read_row(row):
    numbers, flags, parts, needs, excludes, keys, title = row.split("|")
    first, _dash, last = numbers.partition("-")
    for number in range(int(first), int(last or first) + 1):
        ai = str(number).zfill(len(first))
        yield Entry(
            ai=ai,
            fixed="*" in flags,
            attribute="?" in flags,
            parts=tuple(part for word in parts.split() for part in _read_part(word)),
            needs=_read_needs(needs),
            excludes=tuple(
                ai[:3] + "n" if word == "~" else word for word in _split(excludes, ",")
            ),
            keys=_read_keys(keys),
            title=title,
        )


def _read_part(word):
    times, optional, kind, variable, length, rules = _PART.fullmatch(word).groups()
    maximum = int(length)
    part = Part(
        kind=kind,
        minimum=1 if variable else maximum,
        maximum=maximum,
        optional=bool(optional),
        rules=_split(rules or "", ","),
    )
    return (part,) * int(times or 1)


def _read_needs(text):
    return tuple(
        tuple(_split(alternative, "+") for alternative in _split(group, ","))
        for group in _split(text, "&")
    )


def _read_keys(text):
    if not text:
        return None
    return tuple(_split(branch.strip("-"), ",") for branch in text.split("/"))


def _split(text, separator):
    return tuple(text.split(separator)) if text else ()
