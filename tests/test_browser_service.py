from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged

from .browser import PHONE, BrowserCase
from .service import FAULT
from .test_service_portal import ACTION, ServicePortalCase

SHENZHEN = "113.108.1.77"
DAYS_IN_REPAIR = 2


@tagged("post_install", "-at_install")
class TestBrowserService(ServicePortalCase, BrowserCase):
    """A phone's repair, from the consumer's page to the end of its warranty."""

    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.use_chinese_policy()

    def setUp(self):
        super().setUp()
        sold_on = fields.Date.today() - timedelta(days=60)
        # In China a term that ends on a day of rest runs to the next working day:
        # this one ends on a Monday, and some days later in the same week.
        while self._get_last_day(sold_on).weekday():
            sold_on -= timedelta(days=1)
        self.end = self._get_last_day(sold_on)
        self.lot = self.sell(str(sold_on))

    def test_a_repair_from_the_request_to_the_extended_warranty(self):
        other = self.sell()
        self.build_in(other, "BAT-1")
        self.build_in(self.lot, "BAT-OLD")
        self._see_what_may_be_asked_for()
        self._ask_for_a_repair()
        repair = self.env["repair.order"].search([("lot_id", "=", self.lot.id)])
        self.assertEqual(repair.serial_centre_id, self.futian)
        self._take_in_and_try_a_battery(repair, other)
        # The customer is without his phone for some days.
        repair.serial_taken_in_at -= timedelta(days=DAYS_IN_REPAIR)
        self._finish(repair)
        live = self.lot.part_ids.filtered(lambda part: not part.removed_at)
        self.assertEqual(live.name, "BAT-NEW")
        kinds = self.kinds_of(self.lot)
        for kind in ("in_service", "part_changed", "repaired", "out_of_service"):
            self.assertIn(kind, kinds)
        self.assertEqual(repair.serial_stage, "closed")
        self.assertEqual(self.lot.warranty_end, self._get_extended_end(repair))
        self._see_it_in_the_dossier(repair)
        self._see_it_on_the_page(repair)

    def _get_last_day(self, sold_on):
        return sold_on + relativedelta(years=1)

    def _get_extended_end(self, repair):
        """Return the last day: a year, and the days that the phone was away."""
        taken_in, given_back = repair.serial_taken_in_at, repair.serial_given_back_at
        return self.end + timedelta(days=(given_back.date() - taken_in.date()).days)

    def _format_long(self, day):
        return f"{day:%B} {day.day}, {day.year}"

    def _see_what_may_be_asked_for(self):
        with self.browsing(size=PHONE):
            self.come_from(SHENZHEN)
            self.go(f"/sn/{self.lot.scan_code}")
            self.wait_text("Genuine")
            self.wait_text("What you may ask for today")
            self.wait_text("Free repair")
            self.wait_text(f"until {self._format_long(self.end)}")
            self.shot("service-1-page")

    def _ask_for_a_repair(self):
        code, fault = self.lot.scan_code, self.env.ref(FAULT).id
        with self.browsing(size=PHONE):
            self.come_from(SHENZHEN)
            self.go(f"/sn/{code}")
            self.click_text("a", "Ask for service or repair")
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
        self.assertIn("Stop", told)
        self.assertIn("BAT-1 sits in another unit", told)
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

    def _see_it_in_the_dossier(self, repair):
        end = self._get_extended_end(repair)
        # The web client leaves out the year that is running.
        shown = f"{end:%b} {end.day}"
        if end.year != fields.Date.today().year:
            shown += f", {end.year}"
        with self.browsing("serial_user"):
            self.go(f"/odoo/serial-dossiers/{self.lot.id}")
            self.click_text("a.nav-link", "Warranty")
            self.wait_for(
                "document.querySelector('.o_field_widget[name=warranty_end]"
                f":not(button *)')?.innerText.trim() === '{shown}'"
            )
            self.shot("service-9-dossier")
            self.click_text("a.nav-link", "Repairs")
            self.wait_text(repair.name)
            self.wait_text("Battery replaced")
            self.shot("service-10-dossier")

    def _see_it_on_the_page(self, repair):
        path = f"/service/ticket/{repair._get_ticket_token()}"
        with self.browsing(size=PHONE):
            self.come_from(SHENZHEN)
            self.go(path)
            self.wait_text("Given back to you")
            self.shot("service-11-ticket")
            self.go(f"/sn/{self.lot.scan_code}")
            self.wait_text(f"until {self._format_long(self._get_extended_end(repair))}")
            self.wait_text("Battery replaced")
            self.shot("service-12-page")
