from datetime import datetime
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factory_file import read
from core.factory_reader import Reader

NOW = datetime(2026, 3, 2)


def taken(content):
    """Return the serials and the (row, reason) of errors that a file brings."""
    content = content if isinstance(content, bytes) else content.encode()
    _count, units, errors = Reader(read(content)).take(10_000, NOW)
    return [unit.serial for unit in units], [(e.row, e.reason) for e in errors]


BEFORE = "SN,Line,Machine\nA1,L1,M1\n"


@pytest.mark.parametrize("before", ["", "".join(f"G{i},L1,M1\n" for i in range(15))])
@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ('B1,"L1,M1', "bad_row"),
        ('B1,L1,"M1', "bad_row"),
        ('B1,"L1" x,M1"', "bad_row"),
        ("B1,L\0001,M1", "control_characters"),
        ("B1,L1,M1,X9", "too_many_cells"),
        ("B1,L,1,M1", "too_many_cells"),
        ('B1,"' + "x" * 200_000, "bad_row"),
    ],
)
def test_a_broken_record_spoils_no_other(before, record, reason):
    serials, errors = taken(f"SN,Line,Machine\n{before}A1,L1,M1\n{record}\nA2,L1,M1\n")
    assert [serial for serial in serials if serial[0] == "A"] == ["A1", "A2"]
    assert len(serials) == 2 + before.count("\n")
    assert errors == [(3 + before.count("\n"), reason)]


def test_several_broken_records_are_each_reported():
    serials, errors = taken(
        BEFORE + 'B1,"L1,M1\nA2,L1,M1\nB2,"L1,M1\nB3,L1,"M1\nA3,"L1",M1\n'
    )
    assert serials == ["A1", "A2", "A3"]
    assert errors == [(3, "bad_row"), (5, "bad_row"), (6, "bad_row")]


def test_the_rest_of_a_cell_that_is_never_closed_is_no_serial():
    serials, errors = taken('SN,Parts\nA1,X1\nB1,"P1\nP2\nP3\nA2,X2\n')
    assert serials == ["A1", "A2"]
    assert errors == [(3, "bad_row"), (4, "rest_of_row"), (5, "rest_of_row")]


def test_a_mark_missing_in_the_last_row_is_found():
    assert taken(BEFORE + 'B1,L1,"M1') == (["A1"], [(3, "bad_row")])


def test_a_byte_that_is_no_text_spoils_one_row():
    content = f"{BEFORE}B1,L1,M1\nA2,产线,M1\n".encode().replace(b"B1,L1", b"B1,\xff")
    assert taken(content) == (["A1", "A2"], [(3, "bad_encoding")])


def test_rows_may_leave_out_empty_cells_at_the_end_and_add_empty_ones():
    assert taken(BEFORE + "A2\nA3,L1\nA4,L1,M1,,,\n") == (["A1", "A2", "A3", "A4"], [])


def test_a_cell_with_line_breaks_and_doubled_marks_is_whole():
    assert taken('SN,Parts,Line\nA1,"P1\nP2\nP3",L1\nA2,P4,"5"" line"\n') == (
        ["A1", "A2"],
        [],
    )


def test_a_mark_within_a_text_is_a_character():
    assert taken(BEFORE + 'A2,5" line,M1\nA3,L1,M1\n') == (["A1", "A2", "A3"], [])


def test_marks_that_are_never_closed_do_not_make_reading_slow():
    content = 'SN,Line\nA1,"\n' + 'x","\n' * 20_000
    start = perf_counter()
    taken(content)
    assert perf_counter() - start < 10


LINES = st.sampled_from(
    ["A,L,M", 'B,"L', 'C,"L",M', '"', 'x","', "P", 'D,"L\nL",M', "E\0,L,M", ""]
)


@given(st.lists(LINES, max_size=30))
def test_whatever_is_broken_rows_without_marks_are_read(lines):
    content = "\n".join(["SN,Line,Machine", *lines, "LAST,L,M"]).encode()
    rows = [number for number, _cells in read(content).rows]
    assert rows == sorted(set(rows))
    serials, errors = taken(content)
    assert serials or errors
    if not any('"' in line for line in lines):
        assert serials[-1] == "LAST"
