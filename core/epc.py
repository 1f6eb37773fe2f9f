"""EPC binary encodings of RFID tags: SGTIN-96, SGTIN-198 and SSCC-96 (GS1 TDS).

`encode_…` give the tag's memory as upper-case hexadecimal, `decode` reads it back;
`tag_uri` and `parse_tag_uri` do the same with `urn:epc:tag:…`. Nothing is dropped
silently: a serial with leading zeros, or too great for 38 bits, is refused.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from .check_digit import mod_10
from .errors import SerialError
from .gs1_rule import CSET_82

SGTIN_96, SGTIN_198, SSCC_96 = "sgtin-96", "sgtin-198", "sscc-96"

# Bits of the company prefix and of what follows it (item of a GTIN, serial of an
# SSCC), by partition; prefix and item have 13 digits together, an SSCC's 17.
_PREFIX_BITS = (40, 37, 34, 30, 27, 24, 20)
_HEADERS = {0x30: SGTIN_96, 0x36: SGTIN_198, 0x31: SSCC_96}
_HEADER_OF = {scheme: header for header, scheme in _HEADERS.items()}
_DIGITS = {SGTIN_96: 13, SGTIN_198: 13, SSCC_96: 17}
_KEY_BITS = {SGTIN_96: 44, SGTIN_198: 44, SSCC_96: 58}
_MAX_SERIAL_96 = 2**38 - 1
_MAX_SERIAL_198 = 20
_HEX = re.compile("[0-9A-F]+")
# Reserved in URNs, so escaped there.
_URN_SAFE = "".join(set(CSET_82) - set('"%&/<>?'))
_TAG_URI = re.compile(
    r"urn:epc:tag:(sgtin-96|sgtin-198|sscc-96):([0-7])\.(\d{6,12})\.(\d+)"
    r"(?:\.((?:[A-Za-z0-9!'()*+,.:;=_-]|%[0-9A-Fa-f]{2})+))?",
    re.ASCII,
)


class EpcError(SerialError):
    """A tag's memory, its URI or what is to be written into it is wrong."""


@dataclass(frozen=True)
class Epc:
    """What an RFID tag holds.

    `reference` is the indicator and item of a GTIN, or the extension digit and the
    serial reference of an SSCC; `serial` is None for an SSCC.
    """

    scheme: str
    filter_value: int
    company_prefix: str
    reference: str
    serial: str | None = None

    @property
    def gtin(self) -> str | None:
        """Return the GTIN of 14 digits, None for an SSCC."""
        return None if self.scheme == SSCC_96 else self._key

    @property
    def sscc(self) -> str | None:
        """Return the SSCC of 18 digits, None for a GTIN."""
        return self._key if self.scheme == SSCC_96 else None

    @property
    def uri(self) -> str:
        """Return the tag's URI, `urn:epc:tag:…`."""
        kind = f"urn:epc:tag:{self.scheme}:{self.filter_value}."
        return kind + self._name

    @property
    def pure_uri(self) -> str:
        """Return the identity's URI without the tag's, `urn:epc:id:…`."""
        return f"urn:epc:id:{self.scheme.partition('-')[0]}:{self._name}"

    @property
    def _key(self):
        digits = self.reference[0] + self.company_prefix + self.reference[1:]
        return digits + mod_10(digits)

    @property
    def _name(self):
        parts = [self.company_prefix, self.reference]
        if self.serial is not None:
            parts.append(quote(self.serial, safe=_URN_SAFE))
        return ".".join(parts)


def encode_sgtin_96(
    gtin: str, prefix_length: int, serial: str, filter_value: int = 1
) -> str:
    """Return the 24 hexadecimal digits of a tag with a serial of digits.

    >>> encode_sgtin_96("80614141123458", 7, "6789", 3)
    '3074257BF7194E4000001A85'
    """
    return encode(_make(SGTIN_96, gtin, prefix_length, filter_value, serial))


def encode_sgtin_198(
    gtin: str, prefix_length: int, serial: str, filter_value: int = 1
) -> str:
    """Return the 52 hexadecimal digits of a tag with a serial of any characters.

    >>> encode_sgtin_198("70614141123451", 7, "32a/b", 3)
    '3674257BF6B7A659B2C2BF100000000000000000000000000000'
    """
    return encode(_make(SGTIN_198, gtin, prefix_length, filter_value, serial))


def encode_sscc_96(sscc: str, prefix_length: int, filter_value: int = 0) -> str:
    """Return the 24 hexadecimal digits of a logistic unit's tag.

    >>> encode_sscc_96("106141412345678908", 7, 3)
    '3174257BF4499602D2000000'
    """
    return encode(_make(SSCC_96, sscc, prefix_length, filter_value, None))


def encode(epc: Epc) -> str:
    """Return the tag's memory as upper-case hexadecimal."""
    _check(epc)
    partition = 12 - len(epc.company_prefix)
    bits = f"{_HEADER_OF[epc.scheme]:08b}{epc.filter_value:03b}{partition:03b}"
    bits += f"{int(epc.company_prefix):0{_PREFIX_BITS[partition]}b}"
    rest = _KEY_BITS[epc.scheme] - _PREFIX_BITS[partition]
    bits += f"{int(epc.reference):0{rest}b}"
    if epc.scheme == SGTIN_96:
        bits += f"{int(epc.serial):038b}"
    elif epc.scheme == SGTIN_198:
        bits += "".join(f"{ord(character):07b}" for character in epc.serial)
    # Memory is written in words of 16 bits.
    bits = bits.ljust(208 if epc.scheme == SGTIN_198 else 96, "0")
    return f"{int(bits, 2):0{len(bits) // 4}X}"


