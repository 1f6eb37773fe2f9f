import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SerialError
from core.territory import country_of, haversine_km, normalised, place_code, relation

COUNTRIES = st.sampled_from(["CN", "DE", "US", "HK", "TW"])
SUBDIVISIONS = st.sampled_from([None, "", "GD", "BJ", "HK", "TW", "44", "BY", "CA"])
PLACES = st.builds(place_code, COUNTRIES, SUBDIVISIONS)
POINTS = st.tuples(
    st.floats(-90, 90, allow_nan=False), st.floats(-180, 180, allow_nan=False)
)


@pytest.mark.parametrize(
    ("country", "subdivision", "expected"),
    [
        ("CN", "GD", "CN-GD"),
        ("cn", "cn-gd", "CN-GD"),
        ("CN", "44", "CN-GD"),  # ISO 3166-2:CN before 2017
        ("CN", "CN-11", "CN-BJ"),
        ("CN", None, "CN"),
        ("DE", "", "DE"),
        ("US", "CA", "US-CA"),
        ("CN", "HK", "HK"),
        ("CN", "91", "HK"),
        ("HK", None, "HK"),
        ("CN", "MO", "MO"),
        ("CN", "TW", "TW"),
        ("TW", "TPE", "TW-TPE"),
        (None, "GD", ""),
        ("", None, ""),
        (False, False, ""),
    ],
)
def test_a_place_has_one_code(country, subdivision, expected):
    assert place_code(country, subdivision) == expected


@pytest.mark.parametrize(
    ("place", "codes", "expected"),
    [
        ("CN-GD", {"CN-GD"}, "inside"),
        ("CN-GD", {"CN"}, "inside"),
        ("CN-BJ", {"CN-GD", "CN-GX"}, "outside"),
        ("CN", {"CN-GD"}, "undecided"),
        ("CN", {"CN"}, "inside"),
        ("US-CA", {"CN"}, "outside"),
        ("US", {"CN-GD"}, "outside"),
        ("HK", {"CN-HK"}, "inside"),
        ("CN-HK", {"HK"}, "inside"),
        ("HK-HCW", {"CN-HK"}, "inside"),
        ("TW-TPE", {"CN-TW"}, "inside"),
        # Hong Kong is a market of its own: `CN` alone means the mainland.
        ("HK", {"CN"}, "outside"),
        ("HK", {"CN-GD"}, "outside"),
        ("CN-GD", {"HK"}, "outside"),
        ("CN", {"CN-HK"}, "outside"),
        ("", {"CN"}, "undecided"),
        ("CN-GD", set(), "undecided"),
        ("cn-44", {"CN-GD"}, "inside"),
    ],
)
def test_a_place_is_inside_or_outside_a_territory_or_undecided(place, codes, expected):
    assert relation(place, frozenset(codes)) == expected


@given(PLACES, st.frozensets(PLACES, min_size=1))
def test_a_place_is_inside_a_territory_that_names_it(place, codes):
    assert relation(place, codes | {place}) == "inside"
    assert relation(place, codes | {country_of(place)}) == "inside"


@given(PLACES, st.frozensets(PLACES), st.frozensets(PLACES))
def test_a_wider_territory_never_puts_a_place_outside(place, codes, more):
    if relation(place, codes) == "inside":
        assert relation(place, codes | more) == "inside"


@given(PLACES)
def test_normalising_a_place_twice_changes_nothing(place):
    assert normalised(place) == place


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((22.54, 114.06), (39.90, 116.40), 1943),  # Shenzhen, Beijing
        ((0, 0), (0, 180), 20015),
        ((90, 0), (-90, 77), 20015),
        ((31.23, 121.47), (31.23, 121.47), 0),
        ((0, 179.5), (0, -179.5), 111),
    ],
)
def test_distances_are_those_of_the_great_circle(a, b, expected):
    assert round(haversine_km(a, b)) == expected


@given(POINTS, POINTS)
def test_a_distance_is_symmetric_and_at_most_half_the_earth(a, b):
    distance = haversine_km(a, b)
    assert 0 <= distance <= 20016
    assert distance == pytest.approx(haversine_km(b, a), abs=1e-6)


@pytest.mark.parametrize("point", [(91, 0), (0, -181), (float("nan"), 0)])
def test_points_off_the_earth_are_refused(point):
    with pytest.raises(SerialError) as caught:
        haversine_km(point, (0, 0))
    assert caught.value.reason == "bad_coordinates"
