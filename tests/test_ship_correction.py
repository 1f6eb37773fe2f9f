from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import NOW, SerialCase


@tagged("post_install", "-at_install")
class TestShipCorrection(SerialCase):
    """Done lines corrected by a stock user: the dossiers follow."""

    def test_changing_the_serial_of_a_delivery_unbinds_one_and_binds_the_other(self):
        wrong, right = self.produce(2)
        picking = self.deliver(wrong, self.distributor)
        shipped = self.last_event(wrong)
        self.change(picking, wrong, right)
        self.assertEqual(wrong.stage, "produced")
        self.assertFalse(wrong.channel_partner_id)
        self.assertFalse(wrong.shipped_at)
        self.assertEqual(wrong.assignment_ids.release_reason, "corrected")
        corrected = self.last_event(wrong)
        self.assertEqual(corrected.kind, "corrected")
        self.assertEqual(corrected.corrects_id, shipped)
        self.assertEqual(corrected.actor_id, self.stock_user)
        self.assertEqual(right.stage, "shipped")
        self.assertEqual(right.channel_partner_id, self.distributor)
        self.assertEqual(self.live_assignments(wrong | right).lot_id, right)
        self.assertFalse(
            self.env["serial.event"]._get_broken_chains((wrong | right).ids)
        )

    def test_wrong_serial_can_be_delivered_afterwards(self):
        wrong, right = self.produce(2)
        picking = self.deliver(wrong, self.distributor)
        self.change(picking, wrong, right)
        self.deliver(wrong, self.other_distributor)
        self.assertEqual(wrong.channel_partner_id, self.other_distributor)

    def test_quantity_of_zero_unbinds_and_one_binds_again(self):
        lot = self.produce()
        picking = self.deliver(lot, self.distributor)
        line = picking.move_line_ids.with_user(self.stock_user)
        line.quantity = 0
        self.assertEqual(lot.stage, "produced")
        self.assertFalse(self.live_assignments(lot))
        line.quantity = 1
        self.assertEqual(lot.stage, "shipped")
        self.assertEqual(
            self.kinds_of(lot),
            ["minted", "produced", "shipped", "corrected", "shipped"],
        )

    def test_line_added_to_a_done_delivery_binds(self):
        lots = self.produce(2)
        picking = self.deliver(lots[0], self.distributor)
        self.env["stock.move.line"].with_user(self.stock_user).create(
            {
                "picking_id": picking.id,
                "move_id": picking.move_ids.id,
                "product_id": self.product.id,
                "lot_id": lots[1].id,
                "quantity": 1,
                "location_id": self.stock_location.id,
                "location_dest_id": self.customer_location.id,
            }
        )
        self.assertEqual(lots[1].stage, "shipped")
        self.assertEqual(lots[1].channel_partner_id, self.distributor)

    def test_correcting_a_sale_clears_the_sale_date(self):
        wrong, right = self.produce(2)
        picking = self.deliver(wrong, self.consumer)
        self.change(picking, wrong, right)
        self.assertFalse(wrong.sale_date)
        self.assertEqual(right.sale_date, NOW.date())

    def test_correcting_a_return_binds_the_unit_as_it_was(self):
        wrong = self.ship()
        right = self.ship()
        moment = NOW + timedelta(hours=1)
        activation = self.activate(wrong, moment)
        back = self.take_back(wrong, self.distributor)
        self.assertFalse(activation.active)
        self.change(back, wrong, right)
        self.assertEqual(wrong.stage, "activated")
        self.assertEqual(wrong.activated_at, moment)
        self.assertTrue(activation.active)
        self.assertEqual(wrong.channel_partner_id, self.distributor)
        self.assertEqual(wrong.channel_region_id, self.guangdong)
        self.assertEqual(self.live_assignments(wrong).partner_id, self.distributor)
        self.assertEqual(len(wrong.assignment_ids), 1)
        self.assertEqual(right.stage, "produced")
        self.assertFalse(right.channel_partner_id)

    def test_correcting_a_rebinding_gives_the_unit_back_to_the_former(self):
        wrong, right = self.ship(2)
        elsewhere = self.customer_location.copy({"name": "Xihu's store"})
        passed_on = self.transfer(
            wrong,
            self.customer_location,
            elsewhere,
            partner_id=self.other_distributor.id,
        )
        self.change(passed_on, wrong, right)
        self.assertEqual(wrong.channel_partner_id, self.distributor)
        self.assertEqual(self.live_assignments(wrong).partner_id, self.distributor)
        self.assertEqual(right.channel_partner_id, self.other_distributor)

    def test_correcting_a_receipt_makes_the_right_serial_produced(self):
        wrong, right = self.mint(2)
        picking = self.receive(wrong)
        self.change(picking, wrong, right)
        self.assertEqual(right.stage, "produced")
        # It was made all the same: nothing leads back to "minted".
        self.assertEqual(wrong.stage, "produced")
        self.assertEqual(self.last_event(wrong).kind, "corrected")

    def test_unit_that_was_activated_since_stays_activated(self):
        wrong, right = self.produce(2)
        picking = self.deliver(wrong, self.distributor)
        activation = self.activate(wrong, NOW)
        self.change(picking, wrong, right)
        self.assertEqual(wrong.stage, "activated")
        self.assertEqual(wrong.activated_at, NOW)
        self.assertTrue(activation.active)
        self.assertFalse(wrong.channel_partner_id)

    def test_later_moves_stand_when_an_earlier_one_is_corrected(self):
        wrong, right = self.produce(2)
        picking = self.deliver(wrong, self.distributor)
        shipped = self.last_event(wrong)
        self.take_back(wrong, self.distributor)
        self.deliver(wrong, self.other_distributor)
        self.change(picking, wrong, right)
        self.assertEqual(wrong.channel_partner_id, self.other_distributor)
        self.assertEqual(
            self.live_assignments(wrong).partner_id, self.other_distributor
        )
        self.assertEqual(self.last_event(wrong).corrects_id, shipped)

    def test_blocked_serial_cannot_be_put_on_a_done_delivery(self):
        wrong, right = self.produce(2)
        right.sudo().write({"blocked": True})
        picking = self.deliver(wrong, self.distributor)
        with self.assertRaises(UserError), self.cr.savepoint():
            self.change(picking, wrong, right)

    def test_serial_that_is_elsewhere_cannot_be_put_on_a_done_delivery(self):
        lot, elsewhere = self.produce(), self.ship()
        own_place = self.customer_location.copy({"name": "Xihu"})
        picking = self.transfer(
            lot, self.stock_location, own_place, partner_id=self.other_distributor.id
        )
        with self.assertRaises(UserError), self.cr.savepoint():
            self.change(picking, lot, elsewhere)

    def test_other_changes_of_a_done_line_record_nothing(self):
        lot = self.produce()
        picking = self.deliver(lot, self.distributor)
        before = lot.event_count
        line = picking.move_line_ids
        line.write({"quantity": 1, "lot_id": lot.id})
        self.assertEqual(lot.event_count, before)

    # === HELPERS === #

    def change(self, picking, old, new):
        """Correct the serial of a done line as a stock user does."""
        lines = picking.move_line_ids.filtered(lambda line: line.lot_id == old)
        lines.with_user(self.stock_user).write({"lot_id": new.id})

    def last_event(self, lot):
        return lot.event_ids.sorted("sequence")[-1]

    def activate(self, lot, moment):
        lot._move_to_stage(
            "activated", "activated", lot_values={"activated_at": moment}
        )
        return self.env["serial.activation"].create(
            {"lot_id": lot.id, "activated_at": moment, "source": "backend"}
        )
