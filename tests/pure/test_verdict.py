from itertools import product

import pytest

from core.lifecycle import Stage
from core.verdict import STATUSES, verdict_on

FLAGS = [False, True, None]


def test_a_shipped_unit_nobody_activated_is_surely_genuine():
    verdict = verdict_on("shipped")
    assert (verdict.status, verdict.confidence) == ("genuine", "high")


def test_an_activated_unit_is_less_sure_because_labels_can_be_copied():
    verdict = verdict_on("activated")
    assert (verdict.status, verdict.confidence) == ("genuine", "medium")


@pytest.mark.parametrize("stage", ["minted", "produced", "traded_in", "retired"])
def test_a_unit_that_should_not_be_on_sale_is_suspect(stage):
    assert verdict_on(stage).status == "suspect"


def test_a_void_code_is_as_unknown_as_one_nobody_made_whatever_its_flags():
    unknown = verdict_on(None)
    for recalled, blocked in product(FLAGS, FLAGS):
        assert verdict_on("void", recalled=recalled, blocked=blocked) == unknown


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.VOID}))
def test_a_recall_comes_before_a_block_and_both_before_all_else(stage):
    assert verdict_on(stage, recalled=True, blocked=True).status == "recalled"
    assert verdict_on(stage, blocked=True).status == "blocked"


def test_every_combination_has_a_status_a_confidence_and_a_reason():
    for stage, recalled, blocked in product([None, *Stage], FLAGS, FLAGS):
        verdict = verdict_on(stage, recalled=recalled, blocked=blocked)
        assert verdict.status in STATUSES
        assert verdict.confidence in ("high", "medium", "low")
        assert verdict.reasons
