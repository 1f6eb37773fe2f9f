from odoo.tests import tagged

from .browser import BrowserCase
from .test_pairing import PairingCase


@tagged("post_install", "-at_install")
class TestBrowserPairing(PairingCase, BrowserCase):
    """The bench as the worker with the scanner sees it."""

    freeze_time = None

    def scan_texts(self, *texts):
        for text in texts:
            self.type_into("[name=scan]", text)
            self.press("Enter")

    def test_a_worker_scans_units_and_their_parts(self):
        order, (first, second) = self.order(2)
        with self.browsing("serial_worker"):
            self.go(f"/odoo/mrp.production/{order.id}")
            self.click("button[name=action_pair_parts]")
            self.wait_text("0 of 2 units have parts")
            self.shot("pairing-empty")
            self.scan_texts(first.scan_code)
            self.wait_text("Missing")
            self.scan_texts("B-001", "D-001")
            self.wait_text("Complete")
            self.wait_text("1 of 2 units have parts")
            self.shot("pairing-complete")
            self.scan_texts(second.scan_code, "B-001")
            self.wait_text(f"B-001 sits in another unit: {first.name}.")
            self.shot("pairing-refused")
            self.wait_for("document.querySelector('[name=scan]').value === ''")
            self.scan_texts("B-002")
            self.wait_text("2 of 2 units have parts")
            self.click("[name=take_out]")
            self.wait_text("1 of 2 units have parts")
        self.assertEqual(self.parts_of(first), ["B-001", "D-001"])
        self.assertEqual(self.parts_of(second), [])
