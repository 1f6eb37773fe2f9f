import random
from collections import Counter
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..core import clone
from ..models import serial_detector_clone_mixin
from .detecting import PROVINCES, RULES, DetectorCase

UNITS = 60


@tagged("post_install", "-at_install")
class TestCrowd(DetectorCase):
    """Who looked at a unit is counted twice on purpose: by `core.clone` for units that
    may be copies, by SQL for all units, which says how usual such a number is.

    SQL counts since the first claim. The core counts besides who looked elsewhere
    before it, and leaves out a look that names no place and the second of one visitor
    at one place in a day: such are the looks of a unit's lives here, at random.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(20260302)
        cls.lots = cls.ship(UNITS)

    def live(self, lot, claim_day):
        """Have a unit looked at, and claimed by some, from a day on."""
        people = [
            {
                "ip_prefix": f"36.{lot.id % 200}.{number}.0/24",
                "device_model": self.random.choice([None, "V2183A", f"M{number}"]),
            }
            for number in range(self.random.randint(1, 12))
        ]
        for owner in range(self.random.choice([1, 1, 1, 2, 3])):
            self.activate(
                lot, days=claim_day - owner, account=f"{lot.id}-{owner}", ip="14.0.0.9"
            )
        for _look in range(self.random.randint(0, 25)):
            # Each a day of its own: a second look of a day is told apart below.
            self.see(lot, self.random.uniform(0, claim_day), self.random.choice(people))

    def see(self, lot, days, person, place=None):
        place = place or self.random.choice(PROVINCES)
        self.look(lot, [place], days=days, **person)

    def count(self):
        """Return {unit: (people by SQL, people by the core)}."""
        self.env.flush_all()
        self.detector._gather_seen()
        codes = self.env["serial.diversion.run"]._get_place_codes()
        rows = self.env.execute_query(
            SQL(
                "SELECT lot_id, at, country_id, state_id, network, radius_km, visitor,"
                " model, owner FROM serial_detector_seen WHERE lot_id = ANY(%s)",
                self.lots.ids,
            )
        )
        seen = {lot.id: [] for lot in self.lots}
        for row in rows:
            sighting = self.detector._prepare_sighting(row, codes, RULES.rates)
            seen[sighting.unit].append(sighting)
        return {
            unit: (
                self.count_by_sql(unit),
                clone.crowd_of(
                    clone.occasions_of(sightings), clone.first_claims(sightings)
                ),
            )
            for unit, sightings in seen.items()
            if sightings
        }

    def count_by_sql(self, unit):
        """Return what SQL counts for one unit: the others are put away meanwhile."""
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute(
                "DELETE FROM serial_detector_unit WHERE lot_id <> %s", [unit]
            )
            with patch.object(serial_detector_clone_mixin, "ENOUGH", 0):
                crowds = self.detector._get_crowds()
            savepoint.rollback()
        self.assertEqual(sum(crowds.values()), 1)
        return next(iter(crowds))

    def test_both_count_the_same_since_a_claim(self):
        for lot in self.lots:
            self.live(lot, 40)
        counts = self.count()
        self.assertEqual(
            {unit: by_sql for unit, (by_sql, _core) in counts.items()},
            {unit: by_core for unit, (_sql, by_core) in counts.items()},
        )
        # Lives that differ, else there was nothing to compare.
        self.assertGreater(len(Counter(counts.values())), 5)

    def test_the_core_alone_counts_who_looked_elsewhere_before(self):
        strange = {}
        for lot in self.lots:
            self.live(lot, 40)
            far, near = self.random.randint(0, 4), self.random.randint(4, 6)
            for number in range(near):
                self.see(lot, 60 - number, {"ip_prefix": f"110.{number}.0.0/24"}, "GD")
            for number in range(far):
                self.see(lot, 50 - number, {"ip_prefix": f"111.{number}.0.0/24"}, "BJ")
            more = self.random.randint(0, 9)
            for number in range(more):
                place = PROVINCES[2 + number % 6]
                # At a place of its own each: nowhere is it seen more than at home.
                self.see(lot, 45, {"ip_prefix": f"112.{number}.0.0/24"}, place)
            strange[lot.id] = max(0, far + more - near)
        counts = self.count()
        self.assertEqual(
            {unit: by_core - by_sql for unit, (by_sql, by_core) in counts.items()},
            strange,
        )
        self.assertGreater(len(set(strange.values())), 3)

    def test_sql_alone_counts_looks_from_nowhere_and_second_looks_of_a_day(self):
        first, second = self.lots[:2]
        for lot in first + second:
            self.activate(lot, days=40, account=lot.name, ip="14.0.0.9")
            self.see(lot, 30, {"ip_prefix": "36.0.0.0/24"})
        self.see(first, 20, {"ip_prefix": "36.1.0.0/24", "state_id": None})
        for days in (40.01, 39.99):  # in the shop, and after claiming it there
            self.see(second, days, {"ip_prefix": "36.2.0.0/24"}, "GD")
        counts = self.count()
        self.assertEqual(counts[first.id], (3, 2))
        self.assertEqual(counts[second.id], (3, 2))
