from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import NOW
from .test_transfer import TransferCase


@tagged("post_install", "-at_install")
class TestChannelFigures(TransferCase):
    """What a distributor's form and the list of distributors say of him."""

    # === WHAT BECAME OF HIS UNITS === #

    def test_units_are_counted_by_what_became_of_them(self):
        lots = self.ship(10)
        self.record(lots[:2], "sold", sale_date=NOW.date())
        self.record(lots[2:5], "activated", "activated", activated_at=NOW)
        seen = self.seen(self.distributor)
        self.assertEqual(
            {part["label"]: part["count"] for part in seen.channel_fates},
            {
                "In stock": 5,
                "Sold, not activated": 2,
                "Activated": 3,
                "Traded in or retired": 0,
            },
        )
        self.assertEqual(seen.channel_received_count, 10)
        self.assertEqual(seen.channel_stock_count, 5)
        self.assertAlmostEqual(seen.channel_sell_through, 0.5)
        self.assertAlmostEqual(seen.channel_activation_rate, 0.3)

    def test_units_of_those_he_supplies_count_as_his(self):
        self.ship(2)
        theirs = self.ship(2, self.retailer)
        self.record(theirs, "sold", sale_date=NOW.date())
        self.assertEqual(self.seen(self.distributor).channel_received_count, 4)
        self.assertAlmostEqual(self.seen(self.distributor).channel_sell_through, 0.5)
        self.assertEqual(self.seen(self.retailer).channel_received_count, 2)
        self.assertEqual(self.seen(self.other_distributor).channel_received_count, 0)

    def test_unit_passed_on_to_those_he_supplies_counts_once(self):
        lots = self.ship(3)
        self.sent(lots[:2]).with_user(self.shopkeeper)._portal_receive("all")
        seen = self.seen(self.distributor)
        self.assertEqual(seen.channel_received_count, 3)
        self.assertEqual(seen.channel_stock_count, 3)
        self.assertEqual(seen.serial_count, 1)

    def test_unit_given_to_another_was_received_but_not_sold(self):
        lots = self.ship(4)
        lots[:1]._rebind(self.other_distributor, self.zhejiang, "Test")
        seen = self.seen(self.distributor)
        self.assertEqual(seen.channel_received_count, 4)
        self.assertEqual(seen.channel_unit_count, 3)

    def test_unit_that_came_back_was_not_received(self):
        lots = self.ship(2)
        self.take_back(lots[0], self.distributor)
        self.assertEqual(self.seen(self.distributor).channel_received_count, 1)

    def test_contact_shows_the_figures_of_his_company(self):
        self.ship(2)
        self.assertEqual(self.seen(self.buyer.partner_id).channel_received_count, 2)

    def test_distributor_without_units_divides_by_nothing(self):
        seen = self.seen(self.other_distributor)
        self.assertEqual(seen.channel_sell_through, 0)
        self.assertEqual(seen.channel_age_median, 0)

    # === AGE OF STOCK === #

    def test_age_of_stock_counts_the_days_with_the_holder(self):
        self.ship(1)
        for days in (10, 40, 100, 200):
            with freeze_time(NOW - timedelta(days=days)):
                self.ship(1)
        sold = self.ship(1)
        self.record(sold, "sold", sale_date=NOW.date())
        seen = self.seen(self.distributor)
        self.assertEqual([part["count"] for part in seen.channel_ages], [2, 1, 1, 1])
        self.assertEqual(seen.channel_age_median, 40)
        self.assertEqual(seen.channel_age_average, 70)

    def test_edges_of_the_ages(self):
        for days in (30, 31, 90, 91, 180, 181):
            with freeze_time(NOW - timedelta(days=days)):
                self.ship(1)
        seen = self.seen(self.distributor)
        self.assertEqual([part["count"] for part in seen.channel_ages], [1, 2, 2, 1])

    # === OPEN MATTERS === #

    def test_open_transfers_and_alerts_are_counted_and_shown(self):
        lots = self.ship(3)
        before = self.seen(self.distributor).channel_transfer_count
        self.sent(lots[:1])
        alert = self.env["serial.diversion.alert"]
        alert.create({"lot_id": lots[0].id, "partner_id": self.distributor.id})
        alert.create(
            {
                "lot_id": lots[1].id,
                "partner_id": self.distributor.id,
                "state": "dismissed",
            }
        )
        seen = self.seen(self.distributor)
        self.assertEqual(seen.channel_transfer_count, before + 1)
        self.assertEqual(seen.channel_alert_count, 1)
        for action, count in (
            (seen.action_view_channel_alerts(), 1),
            (seen.action_view_channel_units(), 3),
        ):
            found = self.env[action["res_model"]].with_user(self.user)
            self.assertEqual(found.search_count(action["domain"]), count)

    def test_portal_users_of_the_company_are_shown(self):
        self.assertEqual(self.seen(self.distributor).channel_user_ids, self.buyer)
        self.assertFalse(self.seen(self.consumer).channel_user_ids)

    # === WHO SEES THEM, AND THE COST === #

    def test_units_of_another_company_are_not_counted(self):
        lots = self.ship(3)
        other = self.env["res.company"].create({"name": "Another Brand"})
        self.env.flush_all()
        self.cr.execute(
            "UPDATE stock_lot SET company_id = %s WHERE id = %s", [other.id, lots[0].id]
        )
        self.assertEqual(self.seen(self.distributor).channel_received_count, 2)

    def test_only_readers_of_dossiers_see_figures(self):
        for user in (self.stock_user, self.sales_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.distributor.with_user(user).read(["channel_sell_through"])
        self.assertTrue(
            self.distributor.with_user(self.auditor).read(["channel_sell_through"])
        )

    def test_form_and_list_open_for_every_role(self):
        partner = new_test_user(
            self.env, "desk", "serial_dossier.serial_dossier_group_user"
        )
        for user in (partner, self.auditor, self.manager, self.stock_user):
            partners = self.env["res.partner"].with_user(user)
            for view, kind in (
                ("serial_dossier.serial_distributor_view_form", "form"),
                ("serial_dossier.serial_distributor_view_list", "list"),
                ("serial_dossier.serial_distributor_view_hierarchy", "hierarchy"),
            ):
                if user == self.stock_user and kind != "form":
                    continue
                found = partners.get_views([(self.env.ref(view).id, kind)])
                names = found["models"]["res.partner"]["fields"]
                arch = found["views"][kind]["arch"]
                shown = {n: {} for n in names if f'name="{n}"' in arch}
                with self.subTest(user=user.login, kind=kind):
                    self.assertTrue(
                        partners.browse(self.distributor.id).web_read(shown)
                    )

    def test_900_distributors_cost_as_many_queries_as_three(self):
        self.ship(2)
        self.env["res.partner"].create(
            [
                {
                    "name": f"D{n}",
                    "is_company": True,
                    "channel_tier": "tier1",
                    "channel_parent_id": self.distributor.id if n % 2 else False,
                }
                for n in range(900)
            ]
        )
        names = [
            "channel_sell_through",
            "channel_age_median",
            "channel_alert_count",
            "channel_region_ids",
            "channel_overlap_ids",
            "serial_count",
        ]
        partners = self.env["res.partner"].with_user(self.user)
        everyone = partners.search([("channel_tier", "!=", False)])
        some = self.distributor | self.other_distributor | self.retailer
        few = self.count(lambda: some.with_user(self.user).read(names))
        many = self.count(lambda: everyone.read(names))
        self.assertGreater(len(everyone), 900)
        self.assertLessEqual(many, few)

    # === HELPERS === #

    def seen(self, partner):
        self.env.flush_all()
        self.env.invalidate_all()
        return partner.with_user(self.user)

    def record(self, lots, kind, stage=None, **values):
        self.env["serial.event"]._record(lots.ids, kind, stage, lot_values=values)

    def count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        call()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        call()
        return self.cr.sql_log_count - before
