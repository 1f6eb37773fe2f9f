"""Reading of factory files: CSV or XLSX, as factories really send them.

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
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from .errors import SerialError
from .factory_csv import Record, csv_rows, encoding_of

MAX_ROWS = 1_100_000  # a sheet of XLSX holds 1,048,576
_MAX_UNPACKED = 1 << 30
_HEADER_DEPTH = 10
_DELIMITERS = (",", ";", "\t", "|")

#: Headers by field, as `_key` leaves them.
ALIASES = {
    "serial": (
        "serial serialnumber serialno serialnum sn s/n productserial deviceserial "
        "unitserial sn码 sn号 序列号 序列号sn 产品序列号 整机序列号 设备序列号 "
        "机身号 机身码 机身序列号"
    ),
    "imei": "imei imei1 imeino imeinumber imeicode 串号 手机串号 串码 imei号 imei1号",
    "imei2": "imei2 imeino2 secondimei imei2号 串号2",
    "meid": "meid meidno meid号",
    "eid": "eid eidno esimeid eid号",
    "mac": "mac macaddress macaddr wifimac wlanmac mac地址 物理地址",
    "plant": "plant factory site plantcode factorycode 工厂 厂区 工厂代码 生产工厂",
    "line": "line productionline lineno linecode 产线 生产线 线别 线体 拉线",
    "machine": "machine machineno station equipment 机台 机台号 设备 设备号 机器 工位",
    "date": (
        "date productiondate manufacturingdate manufacturedate mfgdate producedon "
        "builddate datecode 生产日期 制造日期 出厂日期 日期"
    ),
    "product": (
        "product productcode productno sku itemcode item internalreference "
        "defaultcode partnumber gtin ean ean13 barcode 产品 产品编码 产品编号 产品代码 "
        "物料编码 物料号 料号 货号 型号 条码 商品条码 条形码"
    ),
    "part": (
        "component components componentserial componentserials componentsn part parts "
        "partserial partserials partsn 部件 部件序列号 组件 组件序列号 零件序列号 "
        "配件序列号 物料序列号"
    ),
}
_FIELD_OF = {alias: name for name, text in ALIASES.items() for alias in text.split()}


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
    """A factory file that can be read: its columns and, once, its rows."""

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


def read(content: bytes) -> Sheet:
    """Return the sheet of a CSV or XLSX file; what it is, its first bytes tell.

    Rows come as (number as a spreadsheet shows it, cells); empty rows are left out.

    >>> sheet = read("序列号,串号\\nA1,490154203237518\\n".encode("gb18030"))
    >>> [(column.field, column.header) for column in sheet.columns]
    [('serial', '序列号'), ('imei', '串号')]
    >>> list(sheet.rows)
    [(2, ['A1', '490154203237518'])]
    """
    if not content.strip(b"\0\t\r\n "):
        raise SerialError("empty_file")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SerialError("old_excel")
    if content.startswith(b"PK\x03\x04"):
        return _pick([_guarded(rows) for rows in _xlsx_sheets(content)])
    encoding = encoding_of(content)
    return _pick(
        [_guarded(csv_rows(content, encoding, delimiter)) for delimiter in _DELIMITERS],
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


def _pick(candidates, is_text=True):
    """Return the sheet of the rows whose header says most."""
    sheets, tops = [], []
    for rows in candidates:
        for position, (number, cells) in enumerate(
            itertools.islice(rows, _HEADER_DEPTH)
        ):
            headers = tuple(map(_text, cells))
            if not position:
                tops.append(headers)
            columns = _columns_of(headers)
            if any(column.field == "serial" for column in columns):
                sheets.append(Sheet(columns, headers, number, rows))
                break
    if not sheets:
        found = max(tops, key=lambda headers: sum(map(bool, headers)), default=())
        raise SerialError(
            "no_serial_column" if is_text else "bad_file",
            found=[text for text in found if text][:40],
            expected=list(ALIASES),
        )
    sheet = max(sheets, key=lambda sheet: len(sheet.columns))
    _require_once(sheet.columns)
    return sheet


def _columns_of(headers):
    columns = []
    for index, header in enumerate(headers):
        name, _, product = re.sub("[：﹕]", ":", header).partition(":")
        field = _FIELD_OF.get(_key(name))
        if field and (not product.strip() or field == "part"):
            columns.append(Column(index, header, field, product.strip()))
    return tuple(columns)


def _require_once(columns):
    """Refuse two columns for one thing; components may have as many as they like."""
    seen = {}
    for column in columns:
        if column.field != "part" and column.field in seen:
            raise SerialError(
                "duplicate_column",
                field=column.field,
                found=[seen[column.field], column.header],
            )
        seen[column.field] = column.header


def _key(header):
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
