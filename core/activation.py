"""What an activation asks for, and what becomes of it.

Every value of a request comes from a machine that may be wrong: a bad value refuses
its own item and no other.
"""

import ipaddress
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from .errors import SerialError
from .lifecycle import Stage

MAX_CODE = 64
MAX_TEXT = 128
CLOCK_SKEW = timedelta(minutes=5)
# No zone is further from UTC: a date somewhere on earth may begin this much earlier.
WIDEST_OFFSET = timedelta(hours=14)
EARLIEST = datetime(2000, 1, 1)

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)


@dataclass(frozen=True)
class Item:
    """One activation that was asked for, its values checked; times are naive UTC.

    `refusal` is the reason code of a value that is wrong: such an item is not
    looked up.
    """

    sent_code: str | None
    code: str = ""
    occurred_at: datetime | None = None
    offset: str | None = None
    ip: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    device_id: str | None = None
    account: str | None = None
    refusal: str | None = None


def parse_time(text: object) -> tuple[datetime, str]:
    """Return an RFC 3339 time in UTC, without a zone, and the offset it was given with.

    >>> parse_time("2026-03-01T08:00:00+08:00")
    (datetime.datetime(2026, 3, 1, 0, 0), '+08:00')
    >>> parse_time("2026-03-01 08:00")
    Traceback (most recent call last):
    ...
    core.errors.SerialError: bad_occurred_at
    """
    match = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise SerialError("bad_occurred_at")
    day, time, _fraction, offset = match.groups()
    offset = "+00:00" if offset in "Zz" else offset
    # A leap second is a legal time that Python has no value for.
    time = time[:-2] + "59" if time.endswith(":60") else time
    try:
        moment = datetime.fromisoformat(f"{day}T{time}{offset}")
        return moment.astimezone(timezone.utc).replace(tzinfo=None), offset
    except (ValueError, OverflowError) as error:
        raise SerialError("bad_occurred_at") from error


def format_time(moment: datetime | None) -> str | None:
    """Return a naive UTC time as RFC 3339.

    >>> format_time(datetime(2026, 3, 1, 8))
    '2026-03-01T08:00:00Z'
    """
    return moment.replace(microsecond=0).isoformat() + "Z" if moment else None


def read_item(raw: object, canonical, now: datetime) -> Item:
    """Check one item of a request.

    :param raw: whatever the JSON document held at this place
    :param canonical: what turns a typed code into the one that is stored
    :param now: the present moment, naive UTC
    """
    if not isinstance(raw, dict):
        return Item(None, refusal="bad_item")
    sent = raw.get("code")
    if not isinstance(sent, str) or not is_clean(sent):
        return Item(None, refusal="bad_code")
    item = Item(sent[:MAX_CODE], code=canonical(sent))
    try:
        return replace(
            item,
            **_read_time(raw.get("occurred_at"), now),
            ip=_read_ip(raw.get("ip")),
            **_read_position(raw.get("latitude"), raw.get("longitude")),
            device_id=_read_text(raw.get("device_id"), "bad_device_id"),
            account=_read_text(raw.get("account"), "bad_account"),
        )
    except SerialError as error:
        return replace(item, refusal=error.reason)


def is_clean(text: str) -> bool:
    """Tell whether a database can store a text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _read_time(value: object, now: datetime) -> dict:
    if value is None:
        return {}
    moment, offset = parse_time(value)
    if moment > now + CLOCK_SKEW:
        raise SerialError("occurred_in_future")
    return {"occurred_at": min(moment, now), "offset": offset}


def _read_ip(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise SerialError("bad_ip")
    try:
        return str(ipaddress.ip_address(value.strip()))
    except ValueError as error:
        raise SerialError("bad_ip") from error


def _read_position(latitude: object, longitude: object) -> dict:
    if latitude is None and longitude is None:
        return {}
    for value, most in ((latitude, 90), (longitude, 180)):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise SerialError("bad_position")
        # Not a number and infinity fail this comparison as well.
        if not -most <= value <= most:
            raise SerialError("bad_position")
    return {"latitude": float(latitude), "longitude": float(longitude)}


def _read_text(value: object, reason: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_TEXT or not is_clean(value):
        raise SerialError(reason)
    return value.strip() or None


def is_believable(moment: datetime, production_date: date | None) -> bool:
    """Tell whether a unit can have been switched on then: not before it was made.

    Clocks of devices start in 1970 or 2000 after their battery ran empty; such a time
    must not start a warranty.

    >>> is_believable(datetime(1970, 1, 1), None)
    False
    >>> is_believable(datetime(2026, 2, 28, 12), date(2026, 3, 1))
    True
    """
    if moment < EARLIEST:
        return False
    if production_date is None:
        return True
    start = datetime.combine(production_date, datetime.min.time())
    return moment >= start - WIDEST_OFFSET


def result_for(stage: str | None, live: bool) -> str:
    """Return what an activation of a unit comes to: a key of the API's `result`.

    :param live: an activation of the unit holds already

    >>> result_for("shipped", False), result_for("shipped", True)
    ('activated', 'already_activated')
    >>> result_for("void", False), result_for("retired", True)
    ('unknown', 'refused')
    """
    if stage in (None, "", Stage.VOID):
        return "unknown"
    if stage in (Stage.TRADED_IN, Stage.RETIRED):
        return "refused"
    if live or stage == Stage.ACTIVATED:
        return "already_activated"
    return "activated"
