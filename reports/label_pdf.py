"""Labels as a PDF: vectors only, so that printers of any resolution do them well."""

import io

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from .fonts import font_name

# Streams as they are, not spelt in letters: a fifth smaller.
rl_config.useA85 = 0


def draw_labels(form, layouts, title="", skip=0) -> bytes:
    """Return the PDF of labels.

    :param layouts: iterable of `label_layout.Layout`, one a label
    :param int skip: how many labels of the first sheet are used already
    """
    file = io.BytesIO()
    sheet = form.sheet
    canvas = Canvas(
        file,
        pagesize=(sheet.page_width * mm, sheet.page_height * mm),
        pageCompression=1,
        invariant=True,
    )
    canvas.setTitle(title)
    page = 0
    for number, layout in enumerate(layouts, start=skip):
        at, x, y = sheet.place(number)
        while page < at:
            canvas.showPage()
            page += 1
        draw_layout(canvas, layout, x, sheet.page_height - y)
    canvas.save()
    return file.getvalue()


def draw_layout(canvas, layout, left, top):
    """Draw a label whose upper left corner is at `left`, `top` (mm from below)."""
    if layout.symbol:
        draw_symbol(canvas, layout, left + layout.x, top - layout.y)
    if not layout.texts:
        return
    text_object = canvas.beginText()
    font = font_name()
    for x, y, size, text in layout.texts:
        text_object.setFont(font, size)
        text_object.setTextOrigin((left + x) * mm, (top - y) * mm)
        text_object.textOut(text)
    canvas.drawText(text_object)


def draw_symbol(canvas, layout, x, y):
    """Draw a symbol below and right of a point, as one path on a grid of modules."""
    module = layout.module * mm
    deep = layout.bar_height * mm if layout.symbol.linear else module
    path = " ".join(
        f"{column} {-row - rows} {columns} {rows} re"
        for column, row, columns, rows in layout.symbol.runs()
    )
    canvas.addLiteral(
        f"q {module:.5f} 0 0 {deep:.5f} {x * mm:.4f} {y * mm:.4f} cm {path} f Q"
    )
