from odoo.tests import tagged

from .cartons import CartonCase, create_package, put_into_stock


@tagged("post_install", "-at_install")
class TestCartonChain(CartonCase):
    """Cartons on several transfers, and what else may be in them."""

    def test_pallets_are_picked_then_shipped(self):
        packages = put_into_stock(self.made(40), self.stock_location, 10)
        pallet = create_package(self.env, "PALLET", packages[2:])
        for count in (40, 25):
            self.assertSameAsStock(self.pick_and_ship(count), packages | pallet)

    def pick_and_ship(self, count):
        """Return a function that brings goods to the dock, and from there to a
        customer.
        """
        dock = self.env["stock.location"].create(
            {"name": "Dock", "location_id": self.warehouse.view_location_id.id}
        )

        def make(env):
            internal = self.warehouse.int_type_id.id
            to_dock = {"location_dest_id": dock.id, "picking_type_id": internal}
            pick = self.draft(env, [(self.product, count)], **to_dock)
            ship = self.draft(env, [(self.product, count)], location_id=dock.id)
            ship.move_ids.procure_method = "make_to_order"
            ship.move_ids.move_orig_ids = pick.move_ids
            (pick | ship).action_confirm()
            for picking in (pick, ship):
                picking.move_ids.picked = True
                picking.with_context(skip_backorder=True).button_validate()
            return pick | ship

        return make

    def test_two_transfers_are_reserved_at_once(self):
        packages = put_into_stock(self.made(60), self.stock_location, 10)

        def make(env):
            pickings = self.draft(env, [(self.product, 25)])
            pickings |= self.draft(env, [(self.product, 35)])
            pickings.action_confirm()
            pickings.do_unreserve()
            pickings.action_assign()
            pickings.move_ids.picked = True
            pickings.button_validate()
            return pickings

        self.assertSameAsStock(make, packages)

    def test_goods_tracked_by_lot_or_not_at_all(self):
        packages = put_into_stock(self.made(20), self.stock_location, 10)
        screws, batches = self.env["product.product"].create(
            [
                {"name": "Screw", "is_storable": True},
                {"name": "Paint", "is_storable": True, "tracking": "lot"},
            ]
        )
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": batches.id})
        quant = self.env["stock.quant"].sudo()
        for package in (packages[0], packages[1], None):
            into = {"package_id": package}
            quant._update_available_quantity(screws, self.stock_location, 12.5, **into)
            quant._update_available_quantity(
                batches, self.stock_location, 7, lot_id=lot, **into
            )
        for quantities in ((20, 25, 14), (20, 30, 16), (15, 37.5, 21)):
            goods = (self.product, screws, batches)
            demands = list(zip(goods, quantities, strict=True))

            def make(env, demands=tuple(demands)):
                picking = self.draft(env, demands)
                picking.action_confirm()
                picking.do_unreserve()
                picking.action_assign()
                picking.move_ids.picked = True
                picking.button_validate()
                return picking

            self.assertSameAsStock(make, packages)

    def test_returned_cartons_come_back(self):
        packages = put_into_stock(self.made(20), self.stock_location, 10)

        def make(env):
            picking = self.draft(env, [(self.product, 20)])
            picking.action_confirm()
            picking.move_ids.picked = True
            picking.button_validate()
            wizard = env["stock.return.picking"].create({"picking_id": picking.id})
            action = wizard.action_create_returns_all()
            back = env["stock.picking"].browse(action["res_id"])
            back.action_assign()
            back.move_ids.picked = True
            back.button_validate()
            return picking | back

        rows = self.assertSameAsStock(make, packages)
        self.assertEqual({row["state"] for row in rows["stock_move_line"]}, {"done"})
