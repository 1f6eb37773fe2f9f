from odoo.tests import tagged

from .recalling import RecallCase
from .test_portal import PortalCase
from .wsgi import WsgiCase


class PortalRecallCase(PortalCase, RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.ship(3)
        cls.foreign = cls.ship(1, cls.other_distributor)
        cls.unconcerned = cls.ship(1)
        cls.recalled = cls.recall_of(cls.lots | cls.foreign)


@tagged("post_install", "-at_install")
class TestPortalRecall(PortalRecallCase):
    def test_a_distributor_sees_his_units_and_no_others(self):
        (row,) = self.portal_of(self.dealer)._get_portal_recalls()
        self.assertEqual((row["unit_count"], row["percent"]), (3, 0))
        found = self.portal_of(self.dealer)._get_portal_recall(self.recalled.id)
        self.assertEqual(
            {unit["serial"] for unit in found["units"]}, set(self.lots.mapped("name"))
        )
        text = self.portal_of(self.dealer)._export_recall(self.recalled.id)
        self.assertIn(self.lots[0].name, text)
        self.assertNotIn(self.foreign.name, text)

    def test_a_recall_without_units_of_his_is_none_of_his(self):
        portal = self.portal_of(self.shopkeeper)
        self.assertEqual(portal._get_portal_recalls(), [])
        self.assertIsNone(portal._get_portal_recall(self.recalled.id))
        self.assertIsNone(portal._export_recall(self.recalled.id))
        self.assertFalse(portal._acknowledge_recall(self.recalled.id))

    def test_a_distributor_confirms_once_that_he_has_read(self):
        portal = self.portal_of(self.dealer)
        self.assertTrue(portal._acknowledge_recall(self.recalled.id))
        dealer = self.recalled.dealer_ids.filtered(
            lambda one: one.partner_id == self.distributor
        )
        self.assertEqual(dealer.acknowledged_by_id, self.dealer)
        self.assertEqual(self.recalled.acknowledged_count, 1)
        self.portal_of(self.colleague)._acknowledge_recall(self.recalled.id)
        self.assertEqual(dealer.acknowledged_by_id, self.dealer)

    def test_remedied_units_count(self):
        self.env["serial.recall"]._remedied(self.lots[0])
        (row,) = self.portal_of(self.dealer)._get_portal_recalls()
        self.assertEqual((row["remedied_count"], row["percent"]), (1, 33))
        self.assertEqual(self.portal_of(self.dealer)._count_recalls(), 1)


@tagged("post_install", "-at_install")
class TestPortalRecallPages(PortalRecallCase, WsgiCase):
    def test_the_pages_open_for_him_and_for_nobody_else(self):
        address = f"/my/recalls/{self.recalled.id}"
        cookie = self.open_session("portal_dealer")
        page = self.call("GET", address, sid=cookie)
        self.assertEqual(page.status, 200)
        self.assertIn("Stop charging it.", page.text)
        self.assertIn("I have read this", page.text)
        listed = self.call("GET", "/my/recalls", sid=cookie)
        self.assertIn("The battery may overheat", listed.text)
        file = self.call("GET", f"{address}.csv", sid=cookie)
        self.assertIn(self.lots[0].name, file.text)
        other = self.open_session("portal_shopkeeper")
        self.assertEqual(self.call("GET", address, sid=other).status, 404)
