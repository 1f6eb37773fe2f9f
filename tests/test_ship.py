from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import NOW, SerialCase


@tagged("post_install", "-at_install")
class TestShip(SerialCase):
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
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.supplier_location.id,
                "location_dest_id": self.stock_location.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 2,
                            "location_id": self.supplier_location.id,
                            "location_dest_id": self.stock_location.id,
                        }
                    )
                ],
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
        lots = picking.move_line_ids.lot_id
        self.assertEqual(set(lots.mapped("stage")), {"produced"})
        self.assertEqual(self.kinds_of(lots[0]), ["adopted", "produced"])

    # === WHICH REGION === #

    def test_region_of_the_picking_goes_before_the_distributors_own(self):
        lot = self.produce()
        self.deliver(lot, self.distributor, region=self.sichuan)
        self.assertEqual(lot.channel_region_id, self.sichuan)

    def test_region_of_the_sale_order_goes_before_the_distributors_own(self):
        lot = self.produce()
        self.sell(lot, self.distributor, serial_region_id=self.zhejiang.id)
        self.assertEqual(lot.channel_partner_id, self.distributor)
        self.assertEqual(lot.channel_region_id, self.zhejiang)

    def test_of_several_regions_the_one_that_covers_the_others_counts(self):
        self.distributor.channel_region_ids |= self.china
        lot = self.produce()
        self.deliver(lot, self.distributor)
        self.assertEqual(lot.channel_region_id, self.china)

    def test_several_regions_apart_leave_the_unit_without_region(self):
        self.distributor.channel_region_ids |= self.zhejiang
        lot = self.produce()
        picking = self.create_picking(
            lot,
            self.stock_location,
            self.customer_location,
            partner_id=self.distributor.id,
        )
        self.assertEqual(picking.serial_region_missing, "several")
        picking.with_user(self.stock_user).button_validate()
        self.assertEqual(lot.channel_partner_id, self.distributor)
        self.assertFalse(lot.channel_region_id)

    def test_choosing_a_region_settles_the_warning(self):
        self.distributor.channel_region_ids = False
        picking = self.create_picking(
            self.produce(),
            self.stock_location,
            self.customer_location,
            partner_id=self.distributor.id,
        )
        self.assertEqual(picking.serial_region_missing, "none")
        form = Form(picking.with_user(self.stock_user))
        form.serial_region_id = self.sichuan
        form.save()
        self.assertFalse(picking.serial_region_missing)

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

    # === OTHER WAYS OUT === #

    def test_dropshipping_binds(self):
        lot = self.mint()
        self.transfer(
            lot,
            self.supplier_location,
            self.customer_location,
            self.stock_user,
            partner_id=self.distributor.id,
        )
        self.assertEqual(lot.stage, "shipped")
        self.assertEqual(lot.channel_partner_id, self.distributor)

    def test_return_to_the_vendor_is_no_step(self):
        lot = self.produce()
        self.transfer(lot, self.stock_location, self.supplier_location)
        self.assertEqual(lot.stage, "produced")
        self.assertEqual(self.kinds_of(lot), ["minted", "produced"])

    def test_only_the_last_step_of_a_delivery_binds(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        lot = self.produce()
        order = self.create_order(lot.product_id, self.distributor)
        order.action_confirm()
        for expected in ("produced", "produced", "shipped"):
            picking = order.picking_ids.filtered(
                lambda picking: picking.state not in ("done", "cancel")
            )[:1]
            picking.action_assign()
            picking.move_ids.picked = True
            picking.with_user(self.stock_user).button_validate()
            self.assertEqual(lot.stage, expected)
        self.assertEqual(lot.channel_partner_id, self.distributor)
        self.assertEqual(self.kinds_of(lot), ["minted", "produced", "shipped"])

    def test_backorder_binds_what_left_and_later_the_rest(self):
        lots = self.produce(3)
        picking = self.create_picking(
            lots,
            self.stock_location,
            self.customer_location,
            partner_id=self.distributor.id,
        )
        held = lots[0]
        self.unpick(picking, held)
        picking.with_user(self.stock_user).with_context(
            skip_backorder=True
        ).button_validate()
        self.assertEqual(held.stage, "produced")
        self.assertEqual(set((lots - held).mapped("stage")), {"shipped"})
        self.assertEqual(len(self.live_assignments(lots)), 2)
        backorder = picking.backorder_ids
        backorder.action_assign()
        backorder.move_ids.picked = True
        backorder.with_user(self.stock_user).button_validate()
        left = backorder.move_line_ids.lot_id
        self.assertEqual(left.channel_partner_id, self.distributor)

    def test_scrapping_retires(self):
        lot = self.produce()
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.stock_user)
            .create(
                {
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "scrap_qty": 1,
                    "location_id": self.stock_location.id,
                }
            )
        )
        scrap.do_scrap()
        self.assertEqual(lot.stage, "retired")
        event = lot.event_ids.sorted("sequence")[-1]
        self.assertEqual(event.document_model, "stock.scrap")
        self.assertEqual(event.document_id, scrap.id)

    def test_counting_a_unit_away_does_not_end_its_life(self):
        lot = self.produce()
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id", "=", self.stock_location.id)]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 0
        quant.action_apply_inventory()
        self.assertEqual(lot.stage, "produced")

    def test_own_company_is_not_a_customer(self):
        lot = self.produce()
        other = self.env["res.company"].create({"name": "Sister"})
        self.deliver(lot, other.partner_id)
        self.assertEqual(lot.stage, "produced")
        self.assertFalse(lot.sale_date)

    def test_delivery_of_another_company_binds_to_the_same_distributor(self):
        company = self.env["res.company"].create({"name": "Sister"})
        self.stock_user.write(
            {"company_ids": [Command.link(company.id)], "company_id": company.id}
        )
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        lot = self.mint()
        for source, target, picking_type, partner in (
            (
                self.supplier_location,
                warehouse.lot_stock_id,
                warehouse.in_type_id,
                None,
            ),
            (
                warehouse.lot_stock_id,
                self.customer_location,
                warehouse.out_type_id,
                self.distributor,
            ),
        ):
            self.create_picking(
                lot,
                source,
                target,
                picking_type_id=picking_type.id,
                partner_id=partner and partner.id,
                company_id=company.id,
            ).with_user(self.stock_user).button_validate()
        self.assertEqual(lot.stage, "shipped")
        self.assertEqual(lot.channel_partner_id, self.distributor)

    def test_unit_in_for_service_stays_bound_and_activated(self):
        lot = self.ship()
        self.activate(lot)
        lot.sudo().write({"in_service": True})
        self.take_back(lot, self.distributor)
        self.assertEqual(lot.stage, "activated")
        self.assertEqual(lot.channel_partner_id, self.distributor)
        self.assertTrue(lot.activation_ids.active)

    def test_manufacturing_order_makes_its_units_produced(self):
        lots = self.mint(2)
        order = self.env["mrp.production"].create(
            {"product_id": self.product.id, "product_qty": 2}
        )
        order.action_confirm()
        order.lot_producing_ids = lots
        order.qty_producing = 2
        order.button_mark_done()
        self.assertEqual(set(lots.mapped("stage")), {"produced"})
        event = lots[0].event_ids.sorted("sequence")[-1]
        self.assertEqual(event.document_model, "mrp.production")
        self.assertEqual(event.document_name, order.name)

    def test_kit_delivered_binds_its_parts(self):
        kit = self.env["product.product"].create({"name": "Kit", "is_storable": True})
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": self.product.id, "product_qty": 1})
                ],
            }
        )
        lot = self.produce()
        order = self.create_order(kit, self.distributor)
        order.action_confirm()
        picking = order.picking_ids
        picking.action_assign()
        picking.move_ids.picked = True
        picking.with_user(self.stock_user).button_validate()
        self.assertEqual(picking.move_line_ids.lot_id, lot)
        self.assertEqual(lot.channel_partner_id, self.distributor)

    # === WHAT MAY NOT LEAVE === #

    def test_void_blocked_and_recalled_serials_are_not_delivered(self):
        good, void, blocked, recalled = self.produce(4)
        void._move_to_stage("void", "voided")
        blocked.sudo().write({"blocked": True})
        recalled.sudo().write({"recalled": True})
        lots = good | void | blocked | recalled
        with self.assertRaises(UserError) as caught:
            self.deliver(lots, self.distributor, self.stock_user)
        message = str(caught.exception)
        for lot in void | blocked | recalled:
            self.assertIn(lot.name, message)
        self.assertNotIn(good.name, message)

    def test_serial_delivered_before_is_not_delivered_again(self):
        lot = self.ship()
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            self.deliver_elsewhere(lot)
        self.assertIn(lot.name, str(caught.exception))
        self.assertEqual(lot.channel_partner_id, self.distributor)

    def test_serial_that_turned_up_in_stock_again_is_bound_anew(self):
        lot = self.ship()
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "location_id": self.stock_location.id,
                "inventory_quantity": 1,
            }
        ).action_apply_inventory()
        self.deliver_elsewhere(lot)
        self.assertEqual(self.kinds_of(lot)[-1], "rebound")
        self.assertEqual(lot.channel_partner_id, self.other_distributor)
        self.assertEqual(len(self.live_assignments(lot)), 1)

    def test_blocked_serial_may_move_within_the_warehouse(self):
        lot = self.produce()
        lot.sudo().write({"blocked": True})
        quarantine = self.stock_location.copy({"name": "Quarantine"})
        self.transfer(lot, self.stock_location, quarantine, self.stock_user)
        self.assertEqual(lot.location_id, quarantine)

    def test_blocked_serial_that_is_not_picked_does_not_hold_up_the_rest(self):
        lots = self.produce(2)
        lots[0].sudo().write({"blocked": True})
        picking = self.create_picking(
            lots,
            self.stock_location,
            self.customer_location,
            partner_id=self.distributor.id,
        )
        self.unpick(picking, lots[0])
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(lots[1].stage, "shipped")
        self.assertEqual(lots[0].stage, "produced")

    # === LOOKING AT IT === #

    def test_counts_on_picking_and_partner(self):
        lots = self.produce(3)
        picking = self.deliver(lots, self.distributor)
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.distributor.id}
        )
        picking = picking.with_user(self.user)
        self.assertEqual(picking.serial_count, 3)
        self.assertEqual(self.lots_of(picking.action_view_serials()), lots)
        for partner in (self.distributor | contact).with_user(self.user):
            self.assertEqual(partner.serial_count, 3)
            self.assertEqual(self.lots_of(partner.action_view_serials()), lots)

    def test_stock_user_opens_the_serials_of_a_transfer(self):
        lots = self.produce(2)
        picking = self.deliver(lots, self.distributor).with_user(self.stock_user)
        action = picking.action_view_serials()
        lot = self.env["stock.lot"].with_user(self.stock_user)
        views = [(view_id, kind) for view_id, kind in action["views"] if kind == "list"]
        fields = lot.get_views(views)["models"]["stock.lot"]["fields"]
        listed = lot.search(action["domain"]).read(list(fields))
        self.assertEqual(len(listed), 2)

    def test_nobody_writes_assignments_by_hand(self):
        lot = self.produce()
        assignment = self.env["serial.channel.assignment"].with_user(self.manager)
        with self.assertRaises(AccessError):
            assignment.create({"lot_id": lot.id, "assigned_at": NOW})

    # === HELPERS === #

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
