import random

import pytest

from core.binomial import clopper_pearson, tail
from core.evidence_rates import Rates
from core.leak import LeakSettings, UnitEvidence, find_leaks, learn_errors

PROVINCES = ["CN-BJ", "CN-GD", "CN-GX", "CN-SC", "CN-SD", "CN-SH", "CN-ZJ", "CN-YN"]
ERRORS = {"fixed": 0.10, "mobile": 0.40}


def seen_from(place, channel, chance):
    """Where an address seems to be: misplaced ones pile up in Beijing."""
    if chance.random() >= ERRORS[channel]:
        return place
    if place != "CN-BJ" and chance.random() < 0.4:
        return "CN-BJ"
    return chance.choice([other for other in PROVINCES if other != place])


def make_market(seed=1, distributors=16, months=3, cartons=5, diverted=None):
    """Return units of distributors, 20 a carton, one shipment a month.

    `diverted(distributor, month, carton, number)` names the place a unit went to.
    """
    chance = random.Random(seed)
    units = []
    for distributor in range(distributors):
        home = PROVINCES[distributor % len(PROVINCES)]
        for month in range(1, months + 1):
            for number in range(cartons * 20):
                place = home
                if chance.random() < 0.02:  # travel and presents
                    place = chance.choice(PROVINCES)
                if diverted:
                    asked = distributor, month, number // 20, number
                    place = diverted(*asked) or place
                window = distributor, f"2026-{month:02d}"
                carton = (*window, number // 20)
                units.append(make_unit(len(units), home, place, window, carton, chance))
    return units


def make_unit(number, home, place, window, carton, chance):
    channels = chance.choices(["fixed", "mobile"], k=chance.choice([1, 2]))
    return UnitEvidence(
        unit=number,
        home=frozenset({home}),
        sightings=tuple((c, seen_from(place, c, chance)) for c in channels),
        groups=(("carton", carton), ("shipment", window), ("window", window)),
    )


def leaks_of(units, settings=None):
    return find_leaks(units, learn_errors(units), settings)


def is_carton(distributor, month, carton, _number):
    return "CN-SH" if (distributor, month, carton) == (3, 2, 1) else None


# === GROUPS === #
def test_honest_distributors_are_not_accused_and_hardly_suspected():
    found = [leak for seed in range(5) for leak in leaks_of(make_market(seed))]
    assert not [leak for leak in found if leak.certain or leak.named]
    assert len(found) <= 5 * 16 * 3 / 200  # markets, distributors, months


def test_a_carton_sold_elsewhere_is_found_with_its_members():
    (leak,) = leaks_of(make_market(diverted=is_carton))
    assert (leak.kind, leak.key, leak.place) == (
        "carton",
        (3, "2026-02", 1),
        "CN-SH",
    )
    assert leak.n == 20
    assert len(leak.members) >= 19
    assert all(0.5 <= probability <= 1 for _, probability in leak.members)
    assert leak.odds > 1000


def test_units_scattered_through_a_shipment_are_found_at_the_shipment():
    def is_scattered(distributor, month, _carton, number):
        return "CN-YN" if (distributor, month) == (5, 1) and number % 4 == 0 else None

    (leak,) = leaks_of(make_market(diverted=is_scattered))
    assert (leak.kind, leak.key, leak.place) == ("shipment", (5, "2026-01"), "CN-YN")
    assert leak.shape == "scattered"
    assert 15 <= len(leak.members) <= 28


def test_a_drip_is_found_over_the_months():
    def is_drip(distributor, _month, _carton, number):
        return "CN-YN" if distributor == 6 and number % 10 == 0 else None

    leaks = leaks_of(make_market(months=6, diverted=is_drip))
    assert [(leak.kind, leak.key, leak.place) for leak in leaks] == [
        ("window", (6, "2026-01/2026-06"), "CN-YN")
    ]


# === NUMBERS === #
def test_everybody_can_compute_the_numbers_of_a_leak_again():
    (leak,) = leaks_of(make_market(diverted=is_carton))
    assert leak.share == leak.k / leak.n
    assert (leak.share_low, leak.share_high) == clopper_pearson(leak.k, leak.n)
    assert leak.p_value == tail(leak.k, leak.n, leak.expected / leak.n)
    assert leak.p_value < 1e-6
    assert 0 < leak.expected < 3


def test_the_rates_are_learned_and_not_told():
    errors = learn_errors(make_market(distributors=40))
    for channel, rate in ERRORS.items():
        right = errors.seen_right("CN-GD", channel, PROVINCES)
        assert right == pytest.approx(1 - rate, abs=0.05)
        assert errors.misplaced("CN-BJ", "CN-GD", channel) > 2 * errors.misplaced(
            "CN-YN", "CN-GD", channel
        )


# === EDGES === #
def test_nothing_gives_nothing():
    assert leaks_of([]) == []
    assert leaks_of([UnitEvidence(1, frozenset({"CN-GD"}))]) == []
    assert leaks_of([UnitEvidence(1, frozenset(), (("fixed", "CN-GD"),))]) == []


def test_a_country_seen_says_nothing_about_its_provinces():
    units = [
        UnitEvidence(
            number,
            frozenset({"CN-GD"}),
            (("fixed", "CN"),) * 3,
            (("carton", 1), ("window", (1, "2026-01"))),
        )
        for number in range(20)
    ]
    assert leaks_of(units) == []


def test_a_carton_sold_abroad_is_found_as_one_country():
    units = make_market()
    abroad = [
        UnitEvidence(
            unit.unit,
            unit.home,
            tuple(("fixed", f"US-{'CA' if unit.unit % 2 else 'NY'}") for _ in "12"),
            unit.groups,
        )
        for unit in units[:20]
    ]
    (leak,) = leaks_of(abroad + units[20:])
    assert (leak.place, leak.k) == ("US", 20)


def test_the_order_of_units_changes_nothing():
    units = make_market(diverted=is_carton)
    errors = learn_errors(units)
    (leak,), (same,) = find_leaks(units[::-1], errors), find_leaks(units, errors)
    assert (leak.key, leak.k, leak.named) == (same.key, same.k, same.named)
    assert [unit for unit, _ in leak.members] == [unit for unit, _ in same.members]


def test_strict_settings_find_no_more_than_lenient_ones():
    units = make_market(diverted=is_carton)
    strict = LeakSettings(priors=dict.fromkeys(("carton", "shipment", "window"), 1e-40))
    assert leaks_of(units, strict) == []


def test_an_unknown_channel_is_worth_what_the_rates_say_of_unknown():
    assert Rates().named("carrier pigeon") == Rates().unknown_radius


# === JUSTICE === #
def test_who_was_never_seen_is_named_only_where_a_whole_carton_went():
    def is_scattered(distributor, month, _carton, number):
        return "CN-YN" if (distributor, month) == (5, 1) and number % 2 == 0 else None

    units = make_market(diverted=is_scattered)
    unseen = {unit.unit for unit in units if unit.unit % 10 == 3}
    units = [
        UnitEvidence(unit.unit, unit.home, (), unit.groups)
        if unit.unit in unseen
        else unit
        for unit in units
    ]
    (leak,) = leaks_of(units)
    assert not unseen & {unit for unit, _ in leak.members}
    assert leak.n == 90


def test_a_place_that_is_home_to_some_units_of_a_batch_accuses_the_others_only():
    def is_batch(distributor, _month, _carton, _number):
        return "CN-SH" if distributor == 3 else None

    units = [
        UnitEvidence(unit.unit, unit.home, unit.sightings, (("batch", 1),))
        for unit in make_market(months=1, diverted=is_batch)
    ]
    (leak,) = leaks_of(units)
    homes = {unit.unit: unit.home for unit in units}
    assert all("CN-SH" not in homes[unit] for unit, _ in leak.members)
    assert leak.n < len(units)


def test_no_unit_is_a_member_of_two_leaks():
    def is_both(distributor, _month, carton, number):
        if distributor == 6 and number % 8 == 0:
            return "CN-YN"
        return "CN-SC" if (distributor, carton) == (6, 2) else None

    leaks = leaks_of(make_market(months=4, diverted=is_both))
    named = [unit for leak in leaks for unit, _ in leak.members]
    assert len(leaks) > 1
    assert len(named) == len(set(named))


def test_a_member_is_named_from_one_probability_on_whoever_else_is():
    least = LeakSettings().named
    for leak in leaks_of(make_market(diverted=is_carton)):
        chances = [probability for _, probability in leak.members]
        assert min(chances[: leak.named]) >= least
        assert all(chance < least for chance in chances[leak.named :])
