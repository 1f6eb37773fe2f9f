"""Places and territories: is where a unit was seen inside where it may be sold?

A place is a code: `CN` (a country) or `CN-GD` (a subdivision, ISO 3166-2). Hong Kong,
Macau and Taiwan have a country code and a Chinese subdivision code each; here they
are one place, written as the country. They are markets of their own, so `CN` alone
means the mainland.
"""

from functools import lru_cache
from math import asin, cos, hypot, isfinite, radians, sin, sqrt

from .errors import SerialError

_EARTH_RADIUS_KM = 6371.0088

#: Subdivisions of CN that have a country code of their own.
_OWN_CODE = frozenset({"HK", "MO", "TW"})

#: ISO 3166-2:CN before 2017, still found in older location files.
_CN_NUMBERED = (
    "11BJ 12TJ 13HE 14SX 15NM 21LN 22JL 23HL 31SH 32JS 33ZJ 34AH 35FJ 36JX 37SD 41HA "
    "42HB 43HN 44GD 45GX 46HI 50CQ 51SC 52GZ 53YN 54XZ 61SN 62GS 63QH 64NX 65XJ 71TW "
    "91HK 92MO"
)
_CN_NUMBERS = {
    _CN_NUMBERED[at : at + 2]: _CN_NUMBERED[at + 2 : at + 4]
    for at in range(0, len(_CN_NUMBERED), 5)
}


def place_code(country: str | None, subdivision: str | None = None) -> str:
    """Return the code of a place, or "" if not even its country is known.

    >>> place_code("cn", "GD"), place_code("CN", "CN-44"), place_code("DE")
    ('CN-GD', 'CN-GD', 'DE')
    >>> place_code("CN", "HK") == place_code("HK")
    True
    """
    country = (country or "").strip().upper()
    if not country:
        return ""
    subdivision = (subdivision or "").strip().upper().removeprefix(f"{country}-")
    if country == "CN":
        subdivision = _CN_NUMBERS.get(subdivision, subdivision)
        if subdivision in _OWN_CODE:
            return subdivision
    return f"{country}-{subdivision}" if subdivision else country


@lru_cache(maxsize=4096)
def normalised(code: str) -> str:
    """Return a place code (`CN-44`, `cn-hk`) in its one form (`CN-GD`, `HK`)."""
    country, _, subdivision = code.partition("-")
    return place_code(country, subdivision)


def country_of(code: str) -> str:
    """Return the country of a place code: `HK` for `CN-HK`."""
    return normalised(code).partition("-")[0]


def relation(place: str, codes: frozenset[str]) -> str:
    """Tell whether `place` is "inside" or "outside" a territory, or "undecided".

    Undecided is a country seen where the territory is a part of it, an unknown
    place, and a territory without any place.

    >>> relation("CN-GD", frozenset({"CN-GD", "CN-GX"}))
    'inside'
    >>> relation("CN-BJ", frozenset({"CN-GD", "CN-GX"}))
    'outside'
    >>> relation("CN", frozenset({"CN-GD", "CN-GX"}))
    'undecided'
    """
    if not place or not codes:
        return "undecided"
    place = normalised(place)
    territory = {normalised(code) for code in codes}
    if place in territory or country_of(place) in territory:
        return "inside"
    if "-" not in place and place in map(country_of, territory):
        return "undecided"
    return "outside"


def overlaps(codes: frozenset[str], others: frozenset[str]) -> bool:
    """Tell whether two territories have a place in common.

    >>> overlaps(frozenset({"CN"}), frozenset({"CN-GD", "DE"}))
    True
    >>> overlaps(frozenset({"CN"}), frozenset({"HK", "DE"}))
    False
    """
    return any(relation(code, others) != "outside" for code in codes if others)


def haversine_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance in km between two points (latitude, longitude in degrees).

    >>> round(haversine_km((22.54, 114.06), (39.90, 116.40)))
    1943
    """
    for latitude, longitude in (a, b):
        if not (
            isfinite(latitude)
            and isfinite(longitude)
            and -90 <= latitude <= 90
            and -180 <= longitude <= 180
        ):
            raise SerialError("bad_coordinates", latitude=latitude, longitude=longitude)
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(radians, point)) for point in (a, b))
    half_chord = hypot(
        sin((lat_b - lat_a) / 2),
        sqrt(cos(lat_a) * cos(lat_b)) * sin((lon_b - lon_a) / 2),
    )
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, half_chord))
