import json
import subprocess
import sys
import tempfile
from pathlib import Path

from odoo.tests import tagged
from odoo.tools.misc import file_path

from .browser import PHONE, BrowserCase
from .scoring import ScoringCase

STATE = "document.querySelector('.o_arrow_button_current')?.innerText.trim()"


@tagged("post_install", "-at_install")
class TestBrowserCase(ScoringCase, BrowserCase):
    """From the first alert to a bundle that a court can check."""

    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gone = cls.plant()
        cls.make_portal_user("portal_dealer", cls.distributor)
        cls.product.default_code = "PHONE-1"
        cls.listings = cls.env["serial.diversion.listing"].with_user(cls.manager)
        cls.listings._report(
            [
                {
                    "platform": "jd",
                    "store_id": "777",
                    "url": "https://shop.example/1",
                    "sku": "PHONE-1",
                    "price": {"amount": "1999.00", "currency": "CNY"},
                    "observed_at": "2026-03-01T08:00:00+08:00",
                }
            ]
        )

    def test_a_leak_becomes_a_case_with_evidence_that_can_be_checked(self):
        self.score()
        case = self.gone.alert_ids.case_id
        self.assertEqual(len(case), 1)
        self.assertEqual(case.partner_id, self.distributor)
        self.assertEqual(case.picking_id, self.gone.assignment_ids.picking_id)
        self._read_the_case(case)
        self._buy_a_unit(case)
        self._ask(case)
        self._answer_as_distributor(case)
        bundle = self._print(case)
        self._check(bundle)

    def _read_the_case(self, case):
        with self.browsing("serial_user"):
            self.go("/odoo/action-serial_dossier.serial_diversion_alert_action")
            self.wait_for("document.querySelectorAll('.o_data_row').length >= 9")
            self.shot("case-1-alerts")
            self.go("/odoo/action-serial_dossier.serial_diversion_case_action")
            self.click_text(".o_kanban_record *", case.name)
            self.wait_text("9 of 12 units")
            self.shot("case-2-case")
            self.click("button[name='action_investigate']")
            self.wait_for(f"{STATE} === 'Investigating'")

    def _buy_a_unit(self, case):
        """Of a listing: its code leads back to the shipment and the case."""
        unit = self.gone[0]
        picking = unit.assignment_ids.picking_id
        with self.browsing("serial_user"):
            action = "action-serial_dossier.serial_diversion_listing_action"
            self.go(f"/odoo/{action}/{self.listings.search([]).id}")
            self.click("button[name='action_purchase']")
            self.type_into("[name='order_number'] input", "20260302-17")
            self.type_into("[name='typed_code'] input", unit.scan_code_display)
            self.press("Tab")
            self.click(".o_form_button_save")
            self.wait_text(picking.name)
            self.wait_text("Yuexiu")
            self.shot("case-3-purchase")
        purchase = self.env["serial.diversion.purchase"].search(
            [("lot_id", "=", unit.id)]
        )
        self.assertEqual(purchase.picking_id, picking)
        self.assertEqual(purchase.case_id, case)

    def _ask(self, case):
        with self.browsing("serial_user"):
            action = "action-serial_dossier.serial_diversion_case_action"
            self.go(f"/odoo/{action}/{case.id}")
            self.click("button[name='action_ask']")
            self.click(".modal .btn-primary")
            self.wait_for(f"{STATE} === 'Waiting for an Answer'")

    def _answer_as_distributor(self, case):
        with self.browsing("portal_dealer", PHONE):
            self.go("/my/serial-cases")
            self.click(f"a[href='/my/serial-cases/{case.id}']")
            self.type_into("#o_serial_statement", "A dealer of ours sold the carton.")
            self.shot("case-4-portal")
            self.click_text("button", "Send to the brand")
            self.wait_text("Your statement has reached the brand")
            self.shot("case-5-answered")
        self.assertIn("A dealer of ours", case.statement_ids.body)

    def _print(self, case):
        with self.browsing("serial_user"):
            action = "action-serial_dossier.serial_diversion_case_action"
            self.go(f"/odoo/{action}/{case.id}")
            self.click_text(".nav-link", "The Distributor's Word")
            self.wait_text("A dealer of ours")
            self.click("button[name='action_print_evidence']")
            self.wait_text("SHA-256")
            self.shot("case-6-printed")
        return case.bundle_ids

    def _check(self, bundle):
        """The files hold; with one byte of an event changed they do not."""
        with tempfile.TemporaryDirectory() as folder:
            pdf, data = Path(folder) / "case.pdf", Path(folder) / "case.json"
            pdf.write_bytes(bundle.pdf_id.raw)
            data.write_bytes(bundle.json_id.raw)
            status, told = self._verify(data, "--pdf", pdf)
            self.assertEqual(status, 0, told)
            document = json.loads(bundle.json_id.raw)
            unit = document["units"][3]
            event = unit["events"][2]
            event["event_time"] = "3" + event["event_time"][1:]
            data.write_text(json.dumps(document, ensure_ascii=False))
            status, told = self._verify(data)
        self.assertEqual(status, 1)
        self.assertIn(f"unit {unit['serial']}, event 3 ({event['kind']})", told)
        self.assertIn("event_time", told)

    def _verify(self, *arguments):
        script = file_path("serial_dossier/bin/verify-bundle")
        run = subprocess.run(
            [sys.executable, "-I", script, *map(str, arguments), "--lang", "en"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return run.returncode, run.stdout + run.stderr
