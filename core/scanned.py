"""GS1 messages among the texts that people scan or type."""

import re

from . import gs1
from .code_scheme import canonical

MAX_TEXT = 512
# A GTIN or a piece of one and something after it; shorter numbers may be anything.
_RAW = re.compile(r"\x1d?(?:01\d{14}|8006\d{18})[^\s]", re.ASCII)
_KEYS = frozenset({"00", "01", "8006"})


def read_gs1(text: str) -> dict[str, str] | None:
    """Return the elements of a scanned GS1 message, None if the text is none.

    It may be an element string, with or without the scanner's prefix, the bracketed
    form or a Digital Link; what else it may be is for the caller to say.

    >>> read_gs1("(01)06901234567892(21)A7")
    {'01': '06901234567892', '21': 'A7'}
    >>> read_gs1("https://brand.example/01/06901234567892/21/A7?91=X8K29M4PLQ7RX")["91"]
    'X8K29M4PLQ7RX'
    >>> read_gs1("A7"), read_gs1("(A7)"), read_gs1("6901234567892")
    (None, None, None)
    """
    text = text.replace("\0", "").strip(" \t\r\n")
    if len(text) > MAX_TEXT or not (
        gs1.is_message(text) or text.startswith("]") or _RAW.match(text)
    ):
        return None
    try:
        elements = dict(gs1.parse(text))
    except gs1.Gs1Error:
        return None
    return elements if _KEYS & elements.keys() else None


def names_unit(elements: dict[str, str]) -> bool:
    """Say whether the elements name one unit.

    >>> names_unit({"01": "06901234567892", "21": "A7"}), names_unit({"00": "1"})
    (True, False)
    """
    return "21" in elements and bool({"01", "8006"} & elements.keys())


def code_of(text: str) -> str:
    """Return the public code that a typed or scanned text gives, as it is stored.

    Of a GS1 message it is AI 91, else the serial number; "" if nothing can be one.

    >>> code_of("https://b.cn/01/06901234567892/21/A7?91=X8K29M4PLQ7RX")
    'X8K29M4PLQ7RX'
    >>> code_of("x8k2-9m4p-lq7r-x"), code_of("(00)106141412345678908")
    ('X8K29M4PLQ7RX', '')
    """
    elements = read_gs1(text) if isinstance(text, str) else None
    if elements is None:
        return canonical(text)
    return canonical(elements.get("91") or elements.get("21", ""))
