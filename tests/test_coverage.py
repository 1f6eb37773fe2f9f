from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..core.product_identifier import gaps
from .common import NOW
from .covering import CoverageCase


@tagged("post_install", "-at_install")
class TestCoverage(CoverageCase):
    """Every unit that left without a code is named."""

    def test_units_count_as_coded_or_not_by_product_and_shipment(self):
        self.ship(3)
        picking = self.deliver(self.cables(2), self.distributor)
        self.assertEqual(
            self.coverage(),
            {self.product: (3, 3, 0, 0), self.uncoded_product: (2, 0, 2, 0)},
        )
        row = self.env["serial.coverage"].search([("uncoded_count", ">", 0)])
        self.assertEqual(row.picking_id, picking)
        self.assertEqual(row.compliance_id, self.duty)
        self.assertEqual(row.partner_id, self.distributor)

    def test_goods_without_serial_numbers_are_uncoded_by_quantity(self):
        loose = self.env["product.product"].create(
            {"name": "Helmet", "is_storable": True, "tracking": "none"}
        )
        loose.product_tmpl_id.serial_compliance_ids = self.duty
        self.env["stock.quant"]._update_available_quantity(
            loose, self.stock_location, 7
        )
        self.send(loose, 7)
        self.assertEqual(self.coverage()[loose], (7, 0, 7, 0))

    def test_a_code_given_after_a_unit_left_came_too_late(self):
        lots = self.cables(2)
        self.deliver(lots, self.distributor)
        with self.freeze_later():
            self.uncoded_product.product_tmpl_id.serial_scheme_id = self.scheme
            lots._adopt(self.scheme)
        self.assertEqual(self.coverage()[self.uncoded_product], (2, 0, 2, 0))

    def test_serials_adopted_before_they_leave_are_coded(self):
        self.uncoded_product.product_tmpl_id.serial_scheme_id = self.scheme
        self.deliver(self.cables(2), self.distributor)
        self.assertEqual(self.coverage()[self.uncoded_product], (2, 2, 0, 0))

    def test_a_category_counts_in_its_market_and_since_its_day_only(self):
        self.distributor.country_id = self.env.ref("base.de")
        self.ship(1)
        self.assertFalse(self.coverage())
        self.duty.write(
            {"country_ids": False, "country_group_id": self.env.ref("base.europe").id}
        )
        self.assertEqual(self.coverage()[self.product], (1, 1, 0, 0))
        self.duty.date_from = NOW.date() + timedelta(days=1)
        self.assertFalse(self.coverage())
        self.duty.date_from = NOW.date()
        self.assertTrue(self.coverage())
        self.duty.is_unit_coded = False
        self.assertFalse(self.coverage())

    def test_a_receiver_of_an_unknown_country_counts(self):
        self.distributor.country_id = False
        self.ship(1)
        self.assertTrue(self.coverage())

    def test_categories_of_goods_reach_the_products_below(self):
        parent = self.env["product.category"].create({"name": "Electronics"})
        child = parent.create({"name": "Cables", "parent_id": parent.id})
        self.duty.write({"template_ids": [Command.clear()], "categ_ids": parent.ids})
        self.uncoded_product.categ_id = child
        self.ship(1)
        self.deliver(self.cables(1), self.distributor)
        self.assertEqual(list(self.coverage()), [self.uncoded_product])
        self.assertEqual(self.duty.product_count, 1)

    def test_a_product_in_two_categories_counts_once(self):
        self.duty.copy({"sequence": 1, "name": "First"})
        self.ship(2)
        self.assertEqual(self.coverage()[self.product], (2, 2, 0, 0))
        row = self.env["serial.coverage"].search([])
        self.assertEqual(row.compliance_id.name, "First")

    def test_the_share_of_a_group_is_that_of_its_units(self):
        self.ship(9)
        self.deliver(self.cables(1), self.distributor)
        self.env.flush_all()
        rows = self.env["serial.coverage"]._read_group(
            [], ["partner_id"], ["coded_share:avg"]
        )
        self.assertEqual(rows, [(self.distributor, 90)])

    def test_units_that_come_back_left_all_the_same(self):
        lots = self.ship(2)
        self.take_back(lots, self.distributor)
        self.assertEqual(self.coverage()[self.product], (2, 2, 0, 0))

    def test_another_companys_deliveries_are_not_read(self):
        self.ship(1)
        other = self.env["res.company"].create({"name": "Another"})
        self.auditor.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(self.coverage())
        with self.assertRaises(AccessError):
            self.coverage(user=self.stock_user)

    def test_an_incomplete_product_identifier_is_told_as_python_tells_it(self):
        self.duty.identifier_rule = "fmd"
        self.product.barcode = "6901234567892"
        lots = self.ship(6)
        batch = lots.serial_batch_id
        lots.expiry_date = "2027-01-31"
        lots[0].expiry_date = False
        lots[1].ref = "a lot with spaces"
        lots[2].ref = "L" * 21
        lots[3].ref = "L-7"
        for barcode in ("6901234567892", "6901234567891", False):
            self.product.barcode = barcode
            told = sum(
                bool(gaps(barcode, lot.name, lot.ref or batch.name, lot.expiry_date))
                for lot in lots
            )
            self.assertEqual(self.coverage()[self.product], (6, 6, 0, told))
        self.assertEqual(told, 6)

    # === HELPERS === #

    def freeze_later(self):
        return freeze_time(NOW + timedelta(days=1))
