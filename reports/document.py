"""The frame of a document of one unit: brand, title, QR code, story, page numbers.

Elements of a story (`heading`, `words`, `facts`, `table`, `gap`) are those of `layout`;
`twin_facts`, `pictures` and `signatures` come from here.
"""

import io
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import (
    HRFlowable,
    Image,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from .fonts import font_name
from .layout import BLUE, GREY, LINE, MARGIN, WIDTH, canvas_with_footer, facts, words

QR_SIZE = 26 * mm


@dataclass(frozen=True)
class Frame:
    """What stands around the story of a document; all of it is text, translated.

    `number` names the document, `qr` is what its QR code says (mostly an address) and
    `qr_label` stands under it, `footer` stands on every page beside the page's number.
    """

    brand: str
    title: str
    number: str = ""
    qr: str = ""
    qr_label: str = ""
    footer: str = ""


def draw_document(frame, story) -> bytes:
    """Return the PDF of a document, A4.

    :param Frame frame: what stands around the story
    :param story: elements, see the module's docstring
    """
    file = io.BytesIO()
    template = SimpleDocTemplate(
        file,
        pagesize=A4,
        title=" ".join(filter(None, [frame.title, frame.number])),
        author=frame.brand,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=18 * mm,
        invariant=True,
    )
    rule = HRFlowable(
        width="100%", thickness=1, color=BLUE, spaceBefore=2 * mm, spaceAfter=3 * mm
    )
    template.build(
        [_head(frame), rule, *story],
        canvasmaker=canvas_with_footer(
            frame.footer or frame.brand,
            lambda page, pages: f"{frame.number}  {page}/{pages}".strip(),
        ),
    )
    return file.getvalue()


def twin_facts(rows, label_width=32):
    """Return facts in two columns: (label, text) each, those without text left out."""
    rows = [row for row in rows if row[1] not in (None, "", False)]
    half = (len(rows) + 1) // 2
    width = (WIDTH - 6 * mm) / 2
    cells = [
        facts(part, label_width, width) if part else ""
        for part in (rows[:half], rows[half:])
    ]
    return _plain_table([[cells[0], "", cells[1]]], (width, 6 * mm, width))


def pictures(images, width=40):
    """Return pictures (bytes) side by side; what cannot be drawn is left out.

    :param width: of each picture, in millimetres
    """
    width *= mm
    drawn = list(filter(None, (_picture(image, width) for image in images)))
    if not drawn:
        return Spacer(0, 0)
    a_row = max(1, int(WIDTH // (width + 3 * mm)))
    rows = [drawn[at : at + a_row] for at in range(0, len(drawn), a_row)]
    rows[-1] += [""] * (a_row - len(rows[-1]))
    return _plain_table(rows, [width + 3 * mm] * a_row)


def signatures(labels):
    """Return lines to sign on, each with what it is for under it."""
    width = WIDTH / max(len(labels), 1)
    cells = [
        [Spacer(1, 14 * mm), _line(width - 8 * mm), words(label, 8, "grey")]
        for label in labels
    ]
    return _plain_table([cells], [width] * len(labels))


def qr_code(text, size=QR_SIZE):
    """Return a QR code, drawn as vectors."""
    widget = QrCodeWidget(text, barLevel="M", barBorder=0)
    left, bottom, right, top = widget.getBounds()
    drawing = Drawing(
        size,
        size,
        transform=[size / (right - left), 0, 0, size / (top - bottom), 0, 0],
    )
    drawing.add(widget)
    return drawing


def _head(frame):
    left = [
        words(frame.brand, 10, "grey"),
        _text(frame.title, 19, BLUE),
        words(frame.number, 10),
    ]
    right = []
    if frame.qr:
        right.append(qr_code(frame.qr))
        if frame.qr_label:
            right.append(_text(frame.qr_label, 6.5, GREY, alignment=TA_RIGHT))
    return _plain_table([[left, right]], (WIDTH - 44 * mm, 44 * mm), right_column=True)


def _text(text, size, colour, **style):
    style = ParagraphStyle(
        "head",
        fontName=font_name(),
        fontSize=size,
        leading=size * 1.35,
        textColor=colour,
        wordWrap="CJK",
        **style,
    )
    return Paragraph(escape(text), style)


def _plain_table(rows, widths, right_column=False):
    table = Table(rows, colWidths=widths)
    commands = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
    ]
    if right_column:
        commands.append(("ALIGN", (-1, 0), (-1, -1), "RIGHT"))
    table.setStyle(commands)
    return table


def _line(width):
    return HRFlowable(width=width, thickness=0.5, color=LINE, hAlign="LEFT")


def _picture(image, width):
    try:
        across, high = ImageReader(io.BytesIO(image)).getSize()
        return Image(io.BytesIO(image), width, width * high / across)
    except (OSError, ValueError, ZeroDivisionError):
        return None
