from odoo.tests import tagged

from .cartons import CartonCase, create_package, put_into_stock


@tagged("post_install", "-at_install")
class TestCartonReserve(CartonCase):
    """Reserving whole cartons makes the rows that stock itself would make."""

    def reserve(self, quantities, **values):
        """Return a function that makes and reserves a transfer."""

        def make(env):
            picking = self.draft(env, quantities, **values)
            picking.action_confirm()
            return picking

        return make

    def test_whole_cartons(self):
        packages = put_into_stock(self.mint(200), self.stock_location, 40)
        rows = self.assertSameAsStock(self.reserve([(self.product, 200)]), packages)
        lines = rows["stock_move_line"]
        self.assertEqual(len(lines), 200)
        self.assertTrue(all(line["is_entire_pack"] for line in lines))
        self.assertEqual({row["reserved_quantity"] for row in rows["stock_quant"]}, {1})

    def test_a_carton_of_which_a_part_is_needed_is_not_whole(self):
        packages = put_into_stock(self.mint(200), self.stock_location, 40)
        rows = self.assertSameAsStock(self.reserve([(self.product, 100)]), packages)
        whole = [line["is_entire_pack"] for line in rows["stock_move_line"]]
        self.assertEqual(sorted(whole, key=bool), [False] * 20 + [True] * 80)

    def test_two_products_in_mixed_cartons(self):
        both = self.env["stock.lot"].concat(
            *(
                lot
                for pair in zip(
                    self.mint(30), self.mint(30, self.second()), strict=True
                )
                for lot in pair
            )
        )
        packages = put_into_stock(both, self.stock_location, 10)
        quantities = [(product, 30) for product in both.product_id]
        self.assertSameAsStock(self.reserve(quantities), packages)
        # Of the second one some stay: no carton of those is whole.
        quantities = list(zip(both.product_id, (30, 15), strict=True))
        self.assertSameAsStock(self.reserve(quantities), packages)

    def test_cartons_at_several_places_and_loose_ones(self):
        lots = self.mint(60)
        packages = put_into_stock(lots[:20], self.shelf, 10)
        packages |= put_into_stock(lots[20:40], self.stock_location, 10, prefix="B")
        put_into_stock(lots[40:], self.shelf)
        for count in (60, 55, 25, 70):
            self.assertSameAsStock(self.reserve([(self.product, count)]), packages)

    def test_cartons_of_an_owner(self):
        lots = self.mint(80)
        packages = put_into_stock(lots[:40], self.stock_location, 20, self.distributor)
        packages |= put_into_stock(lots[40:], self.stock_location, 20, prefix="B")
        self.assertSameAsStock(self.reserve([(self.product, 60)]), packages)
        self.assertSameAsStock(
            self.reserve([(self.product, 60)], owner_id=self.distributor.id), packages
        )

    def test_nested_pallets(self):
        packages = put_into_stock(self.mint(80), self.stock_location, 10)
        pallets = create_package(self.env, "PALLET-1", packages[:4])
        pallets |= create_package(self.env, "PALLET-2", packages[4:])
        top = create_package(self.env, "TOP", pallets[0])
        for count in (80, 60, 45):
            rows = self.assertSameAsStock(
                self.reserve([(self.product, count)]), packages | pallets | top
            )
        parents = {row["name"]: row["package_dest_id"] for row in rows["stock_package"]}
        self.assertEqual(parents["PALLET-1"], top.id)
        self.assertFalse(parents["PALLET-2"])

    def test_every_removal_strategy(self):
        packages = put_into_stock(self.mint(60), self.stock_location, 20)
        packages |= put_into_stock(self.mint(30), self.shelf, 10, prefix="B")
        for strategy in self.env["product.removal"].search([]):
            self.product.categ_id.removal_strategy_id = strategy
            with self.subTest(strategy.method):
                self.assertSameAsStock(self.reserve([(self.product, 50)]), packages)

    def test_reusable_boxes_and_package_types(self):
        packages = put_into_stock(self.mint(80), self.stock_location, 20)
        kinds = self.env["stock.package.type"].create(
            [{"name": "Tote", "package_use": "reusable"}, {"name": "Carton"}]
        )
        packages[0].package_type_id, packages[1].package_type_id = kinds
        self.assertSameAsStock(self.reserve([(self.product, 80)]), packages)
