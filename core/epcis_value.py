"""How the event hash of CBV 2.0 spells one value: keys, numbers, times."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from math import isfinite

from . import cbv_terms, epc_urn

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9])(?:\.([0-9]+))?(Z|[+-][0-9][0-9]:[0-9][0-9])?"
)
_MILLISECONDS = re.compile(
    r"[0-9]{4}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9]{3}Z"
)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_OLD_VOCABULARIES = [
    (urn, start) for start, urn, _words in cbv_terms.VOCABULARIES.values() if urn
]


@lru_cache(maxsize=8192)
def canonical_value(text: str) -> str:
    """Return a value in canonical spelling: numbers, keys, old vocabulary.

    >>> canonical_value("+26.50")
    '26.5'
    """
    if _NUMBER.fullmatch(text):
        return number(text)
    for urn, start in _OLD_VOCABULARIES:
        text = text.replace(urn, start)
    return epc_urn.canonical(text) or text


def number(text: str) -> str:
    """Return a number without sign, zeros or point that it does not need.

    Whole numbers keep all their digits: a hash must tell long ones apart.

    >>> [number(text) for text in ("007", "1.0", "0.3400", "12345678901234567890")]
    ['7', '1', '0.34', '12345678901234567890']
    """
    digits = text.lstrip("+-")
    if digits.isdigit():
        digits = digits.lstrip("0")
        return ("-" if digits and text[0] == "-" else "") + (digits or "0")
    value = float(text)
    if not isfinite(value):
        return text
    return str(int(value)) if value.is_integer() else str(value)


def moment(text: str) -> str:
    """Return a time in UTC with milliseconds, half up; other text as it is.

    >>> moment("2023-02-02T12:04:03.1415+01:00")
    '2023-02-02T11:04:03.142Z'
    """
    if _MILLISECONDS.fullmatch(text):
        return text
    found = _MOMENT.fullmatch(text)
    if not found:
        return text
    seconds, fraction, zone = found.groups()
    zone = "+00:00" if zone in (None, "Z") else zone
    try:
        value = datetime.fromisoformat(seconds + zone).timestamp()
    except (ValueError, OverflowError):
        return text
    digits = ((fraction or "") + "0000")[:4]
    thousandths = int(digits[:3]) + (digits[3] >= "5")
    value, thousandths = int(value) + thousandths // 1000, thousandths % 1000
    whole = datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{thousandths:03d}Z"
