from odoo import Command
from odoo.tests import tagged

from .test_ship import ShipCase


@tagged("post_install", "-at_install")
class TestShipWays(ShipCase):
    """Ways out of stock beside a delivery to a distributor."""

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
        stock, supplier = warehouse.lot_stock_id, self.supplier_location
        for source, target, picking_type, partner in (
            (supplier, stock, warehouse.in_type_id, None),
            (stock, self.customer_location, warehouse.out_type_id, self.distributor),
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
