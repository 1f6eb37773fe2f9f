"""What a symbol on a label says: as readers report it, as people read it, for Zint."""

from dataclasses import dataclass

from . import epc, gs1
from .errors import SerialError

# Elements of fixed length first: then the serial number needs no separator.
_ORDER = ("01", "11", "17", "22", "10", "21")
GS1_KINDS = frozenset({"gs1_datamatrix", "gs1_qr", "gs1_128"})


@dataclass(frozen=True)
class Content:
    """A symbol's content.

    `raw` is what a scanner sends (GS1 elements with their separators), `shown` what
    stands beside the symbol, `encoded` what the encoder is given.
    """

    raw: str
    shown: str
    encoded: str


@dataclass(frozen=True)
class Tag:
    """An RFID tag: its memory as hexadecimal, and its URI."""

    hex: str
    uri: str


def of_elements(elements: gs1.Elements) -> Content:
    """Return the content of a GS1 symbol; raise what is wrong with its elements.

    >>> content = of_elements((("21", "A1"), ("01", "09520123456788")))
    >>> content.raw, content.shown
    ('010952012345678821A1', '(01)09520123456788(21)A1')
    """
    elements = tuple(sorted(elements, key=_rank))
    gs1.validate(elements)
    return Content(
        gs1.element_string(elements),
        gs1.bracketed(elements),
        "".join(f"[{ai}]{value}" for ai, value in elements),
    )


def of_text(text: str) -> Content:
    """Return the content of a symbol that holds a text: printable ASCII.

    >>> of_text("https://id.example.com/sn/ABC").raw
    'https://id.example.com/sn/ABC'
    """
    if not (text.isascii() and text.isprintable()):
        raise SerialError("symbol_not_ascii", content=text[:80])
    return Content(text, text, text)


def add_dates(elements: gs1.Elements, produced=None, expires=None) -> gs1.Elements:
    """Return elements with a production and an expiry date.

    >>> from datetime import date
    >>> add_dates((("01", "09520123456788"),), expires=date(2027, 3, 1))
    (('01', '09520123456788'), ('17', '270301'))
    """
    dates = (("11", produced), ("17", expires))
    return (*elements, *((ai, f"{day:%y%m%d}") for ai, day in dates if day))


def tag_of(scheme, elements, prefix, filter_value) -> Tag:
    """Return the tag of a unit; SerialError if it can have none.

    :param scheme: `sgtin_96`, `sgtin_198` or `auto`: the shorter one if it fits
    :param prefix: the GS1 company prefix, of which a tag has to know the length

    >>> elements = (("01", "80614141123458"), ("21", "6789"))
    >>> tag_of("auto", elements, "0614141", 3).hex
    '3074257BF7194E4000001A85'
    """
    gtin, serial = gs1.get_value(elements, "01"), gs1.get_value(elements, "21")
    if not prefix or not gtin[1:].startswith(prefix):
        raise SerialError("no_prefix")
    values = gtin, len(prefix), serial, filter_value
    if scheme == "sgtin_198":
        memory = epc.encode_sgtin_198(*values)
    else:
        try:
            memory = epc.encode_sgtin_96(*values)
        except epc.EpcError:
            if scheme != "auto":
                raise
            memory = epc.encode_sgtin_198(*values)
    return Tag(memory, epc.decode(memory).uri)


def scanned(text: str) -> str:
    """Return what a scanner sent as `Content.raw` has it.

    Scanners put the symbology's identifier before it, and some a separator around.

    >>> scanned("]d2010952012345678821A1")
    '010952012345678821A1'
    """
    text = text.strip(" \t\r\n")
    if text[:1] == "]" and text[1:2].isalpha() and text[2:3].isalnum():
        text = text[3:]
    return text.strip(gs1.GS)


def _rank(element):
    ai = element[0]
    return _ORDER.index(ai) if ai in _ORDER else len(_ORDER)
