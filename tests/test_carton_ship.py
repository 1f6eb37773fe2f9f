from odoo import Command
from odoo.tests import tagged

from .cartons import CartonCase, create_package, put_into_stock


@tagged("post_install", "-at_install")
class TestCartonShip(CartonCase):
    """Moving whole cartons makes the rows that stock itself would make."""

    def ship_cartons(self, quantities, picked=True, **values):
        """Return a function that makes, reserves and validates a transfer."""

        def make(env):
            picking = self.draft(env, quantities, **values)
            picking.action_confirm()
            picking.move_ids.picked = picked
            picking.with_context(skip_backorder=True).button_validate()
            return picking | picking.backorder_ids

        return make

    def store(self, quantities):
        """Return a function that brings goods from the shelf to where they belong."""
        return self.ship_cartons(
            quantities,
            location_id=self.shelf.id,
            location_dest_id=self.stock_location.id,
            picking_type_id=self.warehouse.int_type_id.id,
        )

    def test_whole_cartons_leave(self):
        packages = put_into_stock(self.made(200), self.stock_location, 40)
        rows = self.assertSameAsStock(
            self.ship_cartons([(self.product, 200)]), packages
        )
        self.assertEqual({row["state"] for row in rows["stock_move_line"]}, {"done"})
        self.assertEqual(len(rows["stock_package_history"]), 5)
        self.assertEqual(
            {row["location_id"] for row in rows["stock_package"]},
            {self.customer_location.id},
        )

    def test_a_part_of_a_carton_leaves_without_it(self):
        packages = put_into_stock(self.made(100), self.stock_location, 40)
        self.assertSameAsStock(self.ship_cartons([(self.product, 60)]), packages)

    def test_nested_pallets_leave(self):
        packages = put_into_stock(self.made(80), self.stock_location, 10)
        pallets = create_package(self.env, "PALLET-1", packages[:4])
        pallets |= create_package(self.env, "PALLET-2", packages[4:])
        for count in (80, 60):
            rows = self.assertSameAsStock(
                self.ship_cartons([(self.product, count)]), packages | pallets
            )
        parents = {
            row["name"]: row["parent_package_id"] for row in rows["stock_package"]
        }
        self.assertEqual(parents["CARTON-000"], pallets[0].id)
        self.assertFalse(parents["CARTON-004"])

    def test_what_is_missing_is_put_on_a_backorder(self):
        packages = put_into_stock(self.made(40), self.stock_location, 20)
        rows = self.assertSameAsStock(
            self.ship_cartons([(self.product, 50), (self.second(), 3)]), packages
        )
        self.assertEqual(len(rows["stock_picking"]), 2)

    def test_cartons_go_to_another_place_by_the_rules_of_putaway(self):
        packages = put_into_stock(self.made(80), self.shelf, 20)
        pallet = create_package(self.env, "PALLET", packages[:2])
        other = self.env["stock.location"].create(
            {"name": "Rack", "location_id": self.stock_location.id}
        )
        rule = self.env["stock.putaway.rule"].create(
            {
                "product_id": self.product.id,
                "location_in_id": self.stock_location.id,
                "location_out_id": other.id,
            }
        )
        make = self.store([(self.product, 70)])
        for sublocation in ("no", "last_used"):
            rule.sublocation = sublocation
            rows = self.assertSameAsStock(make, packages | pallet)
        self.assertEqual(
            {row["location_dest_id"] for row in rows["stock_move_line"]}, {other.id}
        )
        packages.package_type_id = self.env["stock.package.type"].create(
            {"name": "Carton"}
        )
        self.assertSameAsStock(make, packages | pallet)

    def test_each_carton_goes_to_the_place_of_its_kind(self):
        other = self.second()
        packages = put_into_stock(self.made(20) | self.made(20, other), self.shelf, 10)
        lots = self.made(2) | self.made(2, other)
        mixed = put_into_stock(lots, self.shelf, 4, prefix="M")
        put_into_stock(self.made(5), self.shelf)
        racks = self.create_racks(1)
        racks.storage_category_id = False
        kind = self.env["stock.package.type"].create({"name": "Carton"})
        packages[0].package_type_id = kind
        rules = self.env["stock.putaway.rule"].search(
            [("product_id", "=", self.product.id)]
        )
        rules.sublocation = "no"
        rules.location_out_id = racks[0]
        place = {"location_in_id": self.stock_location.id}
        rules.create(
            [
                {**place, "package_type_ids": kind.ids, "location_out_id": racks[1].id},
                {**place, "product_id": other.id, "location_out_id": racks[2].id},
            ]
        )
        make = self.store([(self.product, 27), (other, 22)])
        rows = self.assertSameAsStock(make, packages | mixed)
        self.assertEqual(
            {row["location_dest_id"] for row in rows["stock_move_line"]},
            {*racks.ids, self.stock_location.id},
        )

    def test_a_place_that_holds_little_takes_no_more(self):
        packages = put_into_stock(self.made(60), self.shelf, 20)
        racks = self.create_racks(25)
        make = self.store([(self.product, 60)])
        rows = self.assertSameAsStock(make, packages)
        self.assertTrue(
            {row["location_dest_id"] for row in rows["stock_move_line"]}
            & set(racks.ids)
        )

    def create_racks(self, capacity):
        """Return three new places for so many units each, to be filled in turn."""
        held = {"product_id": self.product.id, "quantity": capacity}
        category = self.env["stock.storage.category"].create(
            {"name": "Small", "product_capacity_ids": [Command.create(held)]}
        )
        rack = {
            "location_id": self.stock_location.id,
            "storage_category_id": category.id,
        }
        racks = self.env["stock.location"].create(
            [{"name": f"Rack {number}", **rack} for number in range(3)]
        )
        self.env["stock.putaway.rule"].create(
            {
                "product_id": self.product.id,
                "location_in_id": self.stock_location.id,
                "location_out_id": self.stock_location.id,
                "storage_category_id": category.id,
                "sublocation": "closest_location",
            }
        )
        return racks

    def test_cartons_that_another_transfer_reserved_are_taken_from_it(self):
        packages = put_into_stock(self.made(60), self.stock_location, 20)

        def make(env):
            first = self.draft(env, [(self.product, 40)])
            first.action_confirm()
            picking = self.draft(env, [(self.product, 40)])
            picking.action_confirm()
            picking.move_line_ids.unlink()
            picking.action_add_entire_packs(packages[:2].ids)
            picking.move_ids.picked = True
            picking.with_context(skip_backorder=True).button_validate()
            return first | picking

        rows = self.assertSameAsStock(make, packages)
        states = [row["state"] for row in rows["stock_picking"]]
        self.assertCountEqual(states, ["assigned", "done"])

    def test_untracked_and_negative_stock_at_the_same_place(self):
        lots = self.made(40)
        packages = put_into_stock(lots, self.stock_location, 20)
        quant = self.env["stock.quant"].sudo()
        place = (self.product, self.stock_location)
        quant._update_available_quantity(*place, 3, package_id=packages[0])
        quant._update_available_quantity(*place, -2)
        for count in (40, 35):
            self.assertSameAsStock(self.ship_cartons([(self.product, count)]), packages)

    def test_cartons_made_on_receipt(self):
        packages = self.env["stock.package"].create(
            [{"name": f"IN-{number}"} for number in range(4)]
        )

        def make(env):
            picking = self.draft(
                env,
                [(self.product, 80)],
                picking_type_id=self.warehouse.in_type_id.id,
                location_id=self.supplier_location.id,
                location_dest_id=self.stock_location.id,
            )
            picking.action_confirm()
            for number, line in enumerate(picking.move_line_ids):
                line.lot_name = f"NEW-{number:03}"
            for number, package in enumerate(packages):
                lines = picking.move_line_ids.sorted("id")
                lines = lines[number * 20 : number * 20 + 20]
                lines.action_put_in_pack(package_id=package.id)
            picking.move_ids.picked = True
            picking.button_validate()
            return picking

        rows = self.assertSameAsStock(make, packages)
        self.assertEqual(len(rows["stock_lot"]), 80)
        self.assertEqual(
            {row["location_id"] for row in rows["stock_package"]},
            {self.stock_location.id},
        )

    def test_packages_are_added_to_a_transfer(self):
        both = self.made(40) | self.made(20, self.second())
        packages = put_into_stock(both, self.stock_location, 10)
        pallet = create_package(self.env, "PALLET", packages[2:])
        demands = ([(self.product, 15), (self.product, 10)], [(self.product, 60)], [])
        for quantities in demands:
            make = self.add_packages(quantities, packages[0] | pallet)
            rows = self.assertSameAsStock(make, packages | pallet)
            self.assertGreaterEqual(len(rows["stock_move_line"]), 50)

    def add_packages(self, quantities, packages):
        """Return a function that adds packages to a transfer of other goods."""

        def make(env):
            picking = self.draft(env, quantities)
            picking.action_confirm()
            picking.action_add_entire_packs(packages.ids)
            return picking

        return make

    def test_a_transfer_is_unreserved(self):
        packages = put_into_stock(self.made(100), self.stock_location, 40)

        def make(env):
            picking = self.draft(env, [(self.product, 90)])
            picking.action_confirm()
            picking.do_unreserve()
            picking.move_ids.product_uom_qty = 50
            picking.action_assign()
            picking.move_line_ids[:5].unlink()
            picking.action_assign()
            return picking

        rows = self.assertSameAsStock(make, packages)
        self.assertEqual(len(rows["stock_move_line"]), 50)
