"""What a shop's listing tells: may this shop sell this product, and at this price?

What cannot be known is undecided, never held against a shop.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

from .listing_item import Seen


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
    return _judge_price(seen, judgement, chosen, convert)


def _judge_price(seen, judgement, chosen, convert):
    reasons = judgement.reasons
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
