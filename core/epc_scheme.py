"""The keys that EPC URNs and Digital Links spell, as tables.

Facts of TDS 1.13 §6 (URN schemes), of the GS1 syntax dictionary (formats of keys and
qualifiers) and of CBV 2.0 §8.9 (which of them identify).
"""

import re
from dataclasses import dataclass

_CSET_82 = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"
_CSET_39 = r"[#\-/0-9A-Z]"


@dataclass(frozen=True)
class Scheme:
    """How the parts of one URN scheme make a key: `company.reference[.serial]`.

    `digits`: length of company prefix and reference together, 0 where free.
    `lead`: the first digit of the reference (indicator, extension) goes before the
    company prefix. `joined`: the serial is part of the key, else it is a qualifier.
    """

    ai: str
    digits: int
    lead: bool = False
    filler: str = ""
    parts: int = 0
    serial_ai: str = ""
    joined: bool = False
    serial: str = ""
    reference: str = r"[0-9]*"


def _of(characters, most, least=1):
    return f"{characters}{{{least},{most}}}"


_X20 = _of(_CSET_82, 20)
SCHEMES = {
    "id:sgtin": Scheme("01", 13, lead=True, serial_ai="21", serial=_X20),
    "id:sscc": Scheme("00", 17, lead=True),
    "id:sgln": Scheme("414", 12, serial_ai="254", serial=_X20),
    "id:grai": Scheme("8003", 12, filler="0", joined=True, serial=_of(_CSET_82, 16)),
    "id:giai": Scheme("8004", 0, reference=_of(_CSET_82, 24)),
    "id:gsrn": Scheme("8018", 17),
    "id:gsrnp": Scheme("8017", 17),
    "id:gdti": Scheme("253", 12, joined=True, serial=_of(_CSET_82, 17)),
    "id:cpi": Scheme(
        "8010",
        0,
        reference=_of(_CSET_39, 24),
        serial_ai="8011",
        serial=_of(r"[0-9]", 12),
    ),
    "id:sgcn": Scheme("255", 12, joined=True, serial=_of(r"[0-9]", 12)),
    "id:ginc": Scheme("401", 0, reference=_of(_CSET_82, 24)),
    "id:gsin": Scheme("402", 16),
    "id:itip": Scheme("8006", 13, lead=True, parts=2, serial_ai="21", serial=_X20),
    "id:upui": Scheme("01", 13, lead=True, serial_ai="235", serial=_of(_CSET_82, 28)),
    "id:pgln": Scheme("417", 12),
    "class:lgtin": Scheme("01", 13, lead=True, serial_ai="10", serial=_X20),
}
#: Patterns (every serial of a class) exist for these.
PATTERNS = ("sgtin", "grai", "gdti", "sgcn", "cpi", "itip", "upui")

#: What may follow a key in a Digital Link, coarse to fine; the last one present counts.
QUALIFIERS = {
    "01": ("22", "10", "21"),
    "8006": ("22", "10", "21"),
    "414": ("254",),
    "8010": ("8011",),
}
KEYS = {
    ai: re.compile(pattern)
    for ai, pattern in {
        "00": r"[0-9]{18}",
        "01": r"[0-9]{14}",
        "253": r"[0-9]{13}" + _of(_CSET_82, 17, 0),
        "255": r"[0-9]{13,25}",
        "401": _of(_CSET_82, 30, 4),
        "402": r"[0-9]{17}",
        "414": r"[0-9]{13}",
        "417": r"[0-9]{13}",
        "8003": r"[0-9]{14}" + _of(_CSET_82, 16, 0),
        "8004": _of(_CSET_82, 30, 4),
        "8006": r"[0-9]{18}",
        "8010": _of(_CSET_39, 30, 4),
        "8017": r"[0-9]{18}",
        "8018": r"[0-9]{18}",
    }.items()
}
VALUES = {
    "10": re.compile(_X20),
    "21": re.compile(_X20),
    "22": re.compile(_X20),
    "235": re.compile(_of(_CSET_82, 28)),
    "254": re.compile(_X20),
    "8011": re.compile(r"[0-9]{1,12}"),
}
#: Names that Digital Link 1.1 allowed in place of application identifiers.
NAMES = {
    "gtin": "01",
    "itip": "8006",
    "cpid": "8010",
    "gln": "414",
    "party": "417",
    "gsrnp": "8017",
    "gsrn": "8018",
    "gcn": "255",
    "sscc": "00",
    "gdti": "253",
    "ginc": "401",
    "gsin": "402",
    "grai": "8003",
    "giai": "8004",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
    "cpsn": "8011",
}
