"""The market that `bin/bench diversion` measures on: is it what it claims to be?"""

import dataclasses
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "bench"))

import market_shape
from market import TEST_SEEDS, TUNING_SEEDS, make_market
from market_noise import NETWORKS
from market_places import BORDERS, EXITS, NO_PROVINCE, PROVINCES, Address, Atlas

SMALL = market_shape.Settings(
    units=9_000,
    distributors=12,
    base_rate=(0.03, 0.03),
    clones=10,
    display_units=5,
    refurbished=10,
    second_hand=10,
    honest_returns=10,
    fake_bursts=3,
    honest_bursts=6,
)


def make_atlas():
    """Return an atlas without a location file: 20 addresses a network and place."""
    places = {network: (*PROVINCES, NO_PROVINCE) for network in NETWORKS}
    places["vpn"] = EXITS
    return Atlas(
        (network, Address(f"10.{at}.{16 * number}", place, 30.0, 110.0, 50, 20))
        for network, some in places.items()
        for at, place in enumerate(some)
        for number in range(20)
    )


@pytest.fixture(scope="module")
def atlas():
    return make_atlas()


@pytest.fixture(scope="module")
def market(atlas):
    return make_market(1, atlas, SMALL)


def test_the_same_seed_gives_the_same_market(atlas, market):
    again = make_market(1, atlas, SMALL)
    assert again.observed.sightings == market.observed.sightings
    assert again.observed.units == market.observed.units
    assert again.truth.leaks == market.truth.leaks
    other = make_market(2, atlas, SMALL)
    assert other.observed.sightings != market.observed.sightings


def test_seeds_for_tuning_and_for_the_measurement_differ():
    assert not set(TUNING_SEEDS) & set(TEST_SEEDS)
    assert len(TEST_SEEDS) >= 10


def test_the_size_is_the_one_asked_for(market):
    units = market.observed.units
    assert 9_000 <= len(units) < 10_000
    assert [unit.unit for unit in units] == list(range(len(units)))
    assert len(market.observed.sightings) > 0.9 * len(units)
    cartons = Counter(unit.carton for unit in units)
    assert set(cartons.values()) <= set(SMALL.cartons)


def test_provinces_are_neighbours_of_each_other():
    assert len(PROVINCES) == 31
    assert all(place in BORDERS[near] for place in PROVINCES for near in BORDERS[place])


def test_the_base_rate_is_the_one_asked_for(market):
    diverted = sum(len(leak.units) for leak in market.truth.leaks)
    assert diverted / len(market.observed.units) == pytest.approx(0.03, rel=0.4)


def test_leaks_have_their_sizes_and_shapes(atlas):
    leaks = [k for n in range(4) for k in make_market(n, atlas, SMALL).truth.leaks]
    assert {leak.shape for leak in leaks} == set(market_shape.SHAPES)
    for leak in leaks:
        assert market_shape.SMALLEST <= len(leak.units) <= 2 * market_shape.LARGEST
        assert (leak.shape == "drip") == (len(leak.shipments) > 1)
        if leak.shape == "part":
            assert len(leak.cartons) == 1


def test_whole_cartons_are_whole_and_parts_are_not(market):
    cartons = {}
    for unit in market.observed.units:
        cartons.setdefault(unit.carton, set()).add(unit.unit)
    for leak in market.truth.leaks:
        inside = set().union(*(cartons[carton] for carton in leak.cartons))
        if leak.shape == "whole":
            assert leak.units == inside
        else:
            assert leak.units < inside


def test_no_unit_is_diverted_twice_and_none_to_its_own_territory(market):
    units = market.observed.units
    diverted = [unit for leak in market.truth.leaks for unit in leak.units]
    assert len(diverted) == len(set(diverted))
    for leak in market.truth.leaks:
        assert {units[unit].distributor for unit in leak.units} == {leak.distributor}
        assert {units[unit].shipment for unit in leak.units} <= leak.shipments
        assert all(leak.place not in units[unit].home for unit in leak.units)


