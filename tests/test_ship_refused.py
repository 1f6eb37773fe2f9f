from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import NOW
from .test_ship import ShipCase


@tagged("post_install", "-at_install")
class TestShipRefused(ShipCase):
    """What may not leave, for which region, and how people see it."""

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
