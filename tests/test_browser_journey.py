from odoo.tests import tagged

from .browser import PHONE, BrowserCase
from .common import SerialCase

GUANGZHOU = "61.144.56.100"
JINAN = "60.208.1.7"


@tagged("post_install", "-at_install")
class TestBrowserJourney(SerialCase, BrowserCase):
    """One product from its first code to a consumer's verdict, on the screens.

    Places come from the real IP database that the instance is set up with.
    """

    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guangdong.enforcement = "alert"
        cls.company.serial_alert_user_id = cls.manager

    def test_a_serial_goes_from_minting_to_a_consumers_verdict(self):
        batch = self._mint_in_the_back_office()
        lots = self.env["stock.lot"].search([("serial_batch_id", "=", batch.id)])
        self.assertEqual(len(lots), 12)
        self.receive(lots)
        self._deliver_in_the_back_office(lots)
        self.assertEqual(set(lots.mapped("stage")), {"shipped"})
        self.assertEqual(lots.channel_partner_id, self.distributor)
        self._activate_at_home(lots[0])
        self._activate_elsewhere(lots[1])
        self._see_the_alert(lots[1])

    # What the test itself reads, it reads outside of `browsing`: inside, the server's
    # threads own the database.

    def _mint_in_the_back_office(self):
        with self.browsing("serial_user"):
            self.go("/odoo/serial-batches")
            self.wait_for("document.querySelector('.o_list_button_add')")
            self.shot("journey-1-batches")
            self.click(".o_list_button_add")
            self.type_into("[name='product_id'] input", "Phone")
            self.click_text(".o-autocomplete--dropdown-item a", "Phone")
            self.type_into("[name='quantity'] input", "12")
            self.press("Tab")
            self.click("button[name='action_mint']")
            self.wait_for(
                "document.querySelector('.o_arrow_button_current')"
                "?.innerText.trim() === 'Done'"
            )
            self.shot("journey-2-minted")
            self.click("button[name='action_view_serials']")
            self.wait_for("document.querySelectorAll('.o_data_row').length === 12")
            self.shot("journey-3-serials")
        return self.env["serial.batch"].search(
            [("product_id", "=", self.product.id)], order="id desc", limit=1
        )

    def _deliver_in_the_back_office(self, lots):
        picking = self.create_picking(
            lots,
            self.stock_location,
            self.customer_location,
            partner_id=self.distributor.id,
        )
        picking.action_confirm()
        address = f"/odoo/deliveries/{picking.id}"
        with self.browsing("serial_user"):
            self.go(address)
            self.click("button[name='button_validate']")
            self.wait_for(
                "document.querySelector('.o_arrow_button_current')"
                "?.innerText.trim() === 'Done'"
            )
            self.shot("journey-4-delivered")
        self.assertEqual(picking.state, "done")

    def _fill_in_activation(self, address, ip):
        self.come_from(ip)
        self.go(address)
        self.type_into("#phone", "138 1234 5678")
        self.run_js("document.querySelector('[name=country]').value = 'CN'")
        self.click("[name='consent']")

    def _activate_at_home(self, lot):
        address = f"/sn/{lot.scan_code}"
        with self.browsing(size=PHONE):
            self.come_from(GUANGZHOU)
            self.go(address)
            self.wait_text("Genuine")
            self.shot("journey-5-page-before")
            self._fill_in_activation(address, GUANGZHOU)
            self.shot("journey-6-form")
            self.click("form button[type='submit']")
            self.wait_text("activated")
            self.shot("journey-7-page-activated")
            self.go(address)
            self.wait_text("Genuine")
        self.assertEqual(lot.stage, "activated")
        self.assertEqual(lot.activation_ids.verdict, "inside")
        self.assertEqual(lot.activation_ids.state_id, self.env.ref("base.state_cn_GD"))
        self.assertFalse(lot.alert_ids)

    def _activate_elsewhere(self, lot):
        address = f"/sn/{lot.scan_code}"
        with self.browsing(size=PHONE):
            self._fill_in_activation(address, JINAN)
            self.click("form button[type='submit']")
            self.wait_text("activated")
            self.shot("journey-8-page-elsewhere")
        self.assertEqual(lot.activation_ids.verdict, "outside")
        alert = lot.alert_ids
        self.assertEqual(alert.partner_id, self.distributor)
        self.assertIn("outside_region", alert.reasons)
        self.assertEqual(alert.activity_ids.user_id, self.manager)

    def _see_the_alert(self, lot):
        name, dossier = lot.name, f"/odoo/serial-dossiers/{lot.id}"
        action = "action-serial_dossier.serial_diversion_alert_action"
        alert = f"/odoo/{action}/{lot.alert_ids.id}"
        with self.browsing("serial_manager"):
            self.go(alert)
            self.wait_text(name)
            self.shot("journey-9-alert")
            self.go(dossier)
            self.wait_text(name)
            self.shot("journey-10-dossier")
