import csv
import io
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import sheet as sheet_module
from core.errors import SerialError
from core.factory_file import ALIASES, read
from core.sheet import Column, header_key

HEADER = ["SN", "IMEI", "Line"]
ROWS = [["A1", "490154203237518", "L1"], ["A2", "356868000041418", "L2"]]


def text_of(rows, delimiter=","):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


def xlsx_of(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def error_of(content):
    with pytest.raises(SerialError) as caught:
        list(read(content).rows)
    return caught.value


# === FORMATS === #
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_is_read_in_any_encoding_with_any_delimiter(encoding, delimiter):
    header = ["序列号", "串号", "产线"]
    sheet = read(text_of([header, *ROWS], delimiter).encode(encoding))
    assert [column.field for column in sheet.columns] == ["serial", "imei", "line"]
    assert list(sheet.rows) == [(2, ROWS[0]), (3, ROWS[1])]


def test_an_xlsx_is_read_with_its_numbers_and_dates():
    row = ["A1", 490154203237518, datetime(2026, 3, 1, 8, 30)]
    sheet = read(xlsx_of([["SN", "IMEI", "Date"], row]))
    assert list(sheet.rows) == [(2, row)]


def test_of_several_sheets_the_one_with_the_serials_is_read():
    sheet = read(xlsx_of([["Notes"], ["ship soon"]], [HEADER, *ROWS]))
    assert [cells for _, cells in sheet.rows] == ROWS


def test_a_formula_without_a_value_is_an_empty_cell():
    sheet = read(xlsx_of([["SN", "Line"], ["A1", "=1+1"]]))
    assert list(sheet.rows) == [(2, ["A1", None])]


def test_digits_that_excel_keeps_as_text_in_a_csv_lose_their_marks():
    sheet = read(b'SN,IMEI\n"=""0012""",\'0490154203237518\n')
    assert list(sheet.rows) == [(2, ["0012", "0490154203237518"])]


def test_rows_keep_the_number_a_spreadsheet_shows():
    content = text_of([["Plant 7, March"], [], HEADER, ROWS[0], [], ["", ""], ROWS[1]])
    sheet = read(content.encode())
    assert sheet.header_row == 3
    assert [number for number, _ in sheet.rows] == [4, 7]


def test_a_cell_with_line_breaks_is_one_row():
    sheet = read(b'SN,Parts\nA1,"B1\nB2"\nA2,B3\n')
    assert [number for number, _ in sheet.rows] == [2, 3]


# === HEADERS === #
@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Serial Number", "serial"),
        ("serial_no.", "serial"),
        ("S/N", "serial"),
        ("SN:", "serial"),
        ("\uff33\uff2e", "serial"),
        ("产品序列号 (SN)", "serial"),
        ("IMEI 1", "imei"),
        ("IMEI2", "imei2"),
        ("MAC Address", "mac"),
        ("EID", "eid"),
        ("生产日期", "date"),
        ("Production Date", "date"),
        ("产线", "line"),
        ("机台", "machine"),
        ("物料编码", "product"),
        ("SKU", "product"),
        ("工厂", "plant"),
        ("部件序列号", "part"),
    ],
)
def test_headers_are_known_in_english_and_chinese(header, field):
    others = ["SN"] if field != "serial" else []
    sheet = read(text_of([[*others, header], ["A1", "x"]]).encode())
    assert sheet.columns[-1].field == field


def test_a_component_column_may_name_its_product_and_there_may_be_many():
    header = ["SN", "Component: BAT-5000", "部件\uff1aMB-1", "Component"]
    sheet = read(text_of([header, ["A1", "B1", "M1", "X1"]]).encode())
    assert sheet.columns[1:] == (
        Column(1, header[1], "part", "BAT-5000"),
        Column(2, header[2], "part", "MB-1"),
        Column(3, header[3], "part", ""),
    )


def test_columns_nobody_asked_for_are_named_and_not_read():
    sheet = read(text_of([["SN", "Colour", ""], ["A1", "red", "x"]]).encode())
    assert sheet.unused == ("Colour",)


def test_every_alias_names_one_field_only():
    aliases = [alias for text in ALIASES.values() for alias in text.split()]
    assert len(aliases) == len(set(aliases))
    assert all(header_key(alias) == alias for alias in aliases)


# === WHAT CANNOT BE READ === #
@pytest.mark.parametrize("content", [b"", b"\n\r\n  \t", b"\0" * 20])
def test_an_empty_file_is_refused(content):
    assert error_of(content).reason == "empty_file"


@pytest.mark.parametrize("make", [lambda rows: text_of(rows).encode(), xlsx_of])
def test_wrong_columns_are_refused_naming_what_was_found_and_expected(make):
    error = error_of(make([["Colour", "Weight", None], ["red", 3, 4]]))
    assert error.reason == "no_serial_column"
    assert error.values["found"] == ["Colour", "Weight"]
    assert error.values["expected"][:2] == ["serial", "imei"]


def test_two_columns_for_one_thing_are_refused():
    error = error_of(text_of([["SN", "Serial No", "IMEI"], ["A1", "A2", ""]]).encode())
    assert error.reason == "duplicate_column"
    assert error.values["found"] == ["SN", "Serial No"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"PK\x03\x04 not a workbook", "bad_file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "bad_file"),
        (b"\xff\xff\xff\n\xff\xff\n", "bad_encoding"),
        ("SN,Line\nA1,L1\n".encode("utf-16-le"), "bad_file"),
    ],
)
def test_what_is_no_factory_file_is_refused(content, reason):
    assert error_of(content).reason == reason


def test_a_workbook_without_its_sheet_is_refused():
    import zipfile

    stream = io.BytesIO(xlsx_of([HEADER, *ROWS]))
    broken = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(broken, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            cut = data[: len(data) // 2] if "sheet1" in entry.filename else data
            new.writestr(entry.filename, cut)
    assert error_of(broken.getvalue()).reason == "bad_file"


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(sheet_module, "_MAX_UNPACKED", 100)
    assert error_of(xlsx_of([HEADER, *ROWS])).reason == "too_large"


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(sheet_module, "MAX_ROWS", 2)
    assert error_of(text_of([HEADER, *ROWS]).encode()).reason == "too_many_rows"


# === PROPERTIES === #
CELLS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=20
).filter(lambda text: not text.startswith(("'", '="')))


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12))
def test_what_was_written_is_read(rows):
    rows = [[f"A{number}", *row] for number, row in enumerate(rows)]
    content = text_of([["SN", "Line", "Machine"], *rows]).encode("utf-8-sig")
    assert [cells for _, cells in read(content).rows] == [
        [cell.strip() for cell in row] for row in rows
    ]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    try:
        list(read(content).rows)
    except SerialError as error:
        assert error.reason
