"""A packing list with every serial, drawn with reportlab."""

import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, Table

from .fonts import font_name

MARGIN = 15 * mm
WIDTHS = (68 * mm, 52 * mm, 32 * mm, 28 * mm)


def draw_packing_list(title, facts, columns, rows, page_text) -> bytes:
    """Return the PDF of a packing list.

    :param facts: (label, text) each, shown above the table
    :param columns: titles of the table's four columns
    :param rows: four texts each
    :param str page_text: the word for "page", before its number
    """
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        title=title,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
    )

    def number_page(canvas, _document):
        canvas.setFont(font_name(), 8)
        canvas.drawRightString(
            A4[0] - MARGIN,
            MARGIN / 2,
            f"{title} · {page_text} {canvas.getPageNumber()}",
        )

    story = [
        Paragraph(escape(title), _style(16, 20)),
        Spacer(1, 4 * mm),
        _facts_table(facts),
        Spacer(1, 6 * mm),
        _serials_table(columns, rows),
    ]
    document.build(story, onFirstPage=number_page, onLaterPages=number_page)
    return file.getvalue()


def _style(size, leading):
    # CJK lines break anywhere; Latin words of a serial must be allowed to as well.
    return ParagraphStyle(
        f"text-{size}",
        fontName=font_name(),
        fontSize=size,
        leading=leading,
        wordWrap="CJK",
    )


def _facts_table(facts):
    table = Table(
        [[label, Paragraph(escape(text), _style(9, 12))] for label, text in facts],
        colWidths=(30 * mm, 150 * mm),
    )
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), font_name(), 9),
            ("TEXTCOLOR", (0, 0), (0, -1), colors.HexColor("#555555")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ]
    )
    return table


def _serials_table(columns, rows):
    style = _style(8, 10)
    body = [[Paragraph(escape(cell), style) for cell in row] for row in rows]
    table = LongTable([list(columns), *body], colWidths=WIDTHS, repeatRows=1)
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), font_name(), 8),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#eeeeee")),
            ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.HexColor("#bbbbbb")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
    )
    return table
