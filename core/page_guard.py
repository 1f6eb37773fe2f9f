"""Who asks the public page for many codes that do not exist is made to wait.

Each worker remembers for itself: a network gets `MOST` tries from each, and then ever
more rarely. One with many visitors is no attacker: for each code that exists, two that
do not are forgiven.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from ipaddress import ip_address

MOST = 20
WINDOW = 600
FORGET = 86_400
MAX_NETWORKS = 20_000
MAX_CODES = 1_000
_FORGIVEN = 2
_WAIT, _GROWTH, _LONGEST = 60, 4, 3_600


@dataclass
class Visitor:
    """What was seen of one network."""

    since: float
    unknown: set = field(default_factory=set)
    known: set = field(default_factory=set)
    strikes: int = 0
    until: float = 0


class PageGuard:
    """What one worker remembers of networks that asked for codes nobody made.

    >>> guard = PageGuard()
    >>> [guard.note("8.8.8.0/24", f"A{n}", False, 0) for n in range(MOST)][-2:]
    [0, 20]
    >>> guard.get_wait("8.8.8.0/24", 0), guard.get_wait("8.8.8.0/24", 60)
    (60, 0)
    """

    def __init__(self):
        self._visitors = OrderedDict()
        self._waiting = {}

    def __bool__(self) -> bool:
        """Tell whether anybody has to wait: most of the time nobody has."""
        return bool(self._waiting)

    def get_wait(self, network: str, now: float) -> int:
        """Return for how many seconds a network has to wait; 0 if it may go on."""
        until = self._waiting.get(network, 0)
        if until <= now:
            self._waiting.pop(network, None)
            return 0
        return int(until - now) or 1

    def note(self, network: str | None, code: str, is_known: bool, now: float) -> int:
        """Note that a network asked for a code.

        :return: how many unknown codes made it wait from now on, 0 if it need not
        """
        visitor = self._visitors.get(network)
        if visitor is None:
            if is_known or not is_public(network):
                return 0
            visitor = self._remember(network, now)
        if now - visitor.since > WINDOW:
            visitor.since, visitor.unknown, visitor.known = now, set(), set()
            if now - visitor.until > FORGET:
                visitor.strikes = 0
        codes = visitor.known if is_known else visitor.unknown
        if len(codes) < MAX_CODES:
            codes.add(hash(code))
        if is_known or len(visitor.unknown) < MOST + _FORGIVEN * len(visitor.known):
            return 0
        return self._strike(network, visitor, now)

    def _remember(self, network, now):
        visitor = self._visitors[network] = Visitor(now)
        if len(self._visitors) > MAX_NETWORKS:
            self._visitors.popitem(last=False)
        return visitor

    def _strike(self, network, visitor, now):
        count = len(visitor.unknown)
        wait = min(_LONGEST, _WAIT * _GROWTH**visitor.strikes)
        visitor.strikes += 1
        self._waiting = {who: end for who, end in self._waiting.items() if end > now}
        visitor.until = self._waiting[network] = now + wait
        visitor.since, visitor.unknown, visitor.known = now, set(), set()
        self._visitors.move_to_end(network)
        return count


def is_public(network: str | None) -> bool:
    """Tell whether a network is one of the internet.

    Any other is a proxy's that hides its visitors: to make it wait would lock out all.

    >>> is_public("8.8.8.0/24"), is_public("10.0.0.0/24"), is_public(None)
    (True, False, False)
    """
    return bool(network) and ip_address(network.partition("/")[0]).is_global
