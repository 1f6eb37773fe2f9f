from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .covering import CoverageCase


@tagged("post_install", "-at_install")
class TestCodedDelivery(CoverageCase):
    """A delivery of uncoded goods is refused or told, as it is set."""

    def lacking(self, prefix="C"):
        return self.create_picking(
            self.cables(2, prefix),
            self.stock_location,
            self.customer_location,
            partner_id=self.distributor.id,
        )

    def test_a_warning_stands_on_the_delivery_and_in_its_history(self):
        picking = self.lacking().with_user(self.stock_user)
        self.assertIn("Cable: 2 of 2 bear no code", picking.serial_uncoded_warned)
        self.assertFalse(picking.serial_uncoded_stopped)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertIn("2 of 2 bear no code", picking.message_ids[0].body)
        self.assertFalse(picking.serial_uncoded_warned)

    def test_a_delivery_is_refused_where_the_company_says_so(self):
        self.company.serial_uncoded_delivery = "block"
        picking = self.lacking().with_user(self.stock_user)
        self.assertIn("Electronics", picking.serial_uncoded_stopped)
        with self.assertRaisesRegex(UserError, "2 of 2 bear no code"):
            picking.button_validate()
        self.assertTrue(self.ship(1))

    def test_what_a_category_says_goes_before_the_company(self):
        self.company.serial_uncoded_delivery = "block"
        self.duty.delivery_rule = "off"
        picking = self.lacking()
        self.assertFalse(
            picking.serial_uncoded_stopped or picking.serial_uncoded_warned
        )
        picking.button_validate()
        self.duty.delivery_rule = "block"
        self.company.serial_uncoded_delivery = "off"
        with self.assertRaises(UserError):
            self.lacking("D").button_validate()

    def test_goods_kept_without_serials_are_refused_too(self):
        self.duty.delivery_rule = "block"
        categ = self.env["product.category"].create(
            {"name": "Helmets", "serial_compliance_ids": self.duty.ids}
        )
        loose = self.env["product.product"].create(
            {"name": "Helmet", "type": "consu", "categ_id": categ.id}
        )
        with self.assertRaisesRegex(UserError, "Helmet: 3 of 3"):
            self.send(loose, 3)

    def test_incomplete_product_identifiers_are_refused(self):
        self.duty.write({"delivery_rule": "block", "identifier_rule": "dscsa"})
        lots = self.produce(2)
        self.product.barcode = "6901234567892"
        with self.assertRaisesRegex(UserError, "2 of 2 lack a GTIN"):
            self.deliver(lots, self.distributor)
        lots.expiry_date = "2027-01-31"
        self.deliver(lots, self.distributor)
        self.assertEqual(set(lots.mapped("stage")), {"shipped"})

    def test_other_markets_and_moves_inside_are_not_asked(self):
        self.duty.delivery_rule = "block"
        self.other_distributor.country_id = self.env.ref("base.de")
        lots = self.cables(1)
        shelf = self.stock_location.create(
            {"name": "Shelf", "location_id": self.stock_location.id}
        )
        self.transfer(lots, self.stock_location, shelf)
        self.transfer(lots, shelf, self.stock_location)
        self.deliver(lots, self.other_distributor)
        self.assertEqual(lots.location_id, self.customer_location)

    def test_the_check_takes_as_many_queries_for_20_serials_as_for_2(self):
        guard = self.env["serial.coded.delivery"]

        def count(lots):
            picking = self.create_picking(
                lots,
                self.stock_location,
                self.customer_location,
                partner_id=self.distributor.id,
            )
            self.env.flush_all()
            condition = SQL("line.picking_id = %s", picking.id)
            before = self.env.cr.sql_log_count
            guard._ensure_coded(condition)
            return self.env.cr.sql_log_count - before

        few, many = self.produce(2), self.produce(20)
        count(few)
        self.assertEqual(count(few), count(many))
        self.duty.active = False
        count(few)
        self.assertEqual(count(many), 0)
