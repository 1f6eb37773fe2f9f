"""EPC URNs and GS1 Digital Links: two spellings of the same key, one canonical form.

The canonical form is CBV 2.0's: on id.gs1.org, without query, with the finest level
of identification only.
"""

import re

from .check_digit import mod_10
from .epc_scheme import KEYS, NAMES, PATTERNS, QUALIFIERS, SCHEMES, VALUES
from .errors import SerialError

STEM = "https://id.gs1.org/"

#: Characters that a canonical Digital Link escapes.
_ESCAPED = frozenset('!"#%&()*+,/:<>? $@[]^`{}|~\\')

_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(.+)", re.DOTALL)
_COMPANY = re.compile(r"[0-9]{6,12}")
_LINK = re.compile(r"https?://[^/?#]*(/[^?#]*)", re.IGNORECASE)
_PLAIN = re.compile(
    r"https://id\.gs1\.org/(?:01/[0-9]{14}/(?:21|10)/[-.0-9A-Za-z_]{1,20}"
    r"|00/[0-9]{18}|41[47]/[0-9]{13})"
)


def canonical(text: str) -> str | None:
    """Return the canonical Digital Link of an EPC URN or a Digital Link, else None.

    >>> canonical("urn:epc:id:sgtin:0614141.812345.6789")
    'https://id.gs1.org/01/80614141123458/21/6789'
    >>> canonical("https://example.com/gtin/9780345418913/lot/1/ser/7?11=221109")
    'https://id.gs1.org/01/09780345418913/21/7'
    >>> canonical("https://example.com/about") is None
    True
    """
    if _PLAIN.fullmatch(text):
        return text
    try:
        elements = _from_urn(text) if text.startswith("urn:") else _from_link(text)
    except SerialError:
        return None
    return _write(elements) if elements else None


def elements(text: str) -> tuple[tuple[str, str], ...]:
    """Return the (AI, value) pairs of a URN or link in canonical form, () for others.

    >>> elements("urn:epc:id:sscc:0614141.1234567890")
    (('00', '106141412345678908'),)
    """
    try:
        pairs = _from_urn(text) if text.startswith("urn:") else _from_link(text)
    except SerialError:
        return ()
    return tuple(pairs or ())


def to_urn(text: str, prefix_length: int) -> str | None:
    """Return the EPC URN of a canonical Digital Link, its prefix's length given.

    >>> to_urn("https://id.gs1.org/01/80614141123458/21/6789", 7)
    'urn:epc:id:sgtin:0614141.812345.6789'
    >>> to_urn("https://id.gs1.org/01/80614141123458", 7)
    'urn:epc:idpat:sgtin:0614141.812345.*'
    """
    pairs = elements(text)
    if not pairs or not 6 <= prefix_length <= 12:
        return None
    (ai, key), serial_ai = pairs[0], pairs[1][0] if len(pairs) > 1 else ""
    for name, scheme in SCHEMES.items():
        if scheme.ai == ai and (not serial_ai or scheme.serial_ai == serial_ai):
            serial = pairs[1][1] if serial_ai else ""
            return _urn(name, scheme, key, serial, prefix_length)
    return None


def escape(text: str) -> str:
    """Return `text` with the characters percent-encoded that a key may not hold raw.

    >>> escape("AB/12+")
    'AB%2F12%2B'
    """
    return "".join(f"%{ord(c):02X}" if c in _ESCAPED else c for c in text)


def unescape(text: str) -> str:
    """Return `text` with its percent-encoded characters decoded.

    >>> unescape("32a%2Fb")
    '32a/b'
    """
    if "%" not in text:
        return text
    return re.sub("%([0-9A-Fa-f]{2})", lambda found: chr(int(found.group(1), 16)), text)


def unescape_utf8(text: str) -> str:
    """Return `text` with percent-encoded UTF-8 decoded, for URIs that are no keys.

    >>> unescape_utf8("%E6%9C%BA-1")
    '机-1'
    """
    if "%" not in text:
        return text
    raw = re.sub(
        b"%([0-9A-Fa-f]{2})",
        lambda found: bytes.fromhex(found.group(1).decode()),
        text.encode(),
    )
    return raw.decode("utf-8", "replace").replace("\0", "")


def _write(pairs):
    return STEM + "/".join(f"{ai}/{escape(value)}" for ai, value in pairs)


