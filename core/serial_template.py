"""Structured serials: a template such as `{plant}{line}{yy}{ww}{seq:06}{check}`.

Fields: `plant`, `line`, `product` (any text), `yy`, `yyyy`, `mm`, `dd`, `ww` (ISO week;
beside `ww` and without `mm` the year is the ISO year), `seq:06` (the number, with its
width), `check` (ISO 7064 MOD 37,36 over all letters and digits before it; last).

Serials are unique as long as numbers are counted a `prefix()`: that is why text of
variable width may stand on one side of the number only.
"""

import re
from datetime import date

from .check_digit import ALPHABET_36, mod_37_36
from .errors import SerialError

MAX_LENGTH = 20  # GS1's limit for AI 21
MAX_SEQ = 12
#: Characters GS1 allows in a serial (CSET 82).
CSET_82 = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)

_DATE_FIELDS = {"yy": 2, "yyyy": 4, "mm": 2, "dd": 2, "ww": 2}
_TEXT_FIELDS = frozenset({"plant", "line", "product"})
_TOKEN = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
_SEQ = re.compile(r"seq:0?([1-9]\d?)", re.ASCII)


class Template:
    """A checked template of structured serials.

    >>> template = Template("{plant}{yy}{ww}{seq:04}{check}")
    >>> values = {"plant": "SZ", "date": date(2027, 1, 1)}
    >>> template.prefix(values)
    'SZ2653'
    >>> template.serials(values, 7, 2)
    ['SZ26530007R', 'SZ26530008P']
    """

    def __init__(self, text: str):
        self.text = text
        self.has_check = False
        self._before, self._after = [], []
        self._digits = 0
        for field, literal, stray in _TOKEN.findall(text):
            if stray:
                raise SerialError("bad_template", template=text)
            if literal:
                _require_cset_82(literal)
            self._add(field, literal)
        if not self._digits:
            raise SerialError("missing_seq", template=text)
        self.capacity = 10**self._digits
        self._check_shape()

    @property
    def fields(self) -> frozenset[str]:
        """Names of the values the template needs, beside its number."""
        return frozenset(field for field, _ in self._before + self._after if field)

    def prefix(self, values: dict) -> str:
        """Return the text around the number: what the number is counted by."""
        head, tail = self._render(values)
        return f"{head}|{tail}" if tail else head

    def serials(self, values: dict, first: int, count: int) -> list[str]:
        """Return the serials of the numbers `first` .. `first + count - 1`.

        `values`: the text fields, and `date` (a date) or the date fields themselves.
        """
        if first < 0 or count < 0 or first + count > self.capacity:
            raise SerialError(
                "capacity_exceeded", capacity=self.capacity, first=first, count=count
            )
        head, tail = self._render(values)
        length = len(head) + self._digits + len(tail) + self.has_check
        if length > MAX_LENGTH:
            raise SerialError("too_long", maximum=MAX_LENGTH, found=length)
        width = self._digits
        result = [
            f"{head}{number:0{width}}{tail}" for number in range(first, first + count)
        ]
        if self.has_check:
            return [serial + check_of(serial) for serial in result]
        return result

    def _add(self, field, literal):
        if self.has_check:
            raise SerialError("check_not_last", template=self.text)
        if field == "check":
            self.has_check = True
        elif field.partition(":")[0] == "seq":
            self._set_seq(field)
        elif literal or field in _DATE_FIELDS or field in _TEXT_FIELDS:
            (self._after if self._digits else self._before).append((field, literal))
        else:
            raise SerialError("unknown_field", field=field[:MAX_LENGTH])

    def _set_seq(self, field):
        match = _SEQ.fullmatch(field)
        if self._digits:
            raise SerialError("two_seqs", template=self.text)
        if not match or int(match[1]) > MAX_SEQ:
            raise SerialError("bad_seq_width", maximum=MAX_SEQ)
        self._digits = int(match[1])

    def _check_shape(self):
        free_before, free_after = (
            any(field in _TEXT_FIELDS for field, _ in side)
            for side in (self._before, self._after)
        )
        if free_before and free_after:
            raise SerialError("ambiguous_fields", template=self.text)
        least = (
            self._digits
            + self.has_check
            + sum(
                _DATE_FIELDS.get(field, 1) if field else len(literal)
                for field, literal in self._before + self._after
            )
        )
        if least > MAX_LENGTH:
            raise SerialError("too_long", maximum=MAX_LENGTH, found=least)

    def _render(self, values):
        known = {**self._date_values(values.get("date")), **values}
        return tuple(
            "".join(literal or _text_of(field, known) for field, literal in side)
            for side in (self._before, self._after)
        )

    def _date_values(self, day: date | None):
        if not day:
            return {}
        iso = day.isocalendar()
        by_week = "ww" in self.fields and "mm" not in self.fields
        year = iso.year if by_week else day.year
        return {
            "yy": f"{year % 100:02}",
            "yyyy": f"{year:04}",
            "mm": f"{day.month:02}",
            "dd": f"{day.day:02}",
            "ww": f"{iso.week:02}",
        }


def check_of(serial: str) -> str:
    """Return the check character of a structured serial: separators do not count."""
    return mod_37_36("".join(c for c in serial.upper() if c in ALPHABET_36))


def _text_of(field, values):
    value = values.get(field)
    text = "" if value is None or value is False else str(value).strip()
    if not text:
        raise SerialError("missing_value", field=field)
    _require_cset_82(text)
    width = _DATE_FIELDS.get(field)
    if width and not (len(text) == width and text.isdigit()):
        raise SerialError("bad_value", field=field, value=text[:MAX_LENGTH])
    return text


def _require_cset_82(text):
    bad = [character for character in text if character not in CSET_82]
    if bad:
        raise SerialError("bad_characters", characters="".join(bad)[:MAX_LENGTH])
