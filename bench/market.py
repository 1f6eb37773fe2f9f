"""A simulated market on a real location file, to measure what finds diversion.

    market = make_market(seed, read_atlas())
    market.observed   # units, sightings, events: all that a judge may look at
    market.truth      # leaks, copies, refurbished units, fake activations, the rates

Addresses are real and lie where the file says; which of them a unit in a province gets
follows the measured error rates of its network (`market_noise`).
"""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from market_fraud import Fraud
from market_life import World, draw_sold_place
from market_noise import Noise
from market_shape import Market, Observed, Settings, Truth
from market_stock import Leaks, make_distributors, make_units

#: Markets to look at while the rules are made, and markets kept for the measurement.
TUNING_SEEDS = tuple(range(101, 111))
TEST_SEEDS = tuple(range(1035, 1055))

#: Shares of the plainly sold units whose sale is declared, and declared late.
_DECLARED, _LATE = 0.3, 0.02


def make_market(seed, atlas, settings=None):
    """Return the market of a seed: the same seed gives the same market."""
    settings = settings or Settings()
    rng = random.Random(seed)
    noise = Noise(rng, settings, atlas)
    homes, weights = make_distributors(rng, settings)
    units = make_units(rng, settings, homes, weights)
    base_rate = rng.uniform(*settings.base_rate)
    leaks = Leaks(rng, settings, units, homes).make(base_rate)
    observed = Observed(homes, units)
    truth = Truth(noise, base_rate, leaks)
    world = World(rng, settings, noise, atlas)
    _fill(world, observed, truth)
    for life in observed.sightings.values():
        life.sort(key=lambda sighting: sighting.at)
    observed.events.sort(key=lambda event: event.at)
    return Market(seed, settings, observed, truth)


def _fill(world, observed, truth):
    """Give every sold unit its life: the fraudulent ones first, then the others."""
    leaked = truth.leak_of
    fraud = Fraud(world, observed, truth)
    stock = defaultdict(list)
    for unit in observed.units:
        if unit.unit not in leaked:
            stock[unit.distributor].append(unit)
    fraud.make_bursts(stock)
    free = [unit for units in stock.values() for unit in units]
    world.rng.shuffle(free)
    fraud.make(free)
    for unit in observed.units:
        if unit.unit in observed.sightings:
            continue
        leak = leaked.get(unit.unit)
        if leak or world.rng.random() < world.settings.sold:
            _sell(world, observed, unit, leak)


def _sell(world, observed, unit, leak):
    """Sell a unit, and declare the sale of some: a few of those too late."""
    place = draw_sold_place(world.rng, leak, observed.homes[unit.distributor])
    life = observed.sightings[unit.unit] = world.draw_life(unit, place)
    if world.rng.random() >= _DECLARED:
        return
    sold = life[0].at - timedelta(days=world.rng.uniform(0, 3))
    if world.rng.random() < _LATE:
        sold += timedelta(days=world.rng.uniform(3, 10))
    observed.units[unit.unit] = replace(unit, sale_date=sold.date(), left_stock_at=sold)
