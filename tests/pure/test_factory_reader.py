from datetime import datetime

from core.factory_file import read
from core.factory_reader import Reader

NOW = datetime(2026, 3, 2)
IMEI = "490154203237518"


def reader_of(*lines):
    return Reader(read("\n".join(["SN,IMEI,Product", *lines]).encode()))


def taken(reader, count):
    number, units, errors = reader.take(count, NOW)
    return (
        number,
        [unit.serial for unit in units],
        [(error.row, error.reason) for error in errors],
    )


def test_rows_come_in_order_until_there_are_none():
    reader = reader_of("A1", "A2", "A3")
    assert taken(reader, 2) == (2, ["A1", "A2"], [])
    assert taken(reader, 2) == (1, ["A3"], [])
    assert taken(reader, 2) == (0, [], [])


def test_a_row_with_an_error_gives_no_unit_and_the_others_theirs():
    reader = reader_of("A1,1", "A2," + IMEI)
    assert taken(reader, 5) == (2, ["A2"], [(2, "bad_length")])


def test_a_serial_stands_in_the_whole_file_once():
    reader = reader_of("A1", "A2", "A1", "A1")
    assert taken(reader, 2) == (2, ["A1", "A2"], [])
    assert taken(reader, 2) == (2, [], [(4, "repeated"), (5, "repeated")])


def test_a_code_is_the_same_however_it_is_grouped():
    reader = reader_of("X8K2-9M4P-LQ7R-X", "x8k29m4plq7rx")
    assert taken(reader, 5) == (2, ["X8K2-9M4P-LQ7R-X"], [(3, "repeated")])


def test_products_may_share_a_serial():
    reader = reader_of("A1,,P1", "A1,,P2")
    assert taken(reader, 5) == (2, ["A1", "A1"], [])


def test_skipped_rows_are_remembered():
    reader = reader_of("A1", "A2", "A1", "A3")
    reader.skip(2, NOW)
    assert taken(reader, 5) == (2, ["A3"], [(4, "repeated")])


def test_the_first_row_of_a_serial_of_the_database_is_kept():
    reader = reader_of("A1")
    assert reader.first_row_of(7, 2) == 2
    assert reader.first_row_of(7, 9) == 2
    assert reader.first_row_of(8, 9) == 9


def test_columns_are_called_as_the_file_calls_them():
    assert reader_of("A1").headers["serial"] == "SN"
