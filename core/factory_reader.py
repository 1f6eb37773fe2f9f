"""A factory file read chunk by chunk, remembering what it has said already."""

import itertools
from datetime import datetime

from . import code_scheme, factory_plan, factory_row
from .factory_file import Sheet
from .factory_row import MAX_TEXT, RowError, Unit


class Reader:
    """The rows of a sheet in order; a serial may stand in the whole file once.

    Other numbers are compared within a chunk: those of earlier chunks stand in the
    database by then.
    """

    def __init__(self, sheet: Sheet):
        self._sheet = sheet
        self._seen = {}  # hash of a number -> row: small, for a million rows
        self.headers = {column.field: column.header for column in sheet.columns}

    def skip(self, count: int, now: datetime) -> None:
        """Pass over rows that are read already."""
        for number, cells in itertools.islice(self._sheet.rows, count):
            unit, _errors = self._parse(number, cells, now)
            if unit:
                self._first_row(_serial_key(unit), unit.row)

    def take(self, count: int, now: datetime) -> tuple[int, list[Unit], list[RowError]]:
        """Return how many rows were read, their units, and the errors of the others."""
        rows = list(itertools.islice(self._sheet.rows, count))
        units, errors = [], []
        for number, cells in rows:
            unit, wrong = self._parse(number, cells, now)
            errors += wrong
            if unit:
                units.append(unit)
        errors += self._repeats(units)
        bad = {error.row for error in errors}
        return len(rows), [unit for unit in units if unit.row not in bad], errors

    def first_row_of(self, lot_id: int, row: int) -> int:
        """Return the first row that meant this serial, however it was written."""
        return self._first_row(("lot", lot_id), row)

    def _parse(self, number, cells, now):
        if flaw := self._sheet.flaw(cells):
            reason, values = flaw
            return None, [RowError(number, reason, "", _shown(cells), values)]
        return factory_row.parse(number, cells, self._sheet.columns, now)

    def _repeats(self, units):
        repeats = factory_plan.repeats(units, {})
        errors = [error for error in repeats if error.column != "serial"]
        for unit in units:
            first = self._first_row(_serial_key(unit), unit.row)
            if first != unit.row:
                values = {"first": first}
                errors.append(
                    RowError(unit.row, "repeated", "serial", unit.serial, values)
                )
        return sorted(errors, key=lambda error: error.row)

    def _first_row(self, key, row):
        return self._seen.setdefault(hash(key), row)


def _shown(cells):
    """Return a row as text, so that people find it in the file."""
    text = " ".join(str(cell) for cell in cells if cell not in (None, ""))
    return " ".join(text.replace("\0", "").split())[:MAX_TEXT]


def _serial_key(unit):
    serial = code_scheme.canonical(unit.serial) or unit.serial
    return unit.product, serial
