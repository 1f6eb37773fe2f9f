from odoo.exceptions import AccessError
from odoo.tests import tagged

from .packing import PackingCase


class PackShipCase(PackingCase):
    """A pallet in stock, a delivery to a distributor, and the people of both sides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = cls.make_portal_user("serial_portal", cls.distributor)
        cls.rival = cls.make_portal_user("serial_rival", cls.other_distributor)

    @classmethod
    def order(cls, count, product=None, assign=False):
        """Return a confirmed delivery of so many units, nothing scanned yet."""
        ends = {
            "location_id": cls.stock_location.id,
            "location_dest_id": cls.customer_location.id,
        }
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": cls.warehouse.out_type_id.id,
                "partner_id": cls.distributor.id,
                **ends,
            }
        )
        cls.env["stock.move"].create(
            {
                "product_id": (product or cls.product).id,
                "product_uom_qty": count,
                "picking_id": picking.id,
                **ends,
            }
        )
        picking.action_confirm()
        if assign:
            picking.action_assign()
        return picking

    def scan_on(self, picking, text, user=None):
        return picking.with_user(user or self.stock_user).serial_scan(text)

    def receive_scan(self, text, user=None):
        portal = self.env["serial.portal"].with_user(user or self.portal_user)
        return portal._receive_scan(text)


@tagged("post_install", "-at_install")
class TestPackShip(PackShipCase):
    """One scan sends a pallet, one scan receives it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.produce(6)
        cls.cartons = [cls.packed(cls.lots[:3]), cls.packed(cls.lots[3:])]
        cls.pallet = cls.stacked(*cls.cartons)

    def test_one_scan_puts_a_pallet_on_a_delivery_and_it_leaves_whole(self):
        picking = self.order(6)
        told = self.scan_on(picking, f"(00){self.pallet.name}")
        self.assertEqual(told["type"], "success", told)
        self.assertIn("6 units", told["text"])
        self.assertEqual(picking.move_line_ids.lot_id, self.lots)
        self.assertTrue(all(picking.move_line_ids.mapped("picked")))
        picking.with_user(self.stock_user).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.pallet.location_id, self.customer_location)
        self.assertEqual(
            self.pallet.child_package_ids.ids, [one.id for one in self.cartons]
        )
        self.assertEqual(self.lots.channel_partner_id, self.distributor)
        self.assertEqual(
            [
                box.packing_entry_ids.sorted("id").mapped("kind")
                for box in (self.cartons[0], self.pallet)
            ],
            [["packed", "stacked", "left"], ["packed", "packed", "left"]],
        )
        self.assertEqual(self.pallet.packing_entry_ids[0].picking_id, picking)
        # what stays in its carton is not packed anew
        self.assertEqual(self.kinds_of(self.lots[0])[-3:], ["packed"] * 2 + ["shipped"])

    def test_what_stock_had_reserved_makes_room_for_what_is_scanned(self):
        self.produce(6)
        picking = self.order(7, assign=True)
        self.assertEqual(len(picking.move_line_ids), 7)
        self.scan_on(picking, self.pallet.name)
        self.assertEqual(sum(picking.move_line_ids.mapped("quantity")), 7)
        self.assertEqual(picking.move_line_ids.filtered("picked").lot_id, self.lots)

    def test_a_carton_and_loose_units_are_scanned_onto_one_delivery(self):
        loose = self.produce(1)
        picking = self.order(4)
        self.scan_on(picking, self.cartons[0].name)
        told = self.scan_on(picking, loose.scan_code)
        self.assertEqual(told["type"], "success", told)
        told = self.scan_on(picking, loose.scan_code)
        self.assertIn("already", told["text"])
        picking.with_user(self.stock_user).button_validate()
        self.assertEqual(self.lots[:3].mapped("stage"), ["shipped"] * 3)
        # The carton left without its pallet: both know.
        self.assertFalse(self.cartons[0].parent_package_id)
        self.assertEqual(
            self.data_of(self.lots[0], "unpacked")[0]["parent"], self.pallet.name
        )
        self.assertEqual(self.pallet.child_package_ids, self.cartons[1])

    def test_more_than_was_ordered_is_told(self):
        picking = self.order(4)
        told = self.scan_on(picking, self.pallet.name)
        self.assertEqual(told["type"], "warning")
        self.assertIn("2 more than this transfer asks for", told["text"])

    def test_what_may_not_leave_or_nobody_ordered_is_not_put_on(self):
        other = self._create_product("Tablet", serial_scheme_id=self.scheme.id)
        strange = self.order(6, other)
        told = self.scan_on(strange, self.pallet.name)
        self.assertIn("not for Phone", told["text"])
        self.assertFalse(strange.move_line_ids)
        picking = self.order(6)
        self.env.cr.execute(
            "UPDATE stock_lot SET blocked = true WHERE id = %s", [self.lots[2].id]
        )
        self.lots.invalidate_recordset(["blocked"])
        told = self.scan_on(picking, self.pallet.name)
        self.assertEqual(told["type"], "danger")
        self.assertIn(self.lots[2].name, told["text"])
        self.assertFalse(any(picking.move_line_ids.mapped("picked")))
        told = self.scan_on(picking, "NO-SUCH")
        self.assertIn("Nothing is known", told["text"])

    def test_a_pallet_that_left_or_is_being_packed_is_not_put_on_a_delivery(self):
        picking = self.order(6)
        self.scan_on(picking, self.pallet.name)
        picking.button_validate()
        told = self.scan_on(self.order(6), self.pallet.name)
        self.assertIn("not in stock here", told["text"])
        self.assertIn("over", self.scan_on(picking, self.pallet.name)["text"])

    def test_a_salesman_may_not_fill_a_delivery_by_scanning(self):
        with self.assertRaises(AccessError):
            self.scan_on(self.order(6), self.pallet.name, self.portal_user)

    # === THE DISTRIBUTOR === #

    def ship_pallet(self):
        picking = self.order(6)
        self.scan_on(picking, self.pallet.name)
        picking.button_validate()
        return picking

    def test_one_scan_receives_the_whole_pallet(self):
        self.ship_pallet()
        receipt = self.receive_scan(f"]C100{self.pallet.name}")
        self.assertEqual((receipt["type"], receipt["received"]), ("success", 6))
        [transfer] = receipt["transfers"]
        self.assertEqual(transfer["state"], "received")
        self.assertEqual(self.kinds_of(self.lots[5])[-1], "received")
        again = self.receive_scan(self.pallet.name)
        self.assertEqual((again["type"], again["already"]), ("info", 6))

    def test_what_a_label_says_beside_the_number_does_no_harm(self):
        texts = (
            f"(00){self.pallet.name}(02)09520123456788(37)6",
            f"]C100{self.pallet.name}\x1d0209520123456788376",
            f"https://id.gs1.org/00/{self.pallet.name}",
        )
        for text in texts:
            picking = self.order(6)
            told = self.scan_on(picking, text)
            self.assertEqual(told["type"], "success", (text, told))
            picking.action_cancel()

    def test_a_carton_of_the_pallet_is_received_by_itself(self):
        self.ship_pallet()
        receipt = self.receive_scan(self.cartons[1].name)
        self.assertEqual(receipt["received"], 3)
        self.assertEqual(receipt["transfers"][0]["counts"]["expected_count"], 3)
        receipt = self.receive_scan(self.pallet.name)
        self.assertEqual((receipt["received"], receipt["already"]), (3, 3))

    def test_others_learn_nothing_of_a_pallet_and_receive_nothing(self):
        self.ship_pallet()
        theirs = self.receive_scan(self.pallet.name, self.rival)
        nothing = self.receive_scan("106141410000009999", self.rival)
        for receipt in (theirs, nothing):
            self.assertEqual(
                (receipt["type"], receipt["received"], receipt["rows"]),
                ("danger", 0, []),
            )
        with self.assertRaises(AccessError):
            self.receive_scan(self.pallet.name, self.stock_user)
