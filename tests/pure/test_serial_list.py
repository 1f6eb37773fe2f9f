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
        ("(01)06901234567892(21)A/B-7", "A/B-7"),
        ("]d2010690123456789221A/B-7\x1d10L1", "A/B-7"),
        ("010690123456789210L1\u241d21A/B-7", "A/B-7"),
        ("HTTPS://T.CN/01/06901234567892/21/A%2FB-7?91=X8K29M4PLQ7RX", "A/B-7"),
        ("]C100106141412345678908", "00106141412345678908"),
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


def test_a_gs1_message_gives_the_keys_of_its_elements():
    keys = serial_list.keys_of("(01)06901234567892(21)A7(8040)490154203237518")
    assert (keys.name, keys.gtin) == ("A7", "06901234567892")
    assert keys.identifiers == {"imei": "490154203237518"}
    keys = serial_list.keys_of("https://b.cn/01/06901234567892/21/A7?91=X8K29M4PLQ7RX")
    assert (keys.name, keys.code) == ("A7", "X8K29M4PLQ7RX")
    for text in ("(00)106141412345678908", "https://b.cn/00/106141412345678908"):
        assert "106141412345678908" in serial_list.keys_of(text).cartons


def test_the_separator_of_a_scanner_does_not_split_a_list():
    text = "]d2010690123456789210L1\x1d21A7\n]d2010690123456789210L1\x1d21A8"
    assert [serial_list.clean(one.text) for one in serial_list.parse(text)] == [
        "A7",
        "A8",
    ]