def _from_urn(text):
    found = _URN.fullmatch(text)
    if not found:
        return None
    kind, name, body = found.groups()
    pattern = kind == "idpat"
    if pattern and (name not in PATTERNS or not body.endswith(".*")):
        return None
    scheme = SCHEMES.get(f"id:{name}" if pattern else f"{kind}:{name}")
    if not scheme:
        return None
    company, reference, rest = _split(scheme, body)
    return _assemble(scheme, company, reference, rest, pattern)


def _split(scheme, body):
    company, _dot, rest = body.partition(".")
    if not scheme.serial:
        return company, rest, []
    if scheme.ai == "8010":
        reference, _dot, serial = rest.rpartition(".")
        return company, reference, [serial]
    reference, *rest = rest.split(".", 1 + scheme.parts)
    return company, reference, rest


def _assemble(scheme, company, reference, rest, pattern):
    reference = unescape(reference)
    _require(_COMPANY.fullmatch(company), company)
    _require(re.fullmatch(scheme.reference, reference), reference)
    key = _key(scheme, company, reference)
    for part in rest[: scheme.parts]:
        _require(re.fullmatch(r"[0-9][0-9]", part), part)
        key += part
    if not scheme.serial:
        return [(scheme.ai, key)]
    _require(len(rest) == scheme.parts + 1, key)
    serial = "" if pattern else unescape(rest[-1])
    _require(pattern or re.fullmatch(scheme.serial, serial), serial)
    if scheme.joined:
        return [(scheme.ai, key + serial)]
    if not serial or (scheme.ai == "414" and serial == "0"):
        return [(scheme.ai, key)]
    return [(scheme.ai, key), (scheme.serial_ai, serial)]


def _key(scheme, company, reference):
    if not scheme.digits:
        return company + reference
    _require(len(company) + len(reference) == scheme.digits, reference)
    if scheme.lead:
        _require(reference, company)
        raw = reference[0] + company + reference[1:]
    else:
        raw = scheme.filler + company + reference
    return raw + mod_10(raw)


def _require(condition, value):
    if not condition:
        raise SerialError("bad_format", value=str(value)[:64])


def _from_link(text):
    found = _LINK.match(text)
    if not found:
        return None
    path = found.group(1)
    segments = [unescape(part) for part in path.rstrip("/").split("/")[1:]]
    for index in range(len(segments) - 2, -1, -1):
        ai = NAMES.get(segments[index], segments[index])
        if ai in KEYS and (len(segments) - index) % 2 == 0:
            value = _padded(ai, segments[index + 1])
            if KEYS[ai].fullmatch(value):
                return _finest(ai, value, segments[index + 2 :])
    return None


def _padded(ai, value):
    if ai == "01" and len(value) in (8, 12, 13) and value.isdigit():
        return value.zfill(14)
    return value


def _finest(ai, key, rest):
    """Return the key and its finest qualifier; None where what follows is none."""
    order = QUALIFIERS.get(ai, ())
    if ai == "01" and len(rest) == 2 and rest[0] == "235":
        order = ("235",)
    finest, place = None, -1
    for name, value in zip(rest[::2], rest[1::2], strict=True):
        qualifier = NAMES.get(name, name)
        if qualifier not in order[place + 1 :]:
            return None
        if not VALUES[qualifier].fullmatch(value):
            return None
        place = order.index(qualifier)
        if qualifier != "22":
            finest = (qualifier, value)
    return [(ai, key), finest] if finest else [(ai, key)]


def _urn(name, scheme, key, serial, length):
    kind, short = name.split(":")
    tail = ""
    if scheme.joined:
        size = scheme.digits + len(scheme.filler) + 1
        key, serial = key[:size], key[size:]
    if scheme.parts:
        tail = f".{key[14:16]}.{key[16:18]}"
        key = key[:14]
    if scheme.serial:
        if not serial and scheme.ai == "414":
            serial = "0"
        if not serial and short not in PATTERNS:
            return None
        kind = kind if serial else "idpat"
        tail += f".{_escape_urn(serial)}" if serial else ".*"
    company, reference = _parts(scheme, key, length)
    return f"urn:epc:{kind}:{short}:{company}.{_escape_urn(reference)}{tail}"


def _parts(scheme, key, length):
    if not scheme.digits:
        return key[:length], key[length:]
    raw = key[len(scheme.filler) : -1]
    if scheme.lead:
        return raw[1 : length + 1], raw[0] + raw[length + 1 :]
    return raw[:length], raw[length:]


def _escape_urn(text):
    return "".join(f"%{ord(c):02X}" if c in '"#%&/<>?' else c for c in text)
