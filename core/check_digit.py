"""Check digits and check characters of the codes a serial carries.

All of them guard against typing and reading errors, none against forgery. The
hybrid system of ISO 7064 (`mod_33_32`, `mod_37_36`) finds every single wrong
character and 99.8 % of adjacent swaps with one check character of its own alphabet.
"""

from stdnum import luhn as stdnum_luhn
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36 as stdnum_hybrid
from stdnum.iso7064 import mod_97_10 as stdnum_97_10

from .errors import SerialError

#: 32 symbols without look-alikes (no 0, 1, I, O), in ASCII order.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
ALPHABET_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Digits doubled, and the sum of the two digits that may give.
_DOUBLED = str.maketrans("0123456789", "0246813579")

#: State of MOD 33,32 before the first symbol; states are 0 .. 31.
START_33_32 = 16


def next_state_33_32(state: int, value: int) -> int:
    """Return the MOD 33,32 state after a symbol of `value` (0 .. 31)."""
    return ((state or 32) * 2 % 33 + value) % 32


#: Check character by state: what the hot loop of minting looks up.
CHECK_OF_STATE_33_32 = "".join(
    ALPHABET[(1 - next_state_33_32(state, 0)) % 32] for state in range(32)
)


def mod_33_32(text: str) -> str:
    """Return the check character of `text`, both in `ALPHABET`.

    ISO 7064's hybrid system with modulus 32 in place of 36.

    >>> mod_33_32("X8K29M4PLQ7R")
    'X'
    """
    return _hybrid(text, ALPHABET)


def mod_37_36(text: str) -> str:
    """Return the ISO 7064 MOD 37,36 check character of `text` (0-9, A-Z).

    >>> mod_37_36("A12425GABC1234002")
    'M'
    """
    return _hybrid(text, ALPHABET_36)


def mod_10(digits: str) -> str:
    """Return the GS1 check digit (GTIN, SSCC, GLN) of `digits`.

    >>> mod_10("0952012345678")
    '8'
    """
    _require_digits(digits)
    odd, even = sum(map(int, digits[::-2])), sum(map(int, digits[-2::-2]))
    return str(-(3 * odd + even) % 10)


def luhn(digits: str) -> str:
    """Return the Luhn check digit (IMEI, ICCID) of `digits`.

    >>> luhn("49015420323751")
    '8'
    """
    _require_digits(digits)
    # Files hold hundreds of thousands: ten times as fast as the general routine.
    doubled, single = digits[::-2].translate(_DOUBLED), digits[-2::-2]
    return str(-(sum(map(int, doubled)) + sum(map(int, single))) % 10)


def luhn_hex(text: str) -> str:
    """Return the base-16 Luhn check digit (hexadecimal MEID) of `text`.

    >>> luhn_hex("AF0123450ABCDE")
    'C'
    """
    try:
        return stdnum_luhn.calc_check_digit(text, "0123456789ABCDEF")
    except (ValidationError, ValueError) as error:
        raise SerialError("bad_characters", value=text[:64]) from error


def mod_97_10(digits: str) -> str:
    """Return the two ISO 7064 MOD 97-10 check digits (EID) of `digits`.

    >>> mod_97_10("890490321234512345123456789012")
    '35'
    """
    _require_digits(digits)
    return stdnum_97_10.calc_check_digits(digits)


def _hybrid(text, alphabet):
    try:
        return stdnum_hybrid.calc_check_digit(text, alphabet)
    except ValueError as error:  # a symbol outside the alphabet
        raise SerialError("bad_characters", value=text[:64]) from error


def _require_digits(text):
    if not (text.isascii() and text.isdigit()):
        raise SerialError("bad_characters", value=text[:64])
