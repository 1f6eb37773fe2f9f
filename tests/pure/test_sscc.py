import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import sscc
from core.errors import SerialError

prefixes = st.text("0123456789", min_size=6, max_size=12)
digits = st.sampled_from("0123456789")


@given(digits, prefixes, st.data())
def test_every_number_of_a_series_is_valid_and_reads_back(extension, prefix, data):
    reference = data.draw(st.integers(0, sscc.capacity(prefix) - 1))
    number = sscc.build(extension, prefix, reference)
    assert sscc.is_valid(number)
    assert number.startswith(extension + prefix)
    for shown in ("{}", "(00){}", "00{}", "]C100{}", "]C1(00){}"):
        assert sscc.read(shown.format(number)) == number


@given(digits, prefixes, st.data())
def test_two_references_never_make_one_number(extension, prefix, data):
    numbers = st.integers(0, sscc.capacity(prefix) - 1)
    first, second = data.draw(numbers), data.draw(numbers)
    same = sscc.build(extension, prefix, first) == sscc.build(extension, prefix, second)
    assert same == (first == second)


@given(digits, prefixes, st.data())
def test_a_wrong_digit_is_found(extension, prefix, data):
    number = sscc.build(extension, prefix, 1)
    place = data.draw(st.integers(0, 17))
    digit = data.draw(digits.filter(lambda one: one != number[place]))
    wrong = number[:place] + digit + number[place + 1 :]
    assert not sscc.is_valid(wrong)
    assert sscc.read(wrong) == ""


@pytest.mark.parametrize(
    ("number", "is_valid"),
    [
        ("952012345678912345", True),
        ("106141412345678908", True),
        ("006141411234567890", True),
        ("106141412345678907", False),
        ("10614141234567890", False),
        ("10614141234567890８", False),
        ("", False),
        (None, False),
    ],
)
def test_known_numbers(number, is_valid):
    assert sscc.is_valid(number) is is_valid


@pytest.mark.parametrize(
    ("extension", "prefix", "reference", "reason"),
    [
        ("a", "0614141", 1, "bad_extension_digit"),
        ("12", "0614141", 1, "bad_extension_digit"),
        ("1", "06141", 1, "bad_company_prefix"),
        ("1", "0614141234567", 1, "bad_company_prefix"),
        ("1", "061414112345", 10_000, "series_full"),
        ("1", "061414112345", -1, "series_full"),
    ],
)
def test_what_makes_no_number_says_why(extension, prefix, reference, reason):
    with pytest.raises(SerialError) as caught:
        sscc.build(extension, prefix, reference)
    assert caught.value.reason == reason
