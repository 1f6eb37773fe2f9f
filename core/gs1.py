"""GS1 element strings: what a barcode says, read, checked and written.

One message comes in three forms, all read by `parse`: the raw element string of a
scanner (GS, hexadecimal 1D, ends a value of variable length), the bracketed form
printed beside a symbol, and the Digital Link URI (`core/digital_link.py`). What
each application identifier (AI) allows is the GS1 Barcode Syntax Dictionary's.
"""

import re

from . import digital_link
from .gs1_ai import get_entry, matches, split_entry
from .gs1_value import MAX_ELEMENTS, Elements, Gs1Error, check_value, require_entry

__all__ = (
    "Elements",
    "Gs1Error",
    "bracketed",
    "element_string",
    "is_message",
    "parse",
    "validate",
)

GS = "\x1d"
# The sign for it, where the character itself cannot be typed or shown.
_GS_SIGN = "\u241d"

_MAX_LENGTH = 8192
_BRACKETED = re.compile(r"\((\d{2,4})\)((?:\\\(|[^(])*)", re.ASCII)
_CARRIER = re.compile(r"\]([A-Za-z])([0-9])")
#: Symbology identifiers of symbols that hold element strings, and of those that may
#: hold any text, a Digital Link among them.
_GS1_CARRIERS = frozenset({"C1", "e0", "d2", "Q3", "J1"})
_PLAIN_CARRIERS = frozenset({"Q0", "Q1", "Q2", "d0", "d1", "J0"})
# A signature needs the serial part of these keys, which is optional otherwise.
_SERIALISED_FROM = {"253": 13, "255": 13, "8003": 14}


def is_message(text: str) -> bool:
    """Say whether a text says of itself that it is a GS1 message.

    A raw element string without any mark does not: it may be a plain serial number.

    >>> is_message("(01)09520123456788"), is_message("]d20109520123456788")
    (True, True)
    >>> is_message("0109520123456788"), is_message("https://id.gs1.org/01/1")
    (False, True)
    """
    carrier = text[1:3] in _GS1_CARRIERS and text.startswith("]")
    return carrier or text[:1] in ("(", GS, _GS_SIGN) or digital_link.is_link(text)


def parse(text: str) -> Elements:
    """Return the elements of a GS1 message in any of its forms.

    Each value is checked by itself; `validate` checks them together. Gs1Error names
    the AI and the reason.

    >>> parse("]d2010952012345678810ABC1" + GS + "2112345")
    (('01', '09520123456788'), ('10', 'ABC1'), ('21', '12345'))
    >>> parse("(01)09520123456788(21)A\\\\(1)")
    (('01', '09520123456788'), ('21', 'A(1)'))
    """
    text = text.strip("\r\n").replace(_GS_SIGN, GS)
    if len(text) > _MAX_LENGTH:
        raise Gs1Error("gs1_too_long")
    carrier = _CARRIER.match(text)
    if carrier:
        return _parse_scanned(carrier.group(1) + carrier.group(2), text[3:])
    if digital_link.is_link(text):
        return digital_link.parse(text)
    if text.startswith("("):
        return _parse_bracketed(text)
    return _parse_raw(text)


def validate(elements: Elements) -> Elements:
    """Return `elements` if they are right by themselves and go together.

    >>> try:
    ...     validate((("21", "12345"),))
    ... except Gs1Error as error:
    ...     error.ai, error.reason
    ('21', 'gs1_missing_ai')
    """
    for ai, value in elements:
        check_value(ai, value)
    _check_repeats(elements)
    values = dict(elements)
    for ai in values:
        entry = require_entry(ai)
        _check_excluded(entry, values)
        _check_needed(entry, values)
    if "8030" in values:
        _check_serialised(values)
    return tuple(elements)


