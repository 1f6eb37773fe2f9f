"""The goods of a simulated market: distributors, cartons in shipments, and leaks."""

import math
from collections import defaultdict
from datetime import datetime, timedelta

from market_noise import pick
from market_places import BORDERS, PEOPLE, PROVINCES
from market_shape import Leak, Unit

START = datetime(2026, 1, 1)
#: Units that one production batch yields.
BATCH = 600


def make_distributors(rng, settings):
    """Return (homes, weights): places with their share of the sales, and a size."""
    count = settings.distributors
    bases = rng.sample(PROVINCES, min(count, len(PROVINCES)))
    bases += [pick(rng, PEOPLE) for _ in range(count - len(bases))]
    homes = []
    for base in bases:
        near = rng.choices((0, 1, 2), (0.55, 0.3, 0.15))[0]
        others = rng.sample(BORDERS[base], min(near, len(BORDERS[base])))
        shares = {base: 1.0} | {p: rng.uniform(0.2, 0.8) for p in others}
        whole = sum(shares.values())
        homes.append({place: share / whole for place, share in shares.items()})
    # A territory with few people gets less, though not as much less.
    size = [PEOPLE[base] ** 0.6 for base in bases]
    return homes, [people * rng.lognormvariate(0, 0.5) for people in size]


def make_units(rng, settings, homes, weights):
    """Return units in cartons of shipments, sent in the months simulated."""
    units, carton, shipment = [], 0, 0
    made = dict.fromkeys(settings.cartons, 0)  # a product has a size of carton
    while len(units) < settings.units:
        distributor = rng.choices(range(len(homes)), weights)[0]
        size = rng.choice(settings.cartons)
        days = rng.uniform(0, 30.4 * settings.months)
        shipped_at = START + timedelta(days=days)
        home = frozenset(homes[distributor])
        for _carton in range(_count_cartons(rng)):
            batch = made[size] // BATCH * 100 + size
            made[size] += size
            for _unit in range(size):
                number = len(units)
                row = number, carton, shipment, batch, distributor, home, shipped_at
                units.append(Unit(*row))
            carton += 1
        shipment += 1
    return units


def _count_cartons(rng):
    return max(1, min(24, round(rng.lognormvariate(math.log(4), 0.8))))


class Leaks:
    """Leaks laid over the goods: no unit twice, one a shipment."""

    def __init__(self, rng, settings, units, homes):
        self.rng, self.settings, self.homes = rng, settings, homes
        self.units = units
        self.shipments = defaultdict(lambda: defaultdict(list))
        for unit in units:
            self.shipments[unit.shipment][unit.carton].append(unit.unit)
        share = settings.dishonest
        self.dishonest = rng.sample(range(len(homes)), round(share * len(homes)))
        self.used = set()  # shipments
        self.dripping = set()  # distributors: one drip each
        self.found = []

    def make(self, base_rate):
        """Lay leaks until a share of the units is diverted; return them."""
        wanted = base_rate * len(self.units)
        done = 0
        for _attempt in range(5_000):
            if done >= wanted:
                break
            shape = self.rng.choice(self.settings.shapes)
            size = self._draw_size(shape)
            if size > 1.3 * (wanted - done) + 12:
                continue
            if leak := getattr(self, f"_make_{shape}")(size):
                self.found.append(leak)
                done += len(leak.units)
        return self.found

    def _draw_size(self, shape):
        least, most = self.settings.sizes
        if shape == "part":
            most = min(most, max(self.settings.cartons) - 1)
        return round(math.exp(self.rng.uniform(math.log(least), math.log(most))))

    def _draw_place(self, distributor):
        """Return a foreign place: next door for a third, else where people are."""
        home = self.homes[distributor]
        near = {p for place in home for p in BORDERS[place]} - set(home)
        if self.rng.random() < 0.35:
            return pick(self.rng, {p: PEOPLE[p] for p in sorted(near)})
        return pick(self.rng, {p: PEOPLE[p] for p in PROVINCES if p not in home})

    def _draw_shipment(self, fits):
        """Return a free shipment of a dishonest distributor that fits, or None."""
        for _attempt in range(60):
            shipment = self.rng.randrange(len(self.shipments))
            cartons = self.shipments[shipment]
            owner = self._owner(shipment)
            free = shipment not in self.used and owner in self.dishonest
            if free and fits(list(cartons.values())):
                return shipment
        return None

    def _owner(self, shipment):
        first = next(iter(self.shipments[shipment].values()))[0]
        return self.units[first].distributor

    def _close(self, shape, shipments, members):
        """Take the shipments out of the rest, and return the leak."""
        self.used |= set(shipments)
        distributor = self._owner(next(iter(shipments)))
        cartons = frozenset(self.units[unit].carton for unit in members)
        place = self._draw_place(distributor)
        sent = frozenset(shipments)
        return Leak(shape, distributor, sent, cartons, place, frozenset(members))

    def _make_whole(self, size):
        def fits(cartons):
            count = self._count_whole(size, cartons)
            return count <= len(cartons) and len(cartons[0]) <= 2 * size

        shipment = self._draw_shipment(fits)
        if shipment is None:
            return None
        cartons = list(self.shipments[shipment].values())
        chosen = self.rng.sample(cartons, self._count_whole(size, cartons))
        members = [unit for carton in chosen for unit in carton]
        return self._close("whole", [shipment], members)

    def _count_whole(self, size, cartons):
        return max(1, round(size / len(cartons[0])))

    def _make_part(self, size):
        shipment = self._draw_shipment(lambda cartons: len(cartons[0]) > size)
        if shipment is None:
            return None
        carton = self.rng.choice(list(self.shipments[shipment].values()))
        return self._close("part", [shipment], self.rng.sample(carton, size))

    def _make_scattered(self, size):
        def fits(cartons):
            return len(cartons) > 1 and sum(map(len, cartons)) >= size / 0.8

        shipment = self._draw_shipment(fits)
        if shipment is None:
            return None
        units = [u for carton in self.shipments[shipment].values() for u in carton]
        return self._close("scattered", [shipment], self.rng.sample(units, size))

    def _make_drip(self, size):
        """Lead a few units of each shipment away, for three to eight months."""
        free = [d for d in self.dishonest if d not in self.dripping]
        if not free:
            return None
        distributor = self.rng.choice(free)
        start = START + timedelta(days=30.4 * self.rng.uniform(0, 7))
        end = start + timedelta(days=30.4 * self.rng.uniform(3, 8))
        sent = self._sent_between(distributor, start, end)
        units = [unit for s in sent for c in self.shipments[s].values() for unit in c]
        if len(sent) < 3 or len(units) < size / 0.4:
            return None
        self.dripping.add(distributor)
        return self._close("drip", sent, self.rng.sample(units, size))

    def _sent_between(self, distributor, start, end):
        return [
            shipment
            for shipment, cartons in self.shipments.items()
            if shipment not in self.used
            and self._owner(shipment) == distributor
            and start <= self.units[next(iter(cartons.values()))[0]].shipped_at < end
        ]
