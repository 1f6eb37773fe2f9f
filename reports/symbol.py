"""The codes on our labels, as modules: what is dark, row by row.

Zint encodes; nothing is drawn here, so that a label in a PDF and one in a printer's own
language hold the very same symbol.
"""

from dataclasses import dataclass
from functools import lru_cache

import zint

from ..core.errors import SerialError

# Light space that readers need at each side, in modules: ISO/IEC 16022, 18004, 15417.
_QUIET = {"datamatrix": 1, "qr": 4, "linear": 10}
_KINDS = {
    "qr": (zint.Symbology.QRCODE, zint.InputMode.UNICODE, "qr"),
    "gs1_qr": (zint.Symbology.QRCODE, zint.InputMode.GS1, "qr"),
    "datamatrix": (zint.Symbology.DATAMATRIX, zint.InputMode.UNICODE, "datamatrix"),
    "gs1_datamatrix": (zint.Symbology.DATAMATRIX, zint.InputMode.GS1, "datamatrix"),
    "code128": (zint.Symbology.CODE128, zint.InputMode.UNICODE, "linear"),
    "gs1_128": (zint.Symbology.GS1_128, zint.InputMode.GS1, "linear"),
}
# QR codes: M restores 15 %; Data Matrix has its own.
_QR_LEVEL_M = 2


@dataclass(frozen=True)
class Symbol:
    """A symbol's modules.

    `rows` are numbers, bit 0 the leftmost module; a linear symbol has one row.
    `quiet` is the light space around it, in modules; linear ones need it at the sides.
    """

    rows: tuple[int, ...]
    width: int
    quiet: int
    linear: bool

    @property
    def height(self) -> int:
        """How many rows of modules there are."""
        return len(self.rows)

    def runs(self):
        """Yield dark rectangles: column, row, columns, rows; few, not one a module."""
        open_runs = {}
        for number, row in enumerate((*self.rows, 0)):
            runs = set(_runs_of(row))
            for run in set(open_runs) - runs:
                first = open_runs.pop(run)
                yield run[0], first, run[1], number - first
            for run in runs - set(open_runs):
                open_runs[run] = number


@lru_cache(maxsize=1024)
def _runs_of(row):
    runs, column = [], 0
    while row:
        skip = (row & -row).bit_length() - 1
        row >>= skip
        column += skip
        length = (~row & (row + 1)).bit_length() - 1
        runs.append((column, length))
        row >>= length
        column += length
    return tuple(runs)


def encode(kind: str, content: str) -> Symbol:
    """Return the symbol that says `content`.

    :param kind: a key of `_KINDS`
    :param content: an address or text; for GS1 kinds `[01]…[21]…`, valid already, as
        Zint would only warn
    """
    symbology, mode, family = _KINDS[kind]
    symbol = zint.Symbol()
    symbol.symbology = symbology
    symbol.input_mode = mode
    if family == "qr":
        symbol.option_1 = _QR_LEVEL_M
    try:
        symbol.encode(content)
    except (RuntimeError, ValueError) as error:
        raise SerialError("symbol_too_long", content=content[:80]) from error
    data, size = symbol.encoded_data, (symbol.width + 7) // 8
    raw, stride = bytes(data), data.shape[1]
    rows = tuple(
        int.from_bytes(raw[at : at + size], "little")
        for at in range(0, symbol.rows * stride, stride)
    )
    return Symbol(rows, symbol.width, _QUIET[family], family == "linear")
