from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .test_case import DiversionCase
from .test_portal import PICTURE


@tagged("post_install", "-at_install")
class TestPurchase(DiversionCase):
    """A unit is bought, and its code tells where it comes from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store = cls.env["serial.channel.store"].create(
            {
                "name": "Xihu Digital",
                "platform_id": cls.env.ref(
                    "serial_dossier.serial_channel_platform_jd"
                ).id,
                "store_id": "88",
                "partner_id": cls.other_distributor.id,
            }
        )
        cls.purchases = cls.env["serial.diversion.purchase"].with_user(cls.user)

    def buy(self, code=None, **values):
        """Buy a unit at the other distributor's store."""
        if code is None:
            code = self.lot.scan_code_display
        return self.purchases.create(
            {"store_id": self.store.id, "price": 99, "typed_code": code, **values}
        )

    def test_the_code_gives_back_shipment_and_distributor(self):
        purchase = self.buy()
        self.assertEqual(purchase.lot_id, self.lot)
        self.assertEqual(
            purchase.picking_id, self.live_assignments(self.lot).picking_id
        )
        self.assertEqual(purchase.partner_id, self.distributor)
        self.assertEqual(purchase.seller_partner_id, self.other_distributor)
        self.assertEqual(purchase.result, "other")
        self.assertIn(purchase.picking_id.name, purchase.trace_text)
        self.assertIn("belongs to Xihu", purchase.trace_text)

    def test_what_speaks_against_somebody_opens_a_case_of_the_shipment(self):
        case = self.buy().case_id
        self.assertEqual(case.partner_id, self.distributor)
        self.assertEqual(case.picking_id, self.live_assignments(self.lot).picking_id)
        self.assertEqual(self.buy(self.lots[1].name).case_id, case)

    def test_joins_the_case_of_a_leak_of_the_shipment(self):
        leak = self.leak(self.lots[:2])
        case = self.case_of(self.lots[:2], "leak", leak_id=leak.id)
        self.assertEqual(self.buy().case_id, case)

    def test_sold_by_whom_it_was_sent_to_is_no_case(self):
        self.store.partner_id = self.distributor
        purchase = self.buy()
        self.assertEqual(purchase.result, "own")
        self.assertFalse(purchase.case_id)
        self.store.partner_id = self.retailer
        self.assertEqual(self.buy().result, "own", "he supplies the retailer")

    def test_a_store_nobody_answers_for_and_an_unknown_code(self):
        self.assertEqual(self.buy(store_id=False).result, "unauthorized")
        self.assertEqual(self.buy("X8K2-9M4P-LQ7R-W").result, "unknown")
        self.assertEqual(self.buy(self.produce().name).result, "unshipped")
        self.assertFalse(self.buy("").result)

    def test_the_trace_is_of_the_day_it_was_bought(self):
        purchase = self.buy("", bought_at="2026-03-02 09:00:00")
        self.take_back(self.lot, self.distributor)
        purchase.typed_code = self.lot.name
        self.assertEqual(purchase.partner_id, self.distributor)

    def test_a_lead_becomes_a_purchase_and_joins_its_case(self):
        lead = self.env["serial.diversion.lead"]._raise(
            "under_floor",
            [{"key": "x", "store_id": self.store.id, "product_id": self.product.id}],
        )
        action = lead.with_user(self.user).action_purchase()
        form = Form(self.purchases.with_context(**action["context"]))
        form.typed_code = self.lot.scan_code
        purchase = form.save()
        self.assertEqual(purchase.store_id, self.store)
        self.assertEqual(lead.case_id, purchase.case_id)
        self.assertTrue(lead.case_id)

    def test_nobody_writes_a_trace_or_changes_the_custody_log(self):
        purchase = self.buy(
            custody_ids=[(0, 0, {"action": "received"}), (0, 0, {"action": "sealed"})]
        )
        with self.assertRaises(AccessError):
            purchase.result = "own"
        with self.assertRaises(AccessError):
            purchase.custody_ids[0].holder = "Nobody"
        with self.assertRaises(AccessError):
            purchase.custody_ids[0].unlink()

    def test_a_photo_is_seen_by_who_sees_the_purchase(self):
        photo = (
            self.env["ir.attachment"]
            .with_user(self.user)
            .create(
                {
                    "name": "box.png",
                    "raw": PICTURE,
                    "res_model": "serial.diversion.purchase",
                }
            )
        )
        self.buy(attachment_ids=[(6, 0, photo.ids)])
        self.assertEqual(photo.with_user(self.auditor).raw, PICTURE)
        with self.assertRaises(AccessError):
            photo.with_user(self.stock_user).raw  # noqa: B018

    def test_another_companys_purchase_is_not_seen(self):
        purchase = self.buy()
        company = self.env["res.company"].create({"name": "Another"})
        purchase.sudo().company_id = company
        self.assertFalse(self.purchases.search([("id", "=", purchase.id)]))
