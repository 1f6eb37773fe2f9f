"""Small checks of JSON values, put together to those of EPCIS documents.

A check takes a value and its JSON Pointer and yields what is wrong with it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from . import cbv_terms

#: How deep a value may be nested that is not the standard's.
MAX_DEPTH = 32

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s\x00-\x1f\x7f<>\"{}|\\^`]+")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})",
)
#: The vocabulary of measurements grows faster than standards do.
_OPEN = {"measurement": re.compile(r"[A-Za-z][A-Za-z0-9_]*")}


@dataclass(frozen=True)
class Finding:
    """What is wrong and where: a JSON Pointer, a stable reason, values for its text."""

    path: str
    reason: str
    values: dict = field(default_factory=dict)


Check = Callable[[object, str], Iterator[Finding]]


def pointer(path: str, name: object) -> str:
    """Return the JSON Pointer of a member.

    >>> pointer("/a", "b/c")
    '/a/b~1c'
    """
    return f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}"


def is_uri(text: object) -> bool:
    """Tell whether a value is a URI, compact ones included.

    >>> is_uri("example:myField"), is_uri("myField")
    (True, False)
    """
    return isinstance(text, str) and bool(_URI.fullmatch(text))


def uri(value: object, path: str) -> Iterator[Finding]:
    """Check a URI."""
    if not is_uri(value):
        yield Finding(path, "not_uri")


def text(value: object, path: str) -> Iterator[Finding]:
    """Check a text."""
    if not isinstance(value, str):
        yield Finding(path, "not_text")


def truth(value: object, path: str) -> Iterator[Finding]:
    """Check a truth value."""
    if not isinstance(value, bool):
        yield Finding(path, "not_truth")


def decimal(value: object, path: str) -> Iterator[Finding]:
    """Check a number; to JSON a truth value is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Finding(path, "not_number")


def time(value: object, path: str) -> Iterator[Finding]:
    """Check a moment with its zone (RFC 3339)."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not found:
        yield Finding(path, "not_time")
        return
    if not "1900" <= value[:4] <= "9998":
        yield Finding(path, "not_time")
        return
    try:
        # A leap second is a moment, though not one that a clock here can show.
        clock = found.group(1).replace(":60", ":59")
        zone = found.group(3).replace("Z", "+00:00")
        datetime.fromisoformat(f"{value[:10]}T{clock}{zone}")
    except ValueError:
        yield Finding(path, "not_time")


def matching(pattern: str) -> Check:
    """Return a check of texts of a pattern."""
    compiled = re.compile(pattern)

    def check(value, path):
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield Finding(path, "bad_format", {"value": str(value)[:64]})

    return check


def one_of(*words: str) -> Check:
    """Return a check of a fixed choice."""

    def check(value, path):
        if value not in words:
            yield Finding(path, "not_allowed", _choice(value, words))

    return check


def word(vocabulary: str) -> Check:
    """Return a check of a word of CBV, in any spelling, or of another's URI."""
    words = cbv_terms.VOCABULARIES[vocabulary][2]
    is_open = _OPEN.get(vocabulary)

    def check(value, path):
        if not isinstance(value, str):
            yield Finding(path, "not_text")
        elif cbv_terms.bare(vocabulary, value) or (
            is_open and is_open.fullmatch(value)
        ):
            return
        elif not is_uri(value) or cbv_terms.is_reserved(vocabulary, value):
            yield Finding(path, "unknown_word", _choice(value, words))

    return check


def _choice(value, words):
    return {"value": str(value)[:64], "allowed": ", ".join(sorted(words)[:50])}


def list_of(item: Check, least: int = 0, unique: bool = False) -> Check:
    """Return a check of arrays."""

    def check(value, path):
        if not isinstance(value, list):
            yield Finding(path, "not_list")
            return
        if len(value) < least:
            yield Finding(path, "too_few", {"least": least})
        if unique and len({repr(one) for one in value}) < len(value):
            yield Finding(path, "repeated_item")
        for number, one in enumerate(value):
            yield from item(one, f"{path}/{number}")

    return check


def either(first: Check, second: Check) -> Check:
    """Return a check of lists that also takes a single value."""

    def check(value, path):
        yield from (second if isinstance(value, list) else first)(value, path)

    return check


def node(
    fields: dict[str, Check], required: tuple = (), extensible: bool = True
) -> Check:
    """Return a check of objects; fields of others have a namespace, if allowed."""

    def check(value, path):
        if not isinstance(value, dict):
            yield Finding(path, "not_object")
            return
        for name in required:
            if name not in value:
                yield Finding(pointer(path, name), "missing")
        for name, item in value.items():
            if rule := fields.get(name):
                yield from rule(item, f"{path}/{name}")
            elif not extensible or not is_extension(name):
                yield Finding(pointer(path, name), "unknown_field")
            elif is_too_deep(item):
                yield Finding(pointer(path, name), "too_deep", {"most": MAX_DEPTH})

    return check


def is_extension(name: str) -> bool:
    """Tell whether a field is another's: it has a namespace, or declares one."""
    return is_uri(name) or name == "@context" or name.startswith("@xmlns:")


def is_too_deep(value: object) -> bool:
    """Tell whether a value is nested deeper than whoever walks through it can go."""
    level = [value]
    for _depth in range(MAX_DEPTH):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True