def element_string(elements: Elements, gs: str = GS) -> str:
    """Return the raw element string, separators where they are needed.

    >>> element_string((("10", "ABC"), ("01", "09520123456788"), ("21", "1")), "|")
    '10ABC|0109520123456788211'
    """
    ends = [gs if not require_entry(ai).fixed else "" for ai, _value in elements]
    ends[-1:] = [""]
    return "".join(
        ai + value + end for (ai, value), end in zip(elements, ends, strict=False)
    )


def bracketed(elements: Elements) -> str:
    """Return the form printed beside a symbol; a bracket in a value is escaped.

    >>> bracketed((("01", "09520123456788"), ("21", "A(1)")))
    '(01)09520123456788(21)A\\\\(1)'
    """
    return "".join(f"({ai})" + value.replace("(", "\\(") for ai, value in elements)


def _parse_scanned(carrier, text):
    if carrier in _GS1_CARRIERS:
        return _parse_raw(text)
    if carrier in _PLAIN_CARRIERS and is_message(text):
        return parse(text)
    if carrier in ("E0", "E4"):
        return _parse_ean(text, 13 if carrier == "E0" else 8)
    raise Gs1Error("gs1_no_message", value=text[:64])


def _parse_ean(text, length):
    """Return the elements of an EAN, and of the composite part above it if any."""
    digits, _bar, composite = text.partition("|")
    if len(digits) != length:
        raise Gs1Error("gs1_no_message", value=text[:64])
    elements = (("01", digits.zfill(14)),)
    check_value(*elements[0])
    return elements + (parse(composite) if composite else ())


def _parse_bracketed(text):
    elements = []
    position = 0
    while position < len(text):
        found = _BRACKETED.match(text, position)
        if not found:
            raise Gs1Error("gs1_brackets", value=text[position : position + 64])
        position = found.end()
        elements.append((found.group(1), found.group(2).replace("\\(", "(")))
    return _check_each(elements)


def _parse_raw(text):
    elements = []
    text = text.removeprefix(GS)
    while text:
        entry = split_entry(text)
        if entry is None:
            raise Gs1Error("gs1_unknown_ai", text[:4])
        rest = text[len(entry.ai) :]
        value = rest.partition(GS)[0]
        if entry.fixed:
            value = value[: entry.maximum]
        # A separator where none is needed does no harm.
        text = rest[len(value) :].removeprefix(GS)
        elements.append((entry.ai, value))
    return _check_each(elements)


def _check_each(elements):
    if not elements:
        raise Gs1Error("gs1_no_message", value="")
    if len(elements) > MAX_ELEMENTS:
        raise Gs1Error("gs1_too_many")
    for ai, value in elements:
        check_value(ai, value)
    return tuple(elements)


def _check_repeats(elements):
    values = {}
    for ai, value in elements:
        if values.setdefault(ai, value) != value:
            raise Gs1Error("gs1_repeated", ai, value=value)


def _check_excluded(entry, values):
    for pattern in entry.excludes:
        for other in values:
            if other != entry.ai and matches(pattern, other):
                raise Gs1Error("gs1_excluded_ai", entry.ai, other=other)


def _check_needed(entry, values):
    for group in entry.needs:
        if not any(_has_all(alternative, values) for alternative in group):
            needed = ["+".join(alternative) for alternative in group]
            raise Gs1Error("gs1_missing_ai", entry.ai, needed=needed)


def _has_all(patterns, values):
    return all(any(matches(pattern, ai) for ai in values) for pattern in patterns)


def _check_serialised(values):
    for ai, length in _SERIALISED_FROM.items():
        if ai in values and len(values[ai]) <= length:
            raise Gs1Error("gs1_not_serialised", ai, value=values[ai])


def get_value(elements: Elements, ai: str) -> str | None:
    """Return the value of an AI among `elements`, None where it is not there.

    >>> get_value((("01", "09520123456788"), ("21", "7")), "21")
    '7'
    """
    return next((value for known, value in elements if known == ai), None)


def get_title(ai: str) -> str:
    """Return the title that is printed for an AI, "" for none.

    >>> get_title("10")
    'BATCH/LOT'
    """
    entry = get_entry(ai)
    return entry.title if entry else ""
