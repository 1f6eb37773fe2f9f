from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import NOW, SerialCase


@tagged("post_install", "-at_install")
class TestPlaces(SerialCase):
    """The picture of a unit's places shows what was stored of it."""

    def scan(self, lot, iso, hours, radius_km=50, **values):
        """Store that a unit's page was viewed from a province."""
        row = {
            "lot_id": lot.id,
            "product_id": lot.product_id.id,
            "company_id": lot.company_id.id or self.company.id,
            "scanned_at": NOW + timedelta(hours=hours),
            "country_id": self.env.ref("base.cn").id if iso else None,
            "state_id": self.env.ref(f"base.state_cn_{iso}").id if iso else None,
            "radius_km": radius_km,
            "is_bot": False,
            "is_repeat": False,
            "code": lot.scan_code,
            "result": "known",
            "session_key": f"visitor {hours}",
            **values,
        }
        names = ", ".join(row)
        marks = ", ".join(["%s"] * len(row))
        self.env.cr.execute(
            f"INSERT INTO serial_scan ({names}) VALUES ({marks})",  # noqa: S608
            list(row.values()),
        )

    def activate(self, lot, iso, hours=0, source="ip:geoip@2026-06", **values):
        return self.env["serial.activation"].create(
            {
                "lot_id": lot.id,
                "source": "page",
                "activated_at": NOW + timedelta(hours=hours),
                "company_id": self.company.id,
                "country_id": self.env.ref("base.cn").id,
                "state_id": self.env.ref(f"base.state_cn_{iso}").id,
                "radius_km": 20,
                "observations": [{"source": source}],
                **values,
            }
        )

    def places_of(self, lot, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return lot.with_user(user or self.auditor).dossier_places

    def stops_of(self, lot):
        """Return (kind, lane's name, count, inside or outside) of each stop."""
        places = self.places_of(lot)
        return [
            (
                stop["kind"],
                places["lanes"][stop["lane"]]["name"],
                stop["count"],
                stop["seen"],
            )
            for stop in places["stops"]
        ]

    def test_scans_in_a_row_at_one_place_are_one_stop(self):
        lot = self.ship()
        for hours, iso in enumerate(["GD", "GD", "GD", "ZJ", "GD"], 1):
            self.scan(lot, iso, hours * 10)
        guangdong, zhejiang = (
            self.env.ref(f"base.state_cn_{iso}")._get_readable_name()
            for iso in ("GD", "ZJ")
        )
        self.assertEqual(
            self.stops_of(lot),
            [
                ("scan", guangdong, 3, "inside"),
                ("scan", zhejiang, 1, "outside"),
                ("scan", guangdong, 1, "inside"),
            ],
        )
        self.assertFalse(self.places_of(lot)["jumps"])

    def test_bots_and_views_from_nowhere_are_left_out(self):
        lot = self.ship()
        self.scan(lot, "GD", 1, is_bot=True)
        self.scan(lot, None, 2)
        self.assertFalse(self.places_of(lot)["stops"])

    def test_what_it_was_bound_to_is_there_with_its_times(self):
        lot = self.ship()
        (bound,) = self.places_of(lot)["bound"]
        self.assertEqual(bound["partner"], self.distributor.display_name)
        self.assertEqual(bound["region"], self.guangdong.display_name)
        self.assertFalse(bound["ends"])

    def test_a_shared_position_is_sure_and_an_address_is_not(self):
        lots = self.ship(2)
        self.activate(lots[0], "GD", source="gps")
        self.activate(lots[1], "GD")
        sure = [self.places_of(lot)["stops"][0]["sure"] for lot in lots]
        self.assertEqual(sure, [True, False])

    def test_a_journey_that_nothing_makes_is_marked(self):
        lot = self.ship()
        self.activate(lot, "GD", 1)
        self.scan(lot, "XJ", 1.5)
        places = self.places_of(lot)
        (jump,) = places["jumps"]
        self.assertEqual((jump["origin"], jump["target"]), (0, 1))
        self.assertGreater(jump["km"], 1500)
        self.assertEqual(places["jump_count"], 1)

    def test_thousands_of_scans_are_drawn_as_few(self):
        lot = self.ship()
        self.scan(lot, "GD", 1)
        self.env.cr.execute(
            """
            INSERT INTO serial_scan (lot_id, product_id, company_id, scanned_at,
                                     country_id, state_id, is_bot, code, result)
            SELECT lot_id, product_id, company_id, scanned_at + n * interval '1 hour',
                   country_id, CASE WHEN n %% 7 = 0 THEN %s ELSE state_id END,
                   false, code, result
              FROM serial_scan CROSS JOIN generate_series(1, 3000) AS n
             WHERE lot_id = %s
            """,
            [self.env.ref("base.state_cn_ZJ").id, lot.id],
        )
        places = self.places_of(lot)
        self.assertLessEqual(len(places["stops"]), 120)
        self.assertEqual(sum(stop["count"] for stop in places["stops"]), 3001)
        self.assertEqual(places["hidden"], 0)

    def test_a_serial_without_a_dossier_has_no_picture(self):
        lot = self.env["stock.lot"].create(
            {"name": "plain", "product_id": self.uncoded_product.id}
        )
        self.assertFalse(self.places_of(lot))

    def test_only_who_reads_scans_sees_the_places(self):
        lot = self.ship()
        self.scan(lot, "GD", 1)
        for user in (self.user, self.manager, self.auditor):
            with self.subTest(user=user.login):
                self.assertEqual(len(self.places_of(lot, user)["stops"]), 1)
        with self.assertRaises(AccessError):
            self.places_of(lot, self.stock_user)
        self.assertNotIn("dossier_places", lot.with_user(self.stock_user).fields_get())

    def test_sightings_of_another_company_stay_its_own(self):
        lot = self.ship()
        other = self.env["res.company"].create({"name": "Another Brand"})
        self.scan(lot, "GD", 1, company_id=other.id)
        self.assertFalse(self.places_of(lot)["stops"])

    def test_its_queries_do_not_grow_with_sightings(self):
        lot, counts = self.ship(), []
        for hours in (range(3), range(3, 60)):
            for hour in hours:
                self.scan(lot, ("GD", "ZJ", "SC", "BJ", "SH")[hour % 5], hour)
            self.places_of(lot)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lot.with_user(self.auditor).dossier_places  # noqa: B018
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertLess(counts[0], 25)
