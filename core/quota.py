"""How much one key of the API may ask for, and when it is taken for a guesser.

A unit is one code that is asked about. A miss, a code that does not exist or is not the
caller's, costs `MISS_UNITS`: who asks for what he has hardly notices, who tries codes
out is soon done for the minute.

Many workers answer for one key. Each spends a block on its own word and then settles
with the database, which knows what all of them spent. A block is at most a sixteenth of
what is left, so that near its limit a key is counted request by request: all of them
together spend at most a block each more than the quota.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

MISS_UNITS = 20
MAX_BLOCK = 100
_WORKERS = 16
# A worker settles at least that often, and believes a refusal no longer.
FRESH = timedelta(seconds=60)

# Few misses in many questions are typing errors, unless there are very many.
_SHARE = 5
_PLENTY = 10
_STRIKE_SECONDS = 60
_STRIKE_GROWTH = 4
MAX_STRIKES = 4


@dataclass(frozen=True)
class Limits:
    """What a key may spend, and how many misses an hour are natural; 0: no limit."""

    per_minute: int = 0
    per_day: int = 0
    misses_per_hour: int = 0


@dataclass
class Spent:
    """What a worker spent since it settled last."""

    requests: int = 0
    items: int = 0
    units: int = 0
    minute_units: int = 0
    misses: int = 0


@dataclass
class Standing:
    """What all workers together spent, as the database knew when one settled."""

    minute_units: int = 0
    day_units: int = 0
    window_items: int = 0
    window_misses: int = 0
    strikes: int = 0
    slowed_until: datetime | None = None


@dataclass(frozen=True)
class Refusal:
    """Why a key has to wait, and for how many seconds."""

    reason: str
    seconds: int


@dataclass
class Tally:
    """What one worker knows of the use of one key.

    >>> tally, now = Tally(), datetime(2026, 3, 2, 8, 0, 15)
    >>> tally.needs_settling(1, now)
    True
    >>> tally.settle(Limits(per_minute=1600), Standing(minute_units=1599), now)
    >>> tally.refusal(1, now), tally.refusal(2, now)
    (None, Refusal(reason='quota_exceeded', seconds=45))
    """

    limits: Limits = field(default_factory=Limits)
    standing: Standing = field(default_factory=Standing)
    spent: Spent = field(default_factory=Spent)
    settled_at: datetime | None = None
    block: int = 0
    minute: datetime | None = None

    def begin(self, now: datetime) -> None:
        """Begin a new minute and a new day where one has begun."""
        minute = now.replace(second=0, microsecond=0)
        if self.minute == minute:
            return
        if self.minute and self.minute.date() != minute.date():
            self.standing.day_units = 0
        self.standing.minute_units = self.spent.minute_units = 0
        self.minute = minute

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether the worker settled lately."""
        return bool(self.settled_at) and now - self.settled_at < FRESH

    def needs_settling(self, units: int, now: datetime) -> bool:
        """Tell whether the database has to be asked before so much is spent."""
        return self.spent.units + units > self.block or not self.is_fresh(now)

    def spend(self, units: int, *, requests=0, items=0, misses=0) -> None:
        """Add what is spent; a negative number gives back."""
        spent = self.spent
        spent.requests += requests
        spent.items += items
        spent.misses += misses
        spent.units += units
        spent.minute_units += units

    def take(self) -> Spent:
        """Return what was spent, to be settled."""
        spent, self.spent = self.spent, Spent()
        return spent

    def settle(self, limits: Limits, standing: Standing, now: datetime) -> None:
        """Take over what the database said."""
        self.limits, self.standing, self.settled_at = limits, standing, now
        left = [limit - used for limit, used in self._get_uses() if limit]
        self.block = max(0, min([MAX_BLOCK, *(room // _WORKERS for room in left)]))

    def refusal(self, units: int, now: datetime) -> Refusal | None:
        """Return why so much more must not be spent now, None if it may."""
        slowed_until = self.standing.slowed_until
        if slowed_until and slowed_until > now:
            seconds = (slowed_until - now).total_seconds()
            return Refusal("too_many_misses", int(seconds) + 1)
        for (limit, used), seconds in zip(
            self._get_uses(), _seconds_left(now), strict=True
        ):
            if limit and used + units > limit:
                return Refusal("quota_exceeded", seconds)
        return None

    def _get_uses(self):
        """Return (limit, what is used of it) for the minute and for the day."""
        return (
            (
                self.limits.per_minute,
                self.standing.minute_units + self.spent.minute_units,
            ),
            (self.limits.per_day, self.standing.day_units + self.spent.units),
        )

    def get_headers(self, now: datetime) -> dict[str, str]:
        """Return the RateLimit headers, of this worker's knowledge."""
        windows = (("minute", 60), ("day", 86_400))
        policies, limits = [], []
        for (name, width), (limit, used), seconds in zip(
            windows, self._get_uses(), _seconds_left(now), strict=True
        ):
            if limit:
                policies.append(f'"{name}";q={limit};w={width}')
                limits.append(f'"{name}";r={max(0, limit - used)};t={seconds}')
        if not limits:
            return {}
        return {
            "RateLimit-Policy": ", ".join(policies),
            "RateLimit": ", ".join(limits),
        }


def _seconds_left(now: datetime) -> tuple[int, int]:
    """Return the seconds to the end of the minute and of the day."""
    of_day = now.hour * 3600 + now.minute * 60 + now.second
    return 60 - now.second, 86_400 - of_day


def strikes_for(items: int, misses: int, allowed: int) -> int:
    """Return how many strikes the misses of an hour are, 0 if they are natural.

    >>> strikes_for(1000, 60, 100), strikes_for(1000, 150, 100)
    (0, 0)
    >>> strikes_for(120, 110, 100), strikes_for(1000, 1000, 100)
    (1, 3)
    """
    if not allowed or misses < allowed:
        return 0
    if misses * _SHARE < items and misses < allowed * _PLENTY:
        return 0
    return 1 + (misses >= allowed * 3) + (misses >= allowed * _PLENTY)


def slowed_seconds(strikes: int) -> int:
    """Return for how long a key is refused after so many strikes.

    >>> [slowed_seconds(strikes) for strikes in (1, 2, 3)]
    [60, 240, 960]
    """
    return _STRIKE_SECONDS * _STRIKE_GROWTH ** (strikes - 1)
