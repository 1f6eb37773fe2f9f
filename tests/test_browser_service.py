from odoo.tests import tagged

from .browser import PHONE, BrowserCase
from .service import FAULT
from .test_service_portal import ACTION, ServicePortalCase

SHENZHEN = "113.108.1.77"


@tagged("post_install", "-at_install")
class TestBrowserService(ServicePortalCase, BrowserCase):
    """A phone's repair, from the consumer's page to the end of its warranty."""

    freeze_time = None

    def test_a_repair_from_the_request_to_the_extended_warranty(self):
        other = self.sell()
        self.build_in(other, "BAT-1")
        self.build_in(self.lot, "BAT-OLD")
        before = self.lot.warranty_end
        self._ask_for_a_repair()
        repair = self.env["repair.order"].search([("lot_id", "=", self.lot.id)])
        self.assertEqual(repair.serial_centre_id, self.futian)
        self._take_in_and_try_a_battery(repair, other)
        self._finish(repair)
        live = self.lot.part_ids.filtered(lambda part: not part.removed_at)
        self.assertEqual(live.name, "BAT-NEW")
        kinds = self.kinds_of(self.lot)
        for kind in ("in_service", "part_changed", "repaired", "out_of_service"):
            self.assertIn(kind, kinds)
        self.assertEqual(repair.serial_stage, "closed")
        self.assertGreaterEqual(self.lot.warranty_end, before)
        self._see_it_on_the_page(repair)

    def _ask_for_a_repair(self):
        code, fault = self.lot.scan_code, self.env.ref(FAULT).id
        with self.browsing(size=PHONE):
            self.come_from(SHENZHEN)
            self.go(f"/sn/{code}")
            self.wait_text("Genuine")
            self.shot("service-1-page")
            self.go(f"/sn/{code}/service")
            self.type_into("#city", "Shenzhen")
            self.click("#near button")
            self.wait_text("Near: Shenzhen")
            self.click("#centres label")
            self.run_js(f"document.querySelector('#fault').value = '{fault}'")
            self.type_into("#words", "It goes off at 30 percent.")
            self.run_js("document.querySelector('#country').value = 'CN'")
            self.type_into("#phone", "138 0013 8000")
            self.click("[name='consent']")
            self.shot("service-2-request")
            self.click("#request button[type='submit']")
            self.wait_text("Request received")
            self.shot("service-3-ticket")

    def _take_in_and_try_a_battery(self, repair, other):
        code, other_name = self.lot.scan_code, other.name
        with self.browsing(self.technician.login, PHONE):
            self.go("/my/repairs")
            self.shot("service-4-centre")
            self.type_into("#o_serial_texts", code)
            self.click_text("button", "Take in")
            self.wait_text("Diagnosis")
            self.shot("service-5-repair")
            self.type_into("#o_serial_old", "BAT-OLD")
            self.type_into("#o_serial_texts", "BAT-1")
            self.click_text("button", "Check and build in")
            self.wait_for("document.querySelector('#o_serial_error')")
            told = self.run_js("document.querySelector('#o_serial_error').innerText")
            self.shot("service-6-stopped")
        self.assertIn("BAT-1", told)
        self.assertNotIn(other_name, told)
        self.assertIn(other_name, " ".join(repair.message_ids.mapped("body")))

    def _finish(self, repair):
        path, action = f"/my/repairs/{repair.id}", self.env.ref(ACTION).id
        with self.browsing(self.technician.login, PHONE):
            self.go(path)
            self.type_into("#o_serial_old", "BAT-OLD")
            self.type_into("#o_serial_texts", "BAT-NEW")
            self.click_text("button", "Check and build in")
            self.wait_text("BAT-OLD → BAT-NEW")
            self.run_js(
                f"document.querySelector('#o_serial_done_action').value = '{action}'"
            )
            self.click_text("button", "The repair is done")
            self.wait_text("Give back to the customer")
            self.shot("service-7-ready")
            self.click_text("button", "Give back to the customer")
            self.wait_text("Given back")
            self.shot("service-8-closed")

    def _see_it_on_the_page(self, repair):
        path = f"/service/ticket/{repair._get_ticket_token()}"
        with self.browsing(size=PHONE):
            self.come_from(SHENZHEN)
            self.go(path)
            self.wait_text("Given back to you")
            self.shot("service-9-ticket")
