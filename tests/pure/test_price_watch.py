from datetime import date, datetime
from decimal import Decimal

import pytest

from core.listing_item import REFUSALS, Seen, read_item
from core.price_watch import Floor, Rates, Shop, choose_floors, judge, judge_shop

NOW = datetime(2026, 3, 2, 8)
DAY = date(2026, 3, 2)
ITEM = {
    "platform": "jd",
    "store_id": "10001",
    "url": "https://item.jd.com/1.html",
    "sku": "AX1",
    "price": {"amount": "90.00", "currency": "CNY"},
}
NO_RATES = Rates({}, "CNY")


def money(amount, currency="CNY"):
    return {"price": {"amount": amount, "currency": currency}}


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"platform": None}, "bad_platform"),
        ({"platform": "j\0d"}, "bad_platform"),
        ({"platform": "j" * 10_000}, "bad_platform"),
        ({"store_id": 5}, "bad_store_id"),
        ({"store_id": " "}, "bad_store_id"),
        ({"store_id": "x" * 10_000}, "bad_store_id"),
        ({"store_id": "\ud800"}, "bad_store_id"),
        ({"url": "javascript:alert(1)"}, "bad_url"),
        ({"url": " JAVASCRIPT:alert(1)"}, "bad_url"),
        ({"url": "java\nscript:alert(1)"}, "bad_url"),
        ({"url": "data:text/html,x"}, "bad_url"),
        ({"url": "https://a@b.example/"}, "bad_url"),
        ({"url": "https://x.example/" + "y" * 10_000}, "bad_url"),
        ({"url": ["https://x.example/"]}, "bad_url"),
        ({"url": 'https://x.example/"onclick=1'}, "bad_url"),
        ({"sku": "\0"}, "bad_sku"),
        ({"sku": 5}, "bad_sku"),
        ({"sku": "s" * 10_000}, "bad_sku"),
        ({"sku": None}, "missing_product"),
        ({"gtin": "9520123450015"}, "bad_gtin"),
        ({"gtin": 9520123450014}, "bad_gtin"),
        ({"gtin": "9" * 10_000}, "bad_gtin"),
        ({"price": None}, "bad_price"),
        ({"price": "90"}, "bad_price"),
        (money(90), "bad_price"),
        (money("-1"), "bad_price"),
        (money("0"), "bad_price"),
        (money("0.00"), "bad_price"),
        (money("1e400"), "bad_price"),
        (money("NaN"), "bad_price"),
        (money("1,000"), "bad_price"),
        (money("9" * 13), "bad_price"),
        (money("9" * 10_000), "bad_price"),
        (money("٩"), "bad_price"),
        (money("1.1234567"), "bad_price"),
        (money("90", None), "bad_currency"),
        (money("90", "RMB1"), "bad_currency"),
        (money("90", "¥"), "bad_currency"),
        ({"observed_at": "yesterday"}, "bad_observed_at"),
        ({"observed_at": 1}, "bad_observed_at"),
        ({"observed_at": "1970-01-01T00:00:00Z"}, "bad_observed_at"),
        ({"observed_at": "0001-01-01T00:00:00-14:00"}, "bad_observed_at"),
        ({"observed_at": "2026-03-02T08:06:00Z"}, "observed_in_future"),
        ({"observed_at": "9999-12-31T23:59:59Z"}, "observed_in_future"),
    ],
)
def test_a_wrong_value_refuses_its_item(change, reason):
    assert read_item({**ITEM, **change}, NOW).refusal == reason
    assert reason in REFUSALS


@pytest.mark.parametrize("raw", [None, 1, "x", [], [ITEM]])
def test_what_is_no_object_is_refused(raw):
    assert read_item(raw, NOW).refusal == "bad_item"


def test_a_listing_is_read():
    seen = read_item(
        {**ITEM, "platform": " JD ", "observed_at": "2026-03-01T02:00:00+08:00"}, NOW
    )
    assert seen.platform == "jd"
    assert seen.observed_at == datetime(2026, 2, 28, 18)
    assert seen.observed_on == date(2026, 3, 1)  # the day where it was seen
    assert seen.refusal is None


def test_a_little_ahead_counts_as_now():
    seen = read_item({**ITEM, "observed_at": "2026-03-02T08:04:00Z"}, NOW)
    assert seen.observed_at == NOW


def test_the_same_listing_has_the_same_fingerprint():
    item = {**ITEM, "observed_at": "2026-03-01T02:00:00+08:00"}
    same = {**item, "observed_at": "2026-02-28T18:00:00Z", **money("90.0")}
    assert read_item(item, NOW).fingerprint == read_item(same, NOW).fingerprint
    for change in (money("90.01"), money("90", "USD"), {"store_id": "2"}, {"sku": "B"}):
        other = read_item({**item, **change}, NOW)
        assert other.fingerprint != read_item(item, NOW).fingerprint


