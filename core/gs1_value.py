"""One GS1 element: an application identifier (AI) and its value, and what breaks it."""

from .errors import SerialError
from .gs1_ai import Entry, get_entry
from .gs1_rule import broken, has_characters

#: What a message of element strings comes to: (AI, value), in order.
Elements = tuple[tuple[str, str], ...]

#: A message holds no more elements than this.
MAX_ELEMENTS = 64


class Gs1Error(SerialError):
    """An element string, bracketed text or Digital Link is wrong.

    `ai` is the application identifier at fault, None where the text as a whole is.

    >>> try:
    ...     check_value("01", "09520123456789")
    ... except Gs1Error as error:
    ...     error.ai, error.reason
    ('01', 'gs1_check_digit')
    """

    def __init__(self, reason: str, ai: str | None = None, **values):
        super().__init__(reason, ai=ai, **values)
        self.ai = ai


def require_entry(ai: str) -> Entry:
    """Return what is known of the AI; Gs1Error where there is none."""
    entry = get_entry(ai)
    if entry is None:
        raise Gs1Error("gs1_unknown_ai", ai[:8])
    return entry


def check_value(ai: str, value: str) -> None:
    """Raise Gs1Error unless `value` has the form its AI asks for."""
    entry = require_entry(ai)
    _check_length(entry, value)
    rest = value
    for part in entry.parts:
        if not rest and part.optional:
            break
        text, rest = rest[: part.maximum], rest[part.maximum :]
        if len(text) < part.minimum:
            raise Gs1Error("gs1_too_short", ai, value=value)
        if not has_characters(part.kind, text):
            raise Gs1Error("gs1_bad_characters", ai, value=value)
        for name in part.rules:
            reason = broken(name, text)
            if reason:
                raise Gs1Error(reason, ai, value=value)


def _check_length(entry, value):
    if not value:
        raise Gs1Error("gs1_empty", entry.ai)
    if len(value) < entry.minimum:
        raise Gs1Error("gs1_too_short", entry.ai, value=value)
    if len(value) > entry.maximum:
        raise Gs1Error("gs1_too_long", entry.ai, value=value[: entry.maximum])
