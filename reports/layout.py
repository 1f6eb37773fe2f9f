"""How our PDFs look: styles, tables, and what stands at the foot of every page."""

from functools import lru_cache
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, Spacer, Table

from .fonts import font_name

MARGIN = 15 * mm
# A frame keeps six points free at each side.
WIDTH = A4[0] - 2 * MARGIN - 12
GREY = colors.HexColor("#555555")
LINE = colors.HexColor("#c8ccd2")
SHADE = colors.HexColor("#eef1f5")
BLUE = colors.HexColor("#1f3b5b")
RED = colors.HexColor("#b3261e")


@lru_cache
def _style(size, colour="black", before=0, keep=False):
    return ParagraphStyle(
        f"text-{size}-{colour}-{before}-{keep}",
        # A heading is no page's last line.
        keepWithNext=keep,
        fontName=font_name(),
        fontSize=size,
        leading=size * 1.4,
        textColor={"black": colors.black, "grey": GREY, "blue": BLUE, "red": RED}[
            colour
        ],
        spaceBefore=before,
        # CJK lines break anywhere; Latin words of a serial must be allowed to as well.
        wordWrap="CJK",
    )


def title(text):
    """Return the heading of a part."""
    return Paragraph(escape(text), _style(14, "blue", 14, keep=True))


def heading(text):
    """Return the heading of an element of a part."""
    return Paragraph(escape(text), _style(10.5, "blue", 8, keep=True))


def words(text, size=9, colour="black"):
    """Return a paragraph; line breaks of the text are kept."""
    text = escape(str(text)).replace("\n", "<br/>")
    return Paragraph(text, _style(size, colour, 2))


def gap(height=3):
    """Return empty space, in millimetres."""
    return Spacer(1, height * mm)


def facts(rows, label_width=45, width=WIDTH):
    """Return a table of (label, text), rows without a text left out.

    :param label_width: of the first column, in millimetres
    """
    label_width *= mm
    table = Table(
        [
            [words(label, 9, "grey"), words(text)]
            for label, text in rows
            if text not in (None, "", False)
        ],
        colWidths=(label_width, width - label_width),
    )
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
    )
    return table


def table(columns, rows, widths, size=7, wrap=(), right=()):
    """Return a table with its head on each page.

    Cells are cut to their column, which is quick, but for the columns in `wrap`.

    :param widths: of the columns, in millimetres; they fill the page in proportion
    :param right: places of the columns set to the right, of amounts
    """
    unit = WIDTH / sum(widths)
    widths = [width * unit for width in widths]
    body = [
        [
            words(cell, size) if at in wrap else fit(cell, widths[at] - 5, size)
            for at, cell in enumerate(row)
        ]
        for row in [columns, *rows]
    ]
    drawn = LongTable(body, colWidths=widths, repeatRows=1)
    drawn.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), font_name(), size),
            ("LEADING", (0, 0), (-1, -1), size * 1.3),
            ("BACKGROUND", (0, 0), (-1, 0), SHADE),
            ("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            *(("ALIGN", (at, 0), (at, -1), "RIGHT") for at in right),
        ]
    )
    return drawn


def fit(text, width, size):
    """Return a text cut to a width, with an ellipsis where it was cut."""
    text = " ".join(str(text if text is not None else "").split())
    if stringWidth(text, font_name(), size) <= width:
        return text
    while text and stringWidth(text + "…", font_name(), size) > width:
        text = text[:-1]
    return text + "…"


def canvas_with_footer(left, get_right):
    """Return a class of canvas that writes a line at the foot of every page.

    :param get_right: function: number of a page, how many there are -> its text
    """

    class FootedCanvas(Canvas):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self._pages = []

        def showPage(self):
            # Drawn in the end, when the number of pages is known.
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self):
            for number, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self._draw_footer(get_right(number, len(self._pages)))
                Canvas.showPage(self)
            return super().save()

        def _draw_footer(self, right):
            self.setStrokeColor(LINE)
            self.line(MARGIN, 13 * mm, A4[0] - MARGIN, 13 * mm)
            self.setFillColor(GREY)
            self.setFont(font_name(), 6.5)
            self.drawString(MARGIN, 9.5 * mm, left)
            self.setFont(font_name(), 7.5)
            self.drawRightString(A4[0] - MARGIN, 9.5 * mm, right)

    return FootedCanvas