def decode(text: str) -> Epc:
    """Return what a tag's memory, given as hexadecimal, holds.

    >>> decode("3174257BF4499602D2000000").sscc
    '106141412345678908'
    >>> decode("3074257BF7194E4000001A85").uri
    'urn:epc:tag:sgtin-96:3.0614141.812345.6789'
    """
    text = "".join(text.split()).upper()
    scheme = _HEADERS.get(int(text[:2], 16)) if _HEX.fullmatch(text[:2]) else None
    if not _HEX.fullmatch(text) or scheme is None:
        raise EpcError("epc_unknown", value=text[:64])
    if len(text) not in ((50, 52) if scheme == SGTIN_198 else (24,)):
        raise EpcError("epc_bad_length", value=text[:64])
    bits = f"{int(text, 16):0{len(text) * 4}b}"
    filter_value, partition = int(bits[8:11], 2), int(bits[11:14], 2)
    if partition >= len(_PREFIX_BITS):
        raise EpcError("epc_bad_partition", value=text)
    middle, end = 14 + _PREFIX_BITS[partition], 14 + _KEY_BITS[scheme]
    length = 12 - partition
    epc = Epc(
        scheme=scheme,
        filter_value=filter_value,
        company_prefix=str(int(bits[14:middle], 2)).zfill(length),
        reference=str(int(bits[middle:end], 2)).zfill(_DIGITS[scheme] - length),
        serial=_read_serial(scheme, bits[end:], text),
    )
    _check(epc)
    return epc


def tag_uri(text: str) -> str:
    """Return the tag URI of a tag's memory.

    >>> tag_uri("30340242201D8840009EFDF7")
    'urn:epc:tag:sgtin-96:1.0037000.030241.10419703'
    """
    return decode(text).uri


def parse_tag_uri(uri: str) -> Epc:
    """Return what a tag URI says; `encode` writes it.

    >>> encode(parse_tag_uri("urn:epc:tag:sgtin-198:3.0614141.712345.32a%2Fb"))
    '3674257BF6B7A659B2C2BF100000000000000000000000000000'
    """
    found = _TAG_URI.fullmatch(uri)
    if not found:
        raise EpcError("epc_bad_uri", value=uri[:64])
    scheme, filter_value, prefix, reference, serial = found.groups()
    if (serial is None) != (scheme == SSCC_96):
        raise EpcError("epc_bad_uri", value=uri[:64])
    epc = Epc(scheme, int(filter_value), prefix, reference, serial and unquote(serial))
    _check(epc)
    return epc


def _make(scheme, key, prefix_length, filter_value, serial):
    length = 14 if scheme != SSCC_96 else 18
    serial = str(serial) if isinstance(serial, int) else serial
    if not (_is_number(key) and len(key) == length):
        raise EpcError("epc_bad_key", value=str(key)[:64])
    if mod_10(key[:-1]) != key[-1]:
        raise EpcError("bad_check_digit", kind="gtin", value=key)
    if not 6 <= prefix_length <= 12:
        raise EpcError("epc_bad_partition", value=prefix_length)
    prefix, rest = key[1 : 1 + prefix_length], key[1 + prefix_length : -1]
    return Epc(scheme, filter_value, prefix, key[0] + rest, serial)


def _check(epc):
    """Raise EpcError unless everything fits its field and comes back as it is."""
    if not 0 <= epc.filter_value <= 7:
        raise EpcError("epc_bad_filter", value=epc.filter_value)
    digits = len(epc.company_prefix) + len(epc.reference)
    whole = _is_number(epc.company_prefix) and _is_number(epc.reference)
    if not (whole and digits == _DIGITS[epc.scheme]):
        raise EpcError("epc_bad_key", value=epc.company_prefix + epc.reference)
    if not 6 <= len(epc.company_prefix) <= 12:
        raise EpcError("epc_bad_partition", value=len(epc.company_prefix))
    if epc.scheme == SGTIN_96:
        _check_number(epc.serial)
    elif epc.scheme == SGTIN_198:
        _check_text(epc.serial)


def _check_number(serial):
    if not _is_number(serial):
        raise EpcError("epc_not_number", value=str(serial)[:64])
    if serial != "0" and serial.startswith("0"):
        raise EpcError("epc_leading_zero", value=serial[:64])
    if len(serial) > 12 or int(serial) > _MAX_SERIAL_96:
        raise EpcError("epc_too_great", value=serial[:64], maximum=_MAX_SERIAL_96)


def _check_text(serial):
    if not serial or not set(CSET_82).issuperset(serial):
        raise EpcError("epc_bad_characters", value=str(serial)[:64])
    if len(serial) > _MAX_SERIAL_198:
        raise EpcError("epc_too_long", value=serial[:64], maximum=_MAX_SERIAL_198)


def _read_serial(scheme, bits, text):
    if scheme == SGTIN_96:
        return str(int(bits, 2))
    if scheme == SSCC_96:
        if "1" in bits:
            raise EpcError("epc_bad_padding", value=text)
        return None
    codes = [int(bits[at : at + 7], 2) for at in range(0, 140, 7)]
    serial = "".join(map(chr, codes)).rstrip("\0")
    if "1" in bits[140:]:
        raise EpcError("epc_bad_padding", value=text)
    return serial


def _is_number(text):
    return isinstance(text, str) and text.isascii() and text.isdigit()
