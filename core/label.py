"""Where labels stand on a sheet or a roll, and how big a symbol's modules are.

Millimetres throughout, from the upper left. Modules are whole dots of the printer: what
is not comes out uneven, and does not scan.
"""

from dataclasses import dataclass

from .errors import SerialError

INCH = 25.4
# Below this no scanner in a warehouse reads reliably (three dots at 300 dpi).
LEAST_MODULE = 0.25


@dataclass(frozen=True)
class Sheet:
    """A page and the labels on it; a roll's page is one label.

    `pitch_x` and `pitch_y` are from one label's edge to the next one's same edge.
    """

    page_width: float
    page_height: float
    columns: int
    rows: int
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    label_width: float
    label_height: float

    @property
    def count(self) -> int:
        """How many labels a page holds."""
        return self.columns * self.rows

    def place(self, number: int) -> tuple[int, float, float]:
        """Return page, x and y of a label, all counted from 0.

        >>> a4 = Sheet(210, 297, 3, 8, 0, 0.5, 70, 37, 70, 37)
        >>> a4.place(0), a4.place(4), a4.place(24)
        ((0, 0, 0.5), (0, 70, 37.5), (1, 0, 0.5))
        """
        page, place = divmod(number, self.count)
        row, column = divmod(place, self.columns)
        return (
            page,
            self.left + column * self.pitch_x,
            self.top + row * self.pitch_y,
        )

    def flaw(self) -> str:
        """Return why nothing can be printed on it, "" if it can.

        >>> Sheet(210, 297, 3, 8, 0, 0.5, 70, 37, 70, 37).flaw()
        ''
        >>> Sheet(210, 297, 4, 8, 0, 0.5, 70, 37, 70, 37).flaw()
        'beyond_page'
        """
        if min(self.columns, self.rows) < 1:
            return "no_labels"
        if min(self.label_width, self.label_height, self.left + 1, self.top + 1) < 1:
            return "bad_size"
        if self.columns > 1 and self.pitch_x < self.label_width - 0.01:
            return "labels_overlap"
        if self.rows > 1 and self.pitch_y < self.label_height - 0.01:
            return "labels_overlap"
        right = self.left + (self.columns - 1) * self.pitch_x + self.label_width
        bottom = self.top + (self.rows - 1) * self.pitch_y + self.label_height
        if right > self.page_width + 0.01 or bottom > self.page_height + 0.01:
            return "beyond_page"
        return ""


def roll(width: float, height: float) -> Sheet:
    """Return the sheet of a roll: a label a page."""
    return Sheet(width, height, 1, 1, 0, 0, width, height, width, height)


def to_dots(millimetres: float, dpi: int) -> int:
    """Return a length in a printer's dots.

    >>> to_dots(25.4, 300)
    300
    """
    return round(millimetres * dpi / INCH)


def least_dots(dpi: int) -> int:
    """Return how many dots a module has at least.

    >>> [least_dots(dpi) for dpi in (203, 300, 600)]
    [2, 3, 6]
    """
    return -int(-(LEAST_MODULE * dpi / INCH - 0.01) // 1)


def module_dots(modules: int, quiet: int, room: float, dpi: int) -> int:
    """Return how many dots a module gets in a room, quiet zones included.

    >>> module_dots(22, 1, 20, 300)
    9
    >>> module_dots(33, 4, 6, 300)
    Traceback (most recent call last):
    ...
    core.errors.SerialError: symbol_too_small
    """
    dots = int(room * dpi / INCH + 0.01) // (modules + 2 * quiet)
    if dots < least_dots(dpi):
        least = least_dots(dpi) * (modules + 2 * quiet) * INCH / dpi
        raise SerialError("symbol_too_small", least=round(least + 0.05, 1), room=room)
    return dots
