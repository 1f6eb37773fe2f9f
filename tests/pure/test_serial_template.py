from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from core.errors import SerialError
from core.serial_template import CSET_82, MAX_LENGTH, Template, check_of

VALUES = {"plant": "SZ", "line": "A", "product": "P9", "date": date(2026, 11, 21)}


def reason_of(call, *args):
    with pytest.raises(SerialError) as caught:
        call(*args)
    return caught.value.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{plant}{line}{yy}{ww}{seq:06}", "SZA2647000001"),
        ("{product}-{yyyy}{mm}{dd}-{seq:04}", "P9-20261121-0001"),
        ("{seq:5}/{plant}", "00001/SZ"),
        ("SN{seq:010}", "SN0000000001"),
    ],
)
def test_a_template_fills_its_fields(text, expected):
    assert Template(text).serials(VALUES, 1, 1) == [expected]


def test_numbers_run_on_from_the_first():
    serials = Template("{plant}{seq:03}").serials(VALUES, 8, 3)
    assert serials == ["SZ008", "SZ009", "SZ010"]


def test_the_check_character_is_iso_7064_mod_37_36_of_everything_before_it():
    (serial,) = Template("{plant}{line}{yy}{ww}{seq:06}{check}").serials(VALUES, 1, 1)
    assert serial[:-1] == "SZA2647000001"
    assert mod_37_36.is_valid(serial)


def test_separators_and_case_do_not_change_the_check_character():
    assert check_of("sz-26/0001") == check_of("SZ260001")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 1, 1), "2653"),  # ISO week 53 of 2026
        (date(2024, 12, 30), "2501"),
        (date(2026, 11, 21), "2647"),
    ],
)
def test_beside_an_iso_week_the_year_is_the_iso_year(day, expected):
    assert Template("{yy}{ww}{seq:02}").prefix({"date": day}) == expected


def test_beside_a_month_the_year_is_the_calendar_year():
    values = {"date": date(2027, 1, 1)}
    assert Template("{yyyy}{mm}{ww}{seq:02}").prefix(values) == "20270153"


def test_date_fields_may_be_given_instead_of_a_date():
    template = Template("{yy}{ww}{seq:02}")
    assert template.prefix({"yy": "19", "ww": "07"}) == "1907"
    assert template.fields == {"yy", "ww"}
    assert reason_of(template.prefix, {"yy": "2019", "ww": "07"}) == "bad_value"


def test_numbers_are_counted_by_the_text_around_them():
    template = Template("{plant}{line}{seq:04}")
    one = template.prefix({"plant": "AB", "line": "1"})
    assert one == template.prefix({"plant": "A", "line": "B1"})
    assert Template("{plant}{seq:04}{yy}").prefix(VALUES) == "SZ|26"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing_seq"),
        ("{plant}{yy}", "missing_seq"),
        ("{seq:04}{seq:04}", "two_seqs"),
        ("{seq}", "bad_seq_width"),
        ("{seq:0}", "bad_seq_width"),
        ("{seq:13}", "bad_seq_width"),
        ("{seq:06d}", "bad_seq_width"),
        ("{sequence:06}", "unknown_field"),
        ("{}{seq:06}", "unknown_field"),
        ("{plant!r}{seq:06}", "unknown_field"),
        ("{plant.__class__}{seq:06}", "unknown_field"),
        ("{plant{seq:06}", "bad_template"),
        ("{plant}}{seq:06}", "bad_template"),
        ("{check}{seq:06}", "check_not_last"),
        ("{seq:06}{check}X", "check_not_last"),
        ("{seq:06}{check}{check}", "check_not_last"),
        ("{plant}{seq:06}{line}", "ambiguous_fields"),
        ("SN {seq:06}", "bad_characters"),
        ("SN#{seq:06}", "bad_characters"),
        ("序列{seq:06}", "bad_characters"),
        ("ABCDEFGHIJ{yyyy}{seq:07}", "too_long"),
        ("X" * 10_000 + "{seq:06}", "too_long"),
    ],
)
def test_a_wrong_template_is_refused_with_its_reason(text, reason):
    assert reason_of(Template, text) == reason


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "missing_value"),
        ({"plant": ""}, "missing_value"),
        ({"plant": False}, "missing_value"),
        ({"plant": " \t"}, "missing_value"),
        ({"plant": "深圳"}, "bad_characters"),
        ({"plant": "A B"}, "bad_characters"),
        ({"plant": "{seq}"}, "bad_characters"),
        ({"plant": "X" * 15}, "too_long"),
        ({"plant": "X" * 10_000}, "too_long"),
    ],
)
def test_wrong_values_are_refused_with_their_reason(values, reason):
    template = Template("{plant}{seq:05}{check}")
    assert reason_of(template.serials, values, 0, 1) == reason


def test_numbers_beyond_the_width_are_refused():
    template = Template("{plant}{seq:03}")
    assert template.capacity == 1000
    assert template.serials(VALUES, 999, 1) == ["SZ999"]
    assert template.serials(VALUES, 1000, 0) == []
    assert reason_of(template.serials, VALUES, 999, 2) == "capacity_exceeded"
    assert reason_of(template.serials, VALUES, -1, 1) == "capacity_exceeded"


FREE = st.text(sorted(CSET_82), min_size=1, max_size=3)


@given(FREE, FREE, FREE, FREE, st.integers(0, 99), st.integers(0, 99))
def test_no_two_units_of_a_template_share_a_serial(plant, line, plant2, line2, n, n2):
    template = Template("{plant}{line}-{yy}{seq:02}{check}")
    first, second = (
        {"plant": plant, "line": line, "yy": "26"},
        {"plant": plant2, "line": line2, "yy": "26"},
    )
    same_number = (template.prefix(first), n) == (template.prefix(second), n2)
    (one,), (other,) = template.serials(first, n, 1), template.serials(second, n2, 1)
    assert (one == other) is same_number


@given(FREE, st.integers(0, 99_999))
def test_every_serial_fits_a_gs1_serial_number(plant, number):
    (serial,) = Template("{plant}{seq:05}{check}").serials({"plant": plant}, number, 1)
    assert len(serial) <= MAX_LENGTH
    assert set(serial) <= CSET_82
