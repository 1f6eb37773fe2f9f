from datetime import date, datetime, timedelta

from odoo import Command
from odoo.tests import tagged

from .common import NOW, SerialCase


class ShipCase(SerialCase):
    """What tests of deliveries need."""

    def at(self, moment):
        """Return a context manager in which the clock stands elsewhere."""
        return type(self.freeze_time)(moment)

    def deliver_elsewhere(self, lot):
        """Deliver to a distributor who has a location of his own."""
        elsewhere = self.customer_location.copy({"name": "Xihu"})
        return self.transfer(
            lot,
            self.stock_location,
            elsewhere,
            self.stock_user,
            partner_id=self.other_distributor.id,
        )

    def unpick(self, picking, lot):
        """Leave a serial out of what is about to be validated."""
        picking.move_line_ids.filtered(lambda line: line.lot_id == lot).picked = False

    def lots_of(self, action):
        return self.env["stock.lot"].search(action["domain"])

    def create_order(self, product, partner, **values):
        line = Command.create({"product_id": product.id, "product_uom_qty": 1})
        return self.env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [line], **values}
        )

    def sell(self, lot, partner, **values):
        order = self.create_order(lot.product_id, partner, **values)
        order.action_confirm()
        picking = order.picking_ids
        picking.action_assign()
        picking.move_ids.picked = True
        picking.with_user(self.stock_user).button_validate()
        self.assertEqual(picking.move_line_ids.lot_id, lot)
        return order

    def activate(self, lot):
        """Activate a unit as its own step does."""
        moment = NOW + timedelta(hours=1)
        lot._move_to_stage(
            "activated", "activated", lot_values={"activated_at": moment}
        )
        return self.env["serial.activation"].create(
            {"lot_id": lot.id, "activated_at": moment, "source": "backend"}
        )


