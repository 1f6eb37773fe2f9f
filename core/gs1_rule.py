"""The rules that parts of GS1 values keep beyond their length and characters.

Each is named as in the GS1 Barcode Syntax Dictionary. `broken(name, text)` returns
the reason why a text breaks the rule, None where it keeps it.
"""

import re
from datetime import date

from . import gs1_codes
from .check_digit import ALPHABET, mod_10
from .errors import SerialError

#: GS1 character set 82, in its order.
CSET_82 = (
    "!\"%&'()*+,-./0123456789:;<=>?"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
_BASE64 = re.compile(r"[A-Za-z0-9_-]*(={0,2})")
_PERCENT = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
_SEQUENCE = re.compile(r"([1-9]\d*)/([1-9]\d*)", re.ASCII)
_MIN_PREFIX = 4


def broken(name: str, text: str) -> str | None:
    """Return why `text` breaks the rule `name`, None where it keeps it.

    >>> broken("csum", "09520123456788"), broken("csum", "09520123456789")
    (None, 'gs1_check_digit')
    """
    holds, reason = _RULES[name]
    return None if holds(text) else reason


def has_characters(kind: str, text: str) -> bool:
    """Say whether all of `text` is of a kind of characters (N, X, Y, Z).

    >>> has_characters("X", "32a/b"), has_characters("X", "a b")
    (True, False)
    """
    if kind == "N":
        return _is_number(text)
    if kind == "Z":
        return _is_base64(text)
    return _SETS[kind].issuperset(text)


def check_pair(text: str) -> str:
    """Return the GS1 check character pair of `text` (GMN, AI 8013).

    >>> check_pair("1987654Ad4X4bL5ttr2310c")
    '2K'
    """
    total = sum(
        CSET_82.index(character) * prime
        for character, prime in zip(reversed(text), _primes(len(text)), strict=True)
    )
    return ALPHABET[total % 1021 >> 5] + ALPHABET[total % 1021 & 31]


def is_date(text: str, *, any_day: bool = False) -> bool:
    """Say whether YYMMDD or YYYYMMDD is a day; with `any_day` the day may be 00.

    >>> is_date("240229"), is_date("230229"), is_date("240200", any_day=True)
    (True, False, True)
    """
    if not (_is_number(text) and len(text) in (6, 8)):
        return False
    year, month, day = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    if any_day and day == 0:
        return 1 <= month <= 12
    try:
        # Years of a century matter by their leap days only, and 2000 has one.
        return bool(date(year + 2000 if len(text) == 6 else year, month, day))
    except ValueError:
        return False


def _is_number(text):
    return (text.isascii() and text.isdigit()) or not text


def _is_base64(text):
    found = _BASE64.fullmatch(text)
    return bool(found) and not (found.group(1) and len(text) % 3)


def _has_check_digit(text):
    try:
        return len(text) > 1 and mod_10(text[:-1]) == text[-1]
    except SerialError:
        return False


def _has_check_pair(text):
    known = set(CSET_82).issuperset(text[:-2])
    return len(text) >= 2 and known and check_pair(text[:-2]) == text[-2:]


def _primes(count):
    found = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


def _has_prefix(text):
    return len(text) >= _MIN_PREFIX and _is_number(text[:_MIN_PREFIX])


def _is_between(text, first, last, width):
    return len(text) == width and _is_number(text) and first <= int(text) <= last


def _is_time(text):
    return _is_between(text[:2], 0, 23, 2) and _is_between(text[2:], 0, 59, 2)


def _is_iban(text):
    if text[:2] not in gs1_codes.COUNTRIES or not 10 < len(text) <= 34:
        return False
    if not re.fullmatch("[0-9A-Z]+", text):
        return False
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def _is_piece_of_total(text):
    half = len(text) // 2
    if len(text) % 2 or not text or not _is_number(text) or len(text) > 8:
        return False
    return 0 < int(text[:half]) <= int(text[half:])


def _is_position_in_sequence(text):
    found = _SEQUENCE.fullmatch(text)
    return bool(found) and int(found.group(1)) <= int(found.group(2))


def _sized(first, last, extra):
    """Return the pattern of a number after a digit that gives its length."""
    sizes = (f"{n}[0-9]{{{n + extra}}}" for n in range(first, last + 1))
    return f"(?:{'|'.join(sizes)})"


# North American coupons (AI 8110): company, offer, saving, first purchase, then
# second, third purchase, end, start, serial, retailer and how the saving is given.
_GROUP = _sized(1, 5, 0) + r"[0-49][0-9]{3}"
_OTHER_COMPANY = f"(?:9|{_sized(0, 6, 6)})"
_COUPON = re.compile(
    _sized(0, 6, 6)
    + r"[0-9]{6}"
    + _sized(1, 5, 0)
    + _GROUP
    + rf"(?:1[0-3]{_GROUP}{_OTHER_COMPANY})?"
    + rf"(?:2{_GROUP}{_OTHER_COMPANY})?"
    + r"(?:3(?P<end>[0-9]{6}))?(?:4(?P<start>[0-9]{6}))?"
    + rf"(?:5{_sized(0, 9, 6)})?"
    + rf"(?:6{_sized(1, 7, 6)})?"
    + r"(?:9[01256][0-2][0-9][01])?"
)
_POS_OFFER = re.compile(rf"[01]{_sized(0, 6, 6)}[0-9]{{6}}{_sized(0, 9, 6)}")


def _is_coupon(text):
    found = _COUPON.fullmatch(text)
    if not found:
        return False
    end, start = found.group("end"), found.group("start")
    if not all(is_date(day) for day in (end, start) if day):
        return False
    return not (end and start and start > end)


_SETS = {
    "X": frozenset(CSET_82),
    "Y": frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
}
_IMPORTER = frozenset(CSET_82) - frozenset("!\"%&'()*+,./:;<=>?")

_RULES = {
    "csum": (_has_check_digit, "gs1_check_digit"),
    "csumalpha": (_has_check_pair, "gs1_check_pair"),
    "gcppos1": (_has_prefix, "gs1_company_prefix"),
    "gcppos2": (lambda text: _has_prefix(text[1:]), "gs1_company_prefix"),
    "hasnondigit": (lambda text: bool(text) and not _is_number(text), "gs1_no_letter"),
    "hh": (lambda text: _is_between(text, 0, 23, 2), "gs1_time"),
    "mi": (lambda text: _is_between(text, 0, 59, 2), "gs1_time"),
    "ss": (lambda text: _is_between(text, 0, 59, 2), "gs1_time"),
    "hhmi": (_is_time, "gs1_time"),
    "yymmdd": (lambda text: len(text) == 6 and is_date(text), "gs1_date"),
    "yymmd0": (lambda text: len(text) == 6 and is_date(text, any_day=True), "gs1_date"),
    "yyyymmdd": (lambda text: len(text) == 8 and is_date(text), "gs1_date"),
    "yyyymmd0": (
        lambda text: len(text) == 8 and is_date(text, any_day=True),
        "gs1_date",
    ),
    "hyphen": (lambda text: bool(text) and not text.strip("-"), "gs1_hyphen"),
    "iban": (_is_iban, "gs1_iban"),
    "importeridx": (
        lambda text: len(text) == 1 and text in _IMPORTER,
        "gs1_bad_characters",
    ),
    "iso3166": (gs1_codes.COUNTRY_NUMBERS.__contains__, "gs1_country"),
    "iso3166999": (
        (gs1_codes.COUNTRY_NUMBERS | {"999"}).__contains__,
        "gs1_country",
    ),
    "iso3166alpha2": (gs1_codes.COUNTRIES.__contains__, "gs1_country"),
    "iso4217": (gs1_codes.CURRENCY_NUMBERS.__contains__, "gs1_currency"),
    "iso5218": (frozenset("0129").__contains__, "gs1_choice"),
    "latitude": (lambda text: _is_between(text, 0, 1_800_000_000, 10), "gs1_position"),
    "longitude": (lambda text: _is_between(text, 0, 3_600_000_000, 10), "gs1_position"),
    "mediatype": (gs1_codes.MEDIA_TYPES.__contains__, "gs1_choice"),
    "packagetype": (gs1_codes.PACKAGE_TYPES.__contains__, "gs1_choice"),
    "nonzero": (lambda text: bool(text.strip("0")) and _is_number(text), "gs1_zero"),
    "nozeroprefix": (
        lambda text: not text.startswith("0") and _is_number(text),
        "gs1_leading_zero",
    ),
    "zero": (lambda text: bool(text) and not text.strip("0"), "gs1_not_zero"),
    "pcenc": (lambda text: bool(_PERCENT.fullmatch(text)), "gs1_percent"),
    "pieceoftotal": (_is_piece_of_total, "gs1_piece"),
    "posinseqslash": (_is_position_in_sequence, "gs1_piece"),
    "winding": (frozenset("019").__contains__, "gs1_choice"),
    "yesno": (frozenset("01").__contains__, "gs1_choice"),
    "couponcode": (_is_coupon, "gs1_coupon"),
    "couponposoffer": (lambda text: bool(_POS_OFFER.fullmatch(text)), "gs1_coupon"),
}
