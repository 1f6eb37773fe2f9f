from odoo.exceptions import UserError
from odoo.tests import tagged

from .cartons import CartonCase, create_package, put_into_stock


@tagged("post_install", "-at_install")
class TestCartonScan(CartonCase):
    """A package that is scanned goes on the transfer, whole."""

    def setUp(self):
        super().setUp()
        self.cartons = put_into_stock(self.made(60), self.stock_location, 10)
        self.pallet = create_package(self.env, "PALLET", self.cartons[4:])

    def scan(self, picking, packages):
        picking = picking.with_user(self.stock_user)
        return picking._reserve_packages(packages.with_user(self.stock_user))

    def packages_on(self, picking):
        return picking.move_line_ids.package_id

    def test_a_pallet_goes_on_an_empty_delivery_with_one_scan(self):
        picking = self.draft(self.env, [])
        lines = self.scan(picking, self.pallet)
        self.assertEqual(lines, picking.move_line_ids)
        self.assertEqual(lines.result_package_id, self.cartons[4:])
        self.assertEqual(lines.result_package_id.outermost_package_id, self.pallet)
        lines.picked = True
        picking.with_user(self.stock_user).button_validate()
        self.assertEqual(set(lines.lot_id.mapped("stage")), {"shipped"})
        self.assertEqual(self.pallet.location_id, self.customer_location)
        self.assertEqual(self.cartons[4].parent_package_id, self.pallet)

    def test_scanned_cartons_stand_in_for_those_that_were_reserved(self):
        picking = self.draft(self.env, [(self.product, 25)])
        picking.action_confirm()
        self.assertEqual(self.packages_on(picking), self.cartons[:3])
        self.scan(picking, self.pallet)
        # With twenty of 25 five are left: no carton of ten is torn apart for that.
        self.assertEqual(self.packages_on(picking), self.cartons[:1] | self.cartons[4:])
        reserved = self.cartons[1].quant_ids.mapped("reserved_quantity")
        self.assertEqual(set(reserved), {0})

    def test_a_carton_already_reserved_is_not_taken_twice(self):
        picking = self.draft(self.env, [(self.product, 20)])
        picking.action_confirm()
        self.scan(picking, self.cartons[0])
        self.scan(picking, self.cartons[0])
        self.assertEqual(len(picking.move_line_ids), 20)
        self.assertEqual(picking.state, "assigned")
        reserved = self.cartons[0].quant_ids.mapped("reserved_quantity")
        self.assertEqual(set(reserved), {1})

    def test_what_is_empty_or_elsewhere_is_refused(self):
        picking = self.draft(self.env, [(self.product, 20)])
        with self.assertRaisesRegex(UserError, "BOX is empty"):
            self.scan(picking, create_package(self.env, "BOX"))
        picking.location_id = self.shelf
        with self.assertRaisesRegex(UserError, "PALLET is in"):
            self.scan(picking, self.pallet)
        picking.action_cancel()
        with self.assertRaisesRegex(UserError, "done or cancelled"):
            self.scan(picking, self.pallet)

    def test_queries_do_not_grow_with_the_serials_in_a_carton(self):
        # The first one fills caches.
        counts = [self.count_queries(size) for size in (2, 2, 40)]
        self.assertLessEqual(counts[2], counts[1])

    def count_queries(self, size):
        """Return how many queries it takes to reserve and to move two cartons."""
        product = self._create_product("Phone", serial_scheme_id=self.scheme.id)
        lots = self.made(2 * size, product)
        put_into_stock(lots, self.stock_location, size, prefix=f"OF-{product.id}")
        picking = self.draft(self.env, [(product, 2 * size)])
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        picking.action_confirm()
        picking.do_unreserve()
        picking.action_assign()
        picking.move_ids.picked = True
        picking.button_validate()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start
