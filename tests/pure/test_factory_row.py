from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cell import text_of
from core.factory_row import Part, parse
from core.sheet import Column

NOW = datetime(2026, 3, 2, 16, 0)
FIELDS = [
    "serial",
    "imei",
    "imei2",
    "meid",
    "eid",
    "mac",
    "plant",
    "line",
    "machine",
    "date",
    "product",
    "part",
]
COLUMNS = [Column(index, field.upper(), field) for index, field in enumerate(FIELDS)]
IMEI, IMEI2 = "490154203237518", "356868000041418"


def parsed(**cells):
    row = [cells.get(field) for field in FIELDS]
    return parse(5, row, COLUMNS, NOW)


def unit_of(**cells):
    unit, errors = parsed(**{"serial": "A1", **cells})
    assert errors == []
    return unit


def error_of(**cells):
    unit, errors = parsed(**{"serial": "A1", **cells})
    assert unit is None
    (error,) = errors
    assert error.row == 5
    return error


def test_a_row_becomes_a_unit():
    unit = unit_of(
        serial=" A1 ",
        imei="49-015420-323751-8",
        imei2=IMEI2,
        meid="AF0123450ABCDEC",
        eid="89049032123451234512345678901235",
        mac="001b44113ab7",
        plant="SZ",
        line="L1",
        machine="M7",
        date="2026-03-01",
        product="PH1",
        part="B1; B2",
    )
    assert (unit.serial, unit.imei, unit.imei2) == ("A1", IMEI, IMEI2)
    assert (unit.meid, unit.mac) == ("AF0123450ABCDE", "00:1B:44:11:3A:B7")
    assert (unit.plant, unit.line, unit.machine) == ("SZ", "L1", "M7")
    assert (unit.product, unit.produced) == ("PH1", datetime(2026, 3, 1))
    assert unit.parts == (Part("B1"), Part("B2"))


def test_what_a_row_does_not_say_is_none():
    unit = unit_of(line="", imei=None)
    assert unit.line is unit.imei is unit.produced is unit.product is None
    assert unit.parts == ()


# === NUMBERS FROM SPREADSHEETS === #
@pytest.mark.parametrize("cell", [490154203237518, 490154203237518.0, IMEI])
def test_an_imei_in_a_number_cell_is_read_in_full(cell):
    assert unit_of(imei=cell).imei == IMEI


def test_an_imei_whose_leading_zero_a_number_cell_dropped_gets_it_back():
    assert unit_of(imei=11612001234565.0).imei == "011612001234565"
    assert error_of(imei="11612001234565").reason == "bad_length"


def test_a_serial_in_a_number_cell_has_no_decimals():
    assert unit_of(serial=10045.0).serial == "10045"


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("imei", "4.90154E+14"),
        ("imei", "4,90154E+14"),
        ("serial", "1.2E+20"),
        ("eid", 8.904903212345123e31),
        ("part", 1.2345678901234567e17),
    ],
)
def test_a_number_that_a_spreadsheet_rounded_is_refused(field, cell):
    assert error_of(**{field: cell}).reason == "rounded_number"


# === DATES === #
@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-01",
        "2026/3/1",
        "2026.03.01",
        "20260301",
        20260301.0,
        "2026年3月1日",
        "2026-03-01 00:00:00",
        "2026-03-01T00:00",
        date(2026, 3, 1),
        datetime(2026, 3, 1),
        46082,
        46082.0,
    ],
)
def test_a_date_is_read_in_every_unambiguous_form(cell):
    assert unit_of(date=cell).produced == datetime(2026, 3, 1)


def test_the_time_of_day_is_kept():
    assert unit_of(date="2026-03-01 08:15:30.25").produced == datetime(
        2026, 3, 1, 8, 15, 30
    )


