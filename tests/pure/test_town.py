"""Towns by the names people type, against the table that is shipped."""

from pathlib import Path

import pytest

from core.town import TownNames

TABLE = Path(__file__).parents[2] / "core" / "towns.txt"
TOWNS = TownNames(TABLE.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("typed", "position"),
    [
        ("Shenzhen", (22.55, 114.07)),
        ("  shen zhen ", (22.55, 114.07)),
        ("深圳市", (22.55, 114.07)),
        ("广东省深圳市南山区科苑路15号", (22.55, 114.07)),
        ("Xi'an", TOWNS.find("西安")),
        ("Peking", (39.91, 116.4)),
        ("Hong Kong", (22.28, 114.17)),
        ("香港特别行政区", (22.28, 114.17)),
    ],
)
def test_a_town_is_found_as_people_write_it(typed, position):
    assert position
    assert TOWNS.find(typed) == position


@pytest.mark.parametrize(
    "typed", ["", " ", "x", "Atlantis", "深", "\x00", "'; DROP", "1", "é" * 500, "💥"]
)
def test_what_is_no_town_is_none(typed):
    assert TOWNS.find(typed) is None


def test_every_large_town_of_the_table_is_where_its_name_says():
    for name in ("beijing", "shanghai", "chengdu", "wuhan", "urumqi", "lanzhou"):
        latitude, longitude = TOWNS.find(name)
        assert 18 < latitude < 54
        assert 73 < longitude < 135
