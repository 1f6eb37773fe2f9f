"""What happens to the units of a simulated market after they were sold."""

import math
from copy import copy
from datetime import timedelta
from itertools import accumulate

from market_noise import pick
from market_shape import Sighting


class Person:
    """Someone with a device and an account who lives in a place."""

    def __init__(self, world, home, main=None):
        rng = world.rng
        self.world, self.home = world, home
        self.device, self.account = world.take_number(), world.take_number()
        self.model = world.draw_model()
        mobile = rng.random() < world.settings.mobile
        self.main = main or ("mobile" if mobile else "fixed")
        self.addresses = {}  # network -> the last address

    def draw_holder(self):
        """Return who looks now: this person, or at times another of the household."""
        if self.world.rng.random() >= self.world.settings.household:
            return self
        other = copy(self)  # the same lines and addresses
        other.device, other.model = self.world.take_number(), self.world.draw_model()
        return other

    def draw_network(self):
        """Return what the person uses now."""
        rng, settings = self.world.rng, self.world.settings
        if rng.random() < settings.vpn:
            return "vpn"
        if rng.random() < settings.same_network:
            return self.main
        return "fixed" if self.main == "mobile" else "mobile"

    def draw_address(self, network):
        """Return an address: often the last one of that network again."""
        rng, world = self.world.rng, self.world
        last = self.addresses.get(network)
        if last and rng.random() < world.settings.same_address:
            return last
        place = world.noise.draw_position(rng, self.home)
        seen = world.noise.draw_seen(rng, network, place)
        address = world.atlas.draw(rng, network, seen)
        self.addresses[network] = address
        return address


class World:
    """Draws lives: a sequence of numbers, the rates and the addresses of one market."""

    def __init__(self, rng, settings, noise, atlas):
        self.rng, self.settings = rng, settings
        self.noise, self.atlas = noise, atlas
        self.numbers = 0
        self.models = self._list_models()

    def _list_models(self):
        """Return (names of models of devices, how common each and all before are)."""
        settings = self.settings
        shares = [1 / (rank + 1) for rank in range(settings.models)]
        rest = (1 - settings.iphones - settings.nameless) / sum(shares)
        weights = [settings.iphones, settings.nameless, *(rest * s for s in shares)]
        names = ["iPhone", "Android", *(f"M{rank}" for rank in range(settings.models))]
        return names, list(accumulate(weights))

    def draw_model(self):
        """Return what the browser of a new device tells."""
        names, weights = self.models
        return self.rng.choices(names, cum_weights=weights)[0]

    def take_number(self):
        """Return a number that no other device or account has."""
        self.numbers += 1
        return self.numbers

    def see(self, unit, kind, at, person, visit=None):
        """Return a sighting of a unit by a person, on the visit or on a new one."""
        network, address = visit or self.draw_visit(person)
        account = person.account if kind == "activation" else None
        seen = unit, kind, at, person.device, account, address.text, network
        where = address.place, address.latitude, address.longitude
        told = address.radius_km, address.prefix, person.model
        return Sighting(*seen, *where, *told)

    def draw_visit(self, person):
        """Return the network, as it is known, and the address of one session."""
        network = person.draw_network()
        return self.tell(network), person.draw_address(network)

    def tell(self, network):
        """Return what is known of a network: some are in no list, some exits too."""
        if network == "vpn":
            known = self.rng.random() < self.settings.vpn_known
            return "vpn" if known else "fixed"
        return None if self.rng.random() < self.settings.unknown_network else network

    def draw_life(self, unit, sold, first=None):
        """Return the sightings of a unit sold in a place: an activation, then scans."""
        person = Person(self, self.noise.draw_life(self.rng, sold))
        at = first or unit.shipped_at + self.draw_delay()
        return self.draw_scans(unit.unit, person, at)

    def draw_scans(self, unit, person, at):
        """Return an activation and the scans that a person makes after it."""
        rng, settings = self.rng, self.settings
        visit = self.draw_visit(person)
        sightings = [self.see(unit, "activation", at, person, visit)]
        scans, holder = settings.scans, person
        for _scan in range(rng.choices(range(len(scans)), scans)[0]):
            if rng.random() < settings.same_session:
                at += timedelta(minutes=rng.uniform(0.2, 20))
            else:
                at += timedelta(days=rng.expovariate(1 / 40), hours=rng.uniform(1, 9))
                visit, holder = self.draw_visit(person), person.draw_holder()
            sightings.append(self.see(unit, "scan", at, holder, visit))
        return sightings

    def draw_delay(self):
        """Return the time from shipping to activation: a month, give or take."""
        days = self.rng.lognormvariate(math.log(30), 0.7)
        return timedelta(days=min(200.0, max(2.0, days)))


def draw_sold_place(rng, leak, home):
    """Return where a unit is sold: where its leak went, or in its territory."""
    return leak.place if leak else pick(rng, home)