@pytest.mark.parametrize(
    "cell",
    ["01/03/2026", "2026-13-01", "2026-02-30", "soon", "1900-01-00", "1970-01-01", 7],
)
def test_what_is_no_date_is_refused(cell):
    assert error_of(date=cell).reason == "bad_date"


@pytest.mark.parametrize("cell", ["2026-03-03", "2026-03-02 16:01", "2999-01-01"])
def test_a_date_in_the_future_is_refused(cell):
    assert error_of(date=cell).reason == "future_date"


def test_today_is_not_the_future():
    assert unit_of(date="2026-03-02").produced == datetime(2026, 3, 2)


# === WHAT IS WRONG === #
@pytest.mark.parametrize(
    ("field", "cell", "reason"),
    [
        ("serial", None, "missing_serial"),
        ("serial", "   ", "missing_serial"),
        ("serial", "A" * 65, "too_long"),
        ("serial", "A" * 10_000, "too_long"),
        ("serial", "序列号一", "bad_characters"),
        ("serial", "A1\x00", "bad_characters"),
        ("serial", "A1\nA2", "bad_characters"),
        ("serial", "=1+1", "bad_characters"),
        ("serial", "@SUM(A1)", "bad_characters"),
        ("imei", "490154203237519", "bad_check_digit"),
        ("imei", "4901542032375101", "imeisv"),
        ("imei", "000000000000000", "placeholder"),
        ("imei", "x" * 10_000, "bad_length"),
        ("meid", "AF0123450ABCDE1", "bad_check_digit"),
        ("eid", "89049032123451234512345678901236", "bad_check_digit"),
        ("mac", "FF:FF:FF:FF:FF:FF", "placeholder"),
        ("line", "L" * 65, "too_long"),
        ("line", "L" * 10_000, "too_long"),
        ("machine", "=cmd|'/c calc'!A1", "bad_characters"),
        ("part", "B1,B1", "same_part"),
        ("part", ";".join(f"B{i}" for i in range(201)), "too_many_parts"),
        ("part", "B" * 10_000, "too_long"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_reason_and_column(field, cell, reason):
    error = error_of(**{field: cell})
    assert error.reason == reason
    assert error.column == field.upper()
    assert len(error.value) <= 64


def test_one_imei_cannot_be_both():
    error = error_of(imei=IMEI, imei2=IMEI)
    assert (error.reason, error.column) == ("same_imei", "IMEI2")


def test_every_error_of_a_row_is_told():
    _unit, errors = parsed(imei="1", mac="2", date="3")
    assert [error.column for error in errors] == ["IMEI", "MAC", "DATE", "SERIAL"]


def test_a_short_row_says_less():
    unit, errors = parse(2, ["A1"], COLUMNS, NOW)
    assert (unit.serial, errors) == ("A1", [])


def test_full_width_digits_are_digits():
    assert unit_of(serial="\uff21\uff11").serial == "A1"


def test_parts_carry_the_product_of_their_column():
    columns = [Column(0, "SN", "serial"), Column(1, "Part: BAT", "part", "BAT")]
    unit, _errors = parse(2, ["A1", "B1，B2"], columns, NOW)
    assert unit.parts == (Part("B1", "BAT"), Part("B2", "BAT"))


@pytest.mark.parametrize(
    ("cell", "text"),
    [(True, "TRUE"), (1.5, "1.5"), (time(8, 30), "08:30:00"), (0, "0"), (-3.0, "-3")],
)
def test_a_cell_shows_what_a_spreadsheet_shows(cell, text):
    assert text_of(cell) == text


CELL = (
    st.none()
    | st.text(max_size=80)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.datetimes()
    | st.times()
)


@given(st.lists(CELL, max_size=len(FIELDS)))
def test_any_row_is_a_unit_or_has_errors(cells):
    unit, errors = parse(2, cells, COLUMNS, NOW)
    assert (unit is None) == bool(errors)
    if unit:
        assert 0 < len(unit.serial) <= 64
        assert unit.serial.isascii()
