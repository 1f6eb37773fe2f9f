from odoo.tests import tagged

from .capturing import SSCC, CaptureCase

PALLET = "https://id.gs1.org/00/069012340000000029"
OTHER = "https://id.gs1.org/00/069012340000000036"


@tagged("post_install", "-at_install")
class TestCartonAnnounced(CaptureCase):
    """What a maker announced in cartons is received in these cartons."""

    def announce(self, count, carton=SSCC, lots=None):
        """Return units that the factory said are in a carton."""
        lots = lots or self.mint(count)
        self.capture(self.aggregation(lots, parentID=carton))
        return lots

    def expect(self, lots, **values):
        """Return a receipt of units that is ready to validate."""
        return self.create_picking(
            lots, self.supplier_location, self.stock_location, **values
        )

    def cartons_of(self, lots):
        quants = lots.quant_ids.filtered(lambda quant: quant.quantity > 0)
        return {quant.lot_id: quant.package_id for quant in quants}

    def test_units_come_in_in_the_cartons_they_were_announced_in(self):
        first, second = self.announce(2), self.announce(3, OTHER)
        loose = self.mint(1)
        picking = self.expect(first | second | loose).with_user(self.stock_user)
        self.assertEqual(picking.serial_announced_count, 5)
        picking.action_pack_announced()
        self.assertEqual(picking.serial_announced_count, 0)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        cartons = self.cartons_of(first | second | loose)
        self.assertEqual({cartons[lot].name for lot in first}, {SSCC[-18:]})
        self.assertEqual({cartons[lot].name for lot in second}, {OTHER[-18:]})
        self.assertFalse(cartons[loose])
        self.assertEqual(first.carton_id, first.announced_package_id)

    def test_cartons_stay_on_the_pallet_they_were_announced_on(self):
        lots = self.announce(2)
        self.capture(self.aggregation([], parentID=PALLET, childEPCs=[SSCC]))
        picking = self.expect(lots)
        picking.action_pack_announced()
        picking.button_validate()
        self.assertEqual(lots.pallet_id.name, PALLET[-18:])
        self.assertEqual(lots.pallet_id.contained_quant_ids.lot_id, lots)

    def test_a_pallet_of_which_a_carton_is_missing_stays_out(self):
        lots, late = self.announce(1), self.announce(1, OTHER)
        for carton in (SSCC, OTHER):
            self.capture(self.aggregation([], parentID=PALLET, childEPCs=[carton]))
        picking = self.expect(lots)
        picking.action_pack_announced()
        picking.button_validate()
        self.assertFalse(lots.pallet_id)
        self.assertTrue(late.announced_package_id.parent_package_id)

    def test_units_are_known_by_the_number_that_was_typed(self):
        [lot] = self.announce(1)
        picking = self.expect(lot)
        picking.move_line_ids.write({"lot_id": False, "lot_name": lot.name})
        self.assertEqual(picking.serial_announced_count, 1)
        picking.action_pack_announced()
        picking.button_validate()
        self.assertEqual(lot.carton_id.name, SSCC[-18:])

    def test_a_carton_that_is_in_use_elsewhere_is_left_out(self):
        lots = self.announce(2)
        self.env["stock.quant"].create(
            {
                "product_id": self.uncoded_product.id,
                "lot_id": self.env["stock.lot"]
                .create({"name": "C1", "product_id": self.uncoded_product.id})
                .id,
                "location_id": self.stock_location.copy({"name": "Far away"}).id,
                "quantity": 1,
                "package_id": lots.announced_package_id.id,
            }
        )
        picking = self.expect(lots)
        self.assertEqual(picking.serial_announced_count, 0)
        picking.action_pack_announced()
        self.assertFalse(picking.move_line_ids.result_package_id)

    def test_only_what_a_supplier_brings_is_offered_a_carton(self):
        lots = self.announce(1)
        self.receive(lots)
        picking = self.create_picking(lots, self.stock_location, self.customer_location)
        self.assertEqual(picking.serial_announced_count, 0)

    def test_queries_grow_with_cartons_and_not_with_units(self):
        def work(count):
            lots = self.mint(count * 2)
            self.announce(0, SSCC, lots[:count])
            self.announce(0, OTHER, lots[count:])
            picking = self.expect(lots)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            picking.action_pack_announced()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        work(2)
        # One statement more for each hundred rows that Odoo writes.
        self.assertLessEqual(work(40) - work(3), 2)
