from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import NOW
from .purging import LATER, PurgeCase


@tagged("post_install", "-at_install")
class TestRetention(PurgeCase):
    def test_nothing_is_due_before_its_time_is_over(self):
        purge = self.look(NOW + relativedelta(years=2))
        self.assertFalse(purge.unit_ids)
        self.assertEqual(purge.state, "listed")
        with self.assertRaises(UserError):
            purge.action_purge()

    def test_what_is_due_is_shown_before_anything_goes(self):
        purge = self.look()
        self.assertEqual(purge.unit_ids.lot_id, self.lots)
        self.assertEqual(purge.due_count, 2)
        self.assertEqual(purge.unit_ids[0].base_on, NOW.date())
        self.assertTrue(self.lot.event_ids)

    def test_expiry_counts_where_it_is_later_than_the_last_event(self):
        self.lot.expiry_date = NOW.date() + relativedelta(years=1)
        self.assertEqual(self.look().unit_ids.lot_id, self.other)
        later = LATER + relativedelta(years=1)
        self.assertEqual(self.reason_of(self.lot, later), "due")

    def test_a_category_keeps_longer_than_the_company_and_a_product_than_both(self):
        parent = self.env["product.category"].create(
            {"name": "Medicine", "serial_retention_years": 3}
        )
        category = self.env["product.category"].create(
            {"name": "Pills", "parent_id": parent.id}
        )
        self.product.categ_id = category
        self.assertFalse(self.look().unit_ids)
        self.assertTrue(self.look(LATER + relativedelta(years=1)).unit_ids)
        self.product.serial_retention_years = 6
        self.assertFalse(self.look(LATER + relativedelta(years=3)).unit_ids)
        self.assertEqual(
            self.look(LATER + relativedelta(years=4)).unit_ids.mapped("years"), [6, 6]
        )

    def test_a_law_may_want_more_than_the_company(self):
        self.env["serial.compliance.category"].create(
            {
                "name": "Medicines",
                "retention_years": 6,
                "template_ids": [Command.set(self.product.product_tmpl_id.ids)],
            }
        )
        self.assertEqual(self.product.product_tmpl_id.serial_retention_applied, 6)
        self.assertFalse(self.look(LATER + relativedelta(years=3)).unit_ids)
        self.assertTrue(self.look(LATER + relativedelta(years=4)).unit_ids)

    def test_zero_keeps_for_good(self):
        self.company.serial_retention_years = 0
        self.assertFalse(self.look(LATER + relativedelta(years=50)).unit_ids)

    def test_codes_that_were_never_used_are_no_dossiers(self):
        minted = self.mint(1)
        self.assertNotIn(minted, self.look().unit_ids.lot_id)

    def test_a_purge_can_be_of_some_products_only(self):
        other_product = self._create_product("TV", serial_scheme_id=self.scheme.id)
        self.ship(1, product=other_product)
        purge = self.look(product_ids=[Command.set(other_product.ids)])
        self.assertEqual(purge.unit_ids.product_id, other_product)

    def test_a_moment_is_told_from_the_clock_of_the_company(self):
        self.assertEqual(self.look().as_of, fields.Date.to_date(LATER))


@tagged("post_install", "-at_install")
class TestKept(PurgeCase):
    def test_what_is_in_our_stock_stays(self):
        lot = self.produce(1)
        self.assertEqual(self.reason_of(lot), "stock")

    def test_what_is_recalled_or_blocked_stays(self):
        self.lot.sudo().recalled = True
        self.other.sudo().blocked = True
        self.assertEqual(self.reason_of(self.lot), "recall")
        self.assertEqual(self.reason_of(self.other), "blocked")

    def test_an_open_repair_keeps_its_unit(self):
        repair = self.env["repair.order"].create(
            {"product_id": self.product.id, "lot_id": self.lot.id}
        )
        self.assertEqual(self.reason_of(self.lot), "repair")
        repair.state = "cancel"
        self.assertEqual(self.reason_of(self.lot), "due")

    def test_an_open_alert_keeps_its_unit_and_an_open_case_too(self):
        alert = self.env["serial.diversion.alert"].create(
            {"lot_id": self.lot.id, "kind": "region_mismatch", "score": 90}
        )
        self.assertEqual(self.reason_of(self.lot), "case")
        alert.state = "dismissed"
        self.assertEqual(self.reason_of(self.lot), "due")

    def test_a_live_warranty_keeps_its_unit(self):
        self.env["serial.warranty"].create(
            {
                "lot_id": self.lot.id,
                "company_id": self.company.id,
                "start": NOW.date(),
                "end": LATER.date() + relativedelta(days=1),
            }
        )
        self.assertNotIn(self.lot, self.look().unit_ids.lot_id)
        longer = LATER + relativedelta(years=2)
        self.assertNotIn(self.lot, self.look(longer).unit_ids.lot_id)
        self.assertEqual(self.reason_of(self.lot, longer + timedelta(days=2)), "due")

    def test_a_part_stays_while_the_unit_it_sits_in_does(self):
        self.env["serial.part"].create(
            {
                "lot_id": self.produce(1).id,
                "component_lot_id": self.lot.id,
                "product_id": self.product.id,
                "name": self.lot.name,
            }
        )
        self.assertEqual(self.reason_of(self.lot), "part")

    def test_a_broken_chain_is_evidence_and_stays(self):
        self.env.cr.execute("ALTER TABLE serial_event DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE serial_event SET disposition = 'x' WHERE lot_id = %s",
            [self.lot.id],
        )
        self.env.cr.execute("ALTER TABLE serial_event ENABLE TRIGGER USER")
        purge = self.purge()
        unit = purge.unit_ids.filtered(lambda row: row.lot_id == self.lot)
        self.assertEqual((unit.state, unit.reason), ("kept", "chain"))
        self.assertEqual(purge.purged_count, 1)

    def test_what_was_used_after_the_preview_stays(self):
        purge = self.look()
        with freeze_time(LATER):
            self.take_back(self.lot, self.distributor)
            purge.action_purge()
        unit = purge.unit_ids.filtered(lambda row: row.lot_id == self.lot)
        self.assertEqual((unit.state, unit.reason), ("kept", "not_due"))
        self.assertIn("shipped", self.kinds_of(self.lot))
