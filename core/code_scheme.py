"""Codes of serials: random-looking ones from a secret, and structured serials.

A random code is a counter sent through a keyed permutation of all codes of its
length: two counters never share a code, and without the secret nobody can tell
which codes exist. The permutation is a Feistel network of ten rounds whose round
function is AES-256; widths with an odd number of bits walk the cycle of the next
even width until they are back inside. A whole chunk of codes goes through a round
at once: 16 bytes a code, one AES call, and masks and XORs on one long integer.

>>> permutation = CodePermutation(b"a secret of 16 bytes or more")
>>> code, = permutation.codes(41, 1)
>>> grouped(code), permutation.counter_of(code)
('XYLS-LSEZ-M7SW-P', 41)
"""

import hashlib
import struct
import unicodedata
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .check_digit import (
    ALPHABET,
    CHECK_OF_STATE_33_32,
    START_33_32,
    mod_33_32,
    next_state_33_32,
)
from .errors import SerialError
from .serial_template import Template

__all__ = [
    "ALPHABET",
    "CodePermutation",
    "Template",
    "canonical",
    "grouped",
    "is_well_formed",
]

LENGTHS = range(8, 20)  # with the check character at most 20: GS1's limit for AI 21
MIN_SECRET = 16
MAX_TEXT = 64

_ROUNDS = 10
_CHUNK = 4096
_LANE = 128  # bits a code takes in the long integers: one AES block
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}


# === TEXT === #
# Input is cut here before it is normalised, so that long rubbish costs nothing.
_MAX_RAW = 256
_SEPARATORS = dict.fromkeys(
    [
        *map(ord, "-_\u00ad\u058a\u2043\u2212\u30fc\ufe58\ufeff\u061c\u180e"),
        *range(0x2010, 0x2016),  # hyphens and dashes
        *range(0x200B, 0x2010),  # zero width, direction marks
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
    ]
)


def canonical(text: str) -> str:
    """Return `text` as codes are stored: upper case, no separators, at most 64 ASCII.

    Returns "" when nothing usable is left, so that a look-up can stop there.

    >>> canonical(" x8k2-9m4p\u2013\uff4c\uff51\uff17\uff52 w ")
    'X8K29M4PLQ7RW'
    """
    if not isinstance(text, str):
        return ""
    text = text.strip()
    if len(text) > _MAX_RAW:
        return ""
    text = unicodedata.normalize("NFKC", text).translate(_SEPARATORS)
    text = "".join(text.split())
    if len(text) > MAX_TEXT or not (text.isascii() and text.isprintable()):
        return ""
    return text.upper()


def grouped(code: str) -> str:
    """Return `code` in groups of four, as it is printed.

    >>> grouped("X8K29M4PLQ7RW")
    'X8K2-9M4P-LQ7R-W'
    """
    return "-".join(map(code.__getitem__, _groups(len(code))))


@lru_cache
def _groups(length):
    """Return the slices of the groups, which minting asks for by the million."""
    return [slice(start, start + 4) for start in range(0, length, 4)]


def is_well_formed(code: str, length: int = 12) -> bool:
    """Tell whether a canonical `code` of `length` symbols has its check character.

    >>> is_well_formed("X8K29M4PLQ7RX"), is_well_formed("X8K29M4PLQ7RW")
    (True, False)
    """
    return (
        len(code) == length + 1
        and all(symbol in _VALUE for symbol in code)
        and mod_33_32(code[:-1]) == code[-1]
    )


