"""What a shop's listing tells: may this shop sell this product, and at this price?

A listing comes from machines that look at shops, or from a file; a wrong value refuses
its own item and no other. What cannot be known is undecided, never held against a shop.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

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


@dataclass(frozen=True)
class Shop:
    """A store that somebody answers for."""

    id: int
    partner_id: int
    product_ids: frozenset[int] = frozenset()
    date_from: date | None = None
    date_to: date | None = None
    is_suspended: bool = False


@dataclass(frozen=True)
class Floor:
    """The lowest price of a product in a region (None: everywhere), for some days."""

    id: int
    amount: Decimal
    currency: str
    region_id: int | None = None
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True)
class Judgement:
    """What a listing comes to; `below` is how far its price lies under `floor_amount`.

    `authorization` is authorized, unauthorized or undecided, `price` is ok, under or
    undecided. The amounts are in the listing's currency.
    """

    authorization: str = "undecided"
    price: str = "undecided"
    reasons: tuple[str, ...] = ()
    floor_id: int | None = None
    floor_amount: Decimal | None = None
    below: Decimal | None = None


# === READING === #


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


# === JUDGING === #


def judge(
    seen: Seen,
    product_id: int | None,
    shop: Shop | None,
    floors: Sequence[Floor],
    region_paths: Sequence[Sequence[int]],
    convert: Callable[[Decimal, str, str, date], Decimal | None],
    *,
    has_shops: bool = True,
) -> Judgement:
    """Return what a listing comes to.

    :param product_id: None if no product of ours is meant, as far as we can tell
    :param shop: the store it stands in, None if nobody answers for that store
    :param floors: all floors of the product
    :param region_paths: the regions of the shop's distributor, each with those it lies
        in, the nearest first
    :param convert: (amount, currency, into, day) -> amount, None without a rate
    :param has_shops: tells whether stores of this platform are kept at all
    """
    if product_id is None:
        return Judgement(reasons=("unknown_product",))
    authorization, reasons = judge_shop(shop, product_id, seen.observed_on, has_shops)
    judgement = Judgement(authorization, reasons=reasons)
    running = [floor for floor in floors if _is_running(floor, seen.observed_on)]
    chosen = choose_floors(running, region_paths if shop else None, seen.currency)
    if not chosen:
        return replace(judgement, reasons=(*reasons, "no_floor"))
    amounts = [
        (convert(floor.amount, floor.currency, seen.currency, seen.observed_on), floor)
        for floor in chosen
    ]
    if any(amount is None for amount, _floor in amounts):
        return replace(judgement, reasons=(*reasons, "currency_differs"))
    amount, floor = min(amounts, key=lambda pair: pair[0])
    below = amount - seen.amount
    return replace(
        judgement,
        price="under" if below > 0 else "ok",
        reasons=(*reasons, "under_floor") if below > 0 else reasons,
        floor_id=floor.id,
        floor_amount=amount,
        below=max(below, Decimal(0)),
    )


def judge_shop(
    shop: Shop | None, product_id: int, day: date, has_shops: bool = True
) -> tuple[str, tuple[str, ...]]:
    """Tell whether a shop may sell a product on a day, with the reasons why not.

    >>> judge_shop(None, 7, date(2026, 3, 2))
    ('unauthorized', ('store_unknown',))
    >>> judge_shop(Shop(1, 2, frozenset({8})), 7, date(2026, 3, 2))
    ('unauthorized', ('product_not_allowed',))
    """
    if shop is None:
        if has_shops:
            return "unauthorized", ("store_unknown",)
        return "undecided", ("no_stores",)
    reasons = []
    if shop.is_suspended or not _is_running(shop, day):
        reasons.append("store_expired")
    if shop.product_ids and product_id not in shop.product_ids:
        reasons.append("product_not_allowed")
    return ("unauthorized" if reasons else "authorized"), tuple(reasons)


def choose_floors(
    running: Iterable[Floor],
    region_paths: Sequence[Sequence[int]] | None,
    currency: str,
) -> list[Floor]:
    """Return the floors of which the lowest binds a shop.

    Each region of the shop's distributor has the floor of the nearest region that has
    one; where none has, the floor without a region binds. A shop nobody answers for
    (`region_paths` is None) may sell from anywhere, so the lowest of all floors binds.
    Floors in the listing's own currency go before those that must be converted.
    """
    running = list(running)
    if region_paths is not None:
        near = [floor for path in region_paths for floor in _nearest(running, path)]
        running = near or [floor for floor in running if floor.region_id is None]
    same = [floor for floor in running if floor.currency == currency]
    return same or running


def _nearest(floors, path):
    for region_id in path:
        if found := [floor for floor in floors if floor.region_id == region_id]:
            return found
    return []


def _is_running(dated, day):
    begun = dated.date_from is None or dated.date_from <= day
    return begun and (dated.date_to is None or day <= dated.date_to)


class Rates:
    """Rates of currencies by day, as they were entered: units a unit of the base.

    >>> rates = Rates({"USD": [(date(2026, 1, 1), Decimal("0.14"))]}, base="CNY")
    >>> rates.convert(Decimal(100), "USD", "CNY", date(2026, 3, 2))
    Decimal('714.285714')
    >>> rates.convert(Decimal(100), "EUR", "CNY", date(2026, 3, 2)) is None
    True
    """

    _STEP = Decimal("0.000001")

    def __init__(self, rates: dict[str, list[tuple[date, Decimal]]], base: str):
        self._rates = {name: sorted(found) for name, found in rates.items()}
        self._base = base

    def convert(
        self, amount: Decimal, currency: str, into: str, day: date
    ) -> Decimal | None:
        """Return an amount in another currency, None where a rate is not known.

        It is rounded down: in favour of the shop.
        """
        if currency == into:
            return amount
        old, new = self._on(currency, day), self._on(into, day)
        if not old or not new:
            return None
        return (amount * new / old).quantize(self._STEP, rounding=ROUND_DOWN)

    def _on(self, currency, day):
        known = [rate for start, rate in self._rates.get(currency, ()) if start <= day]
        if known:
            return known[-1]
        return Decimal(1) if currency == self._base else None
