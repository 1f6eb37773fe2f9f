from dataclasses import replace
from datetime import date, datetime

import pytest

from core.errors import SerialError
from core.whitelist import Entry, Visit, Whitelist, read_network

VISIT = Visit(
    datetime(2026, 3, 2, 8),
    lot_id=5,
    company_id=1,
    device="d",
    phone="p",
    account="a",
    ip="203.0.113.9",
    place="CN-SH",
)
SIGNS = {
    "lots": (frozenset({5}), frozenset({6})),
    "device": ("d", "e"),
    "phone": ("p", "q"),
    "account": ("a", "b"),
    "network": ("203.0.113.0/24", "198.51.100.0/24"),
    "places": (frozenset({"CN"}), frozenset({"CN-GD"})),
}


@pytest.mark.parametrize("name", SIGNS)
def test_a_sign_excuses_who_bears_it(name):
    right, wrong = SIGNS[name]
    assert Whitelist([Entry(1, **{name: right})]).find(VISIT).id == 1
    assert Whitelist([Entry(1, **{name: wrong})]).find(VISIT) is None


@pytest.mark.parametrize("name", SIGNS)
def test_all_signs_of_an_entry_are_asked_for(name):
    signs = {other: right for other, (right, _wrong) in SIGNS.items()}
    assert Whitelist([Entry(1, **signs)]).find(VISIT)
    assert not Whitelist([Entry(1, **signs | {name: SIGNS[name][1]})]).find(VISIT)


def test_an_unknown_sign_is_no_sign():
    bare = Visit(VISIT.moment, lot_id=9)
    for name, (right, _wrong) in SIGNS.items():
        assert not Whitelist([Entry(1, **{name: right})]).find(bare)


def test_days_hold_wherever_on_earth_it_is_that_day():
    day = Entry(1, date(2026, 3, 2), date(2026, 3, 2), device="d")
    excused = Whitelist([day])
    for moment, expected in (
        (datetime(2026, 3, 1, 9), False),
        (datetime(2026, 3, 1, 10), True),  # it is 2 March in Kiribati
        (datetime(2026, 3, 3, 11), True),  # it still is in Honolulu
        (datetime(2026, 3, 3, 14), False),
    ):
        assert bool(excused.find(replace(VISIT, moment=moment))) is expected


def test_another_companys_entry_excuses_nobody():
    assert not Whitelist([Entry(1, company_id=2, device="d")]).find(VISIT)
    assert Whitelist([Entry(1, company_id=1, device="d")]).find(VISIT)


def test_an_entry_without_signs_and_a_bad_network_are_refused():
    with pytest.raises(SerialError):
        Whitelist([Entry(1)])
    with pytest.raises(SerialError):
        read_network("203.0.113.0/33")


def test_an_empty_list_says_so():
    assert not Whitelist([])
    assert Whitelist([Entry(1, places=frozenset({"DE"}))])
