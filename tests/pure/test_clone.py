"""Copied codes: several bodies are told from one that is mislocated or travels."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

import core
from core.clone import (
    Sighting,
    count_people,
    crowd_of,
    find_clones,
    first_claims,
    shares_of,
)
from core.place_centre import gap_km, read_centres

START = datetime(2026, 3, 1, 8)
PLACES = ["CN-GD", "CN-BJ", "CN-ZJ", "CN-SC", "CN-SD", "CN-HL", "CN-XJ", "CN-YN"]
SHARES = dict.fromkeys(PLACES, 1 / len(PLACES))


@pytest.fixture(scope="module")
def centres():
    path = Path(core.__path__[0]) / "places.txt"
    return read_centres(path.read_text().splitlines())


def see(unit, places, hours=24, error=0.1, **values):
    return [
        Sighting(
            unit, START + timedelta(hours=hours * i), place, error, f"v{i}"
        )._replace(**values)
        for i, place in enumerate(places)
    ]


def units(sightings, centres):
    return [found.unit for found in find_clones(sightings, SHARES, centres)]


def test_a_code_seen_all_over_the_country_is_copied(centres):
    found = find_clones(see(1, PLACES), SHARES, centres)
    assert [finding.unit for finding in found] == [1]
    assert found[0].visitors == 8
    assert "many_places" in found[0].reasons


def test_one_wrong_address_is_no_copy(centres):
    assert not units(see(1, ["CN-GD", "CN-BJ", "CN-GD", "CN-GD"]), centres)


def test_one_journey_is_no_copy(centres):
    there_and_back = ["CN-GD"] * 3 + ["CN-SC"] * 3 + ["CN-GD"] * 3
    assert not units(see(1, there_and_back, hours=72), centres)


def test_a_telephone_that_its_carrier_misplaces_again_and_again_is_no_copy(centres):
    seen = see(1, ["CN-GD", "CN-BJ"] * 10, error=0.4)
    assert not units(seen, centres)


def test_two_units_far_apart_in_the_same_hours_are_copies(centres):
    seen = see(1, ["CN-GD", "CN-HL"] * 8, hours=1)
    found = find_clones(seen, SHARES, centres)[0]
    assert "too_fast" in found.reasons
    assert found.jump.km > 1000
    assert found.jump.hours == 1


def test_what_one_visitor_sees_in_a_day_counts_once(centres):
    seen = see(1, ["CN-GD", *["CN-HL"] * 40], hours=0.1)
    seen = [
        s._replace(visitor="home" if s.place == "CN-GD" else "abroad") for s in seen
    ]
    assert not units(seen, centres)


def bought(unit, places, models):
    """Return the sightings of a unit that the first of these people has bought."""
    seen = see(unit, places, error=0.4, channel="mobile")
    seen = [s._replace(model=m) for s, m in zip(seen, models, strict=True)]
    return [seen[0]._replace(owner="buyer"), *seen[1:]]


def test_many_kinds_of_telephone_are_many_people_many_addresses_are_not(centres):
    places = ["CN-GD", "CN-SC", "CN-BJ", "CN-SC", "CN-BJ"]
    one = bought(1, places, ["V2183A"] * 5)
    many = bought(2, places, ["V2183A", "ALN-AL00", "iPhone", "K30", "SM-G9730"])
    usual = {1: 60_000, 2: 3_000, 3: 100}
    found = find_clones(one + many, SHARES, centres, crowds=usual)
    assert [finding.unit for finding in found] == [2]
    assert found[0].visitors == 5


def test_people_are_counted_by_their_telephones_and_the_rest_by_addresses():
    seen = see(1, ["CN-GD"] * 6)
    phones = [s._replace(model=m) for s, m in zip(seen, "aabbc", strict=False)]
    assert count_people(phones) == 3
    assert count_people(seen) == 6
    assert count_people([*phones, seen[5]]) == 3
    assert count_people(phones, further=1) == 2  # a further owner is one of them
    assert count_people(seen, further=1) == 4  # ... and had two addresses


def test_a_crowd_at_the_shop_window_is_no_crowd_around_the_owner():
    window = see(1, ["CN-GD"] * 6 + ["CN-BJ"] * 2, hours=1)
    window = [s._replace(model=f"M{n}") for n, s in enumerate(window)]
    sold = see(1, ["CN-GD"], owner="buyer")[0]._replace(at=START + timedelta(days=9))
    seen = [*window, sold]
    assert crowd_of(seen, first_claims(seen)) == 1


def test_a_second_owner_alone_is_no_copy_five_are(centres):
    second = [Sighting(1, START, "CN-GD", 0.1, str(i), owner=str(i)) for i in range(2)]
    many = [Sighting(2, START, "CN-GD", 0.1, str(i), owner=str(i)) for i in range(9)]
    assert units(second + many, centres) == [2]


def test_honest_units_in_bulk_are_not_accused(centres):
    random = Random(4)
    sightings = []
    for unit in range(4000):
        home = random.choice(PLACES)
        mobile = random.random() < 0.6
        for _view in range(random.choice((1, 2, 2, 3, 4))):
            error = 0.4 if mobile and random.random() < 0.8 else 0.1
            place = home
            if random.random() < error:
                place = "CN-BJ" if random.random() < 0.3 else random.choice(PLACES)
            moment = START + timedelta(hours=random.random() * 2000)
            visitor = str(random.random())
            sightings.append(Sighting(unit, moment, place, error, visitor))
    assert len(find_clones(sightings, centres=centres)) <= 1


def test_places_without_a_centre_are_never_too_far():
    assert gap_km(None, None) == 0
    assert shares_of([]) == {}
    assert not units(see(1, ["", ""]), {})
