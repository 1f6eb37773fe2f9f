from odoo.tests import tagged

from .browser import BrowserCase
from .common import SerialCase


@tagged("post_install", "-at_install")
class TestBrowserLabels(SerialCase, BrowserCase):
    """Printing and verifying labels as a person in the factory does it."""

    freeze_time = None

    def scan_texts(self, *texts):
        for text in texts:
            self.type_into("[name=scan]", text)
            self.press("Enter")

    def test_a_worker_prints_labels_and_scans_them(self):
        self.product.barcode = "09520123456788"
        lots = self.mint(3)
        job = (
            self.env["serial.label.job"]
            .with_user(self.user)
            .create({"batch_id": lots.serial_batch_id.id})
        )
        with self.browsing("serial_user"):
            self.go(f"/odoo/serial-labels/{job.id}")
            self.shot("labels-draft")
            self.click("button[name=action_print]")
            self.wait_text("3 of 3")
            self.shot("labels-done")
            marks = self.env["serial.mark"].search([("job_id", "=", job.id)])
            contents = marks.mapped("content")
            self.click("button[data-hotkey=v]")
            self.wait_text("0 of 3 labels verified")
            self.scan_texts(contents[0])
            self.wait_text("1 of 3 labels verified")
            self.scan_texts("something else")
            self.wait_text("No label of ours says this")
            self.scan_texts(contents[1], contents[1])
            self.wait_text("Verified before")
            self.wait_text("2 of 3 labels verified")
            self.shot("labels-verify")
        marks.invalidate_recordset()
        self.assertEqual(
            sorted(marks.mapped("state")), ["printed", "verified", "verified"]
        )
