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
        self._trade_in_on_the_phone(path)
        claim = self.lot.tradein_ids
        self.assertEqual((claim.state, claim.value), ("accepted", 1100))
        self._receive_and_inspect(claim)
        self.assertEqual(claim.state, "inspected")
        self._credit_in_the_back_office(claim)
        self.assertEqual(claim.state, "credited")
        self.assertAlmostEqual(self.order.amount_total, 2999 - 1100 - 449.85)
        self._try_again(path, claim)

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
            self.shot("tradein-7-order")

    def _try_again(self, path, claim):
        day = claim.accepted_at.strftime("%B %-d, %Y")
        outcome = self.accept_again(claim)
        self.assertIn(day, outcome["message"])
        with self.browsing(size=PHONE):
            self.go(path)
            self.wait_text(day)
            self.shot("tradein-8-refused")

    def accept_again(self, claim):
        """Return what another person's claim on the same unit comes to."""
        quote = self.env["serial.tradein"]._get_quote(claim.lot_id)
        self.assertEqual(quote["refusal"], "already_claimed", OTHER_PERSON)
        return quote
