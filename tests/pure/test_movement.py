import pytest

from core.lifecycle import Stage, can_move
from core.movement import Movement, Step, step_of, undone_stage

TO_CHANNEL = Movement("internal", "customer", to_channel=True)
TO_CONSUMER = Movement("internal", "customer")
BACK = Movement("customer", "internal")
STAGES = [stage.value for stage in Stage]
PLACES = ["supplier", "internal", "customer", "inventory", "production", "transit"]


@pytest.mark.parametrize("source", ["supplier", "production", "inventory"])
def test_first_entry_into_stock_makes_a_minted_unit_produced(source):
    movement = Movement(source, "internal")
    assert step_of(movement, "minted") == Step("produced", "produced")
    assert step_of(movement, "produced") is None


@pytest.mark.parametrize("source", ["internal", "supplier", "transit", "production"])
def test_delivery_to_a_distributor_ships_and_binds(source):
    movement = Movement(source, "customer", to_channel=True)
    assert step_of(movement, "produced") == Step("shipped", "shipped", "open")


def test_delivery_to_a_consumer_sells_without_binding():
    assert step_of(TO_CONSUMER, "produced") == Step("sold", "shipped", "")


def test_a_unit_bound_already_is_bound_anew():
    between = Movement("customer", "customer", to_channel=True)
    assert step_of(between, "shipped", is_bound=True) == Step("rebound", "", "open")
    assert step_of(TO_CHANNEL, "shipped", is_bound=True).kind == "rebound"


def test_a_distributor_who_sells_on_stays_bound():
    sold_on = step_of(Movement("customer", "customer"), "shipped", is_bound=True)
    assert sold_on == Step("sold", "", "")
    assert step_of(TO_CONSUMER, "shipped", is_bound=True).assignment == "release"


@pytest.mark.parametrize("stage", ["shipped", "activated", "traded_in"])
@pytest.mark.parametrize("target", ["internal", "transit", "supplier"])
def test_what_comes_back_is_produced_again(stage, target):
    movement = Movement("customer", target)
    assert step_of(movement, stage) == Step("returned", "produced", "release")


def test_a_unit_activated_before_its_delivery_is_bound_and_stays_activated():
    assert step_of(TO_CHANNEL, "activated") == Step("shipped", "", "open")


def test_own_companies_are_no_customers():
    assert step_of(Movement("internal", "customer", to_own=True), "produced") is None
    branch = Movement("internal", "customer", to_channel=True, to_own=True)
    assert step_of(branch, "produced").kind == "shipped"


def test_scrapping_retires_and_counting_does_not():
    assert step_of(Movement("internal", "inventory"), "produced").kind == "retired"
    counted = Movement("internal", "inventory", is_count=True)
    assert step_of(counted, "produced") is None
    assert step_of(Movement("internal", "inventory"), "minted") is None


def test_what_comes_back_from_scrap_is_reinstated():
    back = Movement("inventory", "internal")
    assert step_of(back, "retired") == Step("reinstated", "produced", "")
    bound = step_of(back, "retired", is_bound=True)
    assert bound == Step("reinstated", "produced", "release")
    assert step_of(back, "retired", in_service=True) is None
    assert step_of(back, "void") is None
    assert step_of(Movement("inventory", "internal", is_count=True), "retired") is None
    assert step_of(Movement("inventory", "inventory"), "retired") is None


def test_a_unit_in_for_service_comes_and_goes_without_a_step():
    for movement in (BACK, TO_CHANNEL, TO_CONSUMER):
        assert step_of(movement, "activated", in_service=True) is None


@pytest.mark.parametrize("stage", ["void", "retired"])
@pytest.mark.parametrize("movement", [BACK, TO_CHANNEL, TO_CONSUMER])
def test_a_life_that_ended_takes_no_more_steps(stage, movement):
    assert step_of(movement, stage) is None


def test_moves_within_and_back_to_the_vendor_are_no_steps():
    for target in ("internal", "transit", "supplier", "production"):
        assert step_of(Movement("internal", target), "produced") is None


@pytest.mark.parametrize("source", PLACES)
@pytest.mark.parametrize("target", PLACES)
@pytest.mark.parametrize("stage", STAGES)
def test_every_step_goes_to_a_stage_the_life_allows(source, target, stage):
    for to_channel in (True, False):
        step = step_of(Movement(source, target, to_channel), stage)
        assert (
            not step or not step.stage or can_move(stage, step.stage, step.kind).allowed
        )


@pytest.mark.parametrize(
    ("stage", "reached", "was", "back"),
    [
        ("shipped", "shipped", "produced", "produced"),
        ("shipped", "shipped", "minted", "produced"),
        ("shipped", "shipped", "shipped", ""),
        ("produced", "produced", "minted", ""),
        ("produced", "produced", "activated", "activated"),
        ("produced", "produced", "shipped", "shipped"),
        ("activated", "shipped", "produced", ""),
        ("retired", "retired", "produced", "produced"),
        ("retired", "retired", "activated", "activated"),
        ("void", "retired", "produced", ""),
    ],
)
def test_undoing_a_step_goes_back_where_the_life_allows(stage, reached, was, back):
    assert undone_stage(stage, reached, was) == back
