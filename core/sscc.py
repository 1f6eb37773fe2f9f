"""SSCC: the 18 digits that name a carton or a pallet all over the world (GS1, AI 00).

An extension digit, the company prefix that GS1 licensed, a serial reference, a check
digit. Extension digit and prefix make a series; its references are taken in turn.
"""

import re

from .check_digit import mod_10
from .errors import SerialError

LENGTH = 18
_BODY = LENGTH - 1
_PREFIX = re.compile(r"^[0-9]{6,12}$")
_EXTENSION = re.compile(r"^[0-9]$")
# What scanners and labels put around it: a symbology's mark, the AI with brackets or
# without. Twenty digits can only be the AI and the number.
_SHOWN = re.compile(r"^(?:\][A-Za-z][0-9])?(?:\(00\)|00(?=[0-9]{18}$))?([0-9]{18})$")


def check_prefix(prefix: str) -> str:
    """Return a GS1 company prefix, or say why it is none.

    >>> check_prefix("0614141")
    '0614141'
    """
    if not _PREFIX.match(prefix or ""):
        raise SerialError("bad_company_prefix", prefix=prefix)
    return prefix


def capacity(prefix: str) -> int:
    """Return how many numbers a series of this prefix has.

    >>> capacity("0614141"), capacity("061414112345")
    (1000000000, 10000)
    """
    return 10 ** (LENGTH - 2 - len(check_prefix(prefix)))


def build(extension: str, prefix: str, reference: int) -> str:
    """Return the SSCC of a serial reference.

    >>> build("1", "0614141", 234567890)
    '106141412345678908'
    """
    if not _EXTENSION.match(extension or ""):
        raise SerialError("bad_extension_digit", digit=extension)
    if not 0 <= reference < capacity(prefix):
        raise SerialError("series_full", prefix=prefix, extension=extension)
    digits = extension + prefix
    digits += str(reference).rjust(_BODY - len(digits), "0")
    return digits + mod_10(digits)


def is_valid(digits: str) -> bool:
    """Tell whether a text is an SSCC: eighteen digits, the last of which fits.

    >>> is_valid("106141412345678908"), is_valid("106141412345678907")
    (True, False)
    """
    return (
        len(digits or "") == LENGTH
        and digits.isascii()
        and digits.isdigit()
        and mod_10(digits[:-1]) == digits[-1]
    )


def read(text: str) -> str:
    """Return the SSCC in what was scanned or typed, or "" if it holds none.

    >>> read("]C100106141412345678908"), read("(00) 1 0614141 234567890 8")
    ('106141412345678908', '106141412345678908')
    >>> read("106141412345678907")
    ''
    """
    found = _SHOWN.match("".join((text or "").split()))
    return found[1] if found and is_valid(found[1]) else ""