# === THE SHOP === #


@pytest.mark.parametrize(
    "shop, expected",
    [
        (Shop(1, 5), ("authorized", ())),
        (Shop(1, 5, frozenset({7, 8})), ("authorized", ())),
        (Shop(1, 5, date_from=DAY, date_to=DAY), ("authorized", ())),
        (Shop(1, 5, date_to=date(2026, 3, 1)), ("unauthorized", ("store_expired",))),
        (Shop(1, 5, date_from=date(2026, 3, 3)), ("unauthorized", ("store_expired",))),
        (Shop(1, 5, is_suspended=True), ("unauthorized", ("store_expired",))),
        (
            Shop(1, 5, frozenset({8}), is_suspended=True),
            ("unauthorized", ("store_expired", "product_not_allowed")),
        ),
    ],
)
def test_a_shop_may_sell(shop, expected):
    assert judge_shop(shop, 7, DAY) == expected


def test_a_platform_without_stores_accuses_nobody():
    assert judge_shop(None, 7, DAY, has_shops=False) == ("undecided", ("no_stores",))


# === THE PRICE === #


def seen(amount="90", currency="CNY"):
    return Seen("jd", "1", amount=Decimal(amount), currency=currency, observed_on=DAY)


def floor(amount, currency="CNY", region_id=None, **dates):
    return Floor(int(amount), Decimal(amount), currency, region_id, **dates)


def test_the_amount_under_the_floor_is_told():
    judged = judge(seen("89.99"), 7, Shop(1, 5), [floor(100)], [], NO_RATES.convert)
    assert (judged.price, judged.below) == ("under", Decimal("10.01"))
    assert judged.reasons == ("under_floor",)
    for amount in ("100", "100.00", "101"):
        judged = judge(seen(amount), 7, Shop(1, 5), [floor(100)], [], NO_RATES.convert)
        assert (judged.price, judged.below) == ("ok", 0)


def test_an_unknown_product_is_undecided():
    judged = judge(seen(), None, None, [floor(100)], [], NO_RATES.convert)
    assert (judged.authorization, judged.price) == ("undecided", "undecided")
    assert judged.reasons == ("unknown_product",)


def test_another_currency_is_undecided_without_a_rate():
    floors = [floor(100, "USD")]
    judged = judge(seen(), 7, Shop(1, 5), floors, [], NO_RATES.convert)
    assert (judged.price, judged.reasons) == ("undecided", ("currency_differs",))
    rates = Rates({"USD": [(date(2026, 1, 1), Decimal("0.2"))]}, "CNY")
    judged = judge(seen(), 7, Shop(1, 5), floors, [], rates.convert)
    assert (judged.price, judged.below) == ("under", Decimal(410))
    late = Rates({"USD": [(date(2026, 3, 3), Decimal("0.2"))]}, "CNY")
    judged = judge(seen(), 7, Shop(1, 5), floors, [], late.convert)
    assert judged.price == "undecided"


def test_a_floor_in_the_same_currency_goes_first():
    floors = [floor(100), floor(20, "USD")]
    assert choose_floors(floors, [], "CNY") == [floors[0]]
    assert choose_floors(floors, [], "USD") == [floors[1]]
    assert choose_floors(floors, [], "EUR") == floors


def test_a_floor_runs_between_its_days():
    for dates, price in (
        ({"date_from": date(2026, 3, 3)}, "undecided"),
        ({"date_to": date(2026, 3, 1)}, "undecided"),
        ({"date_from": DAY, "date_to": DAY}, "under"),
    ):
        floors = [floor(100, **dates)]
        judged = judge(seen(), 7, Shop(1, 5), floors, [], NO_RATES.convert)
        assert judged.price == price


def test_the_nearest_region_with_a_floor_binds():
    china, guangdong, zhejiang = 1, 2, 3
    floors = [floor(50), floor(100, region_id=china), floor(120, region_id=guangdong)]
    paths = {"gd": (guangdong, china), "zj": (zhejiang, china), "us": (9,)}

    def chosen(*names):
        found = choose_floors(floors, [paths[name] for name in names], "CNY")
        return sorted({f.amount for f in found})

    assert chosen("gd") == [120]
    assert chosen("zj") == [100]
    assert chosen("gd", "zj") == [100, 120]  # the lowest of both binds
    assert chosen("us") == [50]
    assert chosen() == [50]


def test_a_shop_of_nobody_is_measured_by_the_lowest_floor():
    floors = [floor(100, region_id=1), floor(120, region_id=2)]
    judged = judge(seen("110"), 7, None, floors, [], NO_RATES.convert)
    assert (judged.authorization, judged.price) == ("unauthorized", "ok")
    judged = judge(seen("90"), 7, None, floors, [], NO_RATES.convert)
    assert (judged.price, judged.below) == ("under", 10)
    assert judged.reasons == ("store_unknown", "under_floor")
