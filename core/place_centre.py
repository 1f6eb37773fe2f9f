"""Where a province or a country lies, roughly: enough to tell how far two are apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from .territory import haversine_km


@dataclass(frozen=True)
class Centre:
    """The middle of a place's towns, and how far from it most of them lie."""

    latitude: float
    longitude: float
    spread_km: float

    @property
    def position(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return self.latitude, self.longitude


def read_centres(lines: Iterable[str]) -> dict[str, Centre]:
    """Return {place code: Centre} of a table of towns (`core/places.txt`).

    A country whose subdivisions are listed gets a centre as well.

    >>> read_centres(["CN-GD 22,114 24,114"])["CN"]
    Centre(latitude=23.0, longitude=114.0, spread_km=111.2)
    """
    towns = {}
    for line in lines:
        code, *texts = line.partition("#")[0].split() or [""]
        found = [tuple(map(float, text.split(","))) for text in texts]
        for place in {code, code.partition("-")[0]} - {""}:
            towns.setdefault(place, []).extend(found)
    return {place: _centre_of(found) for place, found in towns.items() if found}


def _centre_of(towns):
    """Return the median town, which no far island draws away."""
    middle = tuple(_median([town[axis] for town in towns]) for axis in (0, 1))
    far = sorted(haversine_km(middle, town) for town in towns)
    return Centre(*middle, round(far[int(0.9 * (len(far) - 1))], 1))


def _median(numbers):
    numbers = sorted(numbers)
    half = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[half]
    return (numbers[half - 1] + numbers[half]) / 2


def gap_km(one: Centre | None, other: Centre | None) -> float:
    """Return how far apart two places are at the least; 0 where one is unknown.

    >>> gap_km(Centre(39.9, 116.4, 50), Centre(23.1, 113.3, 300))
    1540.7
    """
    if not one or not other:
        return 0.0
    between = haversine_km(one.position, other.position)
    return round(max(0.0, between - one.spread_km - other.spread_km), 1)
