import random
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import CHECKED
from stdnum import luhn
from stdnum.iso7064 import mod_37_36, mod_97_10

from core import check_digit
from core.check_digit import ALPHABET, ALPHABET_36
from core.errors import SerialError

TEXTS = st.text(ALPHABET, min_size=1, max_size=24)
TRIALS = 4000


def sample(alphabet, length=12):
    generator = random.Random(19)
    return ["".join(generator.choices(alphabet, k=length)) for _ in range(TRIALS)]


def swaps(text, distance):
    """Return `text` with each two different symbols at `distance` swapped."""
    for i in range(len(text) - distance):
        j = i + distance
        if text[i] != text[j]:
            symbols = list(text)
            symbols[i], symbols[j] = symbols[j], symbols[i]
            yield "".join(symbols)


def share_found(check, texts, distance):
    found = [
        check(wrong[:-1]) != wrong[-1]
        for text in texts
        for wrong in swaps(text + check(text), distance)
    ]
    return sum(found) / len(found)


@given(TEXTS)
def test_mod_33_32_is_the_hybrid_system_of_iso_7064_with_32_symbols(text):
    assert mod_37_36.is_valid(text + check_digit.mod_33_32(text), ALPHABET)


@given(TEXTS)
def test_tables_of_minting_give_the_same_check_character(text):
    state = check_digit.START_33_32
    for symbol in text:
        state = check_digit.next_state_33_32(state, ALPHABET.index(symbol))
    expected = check_digit.mod_33_32(text)
    assert check_digit.CHECK_OF_STATE_33_32[state] == expected


def test_mod_33_32_finds_every_single_wrong_symbol():
    for text in sample(ALPHABET)[:200]:
        code = text + check_digit.mod_33_32(text)
        for position in range(len(code)):
            for symbol in ALPHABET.replace(code[position], ""):
                wrong = code[:position] + symbol + code[position + 1 :]
                assert check_digit.mod_33_32(wrong[:-1]) != wrong[-1]


def end_state(state, values):
    for value in values:
        state = check_digit.next_state_33_32(state, value)
    return state


def share_of_states_found(length):
    """Return the exact share of found swaps of the two ends of `length` symbols."""
    found = [
        end_state(state, values) != end_state(state, values[::-1])
        for state in range(32)
        for values in product(range(32), repeat=length)
        if values[0] != values[-1]
    ]
    return sum(found) / len(found)


def test_mod_33_32_finds_99_8_percent_of_adjacent_and_98_of_jump_swaps():
    assert round(share_of_states_found(2), 5) == 0.99798
    assert round(share_of_states_found(3), 5) == 0.97971


def test_measured_on_codes_mod_33_32_finds_as_many_swaps_as_reckoned():
    texts = sample(ALPHABET)
    assert share_found(check_digit.mod_33_32, texts, 1) >= 0.9975
    assert share_found(check_digit.mod_33_32, texts, 2) >= 0.979


def test_mod_37_36_finds_nearly_all_adjacent_and_jump_swaps():
    texts = sample(ALPHABET_36)
    assert share_found(check_digit.mod_37_36, texts, 1) >= 0.998
    assert share_found(check_digit.mod_37_36, texts, 2) >= 0.98


@pytest.mark.parametrize(
    ("check", "least"), [(check_digit.mod_10, 0.88), (check_digit.luhn, 0.97)]
)
def test_decimal_check_digits_find_most_adjacent_swaps(check, least):
    assert share_found(check, sample("0123456789"), 1) >= least


@pytest.mark.parametrize("check", [check_digit.mod_10, check_digit.luhn])
def test_decimal_check_digits_find_every_single_wrong_digit(check):
    for text in sample("0123456789")[:200]:
        code = text + check(text)
        for position in range(len(code)):
            for digit in "0123456789".replace(code[position], ""):
                wrong = code[:position] + digit + code[position + 1 :]
                assert check(wrong[:-1]) != wrong[-1]


@pytest.mark.parametrize("digits", CHECKED)
def test_gs1_numbers_have_their_check_digit(digits):
    assert check_digit.mod_10(digits[:-1]) == digits[-1]


@pytest.mark.parametrize(
    "imei", ["490154203237518", "356868000041418", "896588081210001114" + "6"]
)
def test_luhn_numbers_have_their_check_digit(imei):
    assert check_digit.luhn(imei[:-1]) == imei[-1]


@given(st.text("0123456789", min_size=1, max_size=24))
def test_luhn_is_the_one_of_the_library(digits):
    assert check_digit.luhn(digits) == luhn.calc_check_digit(digits)


def test_published_alphanumeric_numbers_have_their_check_characters():
    assert check_digit.mod_37_36("A12425GABC1234002") == "M"
    assert check_digit.mod_97_10("99991234567890121414") == "90"
    assert check_digit.luhn_hex("AF0123450ABCDE") == "C"


@given(st.text("0123456789", min_size=1, max_size=34))
def test_mod_97_10_leaves_a_remainder_of_one(digits):
    number = digits + check_digit.mod_97_10(digits)
    assert mod_97_10.is_valid(number)
    assert int(number) % 97 == 1


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (check_digit.mod_10, "12A4"),
        (check_digit.mod_10, "１２"),
        (check_digit.mod_10, "²"),
        (check_digit.luhn, ""),
        (check_digit.luhn, "-1"),
        (check_digit.mod_97_10, "12 34"),
        (check_digit.mod_33_32, "0"),
        (check_digit.mod_33_32, "O"),
        (check_digit.mod_33_32, "x"),
        (check_digit.mod_37_36, "A-1"),
        (check_digit.luhn_hex, "G"),
    ],
)
def test_symbols_outside_the_alphabet_are_refused(check, text):
    with pytest.raises(SerialError) as caught:
        check(text)
    assert caught.value.reason == "bad_characters"


def test_the_alphabet_has_no_look_alikes_and_is_in_ascii_order():
    assert len(set(ALPHABET)) == 32
    assert not set("01IO") & set(ALPHABET)
    assert all(first < second for first, second in pairwise(ALPHABET))
