"""A factory file read chunk by chunk."""

from . import code_scheme, factory_plan, factory_row
from .sheet_reader import SheetReader


class Reader(SheetReader):
    """The units of a factory file; a serial may stand in the whole file once.

    Other numbers are compared within a chunk: those of earlier chunks stand in the
    database by then.
    """

    def first_row_of(self, lot_id: int, row: int) -> int:
        """Return the first row that meant this serial, however it was written."""
        return self._first_row(("lot", lot_id), row)

    def _parse_row(self, number, cells, columns, now):
        return factory_row.parse(number, cells, columns, now)

    def _name_of(self, unit):
        serial = code_scheme.canonical(unit.serial) or unit.serial
        return (unit.product, serial), "serial", unit.serial

    def _contradictions(self, units):
        repeats = factory_plan.repeats(units, {})
        return [error for error in repeats if error.column != "serial"]
