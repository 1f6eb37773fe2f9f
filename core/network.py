"""What kind of network an address belongs to, and which addresses belong to nobody.

Kinds: `mobile`, `fixed`, `hosting`, `vpn`, None for unknown. Which network is of which
kind is data with its sources (`core/networks.txt`).
"""

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Addresses of IPv4 that IPv6 carries in their last 32 bits (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

# How MaxMind's commercial files call what we tell apart.
_TYPES = {
    "cellular": "mobile",
    "hosting": "hosting",
    "content_delivery_network": "hosting",
    "residential": "fixed",
    "cable/dsl": "fixed",
    "corporate": "fixed",
    "business": "fixed",
}
_HIDDEN = {
    "is_anonymous_vpn": "vpn",
    "is_public_proxy": "vpn",
    "is_residential_proxy": "vpn",
    "is_tor_exit_node": "vpn",
    "is_hosting_provider": "hosting",
}


def read_address(text: str | None) -> Address | None:
    """Return the address of a visitor, None for one that no visitor can have.

    What is carried inside IPv6 is unpacked; carriers' shared addresses (CGNAT), private
    and reserved ones belong to no place.

    >>> read_address("::ffff:61.144.56.100"), read_address("100.64.1.1")
    (IPv4Address('61.144.56.100'), None)
    >>> read_address("64:ff9b::3d90:3864"), read_address("224.0.0.1")
    (IPv4Address('61.144.56.100'), None)
    """
    try:
        address = ipaddress.ip_address((text or "").strip())
    except ValueError:
        return None
    if address.version == 6:
        address = _unpacked(address)
    return address if address.is_global and not address.is_multicast else None


def _unpacked(address):
    inside = address.ipv4_mapped or address.sixtofour
    if not inside and address in _NAT64:
        inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inside or address


class Networks:
    """The kinds of networks, by AS number and by words in names.

    >>> networks = Networks(["mobile | 9808 | China Mobile | APNIC",
    ...                      "hosting | name cloud | | x", "fixed | name 电信 | | x"])
    >>> networks.kind_of(9808), networks.kind_of(None, "Sky Cloud"), networks.kind_of(1)
    ('mobile', 'hosting', None)
    """

    def __init__(self, lines: Iterable[str]):
        self._by_number, self._by_word = {}, []
        for line in lines:
            cells = [cell.strip() for cell in line.partition("#")[0].split("|")]
            if len(cells) < 2:
                continue
            kind, words = cells[0], cells[1].split()
            if words[0] == "name":
                self._by_word += [(word, kind) for word in words[1:]]
            else:
                self._by_number.update((int(word), kind) for word in words)

    def kind_of(self, number: int | None, name: str | None = None) -> str | None:
        """Return the kind of a network by its AS number, else by its name."""
        if found := self._by_number.get(number):
            return found
        if not name:
            return None
        name = name.lower()
        return next((kind for word, kind in self._by_word if word in name), None)

    def kind_of_record(self, record: dict) -> str | None:
        """Return the kind that a record of a location or AS file tells.

        >>> Networks([]).kind_of_record({"traits": {"user_type": "cellular"}})
        'mobile'
        """
        traits = record.get("traits")
        traits = {**record, **traits} if isinstance(traits, dict) else record
        for name, kind in _HIDDEN.items():
            if traits.get(name) is True:
                return kind
        for name in ("user_type", "connection_type"):
            if kind := _TYPES.get(str(traits.get(name) or "").lower()):
                return kind
        return self._kind_by_names(traits)

    def _kind_by_names(self, traits):
        number = traits.get("autonomous_system_number") or traits.get("asn")
        text = str(number or "").upper().removeprefix("AS")
        names = (
            traits.get(key)
            for key in ("isp", "autonomous_system_organization", "organization")
        )
        name = " ".join(str(name) for name in names if name)
        return self.kind_of(int(text) if text.isdecimal() else None, name)
