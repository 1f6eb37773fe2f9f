import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SerialError
from core.evidence import Observation, Rate, Rates, UnitContext, facts_of, judge
from core.rule_limits import SETTINGS
from core.rule_set import (
    DETECTORS,
    REASON_DETECTORS,
    THRESHOLDS,
    RuleSet,
    rate_table,
    rates_of,
)

GUANGDONG = frozenset({"CN-GD"})
SEEN = st.lists(
    st.builds(
        Observation,
        st.sampled_from(["ip:a", "ip:b", "gps", "declared"]),
        st.just("CN"),
        st.sampled_from(["GD", "BJ", None]),
        radius_km=st.sampled_from([None, 20, 80, 150, 300]),
        network=st.sampled_from([None, "mobile", "fixed", "vpn"]),
    ),
    max_size=3,
)
CONTEXTS = st.builds(
    UnitContext,
    stage=st.sampled_from(["minted", "shipped", "void", "traded_in"]),
    shipped=st.booleans(),
    was_returned=st.booleans(),
    recalled=st.booleans(),
    blocked=st.booleans(),
)


@given(SEEN, CONTEXTS, st.sampled_from([GUANGDONG, frozenset()]))
def test_the_first_rules_judge_as_the_evidence_alone(seen, context, codes):
    found = RuleSet().judge(seen, codes, facts_of(context))
    assert found == judge(seen, codes, context)


def test_every_detector_and_limit_is_said_once_and_complete():
    assert len(set(DETECTORS)) == len(DETECTORS)
    assert set(REASON_DETECTORS.values()) <= set(DETECTORS)
    assert RuleSet(thresholds={"leak_fdr": 0.05}).thresholds.keys() == THRESHOLDS.keys()


def test_a_limit_out_of_bounds_or_unknown_is_refused():
    for thresholds in ({"leak_fdr": 1.5}, {"nonsense": 1}, {"bulk_least": 1}):
        with pytest.raises(SerialError):
            RuleSet(thresholds=thresholds)
    for prior in (0, 1):
        with pytest.raises(SerialError):
            RuleSet(prior=prior)


def test_a_fact_whose_detector_is_off_weighs_nothing_and_is_not_told():
    rules = RuleSet(enabled=frozenset(DETECTORS) - {"never_shipped"})
    found = rules.judge([], GUANGDONG, frozenset({"never_shipped", "blocked_unit"}))
    assert found.reasons == ("blocked_unit", "place_unknown")
    assert found.score == RuleSet().judge([], GUANGDONG, frozenset()).score


def test_a_place_whose_detector_is_off_leaves_the_facts_alone():
    rules = RuleSet(enabled=frozenset(DETECTORS) - {"region_mismatch"})
    seen = [Observation("gps", "CN", "BJ")]
    facts = frozenset({"returned_before"})
    found = rules.judge(seen, GUANGDONG, facts)
    assert (found.verdict, found.score) == ("outside", 40)
    assert found.reasons == ("returned_before",)
    # the other detector still has its say
    abroad = rules.judge([Observation("gps", "DE")], GUANGDONG, facts)
    assert abroad.score > 80


def test_the_weight_of_a_fact_and_an_error_rate_are_settings():
    facts = frozenset({"never_shipped"})
    weak = RuleSet(thresholds={"suspicion_never_shipped": 0.1})
    assert weak.judge([], frozenset(), facts).score == 10
    rates = rates_of({"gps": Rate(0.4, 0.4, "a test")})
    seen = [Observation("gps", "CN", "BJ")]
    sure = RuleSet().judge(seen, GUANGDONG, frozenset()).score
    assert RuleSet(rates=rates).judge(seen, GUANGDONG, frozenset()).score < sure


def test_detectors_start_with_their_own_settings_and_take_the_limits():
    for prefix, (kind, names) in SETTINGS.items():
        assert RuleSet().settings(prefix) == kind()
        for name in names:
            code = f"{prefix}_{name}"
            changed = RuleSet(thresholds={code: THRESHOLDS[code].high})
            value = getattr(changed.settings(prefix), name)
            assert value == THRESHOLDS[code].high
            assert type(value) is type(getattr(kind(), name))


def test_rates_survive_the_table():
    assert rates_of(rate_table()) == Rates()
    table = rate_table()
    table["radius_50"] = table["fixed"] = Rate(0.3, 0.3, "a test")
    assert rate_table(rates_of(table)) == table
