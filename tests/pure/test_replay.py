from core.evidence import Observation
from core.replay import (
    Past,
    compare,
    compare_members,
    decide,
    known_facts,
    observation_of,
)
from core.rule_set import RuleSet

GUANGDONG = frozenset({"CN-GD"})
FAR = (Observation("gps", "CN", "BJ"),)
NEAR = (Observation("gps", "CN", "GD"),)
OLD, DEAF = RuleSet(), RuleSet(thresholds={"alert_score": 99})


def past(id_, seen=FAR, **values):
    values = {"level": "alert", "codes": GUANGDONG, "company_score": 30} | values
    return Past(id_, seen, **values)


def test_what_two_sets_of_rules_make_of_the_same_past():
    rows = [past(1, truth=True), past(2, truth=False), past(3, NEAR), past(4)]
    found = compare(rows, OLD, DEAF)
    assert (found.judged, found.alerts_before, found.alerts_after) == (4, 3, 0)
    assert [(c.id, c.kind, c.truth) for c in found.changes] == [
        (1, "dropped", True),
        (2, "dropped", False),
        (4, "dropped", None),
    ]
    back = compare(rows, DEAF, OLD)
    assert [c.kind for c in back.changes] == ["added"] * 3


def test_alerts_that_stay_are_told_where_somebody_closed_one():
    rows = [past(1, truth=True), past(2), past(3, NEAR, truth=False)]
    found = compare(rows, OLD, OLD)
    assert [(c.id, c.kind) for c in found.changes] == [(1, "kept")]


def test_units_that_leaks_name():
    found = compare_members({1: 0.9, 2: 0.8}, {2: 0.7, 3: 0.6}, {1: False})
    assert (found.alerts_before, found.alerts_after) == (2, 2)
    assert [(c.id, c.kind, c.score_before, c.score_after) for c in found.changes] == [
        (1, "dropped", 90, 0),
        (3, "added", 0, 60),
    ]


def test_equal_rows_judged_once_come_to_what_each_comes_to_alone():
    rows = [past(1), past(2, level="observe"), past(3), past(4, company_score=99)]
    found = compare(rows, OLD, DEAF)
    alone = [decide(row, OLD)[1] for row in rows]
    assert found.alerts_before == sum(alone) == 2


def test_where_places_are_not_compared_only_facts_alert():
    facts = frozenset({"never_shipped"})
    assert not decide(past(1, level="off"), OLD)[1]
    assert decide(past(1, level="off", facts=facts), OLD)[1]


def test_who_was_excused_stays_so():
    found = compare([past(1, excused=True, truth=False)], OLD, DEAF)
    assert (found.judged, found.alerts_before) == (1, 0)
    assert not found.changes


def test_stored_values_of_later_versions_do_no_harm():
    assert observation_of({"source": "gps", "tilt": 3}) == Observation("gps")
    assert known_facts(["void_code", "whitelisted", "of_the_future"]) == {"void_code"}
