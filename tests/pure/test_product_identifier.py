"""core.product_identifier and core.randomness against what the laws say."""

import datetime

import pytest

from core import product_identifier, randomness

EXPIRY = datetime.date(2027, 1, 31)


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        (("09520123456788", "A1", "L7", EXPIRY), ()),
        (("9520123456788", "a" * 20, '!"%&/?_', EXPIRY), ()),
        (("09520123456789", "A1", "L7", EXPIRY), ("gtin_wrong",)),
        (("0952-0123456788", "A1", "L7", EXPIRY), ("gtin_wrong",)),
        (("", "A1", "L7", EXPIRY), ("gtin_missing",)),
        (("09520123456788", "a" * 21, "L7", EXPIRY), ("serial_long",)),
        (("09520123456788", "A#1", "L7", EXPIRY), ("serial_characters",)),
        (("09520123456788", "é", "L 7", EXPIRY),
         ("serial_characters", "lot_characters")),
        (("09520123456788", None, None, None),
         ("serial_missing", "lot_missing", "expiry_missing")),
    ],
)  # fmt: skip
def test_a_product_identifier_needs_all_four_parts(parts, missing):
    assert product_identifier.gaps(*parts) == missing


def test_the_characters_of_a_serial_are_gs1s_82():
    allowed = {
        chr(code)
        for code in range(256)
        if not product_identifier.gaps("09520123456788", chr(code), "L", EXPIRY)
    }
    assert len(allowed) == 82
    assert not allowed & set(" #$@[]^`{}|~\\")


@pytest.mark.parametrize(
    ("live", "length", "holds"),
    # the table of guides on unguessable codes: 10^8 need 8 symbols, 10^10 need 10
    [(10**8, 8, True), (10**8, 7, False), (10**10, 10, True), (10**10, 9, False)],
)
def test_a_guess_hits_less_than_once_in_ten_thousand(live, length, holds):
    assert randomness.judge("random", live, 32**length).holds is holds
    assert (randomness.shortest(live) <= length) is holds


def test_the_limit_itself_is_too_much():
    assert not randomness.judge("random", 1, 10_000).holds
    assert randomness.judge("random", 1, 10_001).holds
    assert randomness.room(10_000) == 0


def test_an_empty_scheme_cannot_be_guessed_and_a_counting_one_always():
    assert randomness.judge("random", 0, 32**8).chance == 0
    assert randomness.judge("structured", 0, 32**8).reason == "guessable"
