"""Which units, persons and answers a programme takes."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SerialError
from core.tradein import (
    Unit,
    complete_answers,
    is_identity_card,
    normal_person,
    program_refusal,
    unit_refusal,
)

WHEN = datetime(2026, 3, 2, 8)
GOOD = Unit("activated", was_activated=True)
SOLD = Unit("shipped", sale_date=date(2026, 1, 5))

# what is true of the unit, does the programme take units never activated, why not
UNITS = [
    (GOOD, False, None),
    (GOOD, True, None),
    (SOLD, True, None),
    (SOLD, False, "never_activated"),
    (Unit("shipped"), True, "never_activated"),
    (Unit("produced"), False, "never_activated"),
    (Unit("produced", was_activated=True), False, "never_activated"),
    (Unit("minted"), False, "never_activated"),
    (Unit(None), False, "void_code"),
    (Unit("void"), False, "void_code"),
    (Unit("retired"), False, "retired"),
    (Unit("traded_in", traded_in_at=WHEN), False, "traded_in"),
    (replace(GOOD, claimed_at=WHEN), False, "already_claimed"),
    (Unit("traded_in", claimed_at=WHEN, traded_in_at=WHEN), False, "already_claimed"),
    (replace(GOOD, report="stolen", reported_at=WHEN), False, "stolen"),
    (replace(GOOD, report="lost"), False, "lost"),
    (replace(GOOD, has_clone_alert=True), False, "clone_alert"),
    (replace(GOOD, is_blocked=True), False, "blocked"),
    (replace(GOOD, is_recalled=True), False, "recalled_unsafe"),
    (replace(GOOD, is_in_service=True), False, "in_service"),
    # the claim that lives comes before all that came up since
    (replace(GOOD, claimed_at=WHEN, report="stolen"), False, "already_claimed"),
    (Unit("void", claimed_at=WHEN), False, "void_code"),
    (replace(SOLD, report="stolen"), False, "stolen"),
]


@pytest.mark.parametrize(("unit", "takes_sold", "reason"), UNITS)
def test_units(unit, takes_sold, reason):
    refusal = unit_refusal(unit, takes_sold)
    assert (refusal and refusal.reason) == reason


def test_refusals_name_since_when():
    claimed = unit_refusal(replace(GOOD, claimed_at=WHEN))
    traded = unit_refusal(Unit("traded_in", traded_in_at=WHEN))
    assert claimed.since == traded.since == WHEN


@pytest.mark.parametrize(
    ("begins", "ends", "day", "reason"),
    [
        (None, None, "2026-03-02", None),
        ("2026-03-02", "2026-03-02", "2026-03-02", None),
        ("2026-03-03", None, "2026-03-02", "program_not_begun"),
        (None, "2026-03-01", "2026-03-02", "program_ended"),
    ],
)
def test_days_of_a_programme(begins, ends, day, reason):
    days = [one and date.fromisoformat(one) for one in (begins, ends, day)]
    refusal = program_refusal(*days)
    assert (refusal and refusal.reason) == reason


def test_the_first_answer_is_assumed():
    questions = {"power": ("yes", "no"), "screen": ("whole", "cracked")}
    assert complete_answers({}, questions) == {"power": "yes", "screen": "whole"}
    assert list(complete_answers({"screen": "cracked"}, questions)) == [
        "power",
        "screen",
    ]


@pytest.mark.parametrize(
    "given_", [{"colour": "red"}, {"power": "maybe"}, {"power": ""}, {"": "yes"}]
)
def test_strange_answers_are_refused(given_):
    with pytest.raises(SerialError, match="bad_answer"):
        complete_answers(given_, {"power": ("yes", "no")})


# Numbers of GB 11643's own example, and of made-up persons with right check digits.
CARDS = ["11010519491231002X", "440524188001010014"]


@pytest.mark.parametrize("card", CARDS)
def test_identity_cards(card):
    assert is_identity_card(card)
    for wrong in "0123456789X":
        assert is_identity_card(card[:17] + wrong) == (wrong == card[17])


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("11010519491231002x", "11010519491231002X"),
        (" 110105 19491231 002X ", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("138 0013-8000", "13800138000"),
        ("+86 (138) 0013.8000", "+8613800138000"),
        ("e1234567", "E1234567"),
    ],
)
def test_a_person_is_the_same_whatever_the_spelling(typed, same):
    assert normal_person(typed) == same


@pytest.mark.parametrize(
    "typed",
    [
        *(None, 7, "", "1234", "- - - -", "x" * 65, "x" * 9999, "\x00" * 9),
        *("\ud800abcde", "110105194912310021"),
    ],
)
def test_what_is_nobody_is_refused(typed):
    with pytest.raises(SerialError, match="bad_person_id"):
        normal_person(typed)


@given(st.text())
def test_a_spelling_is_normalised_once(typed):
    try:
        once = normal_person(typed)
    except SerialError:
        return
    assert normal_person(once) == once
