from odoo.tests import tagged

from .recalling import RecallCase


@tagged("post_install", "-at_install")
class TestRecallDelivery(RecallCase):
    """What whoever packs a delivery is told of the recalled serials on it."""

    def prepare(self, lots):
        """Return a delivery that is packed and not yet done."""
        return self.create_picking(
            lots,
            self.stock_location,
            self.customer_location,
            partner_id=self.distributor.id,
        )

    def test_a_delivery_says_which_of_its_serials_must_stay_and_which_may_go(self):
        stopped, warned, good = lots = self.produce(3)
        stopping = self.recall_of(stopped)
        warning = self.recall_of(warned, block_sale=False)
        picking = self.prepare(lots)
        self.assertEqual(
            picking.serial_recall_stopped, f"{stopped.name} ({stopping.name})"
        )
        self.assertEqual(
            picking.serial_recall_warned, f"{warned.name} ({warning.name})"
        )
        self.assertNotIn(good.name, picking.serial_recall_warned)

    def test_a_recall_that_comes_while_a_delivery_is_packed_shows_on_it(self):
        lot = self.produce()
        picking = self.prepare(lot)
        self.assertFalse(picking.serial_recall_stopped)
        self.recall_of(lot)
        picking.invalidate_recordset()
        self.assertIn(lot.name, picking.serial_recall_stopped)

    def test_recalled_serials_that_leave_are_noted_on_their_delivery(self):
        warned, good = lots = self.produce(2)
        recall = self.recall_of(warned, block_sale=False)
        picking = self.deliver(lots, self.distributor)
        notes = " ".join(picking.message_ids.mapped("body"))
        self.assertIn(f"{warned.name} ({recall.name})", notes)
        self.assertNotIn(good.name, notes)
        self.assertFalse(picking.serial_recall_warned)

    def test_a_serial_that_two_recalls_hold_names_both(self):
        lot = self.produce()
        first = self.recall_of(lot, block_sale=False)
        second = self.recall_of(lot)
        picking = self.prepare(lot)
        self.assertIn(f"({first.name}, {second.name})", picking.serial_recall_stopped)

    def test_many_serials_are_not_all_named(self):
        lots = self.produce(12)
        self.recall_of(lots)
        picking = self.prepare(lots)
        self.assertEqual(picking.serial_recall_stopped.count(", "), 9)
        self.assertTrue(picking.serial_recall_stopped.endswith("…"))

    def test_a_customer_s_unit_in_for_service_goes_back_without_a_word(self):
        lot = self.ship()
        self.recall_of(lot)
        lot.sudo().in_service = True
        picking = self.prepare(lot)
        self.assertFalse(picking.serial_recall_stopped)

    def test_all_deliveries_are_looked_up_at_once(self):
        lots = self.produce(3)
        self.recall_of(lots)
        pickings = self.env["stock.picking"].union(*map(self.prepare, lots))
        pickings.invalidate_recordset()
        pickings.mapped("state")
        pickings.move_line_ids.mapped("lot_id")
        with self.assertQueryCount(1):
            found = pickings._get_recalled_serials()
        self.assertEqual(len(found), 3)
