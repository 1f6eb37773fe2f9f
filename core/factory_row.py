"""One row of a factory file: from cells to a unit, or to what is wrong with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from . import identifier
from .cell import RowError, moment_of, number_text, require_short, short_text, shown
from .errors import SerialError
from .sheet import Column

IDENTIFIERS = ("imei", "imei2", "meid", "eid", "mac")
TEXTS = ("plant", "line", "machine", "product")
MAX_SERIAL = 64
MAX_PARTS = 200

_FIRST_YEAR = 1980
_PART_SEPARATORS = re.compile(r"[;,|，；、\s]+")


@dataclass(frozen=True)
class Part:
    """A component's serial, with its product's code if the header named one."""

    serial: str
    product: str = ""


@dataclass(frozen=True)
class Unit:
    """What a row says about one unit; what it does not say is None."""

    row: int
    serial: str
    product: str | None = None
    imei: str | None = None
    imei2: str | None = None
    meid: str | None = None
    eid: str | None = None
    mac: str | None = None
    plant: str | None = None
    line: str | None = None
    machine: str | None = None
    produced: datetime | None = None
    parts: tuple[Part, ...] = ()


def parse(
    row: int, cells: Sequence, columns: Sequence[Column], now: datetime
) -> tuple[Unit | None, list[RowError]]:
    """Return the unit a row describes, or every error of the row.

    `now` is the local time of the factory: what was produced later is a mistake.

    >>> columns = [Column(0, "SN", "serial"), Column(1, "IMEI", "imei")]
    >>> now = datetime(2026, 3, 2)
    >>> unit, errors = parse(2, ["A1", 490154203237518.0], columns, now)
    >>> unit.serial, unit.imei, errors
    ('A1', '490154203237518', [])
    >>> parse(3, ["A2", "490154203237519"], columns, now)[1][0].reason
    'bad_check_digit'
    """
    values, parts, errors = {"serial": None}, [], []
    for column in columns:
        cell = cells[column.index] if column.index < len(cells) else None
        try:
            if column.field == "part":
                parts += _parts(cell, column.product)
            elif value := _READERS[column.field](cell, now):
                values[_NAMES.get(column.field, column.field)] = value
        except SerialError as error:
            errors.append(
                RowError(row, error.reason, column.header, shown(cell), error.values)
            )
    headers = {column.field: column.header for column in columns}
    serial_failed = any(error.column == headers["serial"] for error in errors)
    if not values["serial"] and not serial_failed:
        errors.append(RowError(row, "missing_serial", headers["serial"]))
    errors += _contradictions(row, values, parts, headers)
    if errors:
        return None, errors
    return Unit(row=row, parts=tuple(parts), **values), []


def _contradictions(row, values, parts, headers):
    """Yield what no cell shows alone."""
    if values.get("imei") and values.get("imei") == values.get("imei2"):
        yield RowError(row, "same_imei", headers["imei2"], values["imei2"])
    seen = set()
    for part in parts:
        if part in seen:
            yield RowError(row, "same_part", headers["part"], part.serial)
        seen.add(part)


def _serial(cell, _now):
    text = number_text(cell)
    require_short(text, MAX_SERIAL)
    if not (text.isascii() and text.isprintable()) or text.startswith(("=", "@")):
        raise SerialError("bad_characters")
    return text


def _free_text(cell, _now):
    return short_text(cell)


def _identifier(kind):
    def read(cell, _now):
        text = number_text(cell)
        if kind == "imei" and isinstance(cell, int | float) and len(text) == 14:
            text = text.zfill(15)  # a number cell drops the leading zero
        return identifier.normalise(kind, text) if text else None

    return read


def _produced(cell, now):
    moment = moment_of(cell)
    if moment is None:
        return None
    if moment.year < _FIRST_YEAR:
        raise SerialError("bad_date")
    if moment > now:
        raise SerialError("future_date")
    return moment


def _parts(cell, product):
    serials = [text for text in _PART_SEPARATORS.split(number_text(cell)) if text]
    if len(serials) > MAX_PARTS:
        raise SerialError("too_many_parts", maximum=MAX_PARTS, found=len(serials))
    return [Part(_serial(serial, None), product) for serial in serials]


_NAMES = {"date": "produced"}
_READERS = {
    "serial": _serial,
    "date": _produced,
    **{name: _free_text for name in TEXTS},
    **{name: _identifier(name.rstrip("2")) for name in IDENTIFIERS},
}
