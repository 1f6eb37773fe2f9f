from odoo import Command
from odoo.tests import tagged

from .racing import RaceCase


@tagged("post_install", "-at_install")
class TestShipConcurrency(RaceCase):
    def test_of_two_deliveries_of_one_serial_only_one_binds(self):
        lot_id, picking_ids = self.run_in_transaction(self._prepare)

        def deliver(picking_id):
            def validate(env):
                env["stock.picking"].browse(picking_id).button_validate()
                return "bound"

            return validate

        results = sorted(self.race(*map(deliver, picking_ids)), key="bound".__eq__)
        self.assertEqual(results[1], "bound")
        self.assertIn("RACED-", results[0])
        self.run_in_transaction(lambda env: self._check(env, lot_id, picking_ids))

    def _check(self, env, lot_id, picking_ids):
        lot = env["stock.lot"].browse(lot_id)
        done = (
            env["stock.picking"]
            .browse(picking_ids)
            .filtered(lambda picking: picking.state == "done")
        )
        self.assertEqual(len(done), 1)
        self.assertEqual(lot.channel_partner_id, done.partner_id)
        self.assertEqual(len(lot.assignment_ids), 1)
        self.assertEqual(lot.event_ids.mapped("kind").count("shipped"), 1)
        self.assertFalse(env["serial.event"]._get_broken_chains(lot.ids))

    def _prepare(self, env):
        """Return a serial in stock and two deliveries of it.

        Each goes to a place of its own: stock itself looks at one place at a time.
        """
        product = self.make_product(env)
        lot = env["stock.lot"].create(
            {"name": f"RACED-{product.id}", "product_id": product.id}
        )
        warehouse = env["stock.warehouse"].search([], limit=1)
        supplier = env.ref("stock.stock_location_suppliers")
        self._transfer(
            env, lot, warehouse.in_type_id, supplier, warehouse.lot_stock_id
        ).button_validate()
        pickings = env["stock.picking"]
        for number in (1, 2):
            place = env.ref("stock.stock_location_customers").copy(
                {"name": f"#{number}"}
            )
            partner = env["res.partner"].create(
                {"name": f"Distributor {number}", "channel_tier": "tier1"}
            )
            pickings += self._transfer(
                env, lot, warehouse.out_type_id, warehouse.lot_stock_id, place, partner
            )
        return lot.id, pickings.ids

    def _transfer(self, env, lot, picking_type, source, target, partner=None):
        ends = {"location_id": source.id, "location_dest_id": target.id}
        picking = env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "partner_id": partner and partner.id,
                **ends,
            }
        )
        line = {"product_id": lot.product_id.id, "picking_id": picking.id, **ends}
        picking.move_ids = [
            Command.create(
                {
                    **line,
                    "product_uom_qty": 1,
                    "move_line_ids": [
                        Command.create({**line, "lot_id": lot.id, "quantity": 1})
                    ],
                }
            )
        ]
        picking.move_ids.picked = True
        return picking
