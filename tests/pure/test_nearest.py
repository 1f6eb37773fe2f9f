from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.nearest import FARTHEST_KM, Towns

TOWNS = Towns(
    (Path(__file__).parents[2] / "core" / "places.txt")
    .read_text(encoding="utf-8")
    .splitlines()
)


@pytest.mark.parametrize(
    ("latitude", "longitude", "place"),
    [
        (23.13, 113.26, "CN-GD"),  # Guangzhou
        (39.90, 116.40, "CN-BJ"),
        (31.23, 121.47, "CN-SH"),
        (30.66, 104.07, "CN-SC"),  # Chengdu
        (29.65, 91.12, "CN-XZ"),  # Lhasa
        (43.82, 87.61, "CN-XJ"),  # Urumqi
        (22.20, 113.55, ""),  # Macau, streets away from Zhuhai
        (52.52, 13.40, "DE"),  # Berlin
        (10.78, 106.70, "VN"),  # Ho Chi Minh City
        (0.0, -140.0, ""),  # the middle of the Pacific
        (90.0, 0.0, ""),
        (-90.0, 180.0, ""),
    ],
)
def test_towns_lie_where_they_lie(latitude, longitude, place):
    assert TOWNS.nearest(latitude, longitude).place == place


def test_between_two_provinces_only_the_country_is_told():
    # Kunshan's edge: Shanghai and Jiangsu are equally near.
    assert TOWNS.nearest(31.29, 121.13).place == "CN"


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_position_has_an_answer(latitude, longitude):
    nearest = TOWNS.nearest(latitude, longitude)
    assert 0 <= nearest.distance_km <= FARTHEST_KM


@given(st.floats(-60, 60))
def test_the_date_line_is_no_border(latitude):
    towns = Towns([f"XX {latitude},179.9"])
    assert towns.nearest(latitude, -179.9).place == "XX"
