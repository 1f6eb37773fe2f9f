"""Reading of tables: CSV or XLSX, as people and their machines really send them.

Tolerates what does no harm: a title above the header, English and Chinese headers in
any order, UTF-8 (with or without its mark), UTF-16 and GB18030, four delimiters,
columns nobody asked for. Refuses what cannot be read, and says what it found.
"""

import io
import itertools
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from .errors import SerialError
from .factory_csv import Record, csv_rows, encoding_of

MAX_ROWS = 1_100_000  # a sheet of XLSX holds 1,048,576
_MAX_UNPACKED = 1 << 30
_HEADER_DEPTH = 10
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Layout:
    """What a kind of file holds.

    `aliases` are headers by field, as `header_key` leaves them; no file lacks the
    `required` fields. Of a `repeated` field a file may have several columns, and
    headers such as `Component: BAT-5000`, which say more about one.
    """

    aliases: Mapping[str, str]
    required: tuple[str, ...]
    repeated: str = ""
    missing: str = "no_column"

    def field_of(self, name: str) -> str | None:
        """Return the field a header stands for."""
        key = header_key(name)
        return next(
            (f for f, text in self.aliases.items() if key in text.split()), None
        )

    def fits(self, columns: Iterable["Column"]) -> bool:
        """Tell whether a file with these columns can be read."""
        return set(self.required) <= {column.field for column in columns}


@dataclass(frozen=True)
class Column:
    """A column that was recognised: its place, its header, and what it holds.

    `product` is the component's code in a header such as `Component: BAT-5000`.
    """

    index: int
    header: str
    field: str
    product: str = ""


@dataclass(frozen=True)
class Sheet:
    """A file that can be read: its columns and, once, its rows."""

    columns: tuple[Column, ...]
    headers: tuple[str, ...]
    header_row: int
    rows: Iterator[tuple[int, list]]

    def flaw(self, cells: list) -> tuple[str, dict] | None:
        """Return why a row as a whole cannot be taken, as reason and values.

        A record of CSV with more cells than the header has a delimiter too many: its
        values stand under wrong headers. One with fewer is whole, as Excel leaves out
        empty cells at the end, unless it stands where a quotation mark is missing.
        """
        if not isinstance(cells, Record):
            return None  # a workbook keeps its columns apart
        if cells.flaw:
            return cells.flaw, {}
        width, found = len(self.headers), len(cells)
        if cells.is_rest and found < width:
            return "rest_of_row", {}
        if any(cells[width:]):
            return "too_many_cells", {"found": found, "maximum": width}
        return None

    @property
    def unused(self) -> tuple[str, ...]:
        """Headers of columns that nothing is read from."""
        used = {column.index for column in self.columns}
        return tuple(
            header
            for index, header in enumerate(self.headers)
            if header and index not in used
        )


def read(content: bytes, layout: Layout) -> Sheet:
    """Return the sheet of a CSV or XLSX file; what it is, its first bytes tell.

    Rows come as (number as a spreadsheet shows it, cells); empty rows are left out.

    >>> layout = Layout({"store": "store 店铺", "price": "price 价格"}, ("store",))
    >>> sheet = read("店铺,价格\\n1,12.50\\n".encode("gb18030"), layout)
    >>> [(column.field, column.header) for column in sheet.columns]
    [('store', '店铺'), ('price', '价格')]
    >>> list(sheet.rows)
    [(2, ['1', '12.50'])]
    """
    if not content.strip(b"\0\t\r\n "):
        raise SerialError("empty_file")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SerialError("old_excel")
    if content.startswith(b"PK\x03\x04"):
        return _pick([_guarded(rows) for rows in _xlsx_sheets(content)], layout)
    encoding = encoding_of(content)
    return _pick(
        [_guarded(csv_rows(content, encoding, delimiter)) for delimiter in _DELIMITERS],
        layout,
        is_text=b"\0" not in content or encoding == "utf-16",
    )


def rows_of(content: bytes):
    """Return a file without a header: rows of a workbook's first sheet, or its text.

    >>> rows_of("A1\\r\\nA2".encode("utf-16"))
    'A1\\r\\nA2'
    """
    if content.startswith(b"PK\x03\x04"):
        return _guarded(_xlsx_sheets(content)[0])
    return content.decode(encoding_of(content), errors="replace")


def _pick(candidates, layout, is_text=True):
    """Return the sheet of the rows whose header says most."""
    sheets, tops = [], []
    for rows in candidates:
        for position, (number, cells) in enumerate(
            itertools.islice(rows, _HEADER_DEPTH)
        ):
            headers = tuple(map(_text, cells))
            if not position:
                tops.append(headers)
            columns = _columns_of(headers, layout)
            if layout.fits(columns):
                sheets.append(Sheet(columns, headers, number, rows))
                break
    if not sheets:
        found = max(tops, key=lambda headers: sum(map(bool, headers)), default=())
        raise SerialError(
            layout.missing if is_text else "bad_file",
            found=[text for text in found if text][:40],
            expected=list(layout.aliases),
            required=list(layout.required),
        )
    sheet = max(sheets, key=lambda sheet: len(sheet.columns))
    _require_once(sheet.columns, layout)
    return sheet


def _columns_of(headers, layout):
    columns = []
    for index, header in enumerate(headers):
        name, _, product = re.sub("[：﹕]", ":", header).partition(":")
        field = layout.field_of(name)
        if field and (not product.strip() or field == layout.repeated):
            columns.append(Column(index, header, field, product.strip()))
    return tuple(columns)


def _require_once(columns, layout):
    """Refuse two columns for one thing."""
    seen = {}
    for column in columns:
        if column.field != layout.repeated and column.field in seen:
            raise SerialError(
                "duplicate_column",
                field=column.field,
                found=[seen[column.field], column.header],
            )
        seen[column.field] = column.header


def header_key(header: str) -> str:
    """Return a header as layouts name it: small letters, no blanks and signs.

    >>> header_key("Serial No. (SN)")
    'serialno'
    """
    text = unicodedata.normalize("NFKC", header).lower()
    text = re.sub(r"\(.*?\)", "", text)
    return re.sub(r"[\s_\-.#*'\"]+", "", text)


def _text(cell):
    return "" if cell is None else str(cell).replace("\0", "").strip()[:200]


def _guarded(rows):
    """Yield the rows that hold something, and stop at too many."""
    for number, cells in rows:
        if number > MAX_ROWS:
            raise SerialError("too_many_rows", maximum=MAX_ROWS)
        if any(cell not in (None, "") for cell in cells):
            yield number, cells


# === XLSX === #
# What a file that only looks like XLSX makes openpyxl and its XML parser raise.
_UNREADABLE = (
    zipfile.BadZipFile,
    InvalidFileException,
    AttributeError,
    KeyError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)


def _xlsx_sheets(content):
    """Return the rows of each sheet, formulas as the values they last had."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        book = unpacked <= _MAX_UNPACKED and openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True
        )
    except _UNREADABLE as error:
        raise SerialError("bad_file") from error
    if not book:
        raise SerialError("too_large")
    return [_xlsx_rows(sheet) for sheet in book.worksheets]


def _xlsx_rows(sheet):
    # Some exporters write a wrong dimension, which would hide rows and columns.
    sheet.reset_dimensions()
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [c.strip() if isinstance(c, str) else c for c in cells]
    except _UNREADABLE as error:
        raise SerialError("bad_file") from error
