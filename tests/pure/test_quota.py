"""Quotas: exact near the limit, whatever the number of workers; misses burn fast."""

import random
from datetime import datetime, timedelta

from core.quota import (
    MAX_BLOCK,
    MISS_UNITS,
    Limits,
    Standing,
    Tally,
    slowed_seconds,
    strikes_for,
)

NOW = datetime(2026, 3, 2, 8, 0, 0)


class Database:
    """What all workers settle with."""

    def __init__(self, **limits):
        self.limits = Limits(**limits)
        self.day_units = self.settled = 0
        self.minutes = {}

    def settle(self, tally, now):
        """Do what the database does."""
        spent, minute = tally.take(), now.replace(second=0)
        self.day_units += spent.units
        self.minutes[minute] = self.minutes.get(minute, 0) + spent.minute_units
        self.settled += 1
        standing = Standing(self.minutes[minute], self.day_units)
        tally.settle(self.limits, standing, now)

    def admit(self, tally, units, now):
        """Return why a request is refused, as a worker would."""
        tally.begin(now)
        refusal = tally.refusal(units, now)
        if refusal and tally.is_fresh(now):
            return refusal
        asks = tally.needs_settling(units, now)
        tally.spend(units)
        if not asks:
            return None
        self.settle(tally, now)
        refusal = tally.refusal(0, now)
        if refusal:
            tally.spend(-units)
        return refusal


def test_one_worker_is_exact():
    database, tally = Database(per_minute=1000), Tally()
    let_in = sum(not database.admit(tally, 1, NOW) for _ in range(3000))
    assert let_in == 1000


def test_many_workers_stay_below_the_quota_and_a_block_each():
    for workers in (2, 8, 32):
        database = Database(per_minute=1000)
        tallies, dice = [Tally() for _ in range(workers)], random.Random(7)
        let_in = sum(
            not database.admit(dice.choice(tallies), 1, NOW) for _ in range(5000)
        )
        assert 900 <= let_in <= 1000 + workers * MAX_BLOCK


def test_most_requests_ask_the_database_nothing():
    database, tally = Database(per_minute=1_000_000), Tally()
    for second in range(50):
        for _ in range(1000):
            assert not database.admit(tally, 1, NOW + timedelta(seconds=second))
    assert database.settled <= 50_000 / MAX_BLOCK + 1


def test_refused_requests_ask_the_database_nothing():
    database, tally = Database(per_minute=100), Tally()
    for _ in range(100):
        database.admit(tally, 1, NOW)
    settled = database.settled
    assert all(database.admit(tally, 1, NOW) for _ in range(1000))
    assert database.settled <= settled + 1


def test_a_batch_that_does_not_fit_costs_nothing():
    database, tally = Database(per_minute=1500), Tally()
    assert not database.admit(tally, 1000, NOW)
    assert database.admit(tally, 1000, NOW).reason == "quota_exceeded"
    assert not database.admit(tally, 500, NOW)


def test_a_new_minute_and_a_new_day_begin_with_nothing_spent():
    database, tally = Database(per_minute=10, per_day=15), Tally()
    later = NOW + timedelta(minutes=1)
    assert sum(not database.admit(tally, 1, NOW) for _ in range(20)) == 10
    assert sum(not database.admit(tally, 1, later) for _ in range(20)) == 5
    refusal = database.admit(tally, 1, later)
    assert refusal.seconds == 16 * 3600 - 60
    database.day_units = 0
    assert not database.admit(tally, 1, NOW + timedelta(days=1))


def test_misses_burn_the_quota():
    database, tally = Database(per_minute=1000), Tally()
    asked = 0
    while not database.admit(tally, 1, NOW):
        tally.spend(MISS_UNITS - 1, misses=1)
        asked += 1
    assert asked <= 1000 / MISS_UNITS + 5


def test_a_slowed_key_waits_for_as_long_as_told():
    tally = Tally()
    tally.begin(NOW)
    until = NOW + timedelta(seconds=90)
    tally.settle(Limits(), Standing(slowed_until=until), NOW)
    assert tally.refusal(1, NOW).seconds == 91
    assert tally.refusal(1, NOW).reason == "too_many_misses"
    assert not tally.refusal(1, until)


def test_headers_tell_what_is_left():
    tally = Tally()
    tally.begin(NOW)
    tally.settle(Limits(per_minute=60, per_day=100), Standing(20, 30), NOW)
    assert tally.get_headers(NOW) == {
        "RateLimit-Policy": '"minute";q=60;w=60, "day";q=100;w=86400',
        "RateLimit": '"minute";r=40;t=60, "day";r=70;t=57600',
    }
    assert Tally().get_headers(NOW) == {}


def test_the_more_misses_the_more_strikes():
    assert [strikes_for(n, n, 100) for n in (99, 100, 300, 1000)] == [0, 1, 2, 3]
    assert strikes_for(10_000, 900, 100) == 0
    assert strikes_for(100_000, 1_000, 100) == 3
    assert strikes_for(1000, 1000, 0) == 0


def test_every_strike_slows_for_longer():
    waits = [slowed_seconds(strikes) for strikes in range(1, 5)]
    assert waits == sorted(set(waits))
