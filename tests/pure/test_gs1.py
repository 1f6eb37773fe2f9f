import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import CHECKED, ROOT, published

from core import digital_link, gs1, gs1_table
from core.gs1_rule import CSET_82, broken

GTIN = "(01)09520123456788"


def fault(function, *arguments):
    with pytest.raises(gs1.Gs1Error) as caught:
        function(*arguments)
    return caught.value.reason, caught.value.ai


def read(text):
    return gs1.validate(gs1.parse(text))


@pytest.mark.parametrize("number", CHECKED)
def test_check_digits_that_gs1_publishes_are_right(number):
    assert broken("csum", number) is None
    assert broken("csum", number[:-1] + str((int(number[-1]) + 1) % 10))


def test_a_global_model_number_ends_in_its_check_pair():
    assert broken("csumalpha", "1987654Ad4X4bL5ttr2310c2K") is None
    assert broken("csumalpha", "1987654Ad4X4bL5ttr2310c2X") == "gs1_check_pair"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("010952012345678810ABC1\x1d2112345", f"{GTIN}(10)ABC1(21)12345"),
        ("]C1010952012345678810ABC1\x1d2112345", f"{GTIN}(10)ABC1(21)12345"),
        ("]e0310012345610A", "(3100)123456(10)A"),
        ("]Q3\x1d0109520123456788\x1d21X\x1d", f"{GTIN}(21)X"),
        ("]d200106141412345678908", "(00)106141412345678908"),
        ("]Q1https://t.cn/01/09520123456788/21/7", f"{GTIN}(21)7"),
        ("]E06901234567892", "(01)06901234567892"),
        ("]E402345673|]e099A\x1d98B", "(01)00000002345673(99)A(98)B"),
        ("(10)12345\\(11)991225", "(10)12345\\(11)991225"),
        ("(423)528528528", "(423)528528528"),
        ("(7007)211225", "(7007)211225"),
        ("(8003)02112345678900", "(8003)02112345678900"),
    ],
)
def test_a_message_reads_the_same_in_every_form(text, expected):
    elements = gs1.parse(text)
    assert gs1.bracketed(elements) == expected
    assert gs1.parse("]d2" + gs1.element_string(elements)) == elements


@pytest.mark.parametrize(
    ("text", "reason", "ai"),
    [
        ("", "gs1_no_message", None),
        ("]Q1HELLO", "gs1_no_message", None),
        ("891234", "gs1_unknown_ai", "8912"),
        ("(89)1234", "gs1_unknown_ai", "89"),
        ("(1A)12345", "gs1_brackets", None),
        ("(15", "gs1_brackets", None),
        ("(10)", "gs1_empty", "10"),
        ("(10)A B", "gs1_bad_characters", "10"),
        ("(21)A#", "gs1_bad_characters", "21"),
        ("(21)é", "gs1_bad_characters", "21"),
        ("(21)123456789012345678901", "gs1_too_long", "21"),
        ("(01)0952012345678", "gs1_too_short", "01"),
        ("(01)09520123456789", "gs1_check_digit", "01"),
        ("(00)106141412345678909", "gs1_check_digit", "00"),
        ("(17)231332", "gs1_date", "17"),
        ("(4324)2012252400", "gs1_time", "4324"),
        ("(426)987", "gs1_country", "426"),
        ("(3910)9870", "gs1_currency", "3910"),
        ("(8006)123456789012310302", "gs1_piece", "8006"),
        ("(8006)123456789012310003", "gs1_piece", "8006"),
        ("(8011)023456789012", "gs1_leading_zero", "8011"),
        ("(8013)123456ABXX", "gs1_check_pair", "8013"),
        ("(401)123", "gs1_company_prefix", "401"),
        ("(8007)FR12345678901234", "gs1_iban", "8007"),
        ("(8110)0123456123456116123456", "gs1_coupon", "8110"),
        ("(423)5285", "gs1_too_short", "423"),
        ("(8040)49015420323751", "gs1_too_short", "8040"),
        ("(99)" + "A" * 91, "gs1_too_long", "99"),
        ("(99)X" * 65, "gs1_too_many", None),
    ],
)
def test_a_wrong_value_names_its_identifier_and_the_reason(text, reason, ai):
    assert fault(gs1.parse, text) == (reason, ai)


@pytest.mark.parametrize(
    ("text", "reason", "ai"),
    [
        ("(21)A", "gs1_missing_ai", "21"),
        (GTIN + "(21)A(235)B", "gs1_excluded_ai", "21"),
        (GTIN + "(37)5", "gs1_excluded_ai", "01"),
        (GTIN + "(250)A", "gs1_missing_ai", "250"),
        (GTIN + "(21)A(21)B", "gs1_repeated", "21"),
        ("(3940)1234(3941)9999", "gs1_excluded_ai", "3940"),
        ("(02)12345678901231(37)123", "gs1_missing_ai", "37"),
        (GTIN + "(8040)490154203237518", "gs1_missing_ai", "8040"),
        (GTIN + "(21)A(8041)490154203237518", "gs1_missing_ai", "8041"),
        ("(253)1234567890128(8030)ABC1", "gs1_not_serialised", "253"),
    ],
)
def test_elements_that_do_not_go_together_are_refused(text, reason, ai):
    assert fault(read, text) == (reason, ai)


@pytest.mark.parametrize(
    "text",
    [
        GTIN + "(10)ABC1(21)12345(17)180426",
        GTIN + "(21)A(21)A",
        GTIN + "(21)A(250)B",
        GTIN + "(21)A(8040)490154203237518(8041)356868000041418",
        "(00)123456789012345675(02)12345678901231(37)123",
        GTIN + "(3925)12599(3100)654321",
        "(8030)DIGSIG(8006)123456789012310102(21)ABC123",
        "(253)1234567890128X(8030)ABC123",
    ],
)
def test_elements_that_go_together_are_taken(text):
    assert gs1.bracketed(read(text)) == text


ELEMENTS = st.tuples(
    st.sampled_from(["10", "21", "22", "240", "400", "91", "99"]),
    st.text(CSET_82, min_size=1, max_size=20),
)


@given(st.lists(ELEMENTS, min_size=1, max_size=6, unique_by=lambda one: one[0]))
def test_whatever_is_written_is_read_back(elements):
    elements = (("01", "09520123456788"), *elements)
    assert gs1.parse(gs1.element_string(elements)) == elements
    if not any(value.endswith("\\") for _ai, value in elements):
        assert gs1.parse(gs1.bracketed(elements)) == elements
    attributes = tuple(one for one in elements if one[0] in ("01", "21", "99"))
    assert dict(gs1.parse(digital_link.build(attributes))) == dict(attributes)


@given(st.text(max_size=40) | st.text("()01235\x1dAB]d", max_size=40))
def test_any_text_is_read_or_refused_with_a_reason(text):
    try:
        gs1.validate(gs1.parse(text))
    except gs1.Gs1Error as error:
        assert error.reason.startswith("gs1_")


def test_the_table_is_what_the_dictionary_says(capsys):
    dictionary = published("gs1-syntax-dictionary.txt")
    path = ROOT / "bin/setup.d/gs1_table.py"
    spec = importlib.util.spec_from_file_location("make_gs1_table", path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    program.main(str(dictionary))
    assert capsys.readouterr().out == Path(gs1_table.__file__).read_text("utf-8")
