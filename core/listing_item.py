"""What a report says of a shop's listing: checked, before anything is made of it.

A listing comes from machines that look at shops, or from a file; a wrong value refuses
its own item and no other.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from . import identifier
from .activation import CLOCK_SKEW, EARLIEST, is_clean, parse_time
from .errors import SerialError
from .web_address import read_url

MAX_NAME = 128
MAX_SKU = 64
#: How an amount is written: no sign, no exponent, no digit grouping.
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")

REFUSALS = (
    "bad_item",
    "bad_platform",
    "bad_store_id",
    "bad_url",
    "bad_sku",
    "bad_gtin",
    "missing_product",
    "bad_price",
    "bad_currency",
    "bad_observed_at",
    "observed_in_future",
    "unknown_platform",
    "unknown_currency",
)


@dataclass(frozen=True)
class Seen:
    """One listing that was reported; `observed_at` is naive UTC.

    `observed_on` is the day where it was seen: floors and authorisations run by days.
    `refusal` is the reason code of a value that is wrong.
    """

    platform: str = ""
    store_id: str = ""
    url: str | None = None
    sku: str | None = None
    gtin: str | None = None
    amount: Decimal | None = None
    currency: str = ""
    observed_at: datetime | None = None
    observed_on: date | None = None
    refusal: str | None = None
    row: int = 0

    @property
    def fingerprint(self) -> str:
        """What is the same when one listing is reported twice."""
        values = (
            self.platform,
            self.store_id,
            self.url or "",
            self.sku or "",
            self.gtin or "",
            f"{self.amount.normalize():f}",
            self.currency,
            self.observed_at.isoformat(),
        )
        text = "\x1f".join(values)
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def read_item(raw: object, now: datetime) -> Seen:
    """Check one item of a request.

    :param raw: whatever the JSON document held at this place
    :param now: the present moment, naive UTC

    >>> item = {"platform": "jd", "store_id": "1", "sku": "X1", "observed_at": None,
    ...         "price": {"amount": "12.34", "currency": "CNY"}}
    >>> seen = read_item(item, datetime(2026, 3, 2))
    >>> seen.amount, seen.currency, seen.observed_on, seen.refusal
    (Decimal('12.34'), 'CNY', datetime.date(2026, 3, 2), None)
    >>> read_item({**item, "url": "javascript:alert(1)"}, datetime(2026, 3, 2)).refusal
    'bad_url'
    """
    if not isinstance(raw, dict):
        return Seen(refusal="bad_item")
    price = raw.get("price")
    try:
        if not isinstance(price, dict):
            raise SerialError("bad_price")
        seen = Seen(
            platform=read_name(raw.get("platform"), "bad_platform").lower(),
            store_id=read_name(raw.get("store_id"), "bad_store_id"),
            url=raw.get("url") and read_url(raw["url"]),
            sku=raw.get("sku") and read_name(raw["sku"], "bad_sku", MAX_SKU),
            gtin=raw.get("gtin") and read_gtin(raw["gtin"]),
            amount=read_amount(price.get("amount")),
            currency=read_currency(price.get("currency")),
        )
        require_product(seen)
        return with_time(seen, *_read_time(raw.get("observed_at"), now), now)
    except SerialError as error:
        return Seen(refusal=error.reason)


def read_name(value: object, reason: str, maximum: int = MAX_NAME) -> str:
    """Return a short text without control characters."""
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > maximum or not is_clean(text) or not text.isprintable():
        raise SerialError(reason)
    return text


def read_gtin(value: object) -> str:
    """Return a GTIN in 14 digits, its check digit checked.

    >>> read_gtin("9520123450014")
    '09520123450014'
    """
    if not isinstance(value, str):
        raise SerialError("bad_gtin")
    try:
        return identifier.normalise("gtin", value)
    except SerialError as error:
        raise SerialError("bad_gtin") from error


def read_amount(value: object) -> Decimal:
    """Return a price: a text of digits, more than nothing.

    >>> read_amount("-1")
    Traceback (most recent call last):
    ...
    core.errors.SerialError: bad_price
    """
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value.strip()):
        raise SerialError("bad_price")
    amount = Decimal(value.strip())
    if not amount:
        raise SerialError("bad_price")
    return amount


def read_currency(value: object) -> str:
    """Return the code of a currency as ISO 4217 writes it."""
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value.strip().upper()):
        raise SerialError("bad_currency")
    return value.strip().upper()


def require_product(seen: Seen) -> None:
    """Refuse a listing that does not say of what."""
    if not seen.sku and not seen.gtin:
        raise SerialError("missing_product")


def with_time(seen: Seen, moment: datetime, day: date, now: datetime) -> Seen:
    """Return a listing with the moment (UTC) and the day when it was seen."""
    if moment > now + CLOCK_SKEW:
        raise SerialError("observed_in_future")
    if moment < EARLIEST:
        raise SerialError("bad_observed_at")
    return replace(seen, observed_at=min(moment, now), observed_on=day)


def _read_time(value, now):
    if value is None:
        return now.replace(microsecond=0), now.date()
    try:
        moment, offset = parse_time(value)
    except SerialError as error:
        raise SerialError("bad_observed_at") from error
    sign, hours, minutes = _OFFSET.fullmatch(offset).groups()
    shift = timedelta(hours=int(hours), minutes=int(minutes))
    moment = moment.replace(microsecond=0)
    if moment < EARLIEST:
        raise SerialError("bad_observed_at")
    return moment, (moment + (shift if sign == "+" else -shift)).date()
