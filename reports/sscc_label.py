"""Labels of cartons and pallets: SSCC as GS1-128, who sends, and what is inside."""

import io
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ..core import label as geometry
from .fonts import font_name
from .label_layout import POINT, Layout
from .label_pdf import draw_layout
from .label_zpl import draw_label, rule
from .layout import fit
from .symbol import encode

MARGIN = 4.0
BAR_HEIGHT = 32.0  # what GS1 asks of logistic labels, in millimetres
FOOT = 10.0  # below the bars, for what they say
CAPTIONS = 21.0
TEXT_SIZE = 9


@dataclass(frozen=True)
class SsccLabel:
    """What a label says.

    `facts` are (caption, text), `contents` (product, number); `more` says how many
    rows of contents had no room: a function of their count.
    """

    sscc: str
    title: str
    facts: tuple = ()
    contents: tuple = ()
    more: object = "+{}".format


def draw_sscc_labels(labels, width=100, height=150, dpi=300) -> bytes:
    """Return the PDF of labels, one a page, sizes in millimetres."""
    file = io.BytesIO()
    canvas = Canvas(
        file, pagesize=(width * mm, height * mm), pageCompression=1, invariant=True
    )
    canvas.setTitle("SSCC")
    for label in labels:
        layout, line = _lay_out(label, width, height, dpi)
        draw_layout(canvas, layout, 0, height)
        y = (height - line) * mm
        canvas.line(MARGIN * mm, y, (width - MARGIN) * mm, y)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def draw_sscc_zpl(labels, width=100, height=150, dpi=300) -> str:
    """Return the ZPL of labels: the same words and bars at the same places."""
    parts = []
    for label in labels:
        layout, line = _lay_out(label, width, height, dpi)
        drawn = rule(MARGIN, line, width - 2 * MARGIN, dpi)
        parts.append(draw_label(layout, width, height, dpi, drawn))
    return "".join(parts)


def _lay_out(label, width, height, dpi):
    """Return where everything stands, and how far down the line below the facts is."""
    layout = Layout(encode("gs1_128", f"[00]{label.sscc}"))
    line, room = _place_words(layout, label, width, height)
    symbol = layout.symbol
    dots = geometry.module_dots(symbol.width, symbol.quiet, width - 2, dpi)
    # Wider than GS1 allows is no use.
    layout.dots = min(dots, geometry.to_dots(0.94, dpi))
    layout.module = layout.dots * geometry.INCH / dpi
    layout.bar_height = min(BAR_HEIGHT, room - FOOT - 2)
    layout.x = (width - symbol.width * layout.module) / 2
    layout.y = height - layout.bar_height - FOOT
    shown = f"(00) {label.sscc}"
    left = (width - _width_of(shown, 12)) / 2
    layout.texts.append((left, height - 4.5, 12, shown))
    return layout, line


def _place_words(layout, label, width, height):
    """Place title, facts and contents; return where the line between them is, and how
    much height is left.
    """
    inner = width - 2 * MARGIN
    y = MARGIN + 5
    layout.texts.append((MARGIN, y, 15, fit(label.title, inner * mm, 15)))
    y += 4
    for caption, text in label.facts:
        y += 4.6
        layout.texts.append((MARGIN, y, 7, fit(caption, (CAPTIONS - 1) * mm, 7)))
        said = fit(text, (inner - CAPTIONS) * mm, TEXT_SIZE)
        layout.texts.append((MARGIN + CAPTIONS, y, TEXT_SIZE, said))
    line = y = y + 3
    least = min(BAR_HEIGHT + FOOT + 2, height / 2)
    rows = max(0, int((height - y - least - 2) / 4.8))
    contents = list(label.contents)
    if len(contents) > rows:
        hidden = len(contents) - max(0, rows - 1)
        contents = [*contents[: max(0, rows - 1)], (label.more(hidden), "")]
    for product, number in contents[:rows]:
        y += 4.8
        said = fit(product, (inner - 16) * mm, TEXT_SIZE)
        layout.texts.append((MARGIN, y, TEXT_SIZE, said))
        right = width - MARGIN - _width_of(number, TEXT_SIZE)
        layout.texts.append((right, y, TEXT_SIZE, number))
    return line, max(height - y, least)


def _width_of(text, size):
    return stringWidth(text, font_name(), size) * POINT
