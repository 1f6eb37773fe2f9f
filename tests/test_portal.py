import csv
import io
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import SerialCase

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06"
    b"\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00"
    b"\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


class PortalCase(SerialCase):
    """People of three distributors, each with a portal log-in and nothing more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_dealers("portal")

    def portal_of(self, user):
        """Return the portal as a user has it."""
        return self.env["serial.portal"].with_user(user)

    def serials_of(self, user, **filters):
        """Return the serial numbers that a user sees."""
        return {row["serial"] for row in self.portal_of(user)._get_units(filters)}

    def alert_on(self, lot, state="investigating"):
        """Return an alert on a unit."""
        return self.env["serial.diversion.alert"].create(
            {
                "lot_id": lot.id,
                "partner_id": lot.channel_partner_id.id,
                "region_id": lot.channel_region_id.id,
                "observed_at": "2026-03-01 00:00:00",
                "state": state,
                "user_id": self.manager.id,
            }
        )


@tagged("post_install", "-at_install")
class TestPortalUnits(PortalCase):
    """My units: what a distributor holds, and what those he supplies hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.ship(3)
        cls.retail_lot = cls.ship(1, cls.retailer)
        cls.foreign_lot = cls.ship(1, cls.other_distributor)

    def test_sees_his_own_and_his_retailers_units(self):
        expected = set((self.lots | self.retail_lot).mapped("name"))
        self.assertEqual(self.serials_of(self.dealer), expected)

    def test_colleagues_share_one_view(self):
        self.assertEqual(self.serials_of(self.colleague), self.serials_of(self.dealer))

    def test_a_retailer_sees_nothing_of_his_supplier(self):
        self.assertEqual(self.serials_of(self.shopkeeper), {self.retail_lot.name})

    def test_who_is_no_distributor_sees_nothing(self):
        nobody = new_test_user(self.env, "portal_nobody", "base.group_portal")
        with self.assertRaises(AccessError):
            self.serials_of(nobody)

    def test_searches_by_code_in_any_typing(self):
        lot = self.lots[0]
        typed = lot.scan_code_display.lower()
        self.assertEqual(self.serials_of(self.dealer, search=typed), {lot.name})

    def test_cannot_find_a_foreign_unit_by_its_code(self):
        found = self.serials_of(self.dealer, search=self.foreign_lot.scan_code)
        self.assertFalse(found)

    def test_filters_by_state_and_holder(self):
        self.lots[0]._move_to_stage(
            "activated", "activated", lot_values={"activated_at": "2026-03-01 10:00:00"}
        )
        activated = self.serials_of(self.dealer, state="activated")
        self.assertEqual(activated, {self.lots[0].name})
        held = self.serials_of(self.dealer, holder=str(self.retailer.id))
        self.assertEqual(held, {self.retail_lot.name})

    def test_filters_by_shipment(self):
        picking = self.live_assignments(self.lots).picking_id
        found = self.serials_of(self.dealer, shipment=str(picking.id))
        self.assertEqual(found, set(self.lots.mapped("name")))

    def test_one_unit_shows_its_steps_to_its_distributor_only(self):
        unit = self.portal_of(self.dealer)._get_unit(self.lots[0].id)
        self.assertEqual(
            [step["title"] for step in unit["steps"]], ["Shipped to a distributor"]
        )
        self.assertIsNone(self.portal_of(self.stranger)._get_unit(self.lots[0].id))

    def test_exports_what_the_page_shows(self):
        text = "".join(self.portal_of(self.dealer)._export_units({}))
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
        expected = set((self.lots | self.retail_lot).mapped("name"))
        self.assertEqual({row[0] for row in rows[1:]}, expected)

    def test_a_page_of_units_takes_as_many_queries_whatever_their_number(self):
        portal = self.portal_of(self.dealer)

        def count(limit):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            portal._get_units({}, limit=limit)
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(4), count(2))


@tagged("post_install", "-at_install")
class TestPortalAlert(PortalCase):
    """Alerts: seen once the brand has taken them on, and answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.ship(1)
        cls.alert = cls.alert_on(cls, cls.lot)

    def give(self, user, body="We sold it to a walk-in customer.", files=()):
        """Give a statement on the alert."""
        return self.portal_of(user)._give_statement(self.alert.id, body, files)

    def test_a_fresh_signal_is_not_shown(self):
        self.alert.sudo().state = "new"
        self.assertEqual(self.portal_of(self.dealer)._get_alerts(), [])

    def test_the_statement_reaches_the_owner_with_its_files(self):
        self.assertTrue(self.give(self.dealer, files=[("invoice.png", PICTURE)]))
        statement = self.alert.with_user(self.manager).statement_ids
        self.assertEqual(statement.kind, "statement")
        self.assertEqual(statement.partner_id, self.distributor)
        self.assertEqual(statement.author_id, self.dealer.partner_id)
        self.assertEqual(statement.attachment_ids.raw, PICTURE)
        self.assertIn(self.manager, self.alert.activity_ids.user_id)

    def test_a_word_on_a_confirmed_alert_is_an_appeal(self):
        self.alert.sudo().write({"state": "confirmed", "outcome_note": "Sold."})
        self.give(self.dealer)
        self.assertEqual(self.alert.statement_ids.kind, "appeal")

    def test_a_stranger_cannot_see_or_answer(self):
        self.assertFalse(self.give(self.stranger))
        self.assertIsNone(self.portal_of(self.stranger)._get_alert(self.alert.id))

    def test_a_retailer_cannot_answer_for_his_supplier(self):
        self.assertFalse(self.give(self.shopkeeper))

    def test_an_empty_word_and_a_program_are_refused(self):
        with self.assertRaises(UserError):
            self.give(self.dealer, body="  ")
        with self.assertRaises(UserError):
            self.give(self.dealer, files=[("photo.png", b"MZ" + bytes(200))])

    def test_a_file_too_large_is_refused(self):
        limit = "odoo.addons.serial_dossier.models.serial_file_check_mixin.MAX_FILE"
        with patch(limit, 10), self.assertRaises(UserError):
            self.give(self.dealer, files=[("photo.png", PICTURE)])

    def test_nobody_changes_a_statement(self):
        self.give(self.dealer)
        with self.assertRaises(AccessError):
            self.alert.statement_ids.with_user(self.manager).body = "Something else"


@tagged("post_install", "-at_install")
class TestPackingList(PortalCase):
    """Packing lists: every serial of a shipment, as PDF and CSV."""

    def test_lists_every_serial_of_the_shipment(self):
        lots = self.ship(3)
        picking = self.live_assignments(lots).picking_id
        lists = self.env["serial.packing.list"].with_user(self.dealer)
        found = lists._get_packing_list(picking.id, self.distributor.ids)
        self.assertEqual({row[1] for row in found["rows"]}, set(lots.mapped("name")))
        self.assertIn(lots[0].name, lists._get_csv(found))
        self.assertTrue(lists._get_pdf(found).startswith(b"%PDF"))

    def test_another_distributors_shipment_is_none(self):
        picking = self.live_assignments(self.ship(1)).picking_id
        lists = self.env["serial.packing.list"].with_user(self.stranger)
        other = self.other_distributor.ids
        self.assertIsNone(lists._get_packing_list(picking.id, other))
