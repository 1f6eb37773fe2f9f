import tempfile
from pathlib import Path

from odoo.tests import tagged

from .browser import PHONE, BrowserCase
from .camera import film_qr_code
from .common import SerialCase


@tagged("post_install", "-at_install")
class TestBrowserPortal(SerialCase, BrowserCase):
    """A distributor and his retailer at work, each with one hand on a phone."""

    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, company in (("dealer", cls.distributor), ("shop", cls.retailer)):
            user = cls.make_portal_user(f"portal_{name}", company)
            setattr(cls, name, user)
        cls.lots = cls.produce(24)
        cls.carton = cls.env["stock.package"].create({"name": "106141412345678908"})
        picking = cls.create_picking(
            cls.lots,
            cls.stock_location,
            cls.customer_location,
            partner_id=cls.distributor.id,
        )
        picking.move_line_ids.result_package_id = cls.carton
        picking.button_validate()

    def check_width(self):
        """Nothing is wider than the phone."""
        width = self.run_js("document.documentElement.scrollWidth - innerWidth")
        self.assertLessEqual(width, 0)

    def scan(self, texts):
        """Enter codes as a scanner does, a line each."""
        self.type_into("#o_serial_texts", "\n".join(texts))

    def test_a_carton_is_acknowledged_and_its_units_go_on_to_a_retailer(self):
        self.acknowledge_the_carton()
        self.send_twenty()
        self.receive_nineteen()
        self.see_it_as_the_brand()

    def acknowledge_the_carton(self):
        with tempfile.TemporaryDirectory() as folder:
            video = Path(folder) / "carton.y4m"
            film_qr_code(video, self.carton.name)
            with self.browsing("portal_dealer", PHONE, camera=video):
                self.go("/my")
                self.wait_text("Incoming Shipments")
                self.shot("portal-1-home")
                self.go("/my/serial-shipments")
                self.click(".list-group-item-action")
                self.wait_text("expected units have arrived")
                self.click("#o_serial_camera")
                self.wait_for(
                    f"document.querySelector('#o_serial_texts').value.includes("
                    f"'{self.carton.name}')"
                )
                self.shot("portal-2-carton-scanned")
                self.click_text("button", "Receive these")
                self.wait_text("Done: 24")
                self.check_width()
                self.shot("portal-3-received")
        self.assertIn("received", self.kinds_of(self.lots[0]))

    def send_twenty(self):
        with self.browsing("portal_dealer", PHONE):
            self.go("/my/serial-transfers/new")
            self.click_text("button", "Go on to the units")
            self.wait_text("Draft")
            self.scan(self.lots[:20].mapped("scan_code"))
            self.click_text("button", "Add")
            self.wait_text("Done: 20")
            self.check_width()
            self.click_text("button", "Send 20 units")
            self.wait_text("Call off")
            self.shot("portal-4-sent")

    def receive_nineteen(self):
        with self.browsing("portal_shop", PHONE):
            self.go("/my/serial-shipments")
            self.click(".list-group-item-action")
            self.wait_text("Receive these")
            self.scan(self.lots[:19].mapped("name"))
            self.click_text("button", "Receive these")
            self.wait_text("Done: 19")
            self.click("details summary")
            self.type_into("details input[name=note]", "The box was open")
            self.click_text("button", "Dispute this unit")
            self.wait_text("In dispute")
            self.check_width()
            self.shot("portal-5-disputed")

    def see_it_as_the_brand(self):
        transfer = (
            self.env["serial.channel.transfer"]
            .with_user(self.user)
            .search([("receiver_id", "=", self.retailer.id)])
        )
        self.assertEqual(transfer.state, "disputed")
        self.assertEqual((transfer.received_count, transfer.missing_count), (19, 1))
        self.assertEqual(self.lots[:19].channel_partner_id, self.retailer)
        self.assertEqual(self.lots[19].channel_partner_id, self.distributor)
        with self.browsing("serial_user"):
            self.go(f"/odoo/serial.channel.transfer/{transfer.id}")
            self.wait_text("The box was open")
            self.shot("portal-6-brand")

    def test_a_sale_is_declared_and_starts_the_warranty(self):
        self.product.product_tmpl_id.serial_warranty_months = 12
        lot = self.lots[0]
        with self.browsing("portal_dealer", PHONE):
            self.go("/my/serial-sales")
            self.wait_text("Sold on")
            self.scan([lot.name, "NO-SUCH-SERIAL"])
            self.click_text("button", "Declare as sold")
            self.wait_text("Done: 1")
            self.wait_text("NO-SUCH-SERIAL")
            self.shot("portal-7-sold")
        self.assertEqual(lot.warranty_state, "running")

    def test_an_alert_is_answered(self):
        lot = self.lots[1]
        alert = self.env["serial.diversion.alert"].create(
            {
                "lot_id": lot.id,
                "partner_id": self.distributor.id,
                "state": "investigating",
                "user_id": self.manager.id,
            }
        )
        with self.browsing("portal_dealer", PHONE):
            self.go("/my/serial-alerts")
            self.wait_text("waits for your statement")
            self.click(".list-group-item-action")
            self.wait_text("Send to the brand")
            self.type_into("#o_serial_statement", "Sold over the counter on 1 March.")
            self.click_text("button", "Send to the brand")
            self.wait_text("has reached the brand")
            self.check_width()
            self.shot("portal-8-statement")
        self.assertEqual(alert.statement_ids.partner_id, self.distributor)
