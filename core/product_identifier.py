"""The product identifier that medicines carry: product code, serial, lot and expiry.

The DSCSA (USA) and Delegated Regulation (EU) 2016/161 want all four on each pack. In
GS1's terms they are AI 01, 21, 17 and 10.
"""

import datetime
import re

from .errors import SerialError
from .identifier import normalise

#: GS1's character set 82, as a class of a regular expression; SQL reads it as well.
CSET_82 = '[!"%-?A-Z_a-z]'
MOST = 20

_SERIAL = re.compile(f"{CSET_82}+")


def gaps(
    gtin: str | None,
    serial: str | None,
    lot: str | None,
    expiry: datetime.date | None,
) -> tuple[str, ...]:
    """Return what a product identifier lacks, as stable codes; empty: nothing.

    >>> gaps("06901234567892", "A1", "L7", datetime.date(2027, 1, 31))
    ()
    >>> gaps("6901234567891", "A 1", "", None)
    ('gtin_wrong', 'serial_characters', 'lot_missing', 'expiry_missing')
    """
    found = [_gtin_gap(gtin), _text_gap("serial", serial), _text_gap("lot", lot)]
    found.append("" if expiry else "expiry_missing")
    return tuple(filter(None, found))


def is_gtin(text: str | None) -> bool:
    """Tell whether a text is a GTIN with a right check digit.

    >>> is_gtin("6901234567892"), is_gtin("6901234567891"), is_gtin("")
    (True, False, False)
    """
    return not _gtin_gap(text)


def bracketed(gtin: str, serial: str, lot: str, expiry: datetime.date) -> str:
    """Return a whole product identifier as people read it.

    >>> bracketed("6901234567892", "A1", "L7", datetime.date(2027, 1, 31))
    '(01)06901234567892(21)A1(17)270131(10)L7'
    """
    return f"(01){normalise('gtin', gtin)}(21){serial}(17){expiry:%y%m%d}(10){lot}"


def _gtin_gap(gtin):
    if not gtin:
        return "gtin_missing"
    try:
        normalise("gtin", gtin)
    except SerialError:
        return "gtin_wrong"
    return "" if gtin.isdigit() and gtin.isascii() else "gtin_wrong"


def _text_gap(name, text):
    if not text:
        return f"{name}_missing"
    if len(text) > MOST:
        return f"{name}_long"
    return "" if _SERIAL.fullmatch(text) else f"{name}_characters"
