from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestWarrantyChange(SerialCase):
    """What moves the end of a warranty; the clock stands at 2 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.use_chinese_policy()
        cls.policy.rest_days_roll = False
        cls.warranties = cls.env["serial.warranty"]
        cls.extension = cls.env["product.product"].create(
            {"name": "Care", "type": "service", "serial_extension_months": 12}
        )

    def sell(self, units=1, extensions=1, **values):
        """Return a confirmed order of units with extensions, and serials for it."""
        lines = [
            {"product_id": self.product.id, "product_uom_qty": units},
            {"product_id": self.extension.id, "product_uom_qty": extensions, **values},
        ]
        order = self.env["sale.order"].create(
            {
                "partner_id": self.consumer.id,
                "order_line": [Command.create(line) for line in lines if units or
                               line["product_id"] == self.extension.id],
            }
        )  # fmt: skip
        return order

    def ship_order(self, order, lots):
        picking = order.picking_ids
        picking.move_ids.move_line_ids.unlink()
        for lot in lots:
            self.env["stock.move.line"].create(
                {
                    "move_id": picking.move_ids.id,
                    "picking_id": picking.id,
                    "product_id": self.product.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "location_id": self.stock_location.id,
                    "location_dest_id": self.customer_location.id,
                }
            )
        picking.move_ids.picked = True
        picking.button_validate()

    # === SOLD EXTENSIONS === #

    def test_an_extension_lengthens_the_unit_sold_on_the_same_order(self):
        lots = self.produce(2)
        order = self.sell(units=2, extensions=1)
        order.with_user(self.sales_user).action_confirm()
        self.ship_order(order, lots)
        self.assertEqual(sorted(lots.mapped("warranty_end")), [
            date(2027, 3, 2), date(2028, 3, 2),
        ])  # fmt: skip
        self.assertEqual(sum(lots.warranty_ids.mapped("extension_months")), 12)

    def test_an_extension_names_its_serial_and_a_cancelled_order_takes_it_back(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        order = self.sell(units=0, serial_lot_id=lot.id)
        order.action_confirm()
        self.assertEqual(lot.warranty_end, date(2028, 3, 2))
        self.assertEqual(lot.warranty_id.extension_ids.state, "sold")
        order._action_cancel()
        self.assertEqual(lot.warranty_end, date(2027, 3, 2))
        self.assertEqual(lot.warranty_id.extension_ids.state, "withdrawn")

    def test_an_order_that_shrinks_takes_its_extensions_back(self):
        lots = self.produce(2)
        order = self.sell(units=2, extensions=2)
        order.action_confirm()
        self.ship_order(order, lots)
        line = order.order_line[-1]
        self.assertEqual(set(lots.mapped("warranty_end")), {date(2028, 3, 2)})
        line.product_uom_qty = 1
        self.assertEqual(
            sorted(lots.mapped("warranty_end")), [date(2027, 3, 2), date(2028, 3, 2)]
        )
        line.product_uom_qty = 0
        self.assertEqual(set(lots.mapped("warranty_end")), {date(2027, 3, 2)})

    def test_a_line_that_names_its_serial_sells_as_many_months_as_it_says(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        order = self.sell(units=0, serial_lot_id=lot.id)
        order.action_confirm()
        order.order_line.product_uom_qty = 2
        self.assertEqual(lot.warranty_end, date(2029, 3, 2))
        order.order_line.product_uom_qty = 1
        self.assertEqual(lot.warranty_end, date(2028, 3, 2))
        order.order_line.product_uom_qty = 0
        self.assertEqual(lot.warranty_end, date(2027, 3, 2))

    def test_a_confirmed_line_that_names_another_serial_lengthens_that_one(self):
        wrong, right = self.produce(2)
        self.deliver(wrong + right, self.consumer)
        order = self.sell(units=0, serial_lot_id=wrong.id)
        order.action_confirm()
        order.order_line.serial_lot_id = right
        self.assertEqual(wrong.warranty_end, date(2027, 3, 2))
        self.assertEqual(right.warranty_end, date(2028, 3, 2))

    def test_an_extension_waits_for_the_warranty_of_its_serial(self):
        lot = self.produce()
        self.sell(units=0, serial_lot_id=lot.id).action_confirm()
        self.assertFalse(lot.warranty_id)
        self.deliver(lot, self.consumer)
        self.assertEqual(lot.warranty_end, date(2028, 3, 2))

    def test_confirming_twice_sells_the_months_once(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        order = self.sell(units=0, serial_lot_id=lot.id)
        order.action_confirm()
        self.env["serial.warranty.extension"]._sell(order.order_line)
        self.assertEqual(lot.warranty_id.extension_months, 12)

    # === PROOF, OWNER, EXCLUSION === #

    def test_an_invoice_moves_the_start_and_is_kept(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        warranty = lot.warranty_id
        files = self.env["ir.attachment"].with_user(self.user)
        file = files.create({"name": "invoice", "raw": b"x"})
        wizard = (
            self.env["serial.warranty.prove"]
            .with_user(self.user)
            .with_context(active_id=warranty.id)
        )
        form = Form(wizard)
        form.date = "2026-02-20"
        form.invoice_number = "F-7"
        form.attachment_ids.add(file)
        form.save().action_prove()
        self.assertEqual(warranty.end, date(2027, 2, 20))
        self.assertEqual((warranty.proof, warranty.invoice_number), ("invoice", "F-7"))
        self.assertEqual(warranty.with_user(self.manager).attachment_ids.raw, b"x")
        self.assertIn("2027", warranty.message_ids[0].body)

    def test_a_new_owner_keeps_the_term_unless_the_policy_says_otherwise(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        warranty = lot.warranty_id
        wizard = self.env["serial.warranty.transfer"].with_user(self.user)
        wizard = wizard.create(
            {"warranty_id": warranty.id, "phone": "+86 138 0013 8000"}
        )
        wizard.action_transfer()
        self.assertTrue(warranty.owner_key)
        self.assertNotIn("13800138000", warranty.owner_masked)
        self.assertEqual(lot.warranty_state, "running")
        self.policy.transferable = False
        warranty.action_refresh()
        self.assertEqual(lot.warranty_state, "void")

    def test_an_exclusion_is_documented_and_can_be_withdrawn(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        warranty = lot.warranty_id
        exclusions = self.env["serial.warranty.exclusion"].with_user(self.user)
        misuse = self.env.ref("serial_dossier.serial_warranty_policy_exclusion_misuse")
        values = {"warranty_id": warranty.id, "kind_id": misuse.id}
        with self.assertRaises(UserError):
            exclusions.create({**values, "reason": " "})
        found = exclusions.create({**values, "reason": "Liquid at the port"})
        self.assertEqual(lot.warranty_state, "void")
        self.assertIn("Liquid at the port", warranty.message_ids[0].body)
        with self.assertRaises(UserError):
            found.reason = "Something else"
        with self.assertRaises(AccessError):
            found.unlink()
        found.active = False
        self.assertEqual(lot.warranty_state, "running")

    def test_an_excluded_component_leaves_the_unit_covered(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        misuse = self.env.ref("serial_dossier.serial_warranty_policy_exclusion_misuse")
        self.env["serial.warranty.exclusion"].create(
            {
                "warranty_id": lot.warranty_id.id,
                "kind_id": misuse.id,
                "component": "battery",
                "reason": "Swollen by heat",
            }
        )
        rights = self.warranties._get_rights(lot)[lot.id]
        states = {term.code: term.state for term in rights.components}
        self.assertEqual((rights.state, states["battery"]), ("running", "void"))

    # === EXCHANGE === #

    def test_an_exchange_restarts_the_term_and_moves_what_was_sold(self):
        old, new = self.produce(2)
        self.deliver(old, self.consumer)
        self.sell(units=0, serial_lot_id=old.id).action_confirm()
        first = old.warranty_id
        second = self.warranties._exchange(old, new, date(2026, 3, 2))
        self.assertEqual(first.state, "replaced")
        self.assertEqual(second.replaces_id, first)
        self.assertEqual(
            (new.warranty_id, second.exchanged_on), (second, date(2026, 3, 2))
        )
        self.assertEqual(new.warranty_end, date(2028, 3, 2))
        self.assertFalse(old.warranty_id)

    def test_an_exchange_that_is_undone_gives_the_registration_back(self):
        old, new = self.produce(2)
        self.deliver(old, self.consumer)
        first = old.warranty_id
        self.warranties._exchange(old, new, date(2026, 3, 2))
        self.warranties._undo_exchange(old, new)
        self.assertEqual(old.warranty_id, first)
        self.assertFalse(new.warranty_id)

    # === CARD === #

    def test_the_card_prints_from_dossier_and_registration(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        reports = self.env["ir.actions.report"].with_user(self.user)
        for name, record in (
            ("warranty_card", lot.warranty_id),
            ("dossier_warranty_card", lot),
        ):
            pdf, kind = reports._render_qweb_pdf(f"serial_dossier.{name}", record.ids)
            self.assertEqual((pdf[:5], kind), (b"%PDF-", "pdf"))

    def test_the_link_of_a_card_opens_that_one_only(self):
        lot, other = self.produce(2)
        cards = self.env["serial.warranty.card"]
        token = cards._get_link(lot.scan_code).split("token=")[1]
        self.assertEqual(cards._open(lot.scan_code, token), lot)
        self.assertFalse(cards._open(other.scan_code, token))
        self.assertFalse(cards._open(lot.scan_code, "x"))
        self.assertFalse(cards._open(None, None))

    def test_a_unit_tells_in_words_what_may_be_asked_for(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        text = lot.with_user(self.user).warranty_text
        self.assertIn("Free repair", text)
        self.assertIn("art. 12", text)

    def test_where_no_like_model_is_left_the_price_is_given_back(self):
        lot = self.produce()
        lot.sudo().sale_date = "2026-02-20"
        self.assertIn(("exchange", "fault"), self.claims_of(lot))
        self.product.serial_no_like_model = True
        claims = self.claims_of(lot)
        self.assertIn(("refund", "no_like_model"), claims)
        self.assertNotIn(("exchange", "fault"), claims)
        text = lot.with_user(self.user).warranty_text
        self.assertIn("no like model is left", text)

    def claims_of(self, lot):
        """Return (kind, reason) of what may be asked for, of the whole unit."""
        rights = self.warranties._get_rights(lot)[lot.id].may_ask
        return {(right.kind, right.reason) for right in rights if not right.component}
