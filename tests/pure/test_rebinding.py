import pytest

from core.rebinding import Unit, refusal

HELD = {"stage": "shipped", "holder_id": 1, "region_id": 5}


def test_unit_in_the_channel_may_go_to_another_or_to_another_region():
    assert refusal(Unit(**HELD), 2, 5) == ""
    assert refusal(Unit(**HELD), 1, 6) == ""


def test_unit_that_is_bound_like_that_already_is_refused():
    assert refusal(Unit(**HELD), 1, 5) == "same"


@pytest.mark.parametrize(
    "values, reason",
    [
        ({"stage": "activated"}, "activated"),
        ({"activated": True}, "activated"),
        ({"sold": True}, "sold"),
        ({"in_service": True}, "in_service"),
        ({"blocked": True}, "blocked"),
        ({"recalled": True}, "recalled"),
        ({"in_transfer": True}, "in_transfer"),
        ({"stage": "void"}, "ended"),
        ({"stage": "retired"}, "ended"),
        ({"stage": "traded_in"}, "ended"),
        ({"holder_id": None}, "not_held"),
        ({"stage": None, "holder_id": None}, "not_held"),
    ],
)
def test_what_left_the_channel_stays_bound_as_it_is(values, reason):
    assert refusal(Unit(**{**HELD, **values}), 2, 6) == reason