# === RANDOM CODES === #
class CodePermutation:
    """All codes of one length, in the order a secret gives them.

    The same secret and length always give the same code for the same counter.
    """

    def __init__(self, secret: bytes, length: int = 12):
        if length not in LENGTHS:
            raise SerialError("bad_length", length=length)
        if len(secret) < MIN_SECRET:
            raise SerialError("secret_too_short", minimum=MIN_SECRET)
        self.length = length
        self.capacity = 32**length
        self._half = (5 * length + 1) // 2
        key = hashlib.blake2b(
            secret, digest_size=32, salt=bytes([length]), person=b"serial_dossier"
        ).digest()
        # ECB is right here: AES serves as a pseudo-random function of single blocks
        # (half, round), which differ, and its output is never stored.
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())

    def codes(self, first: int, count: int) -> list[str]:
        """Return the codes of the counters `first` .. `first + count - 1`."""
        if first < 0 or count < 0 or first + count > self.capacity:
            raise SerialError(
                "capacity_exceeded", capacity=self.capacity, first=first, count=count
            )
        result = []
        for start in range(first, first + count, _CHUNK):
            size = min(_CHUNK, first + count - start)
            ones, ramp = _ones(size), _ramp(size)
            lanes = self._walk(start * ones + ramp, size, self._forward)
            result += self._render(lanes, size)
        return result

    def counter_of(self, code: str) -> int:
        """Return the counter whose code is `code`; SerialError if it is not a code."""
        text = canonical(code)
        if len(text) != self.length + 1:
            raise SerialError("bad_length", expected=self.length + 1, found=len(text))
        if not all(symbol in _VALUE for symbol in text):
            raise SerialError("bad_characters", value=text)
        if not is_well_formed(text, self.length):
            raise SerialError("bad_check_digit", value=text)
        value = 0
        for symbol in text[:-1]:
            value = value << 5 | _VALUE[symbol]
        return self._walk(value, 1, self._backward)

    def _walk(self, lanes, size, step):
        """Apply `step` until every lane is inside the domain (even widths: once)."""
        lanes = step(lanes, size)
        if 2 * self._half == 5 * self.length:
            return lanes
        values = _split(lanes, size)
        outside = [i for i, value in enumerate(values) if value >= self.capacity]
        while outside:
            again = step(_join(values[i] for i in outside), len(outside))
            for i, value in zip(outside, _split(again, len(outside)), strict=True):
                values[i] = value
            outside = [i for i in outside if values[i] >= self.capacity]
        return _join(values)

    def _forward(self, lanes, size):
        half, mask = self._half, _ones(size) * ((1 << self._half) - 1)
        left, right = (lanes >> half) & mask, lanes & mask
        for scramble in self._round_functions(size, range(_ROUNDS)):
            left, right = right, left ^ (scramble(right) & mask)
        return left << half | right

    def _backward(self, lanes, size):
        half, mask = self._half, _ones(size) * ((1 << self._half) - 1)
        left, right = (lanes >> half) & mask, lanes & mask
        for scramble in self._round_functions(size, reversed(range(_ROUNDS))):
            left, right = right ^ (scramble(left) & mask), left
        return left << half | right

    def _round_functions(self, size, rounds):
        """Yield for each round the function that sends all lanes through AES.

        A block is the half (up to 6 bytes), zeros, the side and the round's number.
        """
        encrypt = self._cipher.encryptor().update
        ones = _ones(size)
        width = size * _LANE // 8
        for number in rounds:
            label = ones * (((number + 1) << 8 | number % 2) << 112)

            def scramble(lanes, label=label):
                block = (lanes | label).to_bytes(width, "little")
                return int.from_bytes(encrypt(block), "little")

            yield scramble

    def _render(self, lanes, size):
        """Return the codes of `lanes`: three symbols a look-up, then the check."""
        spread, ones = 0, _ones(size)
        pieces = _pieces(self.length)
        for slot, (position, symbols) in enumerate(pieces):
            shift = position - 16 * slot
            moved = lanes >> shift if shift >= 0 else lanes << -shift
            spread |= moved & (ones * (((1 << 5 * symbols) - 1) << 16 * slot))
        numbers = struct.unpack(
            f"<{8 * size}H", spread.to_bytes(size * _LANE // 8, "little")
        )
        columns, states = [], [START_33_32] * size
        for slot, (_position, symbols) in enumerate(pieces):
            column = numbers[slot::8]
            after = _states(symbols)
            states = [
                after[state][piece] for state, piece in zip(states, column, strict=True)
            ]
            columns.append(map(_texts(symbols).__getitem__, column))
        columns.append(map(CHECK_OF_STATE_33_32.__getitem__, states))
        return list(map("".join, zip(*columns, strict=True)))


@lru_cache(maxsize=16)
def _ones(size):
    """Return a long integer with 1 in each of `size` lanes."""
    return int.from_bytes((b"\1" + bytes(15)) * size, "little")


@lru_cache(maxsize=16)
def _ramp(size):
    """Return a long integer with 0, 1, 2 … in its `size` lanes."""
    return _join(range(size))


def _join(values):
    return int.from_bytes(b"".join(v.to_bytes(16, "little") for v in values), "little")


def _split(lanes, size):
    numbers = struct.unpack(f"<{2 * size}Q", lanes.to_bytes(16 * size, "little"))
    return [
        high << 64 | low for low, high in zip(numbers[::2], numbers[1::2], strict=True)
    ]


def _pieces(length):
    """Return (lowest bit, symbols) of each piece of at most three symbols, in order."""
    sizes = [3] * (length // 3) + [length % 3] * bool(length % 3)
    return [
        (5 * (length - sum(sizes[: index + 1])), size)
        for index, size in enumerate(sizes)
    ]


@lru_cache
def _texts(symbols):
    """Return the text of every number of `symbols` symbols."""
    if not symbols:
        return [""]
    return [head + tail for head in _texts(symbols - 1) for tail in ALPHABET]


@lru_cache
def _states(symbols):
    """Return for each MOD 33,32 state the states after every piece of `symbols`."""
    if symbols == 1:
        return [
            bytes(next_state_33_32(state, value) for value in range(32))
            for state in range(32)
        ]
    one, rest = _states(1), _states(symbols - 1)
    return [b"".join(map(rest.__getitem__, one[state])) for state in range(32)]
