from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.warranty import Facts, Repair, judge, refund
from core.warranty_policy import BASES, CONDITIONS, KINDS, PRESETS, plain
from core.warranty_span import earliest_running_start

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
PHONE = PRESETS["cn_phone"]
SOLD = date(2026, 3, 2)


@st.composite
def repairs(draw):
    taken_in = draw(DAYS)
    stay = draw(st.none() | st.integers(0, 120))
    given_back = None if stay is None else taken_in + timedelta(days=stay)
    return Repair(
        taken_in,
        given_back,
        draw(st.integers(0, 100)),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.booleans()),
    )


FACTS = st.builds(
    Facts,
    sale=st.none() | DAYS,
    activation=st.none() | DAYS,
    delivery=st.none() | DAYS,
    production=st.none() | DAYS,
    repairs=st.lists(repairs(), max_size=4).map(tuple),
    exchanged_on=st.none() | DAYS,
    extension_months=st.sampled_from((0, 0, 12)),
    transferred=st.booleans(),
    proof=st.sampled_from(("invoice", "card", "record", "none")),
    distance=st.booleans(),
    like_model=st.booleans(),
)
POLICIES = st.sampled_from(list(PRESETS.values()))


@given(DAYS, DAYS, st.integers(1, 60))
def test_a_plain_term_runs_from_the_earliest_start_on_and_not_before(
    start, today, months
):
    rights = judge(plain(months), Facts(sale=start), today)
    first = earliest_running_start(months, today)
    assert (rights.state == "running") == (first <= start <= today)


@given(POLICIES, FACTS, DAYS, st.sampled_from(("traded_in", "retired")))
def test_a_unit_that_has_ended_entitles_nobody(policy, facts, today, stage):
    rights = judge(policy, replace(facts, ended=stage), today)
    assert rights.state == "void"
    assert stage in rights.reasons
    assert not rights.may_ask + rights.with_proof
    assert {part.state for part in rights.components} <= {"void"}


@given(POLICIES, FACTS, DAYS)
def test_nothing_may_be_asked_for_that_is_over(policy, facts, today):
    rights = judge(policy, facts, today)
    for right in rights.may_ask + rights.with_proof:
        assert right.until >= today
        assert right.source
    if rights.state in ("void", "not_started"):
        assert not rights.may_ask


@given(POLICIES, FACTS, DAYS)
def test_a_running_warranty_always_entitles_to_a_repair(policy, facts, today):
    rights = judge(policy, facts, today)
    asked = {right.kind for right in rights.may_ask if not right.component}
    assert ("repair" in asked) == (rights.state == "running")


@given(POLICIES, FACTS, DAYS)
def test_repairs_never_shorten_a_warranty(policy, facts, today):
    bare = judge(policy, replace(facts, repairs=()), today)
    rights = judge(policy, facts, today)
    assert rights.days_added >= 0
    assert not bare.end or rights.end >= bare.end


@given(FACTS, DAYS, st.decimals(0, 20000, places=2))
def test_a_refund_is_never_more_than_the_price_nor_less_than_nothing(
    facts, today, price
):
    for right in judge(PHONE, facts, today).may_ask:
        if right.kind in ("return", "refund"):
            paid = refund(PHONE, facts, right, price, today)
            assert 0 <= paid.amount <= price
            assert paid.amount + paid.deducted == price


def test_an_invoice_would_give_more_than_an_activation_alone():
    rights = judge(PHONE, Facts(activation=SOLD), SOLD + timedelta(days=3))
    assert [(right.kind, right.until.day) for right in rights.with_proof[:2]] == [
        ("return", 9),
        ("exchange", 17),
    ]
    assert "proof_missing" in rights.reasons


def test_a_component_of_its_own_term_outlives_the_unit():
    rights = judge(PRESETS["cn_computer"], Facts(sale=SOLD), date(2027, 6, 1))
    assert rights.state == "expired"
    assert {right.kind for right in rights.may_ask} == {"repair"}
    assert "mainboard" in {right.component for right in rights.may_ask}


def test_a_faulty_accessory_is_exchanged_not_repaired():
    rights = judge(PHONE, Facts(sale=SOLD), date(2026, 8, 1))
    battery = next(r for r in rights.may_ask if r.component == "battery")
    assert (battery.kind, battery.until) == ("exchange", date(2026, 9, 2))


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (
            Facts(sale=SOLD, activation=SOLD - timedelta(days=9)),
            "activated_before_sale",
        ),
        (Facts(sale=SOLD, extension_months=12), "extension_added"),
        (Facts(sale=SOLD, exclusions=(("misuse", None),)), "excluded_misuse"),
        (Facts(sale=SOLD, exclusions=(("wear", "battery"),)), "component_excluded"),
        (Facts(exchanged_on=SOLD), "from_exchange"),
        (Facts(proof="none"), "proof_missing"),
        (Facts(), "no_start"),
    ],
)
def test_reasons_say_how_the_dates_came_about(facts, reason):
    assert reason in judge(PHONE, facts, date(2026, 4, 1)).reasons


def test_an_excluded_accessory_takes_no_right_from_the_unit():
    facts = Facts(sale=SOLD, exclusions=(("wear", "battery"),))
    rights = judge(PHONE, facts, SOLD)
    assert {right.kind for right in rights.may_ask} >= {"return", "exchange", "repair"}
    assert "battery" not in {right.component for right in rights.may_ask}


def test_only_repairs_of_one_fault_count_where_a_policy_says_so():
    day = timedelta(days=30)
    facts = Facts(
        sale=SOLD,
        repairs=(
            Repair(SOLD + day, SOLD + day, failed=True),
            Repair(SOLD + 2 * day, SOLD + 2 * day, failed=True, same_fault=False),
        ),
    )
    today = SOLD + 3 * day
    strict = replace(PHONE, same_fault=True)
    asked = {
        right.kind
        for right in judge(PHONE, facts, today).may_ask
        if not right.component
    }
    assert "exchange" in asked
    asked = {
        right.kind
        for right in judge(strict, facts, today).may_ask
        if not right.component
    }
    assert "exchange" not in asked


def test_every_preset_uses_known_words_and_names_its_source():
    for code, policy in PRESETS.items():
        assert policy.code == code
        assert policy.source
        assert set(policy.bases) | set(policy.full_bases) <= set(BASES)
        assert policy.confidence in "HML"
        for entitlement in policy.entitlements:
            assert entitlement.kind in KINDS
            assert entitlement.condition in CONDITIONS
            assert entitlement.source
        for component in policy.components:
            assert component.months > 0
            assert component.kind in KINDS


def test_depreciation_is_told_with_its_days():
    facts = Facts(sale=SOLD)
    today = SOLD + timedelta(days=12)
    right = next(r for r in judge(PHONE, facts, today).may_ask if r.kind == "refund")
    paid = refund(PHONE, facts, right, Decimal(1000), today)
    assert (paid.days_used, paid.deducted) == (12, Decimal("60.00"))
