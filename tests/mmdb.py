"""A writer of small MMDB files: location files of the flat kind, for tests."""

import ipaddress
import struct

_MARKER = b"\xab\xcd\xefMaxMind.com"


def _encode(value):
    """Return a value in MMDB's data format; a tuple is an integer of so many bytes."""
    if isinstance(value, str):
        data = value.encode()
        return _control(2, len(data)) + data
    if isinstance(value, float):
        return _control(3, 8) + struct.pack(">d", value)
    if isinstance(value, tuple):
        size, number = value
        kind = {2: bytes([5 << 5 | 2]), 4: bytes([6 << 5 | 4]), 8: bytes([8, 2])}
        return kind[size] + number.to_bytes(size, "big")
    if isinstance(value, list):
        return bytes([len(value), 4]) + b"".join(map(_encode, value))
    pairs = b"".join(_encode(k) + _encode(v) for k, v in value.items())
    return _control(7, len(value)) + pairs


def _control(kind, size):
    if size < 29:
        return bytes([kind << 5 | size])
    return bytes([kind << 5 | 29, size - 29])


def _tree_of(networks):
    """Return the nodes of a binary tree; a leaf is ("data", number of the record)."""
    nodes = [[None, None]]
    for number, text in enumerate(networks):
        network = ipaddress.ip_network(text)
        bits = f"{int(network.network_address):0{network.max_prefixlen}b}"
        node = 0
        for bit in map(int, bits[: network.prefixlen - 1]):
            if nodes[node][bit] is None:
                nodes.append([None, None])
                nodes[node][bit] = len(nodes) - 1
            node = nodes[node][bit]
        nodes[node][int(bits[network.prefixlen - 1])] = ("data", number)
    return nodes


def write_mmdb(path, networks, version=4, built=1_780_000_000):
    """Write a file of networks (text -> record) for IPv4 or IPv6 addresses."""
    nodes = _tree_of(networks)
    records = [_encode(record) for record in networks.values()]
    offsets = [
        sum(map(len, records[:i])) + len(nodes) + 16 for i in range(len(records))
    ]

    def pointer(side):
        if side is None:
            return len(nodes)
        return offsets[side[1]] if isinstance(side, tuple) else side

    tree = b"".join(pointer(side).to_bytes(3, "big") for node in nodes for side in node)
    metadata = {
        "node_count": (4, len(nodes)),
        "record_size": (2, 24),
        "ip_version": (2, version),
        "database_type": f"city ipv{version}",
        "languages": ["en"],
        "binary_format_major_version": (2, 2),
        "binary_format_minor_version": (2, 0),
        "build_epoch": (8, built),
        "description": {"en": "test"},
    }
    content = tree + bytes(16) + b"".join(records) + _MARKER + _encode(metadata)
    with open(path, "wb") as file:
        file.write(content)
