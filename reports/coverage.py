"""The coverage report: how many units left, how many of them without a code."""

from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing, Line, PolyLine, Rect, String
from reportlab.lib.units import mm

from .document import Frame, draw_document, signatures, twin_facts
from .fonts import font_name
from .layout import BLUE, GREY, LINE, RED, WIDTH, gap, heading, table, words

HEIGHT = 42 * mm
AXIS = 12 * mm


@dataclass(frozen=True)
class Table:
    """A heading over a table; `right` are its columns of numbers."""

    title: str
    columns: tuple
    rows: tuple
    widths: tuple
    right: tuple = ()
    empty: str = ""
    note: str = ""


@dataclass(frozen=True)
class Coverage:
    """All of a coverage report, in words; `shares` are (label, percent coded)."""

    frame: Frame
    notice: str
    is_whole: bool
    facts: tuple
    chart_title: str
    shares: tuple
    tables: tuple
    signed_by: tuple


def draw_coverage(coverage: Coverage) -> bytes:
    """Return the PDF of a coverage report."""
    story = [
        words(coverage.notice, 11, "black" if coverage.is_whole else "red"),
        gap(2),
        twin_facts(coverage.facts),
    ]
    if len(coverage.shares) > 1:
        story += [heading(coverage.chart_title), _draw_chart(coverage.shares)]
    for part in coverage.tables:
        story.append(heading(part.title))
        if part.rows:
            story.append(
                table(
                    part.columns,
                    part.rows,
                    part.widths,
                    size=8,
                    wrap=range(len(part.columns) - len(part.right)),
                    right=part.right,
                )
            )
        else:
            story.append(words(part.empty, 9, "grey"))
        if part.note:
            story.append(words(part.note, 8, "grey"))
    story += [gap(4), signatures(coverage.signed_by)]
    return draw_document(coverage.frame, story)


def _draw_chart(shares):
    """Return a line of the share coded over time, from 0 to 100 percent."""
    drawing = Drawing(WIDTH, HEIGHT)
    low, high = 6 * mm, HEIGHT - 3 * mm
    step = (WIDTH - AXIS - 6 * mm) / max(len(shares) - 1, 1)
    for percent in (0, 50, 100):
        y = low + (high - low) * percent / 100
        drawing.add(Line(AXIS, y, WIDTH, y, strokeColor=LINE, strokeWidth=0.5))
        _write(drawing, AXIS - 2 * mm, y - 2, f"{percent} %", "end")
    points = []
    for at, (label, share) in enumerate(shares):
        x, y = AXIS + 3 * mm + at * step, low + (high - low) * share / 100
        points += [x, y]
        colour = BLUE if share >= 100 else RED
        drawing.add(Rect(x - 1.5, y - 1.5, 3, 3, fillColor=colour, strokeColor=colour))
        if at % -(-len(shares) // 12) == 0:
            _write(drawing, x, low - 9, label, "middle")
    drawing.add(PolyLine(points, strokeColor=BLUE, strokeWidth=1))
    return drawing


def _write(drawing, x, y, text, anchor):
    drawing.add(
        String(
            x,
            y,
            text,
            fontName=font_name(),
            fontSize=6.5,
            fillColor=GREY,
            textAnchor=anchor,
        )
    )