def test_addresses_are_misplaced_as_often_as_asked_for(market):
    """Honest units with one sighting: away from home by error, travel or a gift."""
    errors = market.truth.noise.error
    for network, least, most in (("mobile", 0.33, 0.47), ("fixed", 0.07, 0.12)):
        average = sum(errors[network].values()) / len(PROVINCES)
        assert least <= average <= most
    seen = count_outside(market, "mobile")
    assert 0.36 < seen < 0.50
    assert 0.09 < count_outside(market, "fixed") < 0.20


def count_outside(market, network):
    plain = set(range(len(market.observed.units))) - set(market.truth.leak_of)
    seen = [
        sighting.place in market.observed.units[unit].home
        for unit in plain & set(market.observed.sightings)
        for sighting in market.observed.sightings[unit][:1]
        if sighting.network == network and sighting.place != NO_PROVINCE
    ]
    return 1 - sum(seen) / len(seen)


def test_misplaced_addresses_pile_up_in_beijing_and_next_door(market):
    misplaced = market.truth.noise.misplaced["mobile"]
    for place, shares in misplaced.items():
        assert sum(shares.values()) == pytest.approx(1)
        assert place not in shares
        if place != "CN-BJ":
            assert shares["CN-BJ"] >= 0.27 * 0.99
        assert sum(shares[near] for near in BORDERS[place]) >= 0.45


def test_the_rates_told_to_the_oracle_are_distributions(market):
    noise = market.truth.noise
    for place in PROVINCES:
        for network in NETWORKS:
            assert sum(noise.seen_given_life(network, place).values()) == (
                pytest.approx(1)
            )
        assert sum(noise.life_given_sale(place).values()) == pytest.approx(1)


def test_sightings_are_in_order_and_after_the_shipping(market):
    for unit, life in market.observed.sightings.items():
        moments = [sighting.at for sighting in life]
        assert moments == sorted(moments)
        assert {sighting.unit for sighting in life} == {unit}
    plain = set(market.observed.sightings) - market.truth.clones
    for unit in plain:
        first = market.observed.sightings[unit][0]
        assert first.at > market.observed.units[unit].shipped_at


def test_the_truth_cannot_be_seen(market):
    """No field tells it, and diverted units' records are like all others'."""
    for kind in (market_shape.Unit, market_shape.Sighting, market_shape.Event):
        names = {field.name for field in dataclasses.fields(kind)}
        assert not names & {"leak", "diverted", "clone", "fake", "shape", "true_place"}
    units, leaked = market.observed.units, market.truth.leak_of
    homes = {unit.distributor: unit.home for unit in units}
    assert all(unit.home == homes[unit.distributor] for unit in units)
    declared = [unit.sale_date is not None for unit in units if unit.unit in leaked]
    assert 0.15 < sum(declared) / len(declared) < 0.45


def test_frauds_are_as_many_as_asked_for_and_apart(market):
    truth = market.truth
    fakes = [unit for burst in truth.fakes for unit in burst]
    assert len(truth.clones) == 10 and len(truth.refurbished) == 10
    assert len(truth.fakes) == 3 and len(fakes) == len(set(fakes))
    groups = truth.clones, truth.refurbished, set(fakes), set(truth.leak_of)
    assert sum(map(len, groups)) == len(set().union(*groups))


def test_a_copied_code_is_seen_on_many_devices(market):
    for unit in market.truth.clones:
        devices = {seen.device for seen in market.observed.sightings[unit]}
        assert len(devices) > 3


def test_fake_activations_share_a_device_an_address_or_an_account(market):
    for burst in market.truth.fakes:
        first = [market.observed.sightings[unit][0] for unit in burst]
        assert all(sighting.kind == "activation" for sighting in first)
        things = zip(*((s.device, s.address, s.account) for s in first), strict=True)
        assert 1 in {len(set(values)) for values in things}
