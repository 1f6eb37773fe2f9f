"""Draw China's provinces and the world's countries from our own table of towns.

    python bin/setup.d/map_shapes.py    writes static/src/backend/map/shapes.js

There is no map of borders in it. Towns are joined to triangles, triangles that are
narrow enough are land, and a cell of land belongs to the place of its nearest town.
What lies between the towns of one place is land too, however far they are apart:
deserts. Where that would fill a sea, map_circles.txt names the sea.
"""

import json
from math import asin, ceil, cos, hypot, radians, sin, sqrt
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
CIRCLES = Path(__file__).with_name("map_circles.txt")
SEA = "SEA"
TARGET = REPO / "static/src/backend/map/shapes.js"
HEADER = """// Made by bin/setup.d/map_shapes.py from core/places.txt: do not edit.
// A map has hexagons in rows; a place has runs of them: row, column, length, ...
// and its anchor, where flows end: [x, y] with a cell's width as the unit.
"""
OF_CHINA = ("HK", "MO", "TW")
ROW = sqrt(3) / 2  # the height of a row of hexagons whose width is 1


def read_towns():
    """Return [(place, latitude, longitude)] of core/places.txt."""
    towns = []
    for line in (REPO / "core/places.txt").read_text(encoding="utf-8").splitlines():
        place, *positions = line.partition("#")[0].split() or [""]
        for position in positions:
            latitude, longitude = map(float, position.split(","))
            towns.append((place, latitude, longitude))
    return towns


def albers(latitude, longitude, middle=105, near=25, far=47, origin=36):
    """Project to a conic map of China that keeps areas, in km."""
    near, far, origin, latitude = map(radians, (near, far, origin, latitude))
    n = (sin(near) + sin(far)) / 2
    c = cos(near) ** 2 + 2 * n * sin(near)
    rho = sqrt(c - 2 * n * sin(latitude)) / n
    turn = n * radians(longitude - middle)
    return (
        6371 * rho * sin(turn),
        6371 * (rho * cos(turn) - sqrt(c - 2 * n * sin(origin)) / n),
    )


def equal_earth(latitude, longitude, middle=11):
    """Project to a map of the world that keeps areas (Equal Earth), in km."""
    a = (1.340264, -0.081106, 0.000893, 0.003796)
    longitude = radians((longitude - middle + 180) % 360 - 180)
    t = asin(sqrt(3) / 2 * sin(radians(latitude)))
    slope = a[0] + 3 * a[1] * t**2 + t**6 * (7 * a[2] + 9 * a[3] * t**2)
    height = a[0] * t + a[1] * t**3 + t**7 * (a[2] + a[3] * t**2)
    return 6371 * 2 * sqrt(3) * longitude * cos(t) / (3 * slope), -6371 * height


def circle_of(a, b, c):
    """Return (x, y, square of the radius) of the circle through three points."""
    ax, ay, bx, by = a[0] - c[0], a[1] - c[1], b[0] - c[0], b[1] - c[1]
    twice = 2 * (ax * by - ay * bx) or 1e-12
    x = (by * (ax * ax + ay * ay) - ay * (bx * bx + by * by)) / twice
    y = (ax * (bx * bx + by * by) - bx * (ax * ax + ay * ay)) / twice
    return c[0] + x, c[1] + y, x * x + y * y


def triangulate(points):
    """Return the Delaunay triangles of points, as tuples of their numbers."""
    far = 1e6
    corners = [(-3 * far, -far), (3 * far, -far), (0, 3 * far)]
    known = [*points, *corners]
    first = len(points)
    triangles = {(first, first + 1, first + 2): circle_of(*corners)}
    for number in sorted(range(first), key=points.__getitem__):
        x, y = points[number]
        hit = [
            triangle
            for triangle, (cx, cy, square) in triangles.items()
            if (x - cx) ** 2 + (y - cy) ** 2 < square
        ]
        edges = set()
        for one, two, three in hit:
            del triangles[one, two, three]
            for edge in ((one, two), (two, three), (three, one)):
                # An edge of two of them, walked both ways, lies within the hole.
                if edge[::-1] in edges:
                    edges.remove(edge[::-1])
                else:
                    edges.add(edge)
        for one, two in edges:
            circle = circle_of(known[one], known[two], known[number])
            triangles[one, two, number] = circle
    return [triangle for triangle in triangles if max(triangle) < first]


