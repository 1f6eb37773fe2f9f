import pytest

from core.leak_history import Known, compare
from core.observed import Evidence
from core.rounding import once_in

GUANGDONG = frozenset({"CN-GD"})
FIXED = "ip:dbip@2026-02|CN|GD|20|fixed|24"
FIXED_ELSEWHERE = "ip:dbip@2026-02|CN|BJ|20|fixed|24"
OTHER_FILE = "ip:geoip@2026-02|CN|BJ|20|fixed|24"
HOSTED = "ip:dbip@2026-02|CN|BJ|20|hosting|24"
POSITION = "gps|CN|GD|1||"
SCAN = "scan|48|7|20||"


@pytest.fixture
def evidence():
    return Evidence({1: GUANGDONG}, {48: "CN"}, {7: "SH"})


def sightings(evidence, told):
    evidence.add([(10, 1, 5, "2026-03", 6, 7, 8, told, 1)])
    return evidence.units[-1].sightings


def test_an_occasion_is_one_sighting_whatever_the_number_of_files(evidence):
    assert sightings(evidence, f"{FIXED_ELSEWHERE};{OTHER_FILE}") == (
        ("fixed_agreeing", "CN-BJ"),
    )


def test_a_position_and_an_address_are_two_sightings(evidence):
    assert sightings(evidence, f"{POSITION};{FIXED}") == (
        ("fixed", "CN-GD"),
        ("gps", "CN-GD"),
    )


def test_every_occasion_counts(evidence):
    assert len(sightings(evidence, f"{FIXED}\n{FIXED_ELSEWHERE}\n{FIXED}")) == 3


def test_an_old_scan_names_its_place_by_records(evidence):
    [(_channel, place)] = sightings(evidence, SCAN)
    assert place == "CN-SH"


def test_units_of_which_nothing_is_known_are_left_out(evidence):
    evidence.add([(10, 1, 5, "2026-03", 6, 7, 8, HOSTED, 1)])
    evidence.add([(11, 1, 5, "2026-03", 6, 7, 8, "", 1)])
    assert not evidence.units
    assert evidence.observation_count == 2


def test_units_share_what_they_have_in_common(evidence):
    row = (1, 5, "2026-03", 6, 7, 8, FIXED, 1)
    evidence.add([(10, *row), (11, *row)])
    one, other = evidence.units
    assert one.sightings is other.sightings
    assert one.groups is other.groups
    assert one.groups == (
        ("carton", 7),
        ("shipment", 6),
        ("batch", 8),
        ("window", (5, "2026-03")),
    )


def test_groups_that_are_not_known_are_left_out(evidence):
    evidence.add([(10, 1, None, "2026-03", None, None, 8, FIXED, 1)])
    assert evidence.units[0].groups == (("batch", 8),)


# === HISTORY === #


def known(leak_id=None, kind="carton", key="7", k=8, units=(1, 2), place="CN-BJ"):
    return Known(kind, key, place, 20, k, frozenset(units), leak_id)


def test_the_same_result_is_kept():
    changes = compare([known(5)], [known()], {1, 2})
    assert (changes.kept, changes.new, changes.superseded, changes.faded) == (
        {0: 5},
        [],
        {},
        [],
    )


@pytest.mark.parametrize("change", [{"k": 9}, {"units": (1, 2, 3)}])
def test_another_result_supersedes(change):
    changes = compare([known(5)], [known(**change)], {1, 2})
    assert (changes.new, changes.superseded) == ([0], {5: 0})


def test_a_wider_group_supersedes_the_narrower_one_whose_units_it_names():
    wider = known(kind="shipment", key="9", units=(2, 3))
    changes = compare([known(5)], [wider], {1, 2, 3})
    assert changes.superseded == {5: 0}


def test_a_leak_to_another_place_is_another_leak():
    changes = compare([known(5)], [known(place="CN-SH")], {1, 2})
    assert (changes.new, changes.superseded, changes.faded) == ([0], {}, [5])


def test_a_leak_fades_only_if_its_units_were_looked_at():
    assert compare([known(5)], [], {2}).faded == [5]
    assert compare([known(5)], [], {3}).faded == []


def test_a_leak_that_names_no_unit_is_kept_or_fades():
    drip = {"kind": "window", "units": ()}
    assert compare([known(5, **drip)], [known(**drip)], {1}).kept == {0: 5}
    assert compare([known(5, **drip)], [], {1}).faded == [5]


# === ROUNDING === #


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.5, 2), (0.011, 91), (0.000249, 4000), (2.56e-7, 3_900_000), (0.0, 10**9)],
)
def test_once_in_a_number_with_two_digits(probability, expected):
    assert once_in(probability) == expected
