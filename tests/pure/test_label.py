"""Labels: places on sheets, sizes of modules, contents, Zebra's pictures."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import epc, gs1, label, label_content, zpl
from core.errors import SerialError

GTIN = "09520123456788"
CSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz"


# === PLACES === #


@given(
    columns=st.integers(1, 9),
    rows=st.integers(1, 30),
    number=st.integers(0, 5000),
)
def test_no_two_labels_share_a_place(columns, rows, number):
    sheet = label.Sheet(900, 900, columns, rows, 3, 4, 40, 30, 39, 29)
    assert sheet.place(number) != sheet.place(number + 1)
    page, x, y = sheet.place(number)
    assert page == number // (columns * rows)
    assert 3 <= x <= 3 + (columns - 1) * 40
    assert 4 <= y <= 4 + (rows - 1) * 30


@pytest.mark.parametrize(
    ("values", "flaw"),
    [
        ((210, 297, 3, 8, 0, 0.5, 70, 37, 70, 37), ""),
        ((210, 297, 5, 13, 4.75, 10.7, 40.6, 21.2, 38.1, 21.2), ""),
        ((210, 297, 4, 8, 0, 0.5, 70, 37, 70, 37), "beyond_page"),
        ((210, 297, 3, 9, 0, 0.5, 70, 37, 70, 37), "beyond_page"),
        ((210, 297, 3, 8, 0, 0.5, 60, 37, 70, 37), "labels_overlap"),
        ((210, 297, 1, 8, 0, 0.5, 0, 30, 70, 37), "labels_overlap"),
        ((210, 297, 0, 8, 0, 0.5, 70, 37, 70, 37), "no_labels"),
        ((210, 297, 3, 8, 0, 0.5, 70, 37, 0, 37), "bad_size"),
        ((210, 297, 3, 8, -2, 0.5, 70, 37, 70, 37), "bad_size"),
    ],
)
def test_a_sheet_says_what_is_wrong_with_it(values, flaw):
    assert label.Sheet(*values).flaw() == flaw


@given(
    modules=st.integers(10, 177),
    quiet=st.integers(1, 10),
    room=st.floats(5, 100),
    dpi=st.sampled_from([203, 300, 600]),
)
def test_a_symbol_has_the_largest_whole_dots_that_fit(modules, quiet, room, dpi):
    whole = modules + 2 * quiet
    try:
        dots = label.module_dots(modules, quiet, room, dpi)
    except SerialError as error:
        assert error.reason == "symbol_too_small"
        assert error.values["least"] > room
        # What is said to be enough is enough.
        enough = error.values["least"]
        assert label.module_dots(modules, quiet, enough, dpi) == label.least_dots(dpi)
        return
    assert dots * whole <= room * dpi / 25.4 + 0.01 < (dots + 1) * whole
    assert dots * 25.4 / dpi >= 0.249


# === CONTENTS === #


@given(serial=st.text(CSET_82, min_size=1, max_size=20))
def test_what_a_gs1_symbol_says_parses_to_its_elements(serial):
    content = label_content.of_elements((("21", serial), ("01", GTIN)))
    assert gs1.parse(content.raw) == (("01", GTIN), ("21", serial))
    assert gs1.parse(content.shown) == (("01", GTIN), ("21", serial))


def test_elements_of_fixed_length_come_first():
    elements = (("01", GTIN), ("21", "A"), ("91", "XYZ"))
    elements = label_content.add_dates(elements, date(2026, 1, 31), date(2028, 2, 1))
    content = label_content.of_elements(elements)
    assert content.raw == f"01{GTIN}112601311728020121A\x1d91XYZ"
    assert content.encoded == f"[01]{GTIN}[11]260131[17]280201[21]A[91]XYZ"


def test_a_wrong_number_becomes_no_symbol():
    with pytest.raises(gs1.Gs1Error):
        label_content.of_elements((("01", "09520123456789"), ("21", "A")))
    with pytest.raises(SerialError, match="symbol_not_ascii"):
        label_content.of_text("星河")


@pytest.mark.parametrize(
    "sent",
    [
        f"01{GTIN}21A1",
        f"]d201{GTIN}21A1",
        f"]Q301{GTIN}21A1\r\n",
        f"\x1d01{GTIN}21A1",
        f" ]C101{GTIN}21A1\x1d\n",
    ],
)
def test_what_scanners_add_is_taken_off(sent):
    assert label_content.scanned(sent) == f"01{GTIN}21A1"


def test_a_tag_is_the_shortest_that_holds_the_serial():
    def memory(scheme, serial):
        elements = (("01", "80614141123458"), ("21", serial))
        return label_content.tag_of(scheme, elements, "0614141", 3).hex

    assert memory("auto", "6789") == "3074257BF7194E4000001A85"
    assert len(memory("auto", "06789")) == 52
    assert len(memory("sgtin_198", "6789")) == 52
    with pytest.raises(epc.EpcError):
        memory("sgtin_96", "06789")


@pytest.mark.parametrize("prefix", ["", "9520123", "80614141"])
def test_a_tag_needs_the_prefix_of_its_gtin(prefix):
    elements = (("01", "80614141123458"), ("21", "6789"))
    with pytest.raises(SerialError, match="no_prefix"):
        label_content.tag_of("auto", elements, prefix, 1)


# === ZEBRA === #


@given(
    width=st.integers(1, 900),
    data=st.data(),
)
def test_a_picture_in_zpl_reads_back(width, data):
    number = st.integers(0, 2**width - 1)
    some = data.draw(st.lists(number, min_size=1, max_size=4))
    rows = [row for row in some for _again in range(data.draw(st.integers(1, 3)))]
    whole = -(-width // 8) * 8
    read, read_width = zpl.read_graphic(zpl.graphic(rows, width))
    assert read_width == whole
    assert [row >> (whole - width) for row in read] == rows


def test_no_text_becomes_a_command():
    assert zpl.text_data("^XZ~JA_\\ 极") == "_5EXZ_7EJA_5F_5C 极"
