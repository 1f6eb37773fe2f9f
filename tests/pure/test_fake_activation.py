"""Fake activations are one hand; shops and shared addresses are many."""

from datetime import date, datetime, timedelta

from core.early_use import Use, judge_uses
from core.fake_activation import Claim, find_bursts
from core.lifeless import find_lifeless

START = datetime(2026, 3, 1, 2)


def claim(count, seconds, **values):
    return [
        Claim(unit, START + timedelta(seconds=seconds * unit), **values)
        for unit in range(count)
    ]


def test_one_device_for_many_units_in_minutes_is_one_hand():
    (burst,) = find_bursts(claim(20, 30, device="d", prefix="1.2.3.0/24"))
    assert burst.kind == "device"
    assert len(burst.units) == 20
    assert "fast_pace" in burst.reasons


def test_a_shop_that_activates_for_its_customers_is_honest():
    sold = [
        c._replace(account=str(c.unit), later=c.unit % 2 == 0)
        for c in claim(60, 3000, prefix="1.2.3.0/24", network="fixed")
    ]
    assert not find_bursts(sold)


def test_a_shop_that_always_types_its_own_number_is_honest_while_units_live_on():
    sold = claim(60, 20_000, account="shop", prefix="1.2.3.0/24")
    assert not find_bursts([c._replace(later=c.unit % 2 == 0) for c in sold])


def test_a_carriers_shared_address_is_honest():
    seen = [
        c._replace(device=str(c.unit), later=c.unit % 3 > 0)
        for c in claim(500, 60, prefix="39.144.0.0/24", network="mobile")
    ]
    assert not find_bursts(seen)


def test_many_units_from_one_address_that_nobody_sees_again_are_one_hand():
    fakes = claim(40, 45, prefix="1.2.3.0/24", network="fixed", later=False)
    (burst,) = find_bursts(fakes)
    assert burst.kind == "address"
    assert burst.later == (0, 40)
    assert "no_later_life" in burst.reasons


def test_a_household_with_a_few_units_is_honest():
    assert not find_bursts(claim(4, 60, account="a", device="d"))


def test_a_distributor_whose_units_are_never_seen_again_is_named():
    groups = [
        Claim(100 * g + i, START, group=f"g{g}", later=i % 2 == 0)
        for g in range(9)
        for i in range(40)
    ]
    dead = [Claim(5000 + i, START, group="dead", later=False) for i in range(60)]
    (group,) = find_lifeless(groups + dead)
    assert group.key == "dead"
    assert len(group.members) == 60
    assert group.p_value < 1e-9


def test_units_in_use_while_still_in_stock():
    uses = [
        Use(1, START, sold_on=date(2026, 3, 2)),
        Use(2, START, sold_on=date(2026, 3, 9)),
        Use(3, START, handled_at=START + timedelta(days=5)),
        Use(4, START, on_its_way=True),
        Use(5, START, handled_at=START - timedelta(days=5)),
    ]
    assert [(found.unit, found.kind) for found in judge_uses(uses)] == [
        (2, "before_sale_date"),
        (3, "dealer_stock"),
        (4, "dealer_stock"),
    ]
