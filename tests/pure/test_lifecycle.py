from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lifecycle import Stage, can_move, is_frozen, sources_of

STAGES = st.sampled_from([stage.value for stage in Stage])
LIFE = ["minted", "produced", "shipped", "activated", "traded_in", "retired"]


def test_a_unit_can_live_through_every_stage_in_order():
    # Pre-minted units may skip steps the brand does not record.
    steps = [*pairwise(LIFE), ("minted", "activated")]
    assert all(can_move(source, target).allowed for source, target in steps)


def test_a_physical_return_goes_back_to_produced():
    for stage in ("shipped", "activated", "traded_in"):
        assert can_move(stage, "produced").allowed


@pytest.mark.parametrize("ended", ["retired", "void"])
def test_nothing_follows_the_end_of_a_life(ended):
    for stage in Stage:
        if stage != ended:
            assert can_move(ended, stage).reason == "life_ended"


def test_nothing_goes_back_to_minted():
    assert sources_of("minted") == ()
    assert can_move("produced", "minted").reason == "not_allowed"


def test_what_was_traded_in_cannot_be_voided():
    assert not can_move("traded_in", "void").allowed


def test_what_was_retired_by_mistake_is_taken_back():
    for stage in ("produced", "shipped", "activated", "traded_in"):
        assert can_move("retired", stage, "reinstated").allowed
        assert can_move("retired", stage, "corrected").allowed
        assert "retired" not in sources_of(stage)
        assert sources_of(stage, "reinstated") == ("retired",)
    assert not can_move("retired", "minted", "reinstated").allowed
    assert not can_move("void", "produced", "reinstated").allowed
    assert not can_move("shipped", "produced", "reinstated").allowed


@given(STAGES, STAGES)
def test_a_stage_is_a_source_exactly_if_the_move_is_allowed(source, target):
    assert (source in sources_of(target)) == can_move(source, target).allowed


@given(STAGES)
def test_a_unit_does_not_move_to_where_it_is(stage):
    assert can_move(stage, stage).reason == "already_there"


def test_a_serial_is_frozen_once_it_left_minted():
    assert [is_frozen(stage) for stage in LIFE] == [False] + [True] * 5
    assert is_frozen("void")
    assert not is_frozen(None)
    assert not is_frozen(False)


def test_an_unknown_stage_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="sold"):
        can_move("minted", "sold")
