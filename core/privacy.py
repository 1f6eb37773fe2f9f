"""What may be shown or kept of personal data.

A telephone number or mail address is shown masked, an IP address is kept truncated.
"""

import ipaddress

IPV4_BITS = 24
IPV6_BITS = 48
_SHOWN = 7
_HIDDEN = 4


def truncate_ip(ip: str | None) -> str | None:
    """Return the network of an address that may be kept, None for no address.

    >>> truncate_ip("203.0.113.77"), truncate_ip("2001:db8:1:2::3")
    ('203.0.113.0/24', '2001:db8:1::/48')
    >>> truncate_ip("not an address")
    """
    try:
        address = ipaddress.ip_address((ip or "").strip().split("%")[0])
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    bits = IPV4_BITS if address.version == 4 else IPV6_BITS
    cut = address.max_prefixlen - bits
    return f"{type(address)(int(address) >> cut << cut)}/{bits}"


def mask_phone(country_prefix: str, national_number: str) -> str:
    """Return a telephone number with its middle digits starred out.

    At most seven digits stay, and at least four are hidden.

    >>> mask_phone("86", "13812345678")
    '+86 138****5678'
    >>> mask_phone("65", "81234567")
    '+65 81****67'
    """
    length = len(national_number)
    hidden = min(length, max(_HIDDEN, length - _SHOWN))
    start = (length - hidden) // 2
    end = start + hidden
    stars = "*" * hidden
    return f"+{country_prefix} {national_number[:start]}{stars}{national_number[end:]}"


def mask_email(address: str) -> str:
    """Return a mail address of which only the first letter and the domain are shown.

    >>> mask_email("wang.li@example.com"), mask_email("nobody")
    ('w******@example.com', '******')
    """
    name, at, domain = address.partition("@")
    return f"{name[:1]}{'*' * 6}@{domain}" if at and name else "*" * 6