@tagged("post_install", "-at_install")
class TestShip(ShipCase):
    """Deliveries bind serials; the user who validates them has stock's group only."""

    def test_receipt_makes_serials_produced(self):
        lots = self.mint(2)
        picking = self.receive(lots, self.stock_user)
        self.assertEqual(set(lots.mapped("stage")), {"produced"})
        event = lots[0].event_ids.sorted("sequence")[-1]
        self.assertEqual(event.kind, "produced")
        self.assertEqual(event.location_id, self.stock_location)
        self.assertEqual(event.document_id, picking.id)
        self.assertEqual(event.actor_id, self.stock_user)

    def test_delivery_to_a_distributor_binds_its_serials(self):
        lots = self.produce(2)
        picking = self.deliver(lots, self.distributor, self.stock_user)
        for lot in lots:
            self.assertEqual(lot.stage, "shipped")
            self.assertEqual(lot.channel_partner_id, self.distributor)
            self.assertEqual(lot.channel_region_id, self.guangdong)
            self.assertEqual(lot.shipped_at, NOW)
            self.assertFalse(lot.sale_date)
        assignments = self.live_assignments(lots)
        self.assertEqual(assignments.lot_id, lots)
        self.assertEqual(assignments.picking_id, picking)
        self.assertEqual(assignments.region_id, self.guangdong)
        self.assertEqual(assignments.partner_id, self.distributor)
        self.assertEqual(set(assignments.mapped("assigned_at")), {NOW})

    def test_shipping_event_names_party_place_and_document(self):
        lot = self.produce()
        picking = self.deliver(lot, self.distributor, self.stock_user)
        event = lot.event_ids.sorted("sequence")[-1]
        self.assertEqual(event.kind, "shipped")
        self.assertEqual(event.biz_step, "shipping")
        self.assertEqual(event.partner_id, self.distributor)
        self.assertEqual(event.location_id, self.stock_location)
        self.assertEqual(event.document_model, "stock.picking")
        self.assertEqual(event.document_id, picking.id)
        self.assertEqual(event.document_name, picking.name)
        self.assertEqual(event.event_time, picking.move_ids.date)
        self.assertFalse(self.env["serial.event"]._get_broken_chains(lot.ids))

    def test_delivery_address_binds_to_its_company(self):
        address = self.env["res.partner"].create(
            {"name": "Dock 3", "type": "delivery", "parent_id": self.distributor.id}
        )
        lot = self.produce()
        self.deliver(lot, address)
        self.assertEqual(lot.channel_partner_id, self.distributor)

    def test_delivery_to_a_consumer_is_a_sale(self):
        lot = self.produce()
        self.deliver(lot, self.consumer, self.stock_user)
        self.assertEqual(lot.stage, "shipped")
        self.assertEqual(self.kinds_of(lot)[-1], "sold")
        self.assertEqual(lot.sale_date, NOW.date())
        self.assertFalse(lot.channel_partner_id)
        self.assertFalse(lot.channel_region_id)
        self.assertFalse(self.live_assignments(lot))

    def test_sale_date_is_the_day_where_the_user_is(self):
        lot = self.produce()
        with self.at(datetime(2026, 3, 2, 17, 0)):
            self.deliver(lot, self.consumer, self.stock_user)
        self.assertEqual(lot.sale_date, date(2026, 3, 3))

    def test_uncoded_serials_are_left_alone(self):
        lot = self.env["stock.lot"].create(
            {"name": "PLAIN-1", "product_id": self.uncoded_product.id}
        )
        self.receive(lot)
        self.deliver(lot, self.distributor, self.stock_user)
        self.assertFalse(lot.stage)
        self.assertFalse(lot.channel_partner_id)
        self.assertFalse(lot.event_ids)

    def test_serials_typed_at_a_receipt_are_coded_and_produced(self):
        ends = {
            "location_id": self.supplier_location.id,
            "location_dest_id": self.stock_location.id,
        }
        move = {"product_id": self.product.id, "product_uom_qty": 2, **ends}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "move_ids": [Command.create(move)],
                **ends,
            }
        )
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": self.product.id,
                    "lot_name": name,
                    "quantity": 1,
                    "picked": True,
                    "picking_id": picking.id,
                }
            )
            for name in ("TYPED-1", "TYPED-2")
        ]
        picking.with_user(self.stock_user).button_validate()
        for lot in picking.move_line_ids.lot_id:
            self.assertEqual(self.kinds_of(lot), ["adopted", "produced"])

    # === BACK AND ON === #

    def test_return_unbinds_and_keeps_the_past(self):
        lot = self.ship()
        self.take_back(lot, self.distributor, self.stock_user)
        self.assertEqual(lot.stage, "produced")
        self.assertFalse(lot.channel_partner_id)
        self.assertFalse(lot.channel_region_id)
        self.assertFalse(lot.shipped_at)
        self.assertFalse(self.live_assignments(lot))
        self.assertEqual(lot.assignment_ids.release_reason, "returned")
        self.assertEqual(lot.assignment_ids.partner_id, self.distributor)
        self.assertEqual(
            self.kinds_of(lot), ["minted", "produced", "shipped", "returned"]
        )

    def test_return_of_a_sale_clears_the_sale_date(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        self.take_back(lot, self.consumer)
        self.assertFalse(lot.sale_date)
        self.assertEqual(lot.warranty_state, "not_started")

    def test_return_archives_the_activation_so_that_another_can_follow(self):
        lot = self.ship()
        activation = self.activate(lot)
        self.take_back(lot, self.distributor, self.stock_user)
        self.assertEqual(lot.stage, "produced")
        self.assertFalse(lot.activated_at)
        self.assertFalse(activation.active)
        self.deliver(lot, self.other_distributor)
        self.assertTrue(self.activate(lot).active)

    def test_return_by_the_return_wizard_unbinds(self):
        lot = self.produce()
        picking = self.deliver(lot, self.distributor)
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.stock_user)
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns_all()["res_id"]
        )
        returned.move_ids.picked = True
        returned.button_validate()
        self.assertEqual(returned.move_line_ids.lot_id, lot)
        self.assertEqual(lot.stage, "produced")
        self.assertFalse(lot.channel_partner_id)

    def test_delivery_after_a_return_binds_anew_and_keeps_history(self):
        lot = self.ship()
        self.take_back(lot, self.distributor)
        self.deliver(lot, self.other_distributor, self.stock_user)
        self.assertEqual(lot.channel_partner_id, self.other_distributor)
        self.assertEqual(lot.channel_region_id, self.zhejiang)
        self.assertEqual(len(lot.assignment_ids), 2)
        self.assertEqual(len(self.live_assignments(lot)), 1)

    def test_distributor_to_distributor_rebinds(self):
        lot = self.ship()
        elsewhere = self.customer_location.copy({"name": "Xihu's store"})
        self.transfer(
            lot,
            self.customer_location,
            elsewhere,
            self.stock_user,
            partner_id=self.other_distributor.id,
        )
        self.assertEqual(self.kinds_of(lot)[-1], "rebound")
        self.assertEqual(lot.stage, "shipped")
        self.assertEqual(lot.channel_partner_id, self.other_distributor)
        past = lot.assignment_ids - self.live_assignments(lot)
        self.assertEqual(past.partner_id, self.distributor)
        self.assertEqual(past.release_reason, "rebound")

    def test_distributor_who_sells_on_stays_bound(self):
        lot = self.ship()
        home = self.customer_location.copy({"name": "Consumers"})
        self.transfer(lot, self.customer_location, home, partner_id=self.consumer.id)
        self.assertEqual(self.kinds_of(lot)[-1], "sold")
        self.assertEqual(lot.sale_date, NOW.date())
        self.assertEqual(lot.channel_partner_id, self.distributor)
        self.assertEqual(self.live_assignments(lot).partner_id, self.distributor)
