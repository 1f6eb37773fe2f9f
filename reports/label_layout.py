"""What stands where on a label: a symbol and lines of text, in millimetres.

The same places serve every output. Identifiers are never cut: they get smaller, then
a second line; names are cut with an ellipsis.
"""

from dataclasses import dataclass, field

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from ..core import label as geometry
from ..core.errors import SerialError
from .fonts import font_name
from .layout import fit
from .symbol import Symbol

POINT = 1 / mm  # in millimetres
LEADING = 1.25
LEAST_SIZE = 4  # of text, in points
GAP = 1.0  # between symbol and text


@dataclass(frozen=True)
class Line:
    """A line of text: what it says, its size in points, whether it may be cut."""

    text: str
    size: float = 8
    cut: bool = False


@dataclass(frozen=True)
class Form:
    """How labels of a template look.

    `symbol_place` is left, right, top or bottom; `symbol_size` the side of a square, or
    the height of a linear symbol's bars; `dpi` that of the printer.
    """

    sheet: geometry.Sheet
    margin: float = 1.5
    symbol_place: str = "left"
    symbol_size: float = 20
    dpi: int = 300


@dataclass
class Layout:
    """The result: where the symbol is, how big its modules are, and the texts.

    `texts` are (x, y of the base line, size in points, text).
    """

    symbol: Symbol | None = None
    x: float = 0
    y: float = 0
    dots: int = 0
    module: float = 0
    bar_height: float = 0
    texts: list = field(default_factory=list)


def lay_out(form: Form, symbol: Symbol | None, lines) -> Layout:
    """Return where a label's symbol and lines stand.

    :param lines: sequence of `Line`
    """
    sheet, margin = form.sheet, form.margin
    box = [margin, margin, sheet.label_width - margin, sheet.label_height - margin]
    layout = Layout(symbol)
    if symbol:
        _place_symbol(form, layout, box, bool(lines))
    if lines:
        _place_lines(layout, box, lines)
    return layout


def _place_symbol(form, layout, box, has_text):
    """Place the symbol at its edge of the box, and take its room off the box."""
    symbol, place = layout.symbol, form.symbol_place
    if symbol.linear and place in ("left", "right"):
        place = "top"
    across = box[2] - box[0]
    room = across if symbol.linear else form.symbol_size
    if room > across + 0.01 or form.symbol_size > box[3] - box[1] + 0.01:
        raise SerialError("symbol_beyond_label")
    dots = geometry.module_dots(symbol.width, symbol.quiet, room, form.dpi)
    module = dots * geometry.INCH / form.dpi
    layout.dots, layout.module = dots, module
    layout.bar_height = form.symbol_size if symbol.linear else 0
    width = symbol.width * module
    height = layout.bar_height or symbol.height * module
    middle = (box[0] + box[2] - width) / 2, (box[1] + box[3] - height) / 2
    inset = (form.symbol_size - height) / 2
    if not has_text:
        layout.x, layout.y = middle
    elif place in ("left", "right"):
        edge = box[0] + inset if place == "left" else box[2] - inset - width
        layout.x, layout.y = edge, middle[1]
    else:
        edge = box[1] + inset if place == "top" else box[3] - inset - height
        layout.x, layout.y = middle[0], edge
    at = {"left": 0, "top": 1, "right": 2, "bottom": 3}[place]
    box[at] += (form.symbol_size + GAP) * (1 if at < 2 else -1)


def _place_lines(layout, box, lines):
    """Place lines one under the other, in the middle of what is left of the box."""
    width, height = (box[2] - box[0]) / POINT, (box[3] - box[1]) / POINT
    if width < 10 or height < LEAST_SIZE:
        raise SerialError("no_room_for_text")
    for scale in (1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4):
        fitted = [part for line in lines for part in _fit_line(line, width, scale)]
        total = sum(size * LEADING for _text, size in fitted)
        if total <= height:
            break
    else:
        raise SerialError("no_room_for_text")
    y = box[1] + (height - total) / 2 * POINT
    for text, size in fitted:
        layout.texts.append((box[0], y + size * 0.97 * POINT, size, text))
        y += size * LEADING * POINT


def _fit_line(line, width, scale):
    """Return a line as (text, size) that fit, two of them if nothing else helps."""
    font, size = font_name(), max(LEAST_SIZE, line.size * scale)
    wide = stringWidth(line.text, font, size)
    if wide <= width:
        return [(line.text, size)]
    if line.cut:
        return [(fit(line.text, width, size), size)]
    smaller = size * width / wide
    if smaller >= LEAST_SIZE:
        return [(line.text, smaller)]
    return [(text, LEAST_SIZE) for text in _broken(line.text, font, width)]


def _broken(text, font, width):
    """Return a text in as many lines as it needs, broken anywhere."""
    rows = [""]
    for character in text:
        if stringWidth(rows[-1] + character, font, LEAST_SIZE) > width:
            rows.append("")
        rows[-1] += character
    return rows