def country_of(place):
    """Return the country of a place code; Hong Kong, Macau and Taiwan are China's."""
    return "CN" if place in OF_CHINA else place.partition("-")[0]


def thin(towns, step):
    """Keep one town of a place a square of `step` degrees."""
    return list({(t[0], t[1] // step, t[2] // step): t for t in towns}.values())


def is_land(corners, longest):
    """Tell whether a triangle of towns ((place, x, y) each) is land."""
    reach = longest[len({country_of(place) for place, _x, _y in corners}) == 1]
    return all(
        hypot(one[1] - two[1], one[2] - two[2]) < reach
        for one, two in zip(corners, corners[1:] + corners[:1], strict=True)
    )


def cells_within(corners, width):
    """Yield the hexagons (row, column) whose middles lie in a triangle."""
    xs, ys = [c[1] for c in corners], [c[2] for c in corners]
    for row in range(ceil(min(ys) / width / ROW), int(max(ys) // (width * ROW)) + 1):
        y, shift = row * ROW * width, row % 2 / 2
        first = ceil(min(xs) / width - shift)
        for column in range(first, int(max(xs) / width - shift) + 2):
            x = (column + shift) * width
            sides = [
                (b[1] - a[1]) * (y - a[2]) - (b[2] - a[2]) * (x - a[1])
                for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
            ]
            if min(sides) >= 0 or max(sides) <= 0:
                yield row, column


def cells_near(x, y, reach, width):
    """Yield the hexagons (row, column) whose middles lie near a point."""
    for row in range(
        ceil((y - reach) / width / ROW), int((y + reach) // (width * ROW)) + 1
    ):
        shift = row % 2 / 2
        half = sqrt(max(0, reach**2 - (row * ROW * width - y) ** 2))
        for column in range(
            ceil((x - half) / width - shift), int((x + half) // width - shift) + 1
        ):
            yield row, column


def middle_of(cell, width):
    """Return where the middle of a hexagon lies, in km."""
    row, column = cell
    return (column + row % 2 / 2) * width, row * ROW * width


def find_land(towns, project, width, longest, margin):
    """Return {cell: place} of the land around and between towns.

    :param longest: (between places of two countries, of one): longest side, in km,
        of a triangle that counts as land
    :param margin: how far land reaches around a town, in km
    """
    points = [(place, *project(lat, lon)) for place, lat, lon in towns]
    cells = set()
    for triangle in triangulate([point[1:] for point in points]):
        corners = [points[number] for number in triangle]
        if is_land(corners, longest):
            cells.update(cells_within(corners, width))
    cells -= find_sea(project, width)
    for _place, x, y in points:
        cells.update(cells_near(x, y, margin, width))
        nearest = round(y / width / ROW)
        cells.add((nearest, round(x / width - nearest % 2 / 2)))
    return {cell: nearest_place(points, middle_of(cell, width)) for cell in cells}


def add_empty_land(land, project, width):
    """Add what is land of a country though nobody lives around it."""
    for country, x, y, reach in read_circles(project):
        if country != SEA:
            land.update(dict.fromkeys(cells_near(x, y, reach, width), country))
    for cell in find_sea(project, width):
        land.pop(cell, None)


def find_sea(project, width):
    """Return the cells that are not land, whatever lies around them."""
    return {
        cell
        for what, x, y, reach in read_circles(project)
        if what == SEA
        for cell in cells_near(x, y, reach, width)
    }


def read_circles(project):
    """Yield (SEA or a country, x, y, reach) of map_circles.txt, in km."""
    for line in CIRCLES.read_text(encoding="utf-8").splitlines():
        what, *circles = line.partition("#")[0].split() or [""]
        for circle in circles:
            latitude, longitude, reach = map(float, circle.split(","))
            yield (what, *project(latitude, longitude), reach)


def nearest_place(points, spot):
    """Return the place of the town nearest to a spot."""
    x, y = spot
    return min(points, key=lambda p: (p[1] - x) ** 2 + (p[2] - y) ** 2)[0]


def anchor_of(cells, points):
    """Return where flows end, with a hexagon's width as the unit.

    It is the middle of the cell nearest to the middle of them all; of a place with
    hardly any cells the middle of its towns.
    """
    spots = [middle_of(cell, 1) for cell in cells] if len(cells) > 3 else points
    x, y = (sum(values) / len(spots) for values in zip(*spots, strict=True))
    if len(cells) > 3:
        x, y = min(spots, key=lambda spot: hypot(spot[0] - x, spot[1] - y))
    return [round(x, 1), round(y, 1)]


def runs_of(cells):
    """Return cells as one list: row, first column, length, row, ..."""
    runs = []
    for row, column in sorted(cells):
        if runs and runs[-1][0] == row and sum(runs[-1][1:]) == column:
            runs[-1][2] += 1
        else:
            runs.append([row, column, 1])
    return [number for run in runs for number in run]


def describe(land, towns, project, width):
    """Return a map as it is stored: its size, and of each place anchor and cells."""
    # Odd rows are shifted by half a cell, so the first row has to stay an even one.
    top = min(row for row, _column in land) // 2 * 2
    left = min(column for _row, column in land)
    cells, points = {}, {}
    for (row, column), place in land.items():
        cells.setdefault(place, []).append((row - top, column - left))
    for place, latitude, longitude in towns:
        x, y = project(latitude, longitude)
        spot = x / width - left, y / width - top * ROW
        points.setdefault(place, []).append(spot)
    last_row, last_column = map(max, zip(*land, strict=True))
    return {
        "width": last_column - left + 1.5,
        "height": round((last_row - top + 1) * ROW, 2),
        "places": {
            place: {
                "at": anchor_of(cells.get(place, []), points[place]),
                "cells": runs_of(cells.get(place, [])),
            }
            for place in sorted(points)
        },
    }


def draw_china(towns, width=60):
    """Return the map of China's provinces."""
    around = [
        town
        for town in thin(towns, 0.25)
        if country_of(town[0]) == "CN" or (10 < town[1] < 60 and 65 < town[2] < 145)
    ]
    land = find_land(around, albers, width, longest=(700, 1900), margin=45)
    land = {cell: place for cell, place in land.items() if country_of(place) == "CN"}
    ours = [town for town in towns if country_of(town[0]) == "CN"]
    return describe(land, ours, albers, width)


def draw_world(towns, width=190):
    """Return the map of the countries; China is one of them."""
    towns = [(place.partition("-")[0], *spot) for place, *spot in towns]
    land = find_land(
        thin(towns, 1), equal_earth, width, longest=(2700, 3400), margin=120
    )
    add_empty_land(land, equal_earth, width)
    return describe(land, towns, equal_earth, width)


def draw():
    """Return the text of the file that the web client loads."""
    towns = read_towns()
    lines = [HEADER]
    for name, shape in (("CHINA", draw_china(towns)), ("WORLD", draw_world(towns))):
        lines.append(f"export const {name} = {{")
        lines += [f"    {key}: {shape[key]}," for key in ("width", "height")]
        lines.append("    places: {")
        for place, one in shape["places"].items():
            lines.append(
                f'        "{place}": {json.dumps(one, separators=(",", ":"))},'
            )
        lines += ["    },", "};"]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    TARGET.write_text(draw(), encoding="utf-8")
