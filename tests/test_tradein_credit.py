from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .test_tradein_steps import StepsCase


class CreditCase(StepsCase):
    """An order of a new phone, and a claim whose old unit was received."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.currency_id = cls.currency
        cls.new_unit = cls.produce()
        cls.claim.with_user(cls.user).action_receive()
        cls.order = cls.make_order(2999)

    @classmethod
    def make_order(cls, price, product=None):
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.consumer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or cls.product).id,
                            "product_uom_qty": 1,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )

    def apply(self, order=None, voucher=None):
        """Apply a voucher as a salesman does, who has none of our groups."""
        order = (order or self.order).with_user(self.sales_user)
        action = order.action_apply_tradein()
        wizard = (
            self.env["serial.tradein.apply"]
            .with_user(self.sales_user)
            .with_context(**action["context"])
            .create({"voucher": voucher or self.claim.name})
        )
        wizard.action_apply()
        return wizard

    def deliver_order(self):
        """Deliver the new unit as its order says; return the transfer."""
        self.order.action_confirm()
        picking = self.order.picking_ids
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.lot_ids = self.new_unit
        picking.move_ids.picked = True
        picking.button_validate()
        return picking

    def give_new_unit_back(self, picking):
        move = picking.move_ids
        back = self.create_picking(
            self.new_unit, self.customer_location, self.stock_location
        )
        back.move_ids.origin_returned_move_id = move
        back.button_validate()


@tagged("post_install", "-at_install")
class TestTradeinCredit(CreditCase):
    def test_value_and_subsidy_pay_for_the_new_unit_and_bear_no_tax(self):
        self.apply()
        paid = self.order.order_line.filtered("serial_tradein_id")
        self.assertEqual(paid.mapped("price_unit"), [-2000, -449.85])
        self.assertFalse(paid.tax_ids)
        self.assertAlmostEqual(self.order.amount_total, 549.15)
        self.assertEqual(self.claim.state, "credited")
        self.assertEqual(self.claim.order_id, self.order)

    def test_the_voucher_is_found_by_its_code(self):
        self.apply(voucher=self.claim._get_link())
        self.assertEqual(self.claim.state, "credited")

    def test_a_claim_pays_once(self):
        self.apply()
        with self.assertRaises(UserError):
            self.apply(self.make_order(2999))

    def test_a_unit_has_one_trade_in(self):
        other = self.make_claim(self._activate(self.ship()), person="+86 138 0013 8001")
        self.receive_claim(other)
        self.apply()
        with self.assertRaises(UserError):
            self.apply(voucher=other.name)

    def test_before_its_old_unit_is_here_a_claim_pays_nothing(self):
        other = self.make_claim(self._activate(self.ship()), person="+86 138 0013 8001")
        with self.assertRaises(UserError):
            self.apply(voucher=other.name)

    def test_a_unit_reported_since_pays_nothing(self):
        self.env["serial.tradein.block"].create({"lot_id": self.lot.id, "kind": "lost"})
        with self.assertRaisesRegex(UserError, "reported lost"):
            self.apply()
        self.assertEqual(self.claim.state, "received")

    def test_the_price_that_is_agreed_on_decides_on_the_subsidy(self):
        self.apply()
        line = self.order.order_line - self.claim.credit_line_ids
        line.price_unit = 2400
        self.order.action_confirm()
        self.assertAlmostEqual(self.claim.granted_subsidy, 360)

    def test_over_the_ceiling_there_is_no_subsidy(self):
        order = self.make_order(6000.01)
        wizard = self.apply(order)
        self.assertEqual(self.claim.granted_subsidy, 0)
        self.assertEqual(self.claim.credit_line_ids.mapped("price_unit"), [-2000])
        self.assertFalse(wizard.subsidy)

    def test_goods_of_another_class_are_not_subsidised(self):
        self.apply(self.make_order(2999, self.uncoded_product))
        self.assertEqual(self.claim.granted_subsidy, 0)

    def test_worse_than_the_energy_level_there_is_no_subsidy(self):
        self.phones.energy_level = 1
        self.product.product_tmpl_id.serial_energy_level = 2
        self.apply()
        self.assertEqual(self.claim.granted_subsidy, 0)

    def test_a_credit_is_not_more_than_the_order(self):
        with self.assertRaises(UserError):
            self.apply(self.make_order(100))

    def test_nobody_makes_or_changes_a_credit_by_hand(self):
        product = self.env.ref("serial_dossier.product_tradein_credit")
        order = self.order.with_user(self.sales_user)
        vals = {"product_id": product.id, "price_unit": -500}
        with self.assertRaises(ValidationError):
            order.order_line = [Command.create(vals)]
        self.apply()
        with self.assertRaises(UserError):
            self.claim.credit_line_ids[0].with_user(self.sales_user).price_unit = -9

    def test_without_the_new_unit_the_claim_is_free_again(self):
        self.apply()
        line = self.order.order_line - self.claim.credit_line_ids
        line.with_user(self.sales_user).unlink()
        self.assertEqual(self.claim.state, "received")
        self.assertFalse(self.claim.credit_line_ids)

    def test_a_cancelled_order_frees_the_claim(self):
        self.apply()
        self.order.action_confirm()
        self.order._action_cancel()
        self.assertEqual(self.claim.state, "received")
        self.assertFalse(self.claim.credit_line_ids)

    def test_a_copy_of_the_order_has_no_credit(self):
        self.apply()
        self.assertEqual(self.order.copy().amount_total, 2999)

    # === THE NEW UNIT === #

    def test_the_serial_of_the_new_unit_is_kept(self):
        self.apply()
        self.deliver_order()
        self.assertEqual(self.claim.state, "done")
        self.assertEqual(self.claim.new_lot_id, self.new_unit)

    def test_a_returned_unit_takes_the_credit_off(self):
        self.apply()
        self.give_new_unit_back(self.deliver_order())
        self.assertEqual(self.claim.state, "clawed_back")
        self.assertEqual(self.claim.owed_amount, 0)
        self.assertEqual(sum(self.claim.credit_line_ids.mapped("price_total")), 0)
        self.assertIn(self.order.name, self.claim.activity_ids.note)
        self.as_user().action_give_back()
        self.assertEqual(self.lot.stage, "activated")
        self.assertEqual(self.claim.state, "clawed_back")

    def test_of_a_locked_order_the_credit_is_owed(self):
        self.apply()
        picking = self.deliver_order()
        self.order.action_lock()
        self.give_new_unit_back(picking)
        self.assertAlmostEqual(self.claim.owed_amount, 2449.85)
        self.as_user().action_settle()
        self.assertEqual(self.claim.owed_amount, 0)

    # === PAPERS === #

    def test_the_voucher_is_a_pdf_for_the_people_of_the_brand(self):
        action = self.as_user().action_view_voucher()
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].rsplit("/", 1)[1])
        )
        self.assertTrue(attachment.raw.startswith(b"%PDF"))

    def test_the_subsidy_file_tells_which_rows_are_not_complete(self):
        self.apply()
        self.deliver_order()
        wizard = (
            self.env["serial.tradein.report"]
            .with_user(self.user)
            .create({"program_id": self.program.id})
        )
        self.assertEqual((wizard.good_count, wizard.bad_count), (0, 1))
        self.assertIn("has not been activated", wizard.bad_text)
        self.assertIn("There is no photo.", wizard.bad_text)
        self.assertIn("web/content", wizard.action_xlsx()["url"])
        self.assertIn("web/content", wizard.action_csv()["url"])
