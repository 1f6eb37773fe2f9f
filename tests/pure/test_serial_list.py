import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import serial_list
from core.errors import SerialError

WORD = st.text("ABC123-", min_size=1, max_size=12)


@given(st.lists(WORD, max_size=20), st.sampled_from([",", ";", " ", "\t", "\n", "，"]))
def test_a_list_comes_back_whatever_separates_it(words, separator):
    found = serial_list.parse(separator.join(words))
    assert [entry.text for entry in found] == words


@given(st.text(max_size=200))
def test_any_text_has_keys(text):
    keys = serial_list.keys_of(text)
    assert keys.cartons
    assert set(keys.identifiers) <= {"imei", "meid", "eid", "mac"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://brand.example/sn/X8K29M4PLQ7RW", "X8K29M4PLQ7RW"),
        ("http://127.0.0.1:8069/sn/X8K29M4PLQ7RW/?utm=1#top", "X8K29M4PLQ7RW"),
        ("]Q3X8K29M4PLQ7RW\x1d", "X8K29M4PLQ7RW"),
        ("  A/B-7 ", "A/B-7"),
        ("", ""),
    ],
)
def test_a_scan_is_cleaned_of_what_it_came_in(text, meant):
    assert serial_list.clean(text) == meant


def test_every_way_to_write_a_carton_is_one_carton():
    ways = ["340123450000000018", "00340123450000000018", "(00)340123450000000018"]
    keys = [set(serial_list.keys_of(way).cartons) for way in ways]
    assert keys[0] == keys[1] == keys[2] == set(ways)


def test_a_table_gives_its_column_of_serials_and_names_rows_without():
    entries, unread = serial_list.read("型号,序列号\nAX1,A1\nAX1,\nAX1,A2\n".encode())
    assert [(entry.row, entry.text) for entry in entries] == [(2, "A1"), (4, "A2")]
    assert [(one.row, one.reason) for one in unread] == [(3, "no_serial")]


def test_a_workbook_without_a_header_gives_its_first_column():
    book = openpyxl.Workbook()
    for row in (["A1", "x"], [None, None], [490154203237518.0, "y"]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    entries, unread = serial_list.read(content.getvalue())
    assert [(e.row, e.text) for e in entries] == [(1, "A1"), (3, "490154203237518")]
    assert not unread


def test_texts_that_no_serial_can_be_are_named():
    entries, unread = serial_list.read(b"A1 " + b"B" * 600)
    assert [entry.text for entry in entries] == ["A1"]
    assert [one.reason for one in unread] == ["too_long"]


@pytest.mark.parametrize("content", [b"", b" \n", b"\x89PNG\0\0", b"PK\x03\x04rubbish"])
def test_what_is_no_list_is_refused(content):
    with pytest.raises(SerialError):
        serial_list.read(content)


def test_a_list_without_end_is_refused():
    with pytest.raises(SerialError, match="too_many_rows"):
        serial_list.read(b"A1\n" * (serial_list.MAX_ENTRIES + 1))
