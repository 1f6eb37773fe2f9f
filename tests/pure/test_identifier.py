import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import check_digit
from core.errors import SerialError
from core.identifier import normalise

KINDS = ["imei", "meid", "eid", "mac", "ean", "gtin"]
DIGITS = st.text("0123456789", min_size=14, max_size=14)


def reason_of(kind, text):
    with pytest.raises(SerialError) as caught:
        normalise(kind, text)
    return caught.value.reason


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        # RFC 7254, GSMA SGP.29, stdnum and GS1 publish these.
        ("imei", "490154203237518", "490154203237518"),
        ("imei", "35-686800-004141-8", "356868000041418"),
        ("imei", "490154203237518", "490154203237518"),
        (
            "eid",
            "89049032 12345123 45123456 78901235",
            "89049032123451234512345678901235",
        ),
        ("meid", "AF 01 23 45 0A BC DE C", "AF0123450ABCDE"),
        ("meid", "293608736500703710", "AF0123450ABCDE"),
        ("mac", "00-1b-44-11-3a-b7", "00:1B:44:11:3A:B7"),
        ("mac", "001B44113AB7", "00:1B:44:11:3A:B7"),
        ("mac", "001b.4411.3ab7", "00:1B:44:11:3A:B7"),
        ("ean", "6901234567892", "6901234567892"),
        ("gtin", "6901234567892", "06901234567892"),
        ("gtin", "614141123452", "00614141123452"),
    ],
)
def test_published_numbers_are_accepted_in_one_form(kind, text, expected):
    assert normalise(kind, text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("imei", "490154203237519", "bad_check_digit"),
        ("imei", "49015420323751", "bad_length"),
        ("imei", "4901542032375101", "imeisv"),
        ("imei", "49015420323751A", "bad_characters"),
        ("imei", "000000000000000", "placeholder"),
        ("imei", "  ", "empty"),
        ("imei", "----", "bad_characters"),
        ("imei", "4.90154203237518E+14", "bad_characters"),
        ("imei", "手机", "bad_characters"),
        ("imei", "4" * 10_000, "bad_length"),
        ("eid", "89049032123451234512345678901236", "bad_check_digit"),
        ("eid", "8904903212345123451234567890123", "bad_length"),
        ("eid", "", "empty"),
        ("meid", "AF0123450ABCDE1", "bad_check_digit"),
        ("meid", "AF0123450ABC", "bad_length"),
        ("meid", "ZZ0123450ABCDE", "bad_characters"),
        ("mac", "00:1B:44:11:3A", "bad_length"),
        ("mac", "01:1B:44:11:3A:B7", "multicast"),
        ("mac", "FF:FF:FF:FF:FF:FF", "placeholder"),
        ("mac", "00:00:00:00:00:00", "placeholder"),
        ("gtin", "416000336109", "bad_check_digit"),
        ("gtin", "690123456789", "bad_check_digit"),
        ("gtin", "69012345678", "bad_length"),
    ],
)
def test_wrong_numbers_are_refused_with_their_reason(kind, text, reason):
    assert reason_of(kind, text) == reason


@given(DIGITS.filter(lambda digits: len(set(digits)) > 1))
def test_every_imei_with_its_check_digit_is_accepted(digits):
    imei = digits + check_digit.luhn(digits)
    assert normalise("imei", f" {imei[:6]}-{imei[6:]} ") == imei


@given(DIGITS, st.sampled_from("123456789"))
def test_an_imei_with_another_check_digit_is_refused(digits, step):
    wrong = (int(check_digit.luhn(digits)) + int(step)) % 10
    assert reason_of("imei", f"{digits}{wrong}") == "bad_check_digit"


@given(st.sampled_from(KINDS), st.text())
def test_any_text_is_normalised_or_refused_and_normalising_twice_changes_nothing(
    kind, text
):
    try:
        value = normalise(kind, text)
    except SerialError:
        return
    assert normalise(kind, value) == value


@given(st.integers(0, 2**48 - 1))
def test_a_mac_address_reads_the_same_from_all_its_writings(number):
    digits = f"{number:012X}"
    pairs = [digits[i : i + 2] for i in range(0, 12, 2)]
    try:
        expected = normalise("mac", digits)
    except SerialError as error:
        assert error.reason in ("multicast", "placeholder")
        return
    for separator in (":", "-", " ", "."):
        assert normalise("mac", separator.join(pairs).lower()) == expected
