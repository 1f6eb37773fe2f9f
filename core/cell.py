"""One cell of a table: what it says, and what is wrong with it."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .errors import SerialError

MAX_TEXT = 64
MAX_CELL = 51_200  # a cell may hold a list

_EXACT = 2**53  # beyond it a spreadsheet's number has lost digits
_ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+\d+")
_DATE = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d\d)(\d\d))"
    r"(?:[ T](\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?"
)
_EXCEL_EPOCH = datetime(1899, 12, 30)


@dataclass(frozen=True)
class RowError:
    """Why a row, or one cell of it, cannot be taken; `values` fill the message."""

    row: int
    reason: str
    column: str = ""
    value: str = ""
    values: dict = field(default_factory=dict, hash=False)


def text_of(cell) -> str:
    """Return what a cell shows; SerialError if a spreadsheet rounded it away.

    >>> text_of(490154203237518.0), text_of(None), text_of(" A1 ")
    ('490154203237518', '', 'A1')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        if abs(cell) > _EXACT:
            raise SerialError("rounded_number")
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    text = str(cell)[:MAX_CELL]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.strip()


def shown(cell) -> str:
    """Return a cell as text, cut, so that people find it in the file."""
    try:
        return text_of(cell)[:MAX_TEXT].replace("\0", "")
    except SerialError:  # rounded: what the spreadsheet shows is all there is
        return str(cell)[:MAX_TEXT]


def number_text(cell) -> str:
    """Return the text of a cell that holds a number of some digits."""
    text = text_of(cell)
    if _ROUNDED.fullmatch(text):
        raise SerialError("rounded_number")
    return text


def short_text(cell, maximum: int = MAX_TEXT) -> str:
    """Return a text without line breaks and formulas.

    >>> short_text("=1+1")
    Traceback (most recent call last):
    ...
    core.errors.SerialError: bad_characters
    """
    text = text_of(cell)
    require_short(text, maximum)
    if not text.isprintable() or text.startswith("="):
        raise SerialError("bad_characters")
    return text


def require_short(text: str, maximum: int) -> None:
    """Refuse a text that is too long."""
    if len(text) > maximum:
        raise SerialError("too_long", maximum=maximum, found=len(text))


def moment_of(cell) -> datetime | None:
    """Return the local time a cell tells, None if it is empty.

    >>> moment_of("2026/3/2 8:05"), moment_of(46083)
    (datetime.datetime(2026, 3, 2, 8, 5), datetime.datetime(2026, 3, 2, 0, 0))
    """
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None, microsecond=0)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    text = text_of(cell)
    if not text:
        return None
    if isinstance(cell, int | float) and 20_000 <= cell < 80_000:
        # A date that lost its format: days since Excel's epoch.
        return (_EXCEL_EPOCH + timedelta(days=cell)).replace(microsecond=0)
    match = _DATE.fullmatch(text)
    if not match:
        raise SerialError("bad_date")
    try:
        return datetime(*(int(part) for part in match.groups() if part))
    except ValueError as error:
        raise SerialError("bad_date") from error


def read_row(row, cells, columns, readers, required) -> tuple[dict, list[RowError]]:
    """Return the values of a row by field, and the errors of its cells.

    :param readers: by field, what makes a value of a cell; nothing of an empty one
    :param required: fields that may not be empty
    """
    values, errors = {}, []
    for column in columns:
        content = cells[column.index] if column.index < len(cells) else None
        try:
            if value := readers[column.field](content):
                values[column.field] = value
            elif column.field in required:
                raise SerialError("empty")
        except SerialError as error:
            errors.append(
                RowError(row, error.reason, column.header, shown(content), error.values)
            )
    return values, errors
