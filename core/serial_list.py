"""Lists of serials as people give them: pasted, scanned, or in a file.

A text may be a serial number, a public code, the address of its page, an IMEI or
another identifier, or the number of a carton. What it is, only the database can tell;
this module says under which keys to look.

>>> [entry.text for entry in parse("A1, A2;A3\\n A4 \\tA5")]
['A1', 'A2', 'A3', 'A4', 'A5']
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import code_scheme, factory_file, identifier, scanned, sheet
from .errors import SerialError

MAX_TEXT = 512
MAX_ENTRIES = 50_000
# Not the separator within GS1 messages, which is a white space to Python.
_SEPARATORS = re.compile("(?:[^\\S\x1d]|[,;|\u3001\uff0c\uff1b])+")
_LINES = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# What scanners put before a GS1 code to tell which kind it is.
_SYMBOLOGY = re.compile(r"^\][A-Za-z]\d")
_SSCC = re.compile(r"^(?:\(00\)|00)?(\d{18})$")
_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://[^/]+/", re.IGNORECASE)
_IDENTIFIERS = {
    "imei": re.compile(r"^[\d\s./:-]{15,24}$"),
    "meid": re.compile(r"^[0-9A-F\s.:/-]{14,24}$", re.IGNORECASE),
    "eid": re.compile(r"^[\d\s./:-]{32,50}$"),
    "mac": re.compile(r"^[0-9A-F\s.:_-]{12,17}$", re.IGNORECASE),
}


@dataclass(frozen=True)
class Entry:
    """A text of a list, and where it stood: a line of text or a row of a sheet."""

    row: int
    text: str


@dataclass(frozen=True)
class Unread:
    """A row that no serial could be read from, and why."""

    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class Keys:
    """Under what to look a text up: names of serials, codes, identifiers, cartons.

    `gtin` is the product's whose serial the name is, "" where the text does not tell.
    """

    name: str
    code: str
    identifiers: dict = field(default_factory=dict)
    cartons: tuple = ()
    gtin: str = ""


def clean(text: str) -> str:
    """Return a text as it was meant: no scanner's prefix, of an address its end.

    Of a GS1 message that names a unit it is the serial number.

    >>> clean(" https://brand.example/sn/X8K29M4PLQ7RW?lang=en ")
    'X8K29M4PLQ7RW'
    >>> clean("]C1(00)340123450000000018")
    '(00)340123450000000018'
    """
    elements = scanned.read_gs1(text)
    if elements and scanned.names_unit(elements):
        return elements["21"]
    text = _SYMBOLOGY.sub("", text.replace("\0", "").strip()).strip("\x1d ")
    if _ADDRESS.match(text):
        text = re.split(r"[?#]", text)[0].rstrip("/").rpartition("/")[2]
    return text


def keys_of(text: str) -> Keys:
    """Return the keys under which a text is looked up.

    >>> keys = keys_of("(00)340123450000000018")
    >>> keys.cartons[1:]
    ('340123450000000018', '00340123450000000018')
    >>> keys_of("490154203237518").identifiers["imei"]
    '490154203237518'
    """
    elements = scanned.read_gs1(text)
    if elements:
        return _keys_of_elements(text, elements)
    text = clean(text)
    found = {}
    for kind, pattern in _IDENTIFIERS.items():
        if pattern.match(text):
            try:
                found[kind] = identifier.normalise(kind, text)
            except SerialError:
                continue
    sscc = _SSCC.match(text.replace(" ", ""))
    cartons = _cartons(sscc[1], text) if sscc else (text,)
    return Keys(text, code_scheme.canonical(text), found, cartons)


def _cartons(sscc, *texts):
    """Return the ways in which the number of a carton may have been stored."""
    return tuple(dict.fromkeys((f"(00){sscc}", sscc, f"00{sscc}", *texts)))


def _keys_of_elements(text, elements):
    """Return the keys of a GS1 message: its serial, code (AI 91), IMEI, carton."""
    found = {}
    for ai, kind in (("8040", "imei"), ("8042", "eid")):
        if ai in elements:
            with contextlib.suppress(SerialError):
                found[kind] = identifier.normalise(kind, elements[ai])
    sscc, name = elements.get("00"), clean(text)
    return Keys(
        elements.get("21", name),
        scanned.code_of(text),
        found,
        _cartons(sscc, name) if sscc else (name,),
        elements.get("01", "") if "21" in elements else "",
    )


def parse(text: str) -> list[Entry]:
    """Return the entries of a pasted list, whatever separates them.

    >>> parse("A1\\n\\nA2 A3")
    [Entry(row=1, text='A1'), Entry(row=3, text='A2'), Entry(row=3, text='A3')]
    """
    return [
        Entry(row, part)
        for row, line in enumerate(_LINES.split(text), start=1)
        for part in _SEPARATORS.split(line)
        if part
    ]


def read(content: bytes) -> tuple[list[Entry], list[Unread]]:
    """Return the entries of a file (CSV, XLSX or text), and the rows without one.

    Of a table with a header it is the column of serials; without a header the first
    column of a workbook, and every word of a text.

    >>> read(b"No;SN\\n1;A1\\n2;\\n")
    ([Entry(row=2, text='A1')], [Unread(row=3, text='2', reason='no_serial')])
    >>> read(b"A1\\nA2 A3")[0][2]
    Entry(row=2, text='A3')
    """
    try:
        found = factory_file.read(content)
    except SerialError as error:
        if error.reason != "no_serial_column":
            raise
        return _checked(_headless(content))
    place = next(c.index for c in found.columns if c.field == "serial")
    rows = (
        (number, _cell(cells, place), next(filter(None, map(_text, cells)), ""))
        for number, cells in found.rows
    )
    return _checked(rows)


def _headless(content: bytes) -> Iterator[tuple[int, str, str]]:
    """Yield (row, serial, whatever stands there) of a file that has no header."""
    table = sheet.rows_of(content)
    if isinstance(table, str):
        for entry in parse(table):
            yield entry.row, entry.text, entry.text
        return
    for number, cells in table:
        first = next(filter(None, map(_text, cells)), "")
        yield number, first, first


def _checked(rows):
    entries, unread = [], []
    for number, text, shown in rows:
        if len(entries) + len(unread) >= MAX_ENTRIES:
            raise SerialError("too_many_rows", maximum=MAX_ENTRIES)
        if not text:
            unread.append(Unread(number, shown[:80], "no_serial"))
        elif len(text) > MAX_TEXT:
            unread.append(Unread(number, text[:80], "too_long"))
        else:
            entries.append(Entry(number, text))
    return entries, unread


def _cell(cells, place):
    return _text(cells[place]) if place < len(cells) else ""


def _text(cell):
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a number that a workbook took for a quantity
    return "" if cell is None else str(cell).replace("\0", "").strip()
