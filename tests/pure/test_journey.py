from datetime import datetime, timedelta
from pathlib import Path

from core.journey import Bound, Stop, condense, find_jumps, relation_of
from core.place_centre import read_centres

NOON = datetime(2026, 3, 2, 12)
PLACES = Path(__file__).resolve().parents[2] / "core/places.txt"
CENTRES = read_centres(PLACES.read_text(encoding="utf-8").splitlines())


def scan(place, hours, lasting=0.0, count=1, **values):
    first = NOON + timedelta(hours=hours)
    last = first + timedelta(hours=lasting)
    return Stop("scan", place, first, last, count, **values)


def test_a_flight_is_no_jump_and_an_instant_is_one():
    there = scan("CN-GD", 0)
    assert not find_jumps([there, scan("CN-BJ", 3)], CENTRES)
    (jump,) = find_jumps([there, scan("CN-BJ", 0.5)], CENTRES)
    assert (jump.origin, jump.target, jump.hours) == (0, 1, 0.5)
    assert 1200 < jump.km < 2000


def test_time_spent_at_a_place_is_not_travelled():
    assert find_jumps([scan("CN-GD", 0, lasting=20), scan("CN-BJ", 20.5)], CENTRES)


def test_neighbours_are_never_too_far():
    assert not find_jumps([scan("CN-GD", 0), scan("CN-GX", 0.1)], CENTRES)
    assert not find_jumps([scan("CN-BJ", 0), scan("CN-TJ", 0)], CENTRES)


def test_an_unknown_place_between_two_hides_no_jump():
    stops = [scan("CN-GD", 0), scan("", 0.2), scan("CN-BJ", 0.4)]
    (jump,) = find_jumps(stops, CENTRES)
    assert (jump.origin, jump.target) == (0, 2)
    assert not find_jumps([scan("CN-GD", 0), scan("XX", 0.1)], CENTRES)


def test_the_farthest_jump_comes_first():
    stops = [scan("CN-GD", 0), scan("CN-SH", 0.1), scan("CN-XJ", 0.2)]
    jumps = find_jumps(stops, CENTRES)
    assert [jump.target for jump in jumps] == [2, 1]


def test_thousands_of_scans_become_few_and_none_is_lost():
    places = ("CN-GD", "CN-BJ", "CN-SH")
    stops = [scan(places[at % 3], at / 2, radius_km=10 + at) for at in range(3000)]
    few = condense(stops, 120)
    assert len(few) <= 120
    assert sum(stop.count for stop in few) == 3000
    assert few[0].radius_km == 10
    assert few == sorted(few, key=lambda stop: (stop.first, stop.last))


def test_an_activation_stays_for_itself():
    claims = [
        Stop("activation", "CN-GD", NOON, NOON, key=7),
        Stop("activation", "CN-GD", NOON, NOON, key=8),
    ]
    few = condense([*claims, *(scan("CN-GD", at) for at in range(50))], 10)
    assert [stop.key for stop in few if stop.kind == "activation"] == [7, 8]


def test_the_newest_are_kept_where_nothing_else_helps():
    stops = [scan(f"CN-{at:02}", at * 1000) for at in range(30)]
    assert condense(stops, 5) == stops[-5:]


def test_a_stop_is_judged_by_what_held_at_the_time():
    bounds = [
        Bound(NOON, NOON + timedelta(hours=5), frozenset({"CN-GD"})),
        Bound(NOON + timedelta(hours=5), None, frozenset({"CN-BJ"})),
    ]
    told = [relation_of(scan("CN-BJ", hours), bounds) for hours in (-1, 1, 6)]
    assert told == ["", "outside", "inside"]
