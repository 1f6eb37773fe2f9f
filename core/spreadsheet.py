"""Tables that a spreadsheet program shows and does not run."""

import csv
import io
from collections.abc import Iterable

#: Spreadsheets take a file for UTF-8 by its first character.
BOM = "\ufeff"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> str:
    """Return a value as the text of a cell that no program takes for a formula.

    A leading apostrophe is what OWASP advises against CSV injection. Whole numbers
    lose the ".0" that spreadsheets store them with.

    >>> safe_cell("=1+1")
    "'=1+1"
    >>> safe_cell("SN-1"), safe_cell(4711.0), safe_cell(None)
    ('SN-1', '4711', '')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as the text of a CSV file, without `BOM`.

    >>> csv_text([["Serial", "Note"], ["SN-1", "at home, alone"]])
    'Serial,Note\\r\\nSN-1,"at home, alone"\\r\\n'
    """
    text = io.StringIO()
    csv.writer(text).writerows(map(safe_cell, row) for row in rows)
    return text.getvalue()
