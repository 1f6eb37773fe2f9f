import importlib.util
import json
import re
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
SCRIPT = REPO / "bin/setup.d/map_shapes.py"
PLACE = re.compile(r'^ +"([A-Z-]+)": (\{.*\}),$', re.MULTILINE)


def load_script():
    spec = importlib.util.spec_from_file_location("map_shapes", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_maps():
    """Return the places of both maps: China's, the world's."""
    text = (REPO / "static/src/backend/map/shapes.js").read_text(encoding="utf-8")
    _head, china, world = text.split("export const ")
    return [
        {place: json.loads(one) for place, one in PLACE.findall(part)}
        for part in (china, world)
    ]


def test_the_file_of_shapes_is_what_the_script_draws_today():
    script = load_script()
    assert script.TARGET.read_text(encoding="utf-8") == script.draw()


def test_every_place_of_the_towns_has_an_anchor():
    places = {place for place, _lat, _lon in load_script().read_towns()}
    china, world = read_maps()
    of_china = {p for p in places if p.startswith("CN-")} | {"HK", "MO", "TW"}
    assert set(china) == of_china
    assert set(world) == {place.partition("-")[0] for place in places}


def test_no_cell_belongs_to_two_places():
    for places in read_maps():
        cells = [
            (row, column)
            for one in places.values()
            for row, first, length in zip(*[iter(one["cells"])] * 3, strict=True)
            for column in range(first, first + length)
        ]
        assert len(cells) == len(set(cells)) > 2000


def test_places_lie_where_everyone_knows_them_to_lie():
    china, world = read_maps()
    at = {place: one["at"] for place, one in (china | world).items()}
    assert at["CN-XJ"][0] < at["CN-GS"][0] < at["CN-SH"][0]
    assert at["CN-HL"][1] < at["CN-BJ"][1] < at["CN-GD"][1] < at["CN-HI"][1]
    assert world["US"]["at"][0] < world["DE"]["at"][0] < world["CN"]["at"][0]
    assert world["BR"]["at"][1] > world["US"]["at"][1]


def test_the_sea_is_empty():
    script = load_script()
    land = script.find_land(
        [("A", 38.0, 118.0), ("A", 40.0, 121.0), ("A", 37.0, 121.0)],
        script.albers,
        60,
        longest=(700, 1900),
        margin=45,
    )
    x, y = script.albers(38.5, 119.8)
    row = round(y / 60 / script.ROW)
    assert land
    assert (row, round(x / 60 - row % 2 / 2)) not in land
