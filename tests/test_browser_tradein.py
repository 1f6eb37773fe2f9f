from odoo import Command
from odoo.tests import tagged

from .browser import PHONE, BrowserCase
from .trading import OTHER_PERSON, PERSON, ProgramCase


@tagged("post_install", "-at_install")
class TestBrowserTradein(ProgramCase, BrowserCase):
    """A consumer trades a phone in, and buys a new one with the credit."""

    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program(date_from=False, date_to=False)
        cls.env.company.currency_id = cls.currency
        cls.lot = cls._activate(cls.ship())
        cls.new_unit = cls.produce()
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.consumer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "price_unit": 2999,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )

    def test_an_old_phone_pays_for_a_new_one_and_only_once(self):
        path = f"/sn/{self.lot.scan_code}/tradein"
        # Somebody else has an offer for the same phone at hand.
        other = self.env["serial.tradein"]._get_quote(self.lot)["quote"]
        self._trade_in_on_the_phone(path)
        claim = self.lot.tradein_ids
        self.assertEqual((claim.state, claim.value), ("accepted", 1100))
        self._receive_and_inspect(claim)
        self.assertEqual(claim.state, "inspected")
        self._credit_in_the_back_office(claim)
        self.assertEqual(claim.state, "credited")
        self.assertAlmostEqual(self.order.amount_total, 2999 - 1100 - 449.85)
        self.assertEqual(self.order.state, "sale")
        self._hand_the_new_phone_over()
        self.assertEqual((claim.state, claim.new_lot_id), ("done", self.new_unit))
        self._try_again(path, claim, other)

    def _trade_in_on_the_phone(self, path):
        with self.browsing(size=PHONE):
            self.without_javascript()
            self.go(path)
            self.wait_text("Our offer for your unit")
            self.shot("tradein-1-offer")
            self.click("input[value='cracked']")
            self.click("button[value='quote']")
            self.wait_text("1,549.85")
            self.type_into("#person", PERSON)
            self.click("input[name='consent']")
            self.shot("tradein-2-accept")
            self.click("button[value='accept']")
            self.wait_text("Download the voucher")
            self.shot("tradein-3-claim")

    def _receive_and_inspect(self, claim):
        with self.browsing("serial_user"):
            self.go(f"/odoo/serial.tradein/{claim.id}")
            self.click("button[name='action_receive']")
            self.click("button[name='action_inspect']")
            self.wait_for("document.querySelector('.modal .o_data_row')")
            self.shot("tradein-4-inspect")
            self.click(".modal-footer button[name='action_inspect']")
            self.wait_for(
                "document.querySelector('.o_arrow_button_current')"
                "?.innerText.trim() === 'Inspected'"
            )
            self.shot("tradein-5-inspected")

    def _credit_in_the_back_office(self, claim):
        with self.browsing("serial_sales_user"):
            self.go(f"/odoo/sale.order/{self.order.id}")
            self.click("button[name='action_apply_tradein']")
            self.type_into(".modal [name='voucher'] input", claim.name)
            self.press("Tab")
            self.wait_for(
                "document.querySelector('.modal [name=value]')"
                "?.innerText.includes('1,100')"
            )
            self.shot("tradein-6-apply")
            self.click(".modal-footer button[name='action_apply']")
            self.wait_text("1,449.15")
            self.click("button[name='action_confirm']")
            self.wait_for(
                "document.querySelector('.o_arrow_button_current')"
                "?.innerText.trim() === 'Sales Order'"
            )
            self.shot("tradein-7-order")

    def _hand_the_new_phone_over(self):
        picking = self.order.picking_ids
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.lot_ids = self.new_unit
        picking.move_ids.picked = True
        picking.button_validate()

    def _try_again(self, path, claim, other):
        day = claim.accepted_at.strftime("%B %-d, %Y")
        outcome = self.env["serial.tradein"]._accept(other, OTHER_PERSON)
        self.assertEqual(outcome["refusal"], "already_claimed")
        self.assertIn(day, outcome["message"])
        with self.browsing(size=PHONE):
            self.go(path)
            self.wait_text(day)
            self.shot("tradein-8-refused")
            self.assertFalse(self.run_js("document.querySelector('#person')"))
