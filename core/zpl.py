"""Zebra's language: pictures as ^GF fields, and texts that hold no command."""

import re

_COUNTS = "GHIJKLMNOPQRSTUVWXY"  # 1 to 19 times
_TENS = "ghijklmnopqrstuvwxyz"  # 20, 40 … 400 times
_TOKEN = re.compile(r"([g-z]*[G-Y]?)([0-9A-F,!:])")


def graphic(rows, width: int) -> str:
    """Return a ^GFA field of rows of dots, in Zebra's own compression.

    :param rows: numbers whose highest bit (of `width`) is the leftmost dot

    >>> graphic([0b11110000_1, 0b11110000_1, 0], 9)
    '^GFA,6,6,2,F08,:,'
    """
    size = -(-width // 8)
    shift, rows = size * 8 - width, list(rows)
    data, before = [], None
    for row in rows:
        digits = f"{row << shift:0{size * 2}X}"
        data.append(":" if digits == before else _pack(digits))
        before = digits
    total = size * len(rows)
    return f"^GFA,{total},{total},{size},{''.join(data)}"


def _pack(digits):
    """Return a row's digits, runs shortened; zeros at the end are a comma."""
    rest = digits.rstrip("0")
    # An odd rest is fine: the comma fills what is left.
    packed = re.sub(r"(.)\1+", lambda run: _times(len(run[0])) + run[1], rest)
    return packed if len(rest) == len(digits) else packed + ","


def _times(count):
    text = ""
    while count >= 420:
        text, count = text + "z", count - 400
    if count >= 20:
        text, count = text + _TENS[count // 20 - 1], count % 20
    return text + (_COUNTS[count - 1] if count else "")


def read_graphic(field: str) -> tuple[list[int], int]:
    """Return the rows of a ^GFA field and their width: what `graphic` wrote.

    >>> read_graphic("^GFA,6,6,2,F08,:,") == ([0xF080, 0xF080, 0], 16)
    True
    """
    _kind, total, _again, size, data = field.split(",", 4)
    digits, rows, row = int(size) * 2, [], ""
    for count, value in _TOKEN.findall(data):
        if value == ":":
            rows.append(rows[-1])
            continue
        if value in ",!":
            row = row.ljust(digits, "0" if value == "," else "F")
        else:
            row += value * (_count(count) or 1)
        if len(row) == digits:
            rows.append(int(row, 16))
            row = ""
    if len(rows) != int(total) // int(size):
        raise ValueError("rows are missing")
    return rows, int(size) * 8


def _count(text):
    return sum(
        _COUNTS.index(one) + 1 if one in _COUNTS else 20 * (_TENS.index(one) + 1)
        for one in text
    )


def text_data(text: str) -> str:
    r"""Return a text for ^FH^FD: what would be a command is written as its number.

    >>> text_data("A^B~C_D")
    'A_5EB_7EC_5FD'
    """
    return "".join(
        f"_{ord(one):02X}" if one in "^~_\\" or ord(one) < 32 else one for one in text
    )
