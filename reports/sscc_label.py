"""Labels of cartons and pallets: SSCC as GS1-128, who sends, and what is inside."""

import io
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ..core import label as geometry
from .fonts import font_name
from .label_layout import Layout
from .label_pdf import draw_symbol
from .layout import fit
from .symbol import encode

MARGIN = 4.0
BAR_HEIGHT = 32.0  # what GS1 asks of logistic labels, in millimetres
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
        y = _draw_words(canvas, label, width, height)
        _draw_code(canvas, label.sscc, width, dpi, y)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw_code(canvas, sscc, width, dpi, room):
    """Draw the symbol at the foot, and below it what it says."""
    symbol = encode("gs1_128", f"[00]{sscc}")
    dots = geometry.module_dots(symbol.width, symbol.quiet, width - 2, dpi)
    # Wider than GS1 allows is no use.
    dots = min(dots, geometry.to_dots(0.94, dpi))
    module = dots * geometry.INCH / dpi
    height = min(BAR_HEIGHT, room - 12)
    layout = Layout(symbol, dots=dots, module=module, bar_height=height)
    draw_symbol(canvas, layout, (width - symbol.width * module) / 2, height + 10)
    canvas.setFont(font_name(), 12)
    canvas.drawCentredString(width / 2 * mm, 4.5 * mm, f"(00) {sscc}")


def _draw_words(canvas, label, width, height):
    """Draw title, facts and contents; return how much height is left."""
    inner, left = (width - 2 * MARGIN) * mm, MARGIN * mm
    least = min(BAR_HEIGHT + 12, height / 2)
    y = height - MARGIN - 5
    canvas.setFont(font_name(), 15)
    canvas.drawString(left, y * mm, fit(label.title, inner, 15))
    y -= 4
    for caption, text in label.facts:
        y -= 4.6
        canvas.setFont(font_name(), 7)
        canvas.drawString(left, y * mm, fit(caption, 20 * mm, 7))
        canvas.setFont(font_name(), TEXT_SIZE)
        said = fit(text, inner - 21 * mm, TEXT_SIZE)
        canvas.drawString(left + 21 * mm, y * mm, said)
    y -= 3
    canvas.line(left, y * mm, left + inner, y * mm)
    rows = max(0, int((y - least - 2) / 4.8))
    contents = list(label.contents)
    if len(contents) > rows:
        hidden = len(contents) - max(0, rows - 1)
        contents = [*contents[: max(0, rows - 1)], (label.more(hidden), "")]
    canvas.setFont(font_name(), TEXT_SIZE)
    for product, number in contents[:rows]:
        y -= 4.8
        said = fit(product, inner - 16 * mm, TEXT_SIZE)
        canvas.drawString(left, y * mm, said)
        canvas.drawRightString(left + inner, y * mm, number)
    return max(y, least)
