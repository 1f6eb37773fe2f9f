"""The rows of a table, chunk by chunk, remembering what it has said already."""

import itertools
from datetime import datetime

from .cell import MAX_TEXT, RowError
from .sheet import Sheet


class SheetReader:
    """The rows of a sheet in order; what names a row may stand in the file once."""

    def __init__(self, sheet: Sheet):
        self._sheet = sheet
        self._seen = {}  # hash of a key -> row: small, for a million rows
        self.headers = {column.field: column.header for column in sheet.columns}

    def skip(self, count: int, now: datetime) -> None:
        """Pass over rows that are read already."""
        for number, cells in itertools.islice(self._sheet.rows, count):
            item, _errors = self._parse(number, cells, now)
            if item and (named := self._name_of(item)):
                self._first_row(named[0], item.row)

    def take(self, count: int, now: datetime) -> tuple[int, list, list[RowError]]:
        """Return how many rows were read, what they say, and the errors of others."""
        rows = list(itertools.islice(self._sheet.rows, count))
        items, errors = [], []
        for number, cells in rows:
            item, wrong = self._parse(number, cells, now)
            errors += wrong
            if item:
                items.append(item)
        errors += self._contradictions(items) + self._repeats(items)
        errors.sort(key=lambda error: error.row)
        bad = {error.row for error in errors}
        return len(rows), [item for item in items if item.row not in bad], errors

    # === WHAT A KIND OF FILE ADDS === #

    def _parse_row(self, number, cells, columns, now):
        """Return (what a row says or None, its errors)."""
        raise NotImplementedError

    def _name_of(self, item):
        """Return (key, field, text) of what names a row, None if nothing does."""
        return None

    def _contradictions(self, items):
        """Return the errors of rows that do not fit each other."""
        return []

    # === ROWS === #

    def _parse(self, number, cells, now):
        if flaw := self._sheet.flaw(cells):
            reason, values = flaw
            return None, [RowError(number, reason, "", _shown(cells), values)]
        return self._parse_row(number, cells, self._sheet.columns, now)

    def _repeats(self, items):
        errors = []
        for item in items:
            if not (named := self._name_of(item)):
                continue
            key, field, text = named
            first = self._first_row(key, item.row)
            if first != item.row:
                errors.append(
                    RowError(item.row, "repeated", field, text, {"first": first})
                )
        return errors

    def _first_row(self, key, row):
        return self._seen.setdefault(hash(key), row)


def _shown(cells):
    """Return a row as text, so that people find it in the file."""
    text = " ".join(str(cell) for cell in cells if cell not in (None, ""))
    return " ".join(text.replace("\0", "").split())[:MAX_TEXT]
