"""What is learned of how locations err: from whom, where to, and how much."""

import random

import pytest

from core.leak import LeakSettings, UnitEvidence, find_leaks, learn_errors

PROVINCES = ("CN-BJ", "CN-GD", "CN-GX", "CN-SC", "CN-SD", "CN-SH")
PROVINCES += ("CN-ZJ", "CN-YN", "CN-HN", "CN-HB", "CN-JS", "CN-FJ")
#: Who is next door of whom; nobody tells the learner.
NEIGHBOURS = {"CN-GX": "CN-GD", "CN-GD": "CN-GX", "CN-ZJ": "CN-SH", "CN-SH": "CN-ZJ"}
ERRORS = {"mobile": 0.4, "fixed": 0.1}
#: Networks of Shandong are coarsely located wherever they err to.
COARSE = "CN-SD"


def misplace(home, network, chance):
    """Return where an address of a place seems to be: half of the errors next door."""
    if chance.random() >= ERRORS[network]:
        return home
    if home in NEIGHBOURS and chance.random() < 0.5:
        return NEIGHBOURS[home]
    return chance.choice([place for place in PROVINCES if place != home])


def look(home, chance, unknown=0.1):
    """Return one sighting: channel and place."""
    network = chance.choice(list(ERRORS))
    place = misplace(home, network, chance)
    if chance.random() < unknown:
        return "radius_50", place
    if network == "fixed" and chance.random() < (0.8 if place == COARSE else 0.2):
        network = "fixed_wide"
    return network, place


def make_units(seed=4, count=9600, gone=lambda number: None, unknown=0.1):
    """Return units of twelve homes, each seen once to three times."""
    chance = random.Random(seed)
    units = []
    for number in range(count):
        home = PROVINCES[number % len(PROVINCES)]
        true = gone(number) or home
        seen = tuple(look(true, chance, unknown) for _ in range(chance.randint(1, 3)))
        shipment = number % len(PROVINCES), number // 240
        groups = (("shipment", shipment),)
        units.append(UnitEvidence(number, frozenset({home}), seen, groups))
    return units


@pytest.fixture(scope="module")
def errors():
    return learn_errors(make_units())


def test_the_places_next_door_are_learned(errors):
    for channel, rate in ERRORS.items():
        near = errors.misplaced("CN-GX", "CN-GD", channel)
        assert near == pytest.approx(0.5 * rate, rel=0.35)
        far = errors.misplaced("CN-SC", "CN-GD", channel)
        assert far == pytest.approx(0.5 * rate / 11, rel=0.6)
        assert errors.misplaced("CN-GX", "CN-YN", channel) < near / 2


def test_addresses_of_unknown_networks_err_as_those_of_known_ones_do(errors):
    both = (ERRORS["mobile"] + ERRORS["fixed"]) / 2
    found = errors.misplaced("CN-GX", "CN-GD", "radius_50")
    assert found == pytest.approx(0.5 * both, rel=0.35)


def test_a_few_addresses_of_unknown_networks_are_enough():
    few = learn_errors(make_units(unknown=0.003))
    near = few.misplaced("CN-GX", "CN-GD", "radius_50")
    assert near > 5 * few.misplaced("CN-SC", "CN-GD", "radius_50")


def test_a_place_that_is_coarsely_located_errs_no_more_for_it(errors):
    for channel in ("fixed", "fixed_wide"):
        assert errors.misplaced(COARSE, "CN-HN", channel) == errors.misplaced(
            COARSE, "CN-HN", "fixed"
        )
        assert errors.precise(channel, COARSE) == pytest.approx(1, rel=0.4)


def test_a_coarse_location_that_errs_more_is_trusted_less():
    def blur(channel, place, home):
        # Nearly all errors are coarse, and few of the right ones.
        if channel == "fixed" and place != home:
            return "fixed_wide", place
        return channel, place

    units = [
        UnitEvidence(
            unit.unit,
            unit.home,
            tuple(blur(*seen, min(unit.home)) for seen in unit.sightings),
            unit.groups,
        )
        for unit in make_units()
    ]
    errors = learn_errors(units)
    assert errors.precise("fixed_wide", "CN-HB") < 0.5
    assert errors.precise("fixed", "CN-HB") > 2


def test_goods_that_went_elsewhere_are_not_taken_for_errors():
    home = PROVINCES.index("CN-SC")

    def half(number):
        sold = number % len(PROVINCES) == home and number % 24 >= 12
        return "CN-JS" if sold else None

    units = make_units(gone=half)
    errors = learn_errors(units)
    for channel, rate in ERRORS.items():
        assert errors.misplaced("CN-JS", "CN-SC", channel) <= rate
    gone = {unit.unit for unit in units if half(unit.unit)}
    named = {
        unit
        for leak in find_leaks(units, errors, LeakSettings())
        for unit, _ in leak.members[: leak.named]
    }
    assert len(named & gone) > 0.7 * len(gone)
    assert len(named - gone) < 0.1 * len(named)


def test_few_units_are_judged_by_what_is_known_of_networks():
    units = [
        UnitEvidence(number, frozenset({home}), (("fixed", home),))
        for number, home in enumerate(["CN-GD", "CN-SC"] * 8)
    ]
    away = UnitEvidence(99, frozenset({"CN-GD"}), (("fixed", "CN-SC"),))
    errors = learn_errors([*units, away])
    known = errors.rates.named("fixed").error
    assert errors.misplaced("CN-SC", "CN-GD", "fixed") > known / 3
