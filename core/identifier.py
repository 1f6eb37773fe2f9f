"""Identifiers beside the serial number: IMEI, MEID, EID, MAC, and the product's GTIN.

Each is checked and brought to one form, so that the database can tell whether two
are the same. Separators people and machines put in (spaces, hyphens, dots, colons)
are accepted, and full-width digits too.
"""

import re
import unicodedata

from stdnum import meid as stdnum_meid
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from . import check_digit
from .errors import SerialError

_MAX_RAW = 128
_SEPARATORS = re.compile(r"[\s\-.:/_\u2010-\u2015\u2212\u200b\ufeff]+")
_HEX = frozenset("0123456789ABCDEF")
_GTIN_LENGTHS = (8, 12, 13, 14)


def normalise(kind: str, text: str) -> str:
    """Return `text` in the one form in which identifiers of `kind` are stored.

    `kind` is imei, meid, eid, mac, gtin (14 digits) or ean (as printed). SerialError
    names what is wrong: `empty`, `bad_characters`, `bad_length`, `bad_check_digit`,
    `imeisv` (an IMEI with its software version), `placeholder` (all one digit),
    `multicast` (no device has such a MAC address).

    >>> normalise("imei", "49-015420-323751-8")
    '490154203237518'
    >>> normalise("mac", "001b.44-11 3AB7")
    '00:1B:44:11:3A:B7'
    >>> normalise("meid", "AF 01 23 45 0A BC DE C")
    'AF0123450ABCDE'
    """
    text = _clean(kind, text)
    value = _NORMALISERS[kind](text)
    if len(set(text)) == 1:
        raise SerialError("placeholder", kind=kind, value=text)
    return value


def _clean(kind, text):
    text = text.strip()
    if not text:
        raise SerialError("empty", kind=kind)
    if len(text) > _MAX_RAW:
        raise SerialError("bad_length", kind=kind, found=len(text))
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if not text.isalnum():
        text = _SEPARATORS.sub("", text)
    text = text.upper()
    allowed = _HEX if kind in ("mac", "meid") else _HEX - frozenset("ABCDEF")
    if not text or not allowed.issuperset(text):
        raise SerialError("bad_characters", kind=kind, value=text[:_MAX_RAW])
    return text


def _require_length(kind, text, *lengths):
    if len(text) not in lengths:
        raise SerialError(
            "bad_length", kind=kind, value=text, expected=lengths, found=len(text)
        )


def _require_check(kind, text, check):
    if not text.endswith(check):
        raise SerialError("bad_check_digit", kind=kind, value=text, expected=check)


def _imei(text):
    if len(text) == 16:  # the last two digits are a software version, not a check
        raise SerialError("imeisv", kind="imei", value=text)
    _require_length("imei", text, 15)
    _require_check("imei", text, check_digit.luhn(text[:-1]))
    return text


def _meid(text):
    try:
        return stdnum_meid.validate(text)
    except InvalidLength as error:
        raise SerialError(
            "bad_length", kind="meid", value=text, found=len(text)
        ) from error
    except InvalidChecksum as error:
        raise SerialError("bad_check_digit", kind="meid", value=text) from error
    except (ValidationError, ValueError) as error:
        raise SerialError("bad_characters", kind="meid", value=text) from error


def _eid(text):
    _require_length("eid", text, 32)
    _require_check("eid", text, check_digit.mod_97_10(text[:-2]))
    return text


def _mac(text):
    _require_length("mac", text, 12)
    if len(set(text)) > 1 and int(text[1], 16) & 1:
        raise SerialError("multicast", kind="mac", value=text)
    return ":".join(text[start : start + 2] for start in range(0, 12, 2))


def _ean(text):
    _require_length("gtin", text, *_GTIN_LENGTHS)
    _require_check("gtin", text, check_digit.mod_10(text[:-1]))
    return text


def _gtin(text):
    return _ean(text).zfill(14)


_NORMALISERS = {
    "imei": _imei,
    "meid": _meid,
    "eid": _eid,
    "mac": _mac,
    "ean": _ean,
    "gtin": _gtin,
}
