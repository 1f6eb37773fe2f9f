from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOW, SerialCase


@tagged("post_install", "-at_install")
class TestBoard(SerialCase):
    """The board says of each distributor what the activations say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_committed()

    def see(self, lots, verdict="inside", days_ago=1, **values):
        """Store an activation of each unit with a verdict, so many days ago."""
        shared = {
            "source": "page",
            "activated_at": NOW - timedelta(days=days_ago),
            "company_id": self.company.id,
            "verdict": verdict,
            **values,
        }
        return self.env["serial.activation"].create(
            [
                {"lot_id": lot.id, "partner_id": lot.channel_partner_id.id, **shared}
                for lot in lots
            ]
        )

    def get_board(self, *domain, days=90, user=None):
        self.env.flush_all()
        board = self.env["serial.diversion.board"].with_user(user or self.auditor)
        return board.get_board([("product_id", "=", self.product.id), *domain], days)

    def row_of(self, partner, *domain, **options):
        rows = self.get_board(*domain, **options)["rows"]
        return next((row for row in rows if row["id"] == partner.id), None)

    def test_units_outside_are_counted_among_those_decided(self):
        self.see(self.ship(3))
        self.see(self.ship(2), "outside")
        self.see(self.ship(4), "undecided")
        row = self.row_of(self.distributor)
        self.assertEqual((row["k"], row["n"], row["share"]), (2, 5, 0.4))
        self.assertLess(row["low"], 0.4)
        self.assertGreater(row["high"], 0.4)
        domain = [
            ("partner_id", "=", self.distributor.id),
            ("verdict", "=", "outside"),
            ("activated_at", ">=", self.get_board()["since"]),
        ]
        self.assertEqual(self.env["serial.activation"].search_count(domain), row["k"])

    def test_the_period_before_is_compared(self):
        self.see(self.ship(2), "outside", days_ago=100)
        self.see(self.ship(20), days_ago=100)
        self.see(self.ship(18), "outside", days_ago=10)
        self.see(self.ship(2), days_ago=10)
        self.see(self.ship(2), "outside", days_ago=200)
        row = self.row_of(self.distributor)
        self.assertEqual((row["k_before"], row["n_before"]), (2, 22))
        self.assertEqual(row["trend"], "up")
        self.assertEqual(self.row_of(self.distributor, days=30)["trend"], "")

    def test_months_are_told_one_by_one(self):
        self.see(self.ship(2), "outside", days_ago=1)  # in March
        self.see(self.ship(3), days_ago=10)  # in February
        answer = self.get_board()
        self.assertEqual(answer["months"][0], "2025-04-01")
        self.assertEqual(answer["months"][-1], "2026-03-01")
        row = self.row_of(self.distributor)
        self.assertEqual(row["line"][-3:], [[0, 0], [0, 3], [2, 2]])

    def test_who_is_far_from_all_others_stands_out(self):
        self.see(self.ship(15), "outside")
        self.see(self.ship(5))
        self.see(self.ship(40, self.other_distributor))
        self.see(self.ship(1, self.other_distributor), "outside")
        self.assertTrue(self.row_of(self.distributor)["stands_out"])
        self.assertFalse(self.row_of(self.other_distributor)["stands_out"])
        total = self.get_board()["total"]
        self.assertEqual((total["k"], total["n"]), (16, 61))

    def test_open_alerts_bring_a_distributor_on_the_board(self):
        alert = self.env["serial.diversion.alert"].create(
            {"lot_id": self.ship().id, "partner_id": self.distributor.id}
        )
        row = self.row_of(self.distributor)
        self.assertEqual((row["alerts"], row["n"], row["share"]), (1, 0, None))
        alert.write({"outcome_note": "A gift", "state": "dismissed"})
        self.assertFalse(self.row_of(self.distributor))

    def test_filters_hold_and_unknown_periods_are_the_usual_one(self):
        self.see(self.ship(2), source="api")
        self.see(self.ship(3))
        row = self.row_of(self.distributor, ("source", "=", "api"), days="all")
        self.assertEqual(row["n"], 2)

    # === RIGHTS === #

    def test_users_and_auditors_see_the_board_and_nobody_else(self):
        self.see(self.ship())
        for user in (self.user, self.manager, self.auditor):
            with self.subTest(user=user.login):
                self.assertEqual(self.row_of(self.distributor, user=user)["n"], 1)
        for user in (self.stock_user, self.sales_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.get_board(user=user)

    def test_another_company_counts_for_itself(self):
        other = self.env["res.company"].create({"name": "Another Brand"})
        self.see(self.ship(2), company_id=other.id)
        self.assertFalse(self.row_of(self.distributor))

    # === SPEED === #

    def test_its_queries_grow_with_neither_units_nor_distributors(self):
        counts = []
        for names in (["A"], ["B"], ["C", "D", "E", "F"]):
            for name in names:
                partner = self._create_partner(name, "tier1", self.guangdong)
                self.see(self.ship(3, partner), "outside")
            self.get_board()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.get_board()
            counts.append(self.env.cr.sql_log_count - before)
        # The first one fills caches.
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[0], 15)

    @freeze_time("2026-03-31 23:00:00")
    def test_the_last_day_of_a_month_has_twelve_months_too(self):
        self.see(self.ship(), days_ago=0)
        answer = self.get_board()
        self.assertEqual(len(set(answer["months"])), 12)
        self.assertEqual(self.row_of(self.distributor)["line"][-1], [0, 1])
