"""Fraud in a simulated market, and the honest life that looks like it.

Every maker takes units without a life of their own and gives them one. Beside each
fraud stands what must not be taken for it: units on display that many people scan,
second owners, returns, companies and shops that activate for others.
"""

import math
from dataclasses import replace
from datetime import timedelta

from market_life import Person, draw_sold_place
from market_noise import pick
from market_places import PEOPLE
from market_shape import Event


def log_uniform(rng, least, most):
    """Return a whole number; small ones are as likely as large ones."""
    return round(math.exp(rng.uniform(math.log(least), math.log(most))))


class Fraud:
    """Gives lives to the units that are not plainly sold and used."""

    def __init__(self, world, observed, truth):
        self.world, self.rng = world, world.rng
        self.observed, self.truth = observed, truth

    def make(self, free):
        """Take what is needed from `free`, a shuffled list of units."""
        settings = self.world.settings
        for _number in range(settings.clones):
            self._make_clone(free.pop())
        for _number in range(settings.display_units):
            self._make_display(free.pop())
        for _number in range(settings.refurbished):
            self._make_refurbished(free.pop())
        for _number in range(settings.second_hand):
            self._make_second_hand(free.pop())
        for _number in range(settings.honest_returns):
            self._make_honest_return(free.pop())

    def make_bursts(self, stock):
        """Take runs of units from `stock`: distributor -> its free units, in order."""
        settings = self.world.settings
        kinds = ["fake"] * settings.fake_bursts + ["honest"] * settings.honest_bursts
        self.rng.shuffle(kinds)
        for kind in kinds:
            large = {d: len(units) for d, units in stock.items() if len(units) >= 300}
            if not large:
                return
            units = stock[pick(self.rng, large)]
            if kind == "fake":
                self._make_fakes(units)
            elif self.rng.random() < 0.5:
                self._make_company(units)
            else:
                self._make_shop(units)

    # === COPIES, AND UNITS ON DISPLAY === #

    def _live(self, unit):
        home = self.observed.homes[unit.distributor]
        life = self.world.draw_life(unit, draw_sold_place(self.rng, None, home))
        self.observed.sightings[unit.unit] = life
        return life

    def _make_clone(self, unit):
        """A genuine unit, and 3 to 60 copies sold in two to eight provinces."""
        life = self._live(unit)
        places = [pick(self.rng, PEOPLE) for _ in range(self.rng.randint(2, 8))]
        for _copy in range(log_uniform(self.rng, 3, 60)):
            person = Person(self.world, self.rng.choice(places))
            at = life[0].at + timedelta(days=self.rng.uniform(-20, 100))
            asks = "activation" if self.rng.random() < 0.4 else "scan"
            life.append(self.world.see(unit.unit, asks, at, person))
            if self.rng.random() < 0.4:
                at += timedelta(days=self.rng.expovariate(1 / 10))
                life.append(self.world.see(unit.unit, "scan", at, person))
        self.truth.clones.add(unit.unit)

    def _make_display(self, unit):
        """A unit in a shop window that 8 to 40 people scan; half are sold at last."""
        home = self.observed.homes[unit.distributor]
        place = pick(self.rng, home)
        at = unit.shipped_at + self.world.draw_delay()
        life = self.observed.sightings[unit.unit] = []
        for _visitor in range(log_uniform(self.rng, 8, 40)):
            at += timedelta(days=self.rng.expovariate(1 / 3))
            person = Person(self.world, place)
            life.append(self.world.see(unit.unit, "scan", at, person))
        if self.rng.random() < 0.5:
            at += timedelta(days=self.rng.uniform(1, 20))
            life += self.world.draw_life(unit, place, at)

    # === SECOND LIVES === #

    def _add_life(self, unit, place, at):
        person = Person(self.world, self.world.noise.draw_life(self.rng, place))
        self.observed.sightings[unit.unit] += self.world.draw_scans(
            unit.unit, person, at
        )

    def _note(self, unit, kind, at):
        self.observed.events.append(Event(unit.unit, kind, at))

    def _make_refurbished(self, unit):
        """Used, came back, sold as new to someone else: nearly all is on record."""
        life = self._live(unit)
        at = life[-1].at + timedelta(days=self.rng.uniform(20, 150))
        if self.rng.random() < self.world.settings.on_record:
            kind = self.rng.choice(("returned", "traded_in", "repaired"))
            self._note(unit, kind, at)
        at += timedelta(days=self.rng.uniform(5, 60))
        home = self.observed.homes[unit.distributor]
        own = self.rng.random() < 0.5
        self._add_life(unit, pick(self.rng, home if own else PEOPLE), at)
        self.truth.refurbished.add(unit.unit)

    def _make_second_hand(self, unit):
        """Sold on by its owner: the next one scans it, and some claim it."""
        life = self._live(unit)
        place = pick(self.rng, self.observed.homes[unit.distributor])
        if self.rng.random() < 0.3:
            place = pick(self.rng, PEOPLE)
        person = Person(self.world, place)
        at = life[-1].at + timedelta(days=self.rng.uniform(20, 200))
        for number in range(self.rng.randint(1, 2)):
            claims = not number and self.rng.random() < 0.3
            kind = "activation" if claims else "scan"
            life.append(self.world.see(unit.unit, kind, at, person))
            at += timedelta(days=self.rng.uniform(1, 30))

    def _make_honest_return(self, unit):
        """Sent back unused; repaired for its owner; or sold again as what it is."""
        kind = self.rng.choice(("unused", "repaired", "declared"))
        if kind == "unused":
            at = unit.shipped_at + timedelta(days=self.rng.uniform(3, 30))
            self._note(unit, "returned", at)
            place = pick(self.rng, self.observed.homes[unit.distributor])
            at += timedelta(days=self.rng.uniform(5, 60))
            self.observed.sightings[unit.unit] = self.world.draw_life(unit, place, at)
            return
        life = self._live(unit)
        at = life[-1].at + timedelta(days=self.rng.uniform(10, 150))
        later = at + timedelta(days=self.rng.uniform(5, 40))
        if kind == "repaired":
            self._note(unit, "repaired", at)
            again = replace(life[0], at=later, kind="activation")  # a new board
            life.append(again)
        else:
            self._note(unit, "returned", at)
            self._note(unit, "restored", at + timedelta(days=3))
            self._add_life(unit, pick(self.rng, PEOPLE), later)

    # === MANY ACTIVATIONS AT ONE PLACE === #

    def _take(self, units, least, most):
        count = log_uniform(self.rng, least, most)
        return [units.pop() for _ in range(min(count, len(units)))]

    def _make_fakes(self, stock):
        """A dealer activates stock for the bonus: one device, address or account."""
        units = self._take(stock, 8, 200)
        place = pick(self.rng, self.observed.homes[units[0].distributor])
        dealer = Person(self.world, place, "fixed")
        visit = "fixed", dealer.draw_address("fixed")
        way = self.rng.choice(("device", "address", "account"))
        roams = way != "address" and self.rng.random() < 0.4
        at = max(u.shipped_at for u in units) + timedelta(days=self.rng.uniform(1, 25))
        pause = self.rng.choice((1, 3, 10, 40))  # minutes between two
        for unit in units:
            at += timedelta(minutes=self.rng.expovariate(1 / pause))
            person = self._disguise(dealer, way)
            if roams:
                visit = self.world.draw_visit(person)
            asked = self.world.see(unit.unit, "activation", at, person, visit)
            self.observed.sightings[unit.unit] = [asked]
            self._sell_later(unit, at)
        self.truth.fakes.append(frozenset(unit.unit for unit in units))

    def _disguise(self, dealer, way):
        """Return who the dealer pretends to be: he changes all but one thing."""
        person = Person(self.world, dealer.home)
        if way == "device":
            person.device, person.model = dealer.device, dealer.model
        elif way == "account":
            person.account = dealer.account
        return person

    def _sell_later(self, unit, at):
        """Some units are sold after all; the records of some show them in stock."""
        sold = at + timedelta(days=self.rng.uniform(5, 90))
        stays = self.rng.random()
        self.replace(unit, left_stock_at=sold if stays < 0.4 else None)
        if self.rng.random() < 0.3:
            self.replace(unit, sale_date=sold.date())
        if self.rng.random() < 0.4:
            place = pick(self.rng, self.observed.homes[unit.distributor])
            person = Person(self.world, place)
            later = sold + timedelta(days=self.rng.uniform(0, 10))
            scan = self.world.see(unit.unit, "scan", later, person)
            self.observed.sightings[unit.unit].append(scan)

    def replace(self, unit, **values):
        """Change what the records say of a unit."""
        units = self.observed.units
        units[unit.unit] = replace(units[unit.unit], **values)

    def _make_company(self, stock):
        """A company buys 5 to 40 units; its one helper sets them up in a day."""
        units = self._take(stock, 5, 40)
        place = pick(self.rng, self.observed.homes[units[0].distributor])
        helper = Person(self.world, place, "fixed")
        visit = "fixed", helper.draw_address("fixed")
        at = max(u.shipped_at for u in units) + self.world.draw_delay()
        bought = at - timedelta(days=self.rng.uniform(1, 10))
        for unit in units:
            at += timedelta(minutes=self.rng.expovariate(1 / 6))
            asked = self.world.see(unit.unit, "activation", at, helper, visit)
            life = self.observed.sightings[unit.unit] = [asked]
            self.replace(unit, sale_date=bought.date(), left_stock_at=bought)
            if self.rng.random() < 0.6:
                later = at + timedelta(days=self.rng.expovariate(1 / 40))
                user = Person(self.world, place)
                life.append(self.world.see(unit.unit, "scan", later, user))

    def _make_shop(self, stock):
        """A shop helps buyers: its address, their devices, a few a day for a month."""
        units = self._take(stock, 8, 60)
        place = pick(self.rng, self.observed.homes[units[0].distributor])
        shop = Person(self.world, place, "fixed")
        visit = "fixed", shop.draw_address("fixed")
        at = max(u.shipped_at for u in units) + self.world.draw_delay()
        for unit in units:
            at += timedelta(hours=self.rng.expovariate(1 / 8))
            buyer = Person(self.world, place)
            life = self.world.draw_scans(unit.unit, buyer, at)
            life[0] = self.world.see(unit.unit, "activation", at, buyer, visit)
            self.observed.sightings[unit.unit] = life
            if self.rng.random() < 0.5:
                self.replace(unit, sale_date=at.date(), left_stock_at=at)
