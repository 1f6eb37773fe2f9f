"""A warranty card: the unit, its papers, what may be asked for, and its repairs."""

from dataclasses import dataclass

from reportlab.platypus import KeepTogether

from .document import Frame, draw_document, signatures, twin_facts
from .layout import gap, heading, table, words


@dataclass(frozen=True)
class Section:
    """A part of a card: a heading over facts (label, text), a table or some text.

    `widths` are those of the table's columns; a table without rows says `empty`.
    """

    title: str
    facts: tuple = ()
    columns: tuple = ()
    rows: tuple = ()
    widths: tuple = ()
    text: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Card:
    """All of a warranty card, in words: what stands on top, parts, lines to sign."""

    frame: Frame
    notice: str
    sections: tuple[Section, ...]
    signed_by: tuple[str, ...]


def draw_warranty_card(card: Card) -> bytes:
    """Return the PDF of a warranty card."""
    story = [words(card.notice, 10)]
    for section in card.sections[:-1]:
        story += _draw(section)
    # Nobody signs a page that says nothing.
    signed = [*_draw(card.sections[-1]), gap(2), signatures(card.signed_by)]
    return draw_document(card.frame, [*story, KeepTogether(signed)])


def _draw(section):
    drawn = [heading(section.title)]
    if section.facts:
        drawn.append(twin_facts(section.facts))
    if section.rows:
        wrap = range(len(section.columns))
        drawn.append(
            table(section.columns, section.rows, section.widths, size=8, wrap=wrap)
        )
    elif section.empty:
        drawn.append(words(section.empty, 9, "grey"))
    if section.text:
        drawn.append(words(section.text, 9))
    return drawn
