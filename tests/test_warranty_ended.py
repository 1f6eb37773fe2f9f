from datetime import date

from odoo.tests import tagged

from .test_scan import PageCase


@tagged("post_install", "-at_install")
class TestWarrantyEnded(PageCase):
    """Nobody may claim for a unit that was exchanged, scrapped or handed in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.use_chinese_policy()
        cls.warranties = cls.env["serial.warranty"]

    def find(self, state):
        return self.env["stock.lot"].search([("warranty_state", "=", state)])

    def sell(self, count=1):
        lots = self.produce(count)
        self.deliver(lots, self.consumer)
        return lots

    def end(self, lots, stage):
        self.env["serial.event"]._record(lots.ids, stage, stage=stage)

    def test_a_unit_given_for_another_has_no_warranty_any_more(self):
        old, new = self.sell(), self.produce()
        first = old.warranty_id
        self.warranties._exchange(old, new, date(2026, 3, 2))
        self.end(old, "retired")
        self.assertEqual((first.state, first.term_state), ("replaced", "void"))
        self.assertEqual(old.warranty_state, "void")
        self.assertEqual(new.warranty_state, "running")
        self.assertIn(old, self.find("void"))
        self.assertNotIn(old, self.find("running"))
        self.assertIn(new, self.find("running"))
        self.assertEqual(old.warranty_text, "The unit has been retired.")

    def test_a_traded_in_unit_keeps_its_registration_and_entitles_nobody(self):
        lot = self.sell()
        warranty = lot.warranty_id
        self.end(lot, "traded_in")
        self.warranties._refresh(lot.ids)
        self.assertEqual((warranty.state, warranty.term_state), ("live", "void"))
        self.assertFalse(warranty.is_excluded, "it may be handed back")
        self.assertEqual(lot.warranty_state, "void")
        rights = self.warranties._get_rights(lot)[lot.id]
        self.assertEqual((rights.may_ask, rights.reasons), ((), ("traded_in",)))
        found = self.warranties.search([("term_state", "=", "void")])
        self.assertIn(warranty, found)

    def test_units_without_a_registration_end_as_well(self):
        self.product.serial_policy_id = False
        lots = self.sell(2)
        self.end(lots[0], "retired")
        self.assertEqual(lots.mapped("warranty_state"), ["void", "running"])
        self.assertIn(lots[0], self.find("void"))
        self.assertEqual(self.find("running") & lots, lots[1])

    def test_the_page_says_that_the_warranty_has_ended(self):
        lot = self.sell()
        self.assertIn("What you may ask for", self.page(lot.scan_code))
        self.end(lot, "retired")
        page = self.page(lot.scan_code)
        self.assertIn("Warranty ended", page)
        self.assertNotIn("What you may ask for", page)
        self.assertNotIn("In warranty", page)
