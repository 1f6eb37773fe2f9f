"""Who is excused: staff, fairs and inspectors, whose units turn up anywhere.

An entry names signs; a visit that bears all of them is excused. Entries are found by
their rarest sign, so that thousands of devices cost as little as one.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from . import territory
from .activation import WIDEST_OFFSET
from .errors import SerialError

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """Signs of somebody who is excused; those left out are not asked for.

    The days are days anywhere on earth: a visit's local time is not known.
    """

    id: int
    date_from: date | None = None
    date_to: date | None = None
    company_id: int | None = None
    lots: frozenset[int] = frozenset()
    device: str | None = None
    phone: str | None = None
    account: str | None = None
    network: str | None = None
    places: frozenset[str] = frozenset()

    @property
    def signs(self) -> dict[str, object]:
        """The signs this entry asks for, the rarest first."""
        names = ("lots", "device", "phone", "account", "network", "places")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


@dataclass(frozen=True)
class Visit:
    """What is known of an activation; `device`, `phone` and `account` are hashes."""

    moment: datetime
    lot_id: int
    company_id: int | None = None
    device: str | None = None
    phone: str | None = None
    account: str | None = None
    ip: str | None = None
    place: str = ""


class Whitelist:
    """Entries, ready to be asked many times.

    >>> fair = Entry(7, date(2026, 3, 1), date(2026, 3, 3), places=frozenset({"CN-SH"}))
    >>> excused = Whitelist([fair])
    >>> excused.find(Visit(datetime(2026, 3, 2), lot_id=1, place="CN-SH")).id
    7
    >>> excused.find(Visit(datetime(2026, 4, 2), lot_id=1, place="CN-SH"))
    """

    def __init__(self, entries: Iterable[Entry]):
        """Sort the entries by their rarest sign; one without any is refused."""
        self._by_key = {}
        self._others = []
        self.asks_keys = False
        for entry in entries:
            if not entry.signs:
                raise SerialError("no_signs", entry=entry.id)
            self._add(entry)
            if entry.device or entry.phone or entry.account:
                self.asks_keys = True

    def _add(self, entry):
        name, sign = next(iter(entry.signs.items()))
        if name in ("network", "places"):
            self._others.append(entry)
            return
        for key in sign if name == "lots" else (sign,):
            self._by_key.setdefault((name, key), []).append(entry)

    def __bool__(self):
        return bool(self._by_key or self._others)

    def find(self, visit: Visit) -> Entry | None:
        """Return the entry that excuses a visit, else None."""
        for name, key in (
            ("lots", visit.lot_id),
            ("device", visit.device),
            ("phone", visit.phone),
            ("account", visit.account),
        ):
            for entry in self._by_key.get((name, key), ()):
                if _matches(entry, visit):
                    return entry
        for entry in self._others:
            if _matches(entry, visit):
                return entry
        return None


def _matches(entry, visit):
    if entry.company_id and visit.company_id and entry.company_id != visit.company_id:
        return False
    if any(
        getattr(entry, name) not in (None, getattr(visit, name))
        for name in ("device", "phone", "account")
    ):
        return False
    if entry.lots and visit.lot_id not in entry.lots:
        return False
    return _is_within(entry, visit.moment) and _is_there(entry, visit)


def _is_within(entry, moment):
    start, end = entry.date_from, entry.date_to
    midnight = datetime.min.time()
    if start and moment < datetime.combine(start, midnight) - WIDEST_OFFSET:
        return False
    return not end or moment < datetime.combine(end, midnight) + _DAY + WIDEST_OFFSET


def _is_there(entry, visit):
    if entry.network and not in_network(visit.ip, entry.network):
        return False
    return not entry.places or territory.relation(visit.place, entry.places) == "inside"


def in_network(ip: str | None, network: str) -> bool:
    """Tell whether an address lies in a network.

    >>> in_network("203.0.113.9", "203.0.113.0/24"), in_network(None, "203.0.113.0/24")
    (True, False)
    """
    return bool(ip) and _address(ip) in _network(network)


_address = lru_cache(maxsize=1024)(ipaddress.ip_address)
_network = lru_cache(maxsize=4096)(ipaddress.ip_network)


def read_network(text: str) -> str:
    """Return a network as it is stored; a single address is a network of one.

    >>> read_network(" 203.0.113.9/24 "), read_network("2001:db8::1")
    ('203.0.113.0/24', '2001:db8::1/128')
    """
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError as error:
        raise SerialError("bad_ip", ip=text) from error
