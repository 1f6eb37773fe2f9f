import re
from unittest.mock import patch

from odoo.tests import tagged

from ..core import page_guard
from ..models import serial_page_guard_mixin, serial_service_ticket_mixin
from .service import FAULT, PDF, PICTURE, TOKEN, ServiceMixin
from .test_scan_http import ScanHttpCase


@tagged("post_install", "-at_install")
class ServicePageCase(ServiceMixin, ScanHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_centres()
        cls.lot = cls.ship()

    def path(self, lot=None):
        return f"/sn/{(lot or self.lot).scan_code}/service"

    def form(self, lot=None, **values):
        """Return the form of the page, filled in."""
        page = self.open(self.path(lot)).text
        return {
            "token": TOKEN.search(page)[1],
            "fault": str(self.env.ref(FAULT).id),
            "words": "It goes off at 30 percent.",
            "centre": str(self.futian.id),
            "country": "CN",
            "phone": "138 0013 8000",
            "email": "lin@example.com",
            "consent": "1",
            **values,
        }

    def repair_of(self, lot=None):
        self.env.invalidate_all()
        return self.env["repair.order"].search(
            [("lot_id", "=", (lot or self.lot).id)], order="id desc", limit=1
        )

    def send(self, lot=None, **values):
        """Ask for a repair; return the address of its ticket."""
        answer = self.open(self.path(lot), self.form(lot, **values))
        self.assertEqual(answer.status_code, 303, answer.text[:3000])
        return answer.headers["Location"].partition("?")[0]


class TestServicePage(ServicePageCase):
    """A consumer asks for a repair on the page of his product."""

    def names(self, page):
        return re.findall(r"<b>(\w+ Service)</b>", page)

    def test_the_page_offers_centres_near_the_address_with_their_distance(self):
        page = self.open(self.path()).text
        self.assertEqual(
            self.names(page), ["Tianhe Service", "Futian Service", "Wuhou Service"]
        )
        self.assertIn("By where your connection seems to be: Guangzhou", page)
        self.assertIn("5 km", page)
        self.assertIn("Mon-Sat 9:00-18:00", page)

    def test_a_shared_position_counts_more_than_the_address(self):
        page = self.open(self.path() + "?lat=30.66&lon=104.06").text
        self.assertEqual(self.names(page)[0], "Wuhou Service")
        self.assertIn("By your position", page)

    def test_a_typed_town_does_without_script_and_position(self):
        page = self.open(self.path() + "?city=深圳市").text
        self.assertEqual(self.names(page)[0], "Futian Service")
        page = self.open(self.path() + "?city=Atlantis").text
        self.assertIn("We do not know this town", page)
        self.assertEqual(len(self.names(page)), 3)

    def test_hostile_places_do_no_harm(self):
        for query in (
            "lat=NaN&lon=1",
            "lat=1e999&lon=0",
            "lat=91&lon=0",
            "lat=x",
            "lon=%00",
            "city=%00%ff",
            "city=" + "%F0%9F%92%A5" * 90,
            "city='; DROP TABLE res_partner; --",
            "lat=1&lat=2&lon=3",
        ):
            with self.subTest(query=query):
                answer = self.open(f"{self.path()}?{query}")
                self.assertEqual(answer.status_code, 200)
                self.assertIn("Ask for a repair", answer.text)

    def test_a_request_becomes_a_repair_with_a_ticket(self):
        ticket = self.send()
        repair = self.repair_of()
        self.assertEqual(repair.product_id, self.product)
        self.assertEqual(repair.state, "draft")
        self.assertEqual(repair.serial_stage, "announced")
        self.assertEqual(repair.serial_centre_id, self.futian)
        self.assertEqual(repair.serial_fault_id, self.env.ref(FAULT))
        self.assertEqual(repair.serial_phone, "+8613800138000")
        self.assertEqual(repair.serial_phone_masked, "+86 138****8000")
        self.assertIn("telephone number", repair.serial_consent_text)
        self.assertFalse(repair.user_id)
        page = self.open(ticket).text
        self.assertIn("Request received", page)
        self.assertIn(repair.name, page)
        self.assertNotIn("13800138000", page)
        self.assertNotIn("lin@example.com", page)

    def test_the_consumer_is_told_the_link(self):
        self.send()
        repair = self.repair_of()
        mail = self.env["mail.mail"].search([("email_to", "=", "lin@example.com")])
        self.assertIn(repair.serial_ticket_url, mail.body_html)
        if "sms.sms" in self.env:
            sms = self.env["sms.sms"].search([("number", "=", "+8613800138000")])
            self.assertIn(repair.serial_ticket_url, sms.body)

    def test_pictures_are_kept_and_nothing_else(self):
        form = self.form()
        files = [("files", ("front.png", PICTURE)), ("files", ("bill.pdf", PDF))]
        self.post(form, files)
        repair = self.repair_of()
        names = sorted(repair.serial_photo_ids.mapped("name"))
        self.assertEqual(names, ["bill.pdf", "front.png"])

    def post(self, form, files):
        headers = {"X-Forwarded-For": "113.108.1.77"}
        return self.url_open(
            self.path(), data=form, files=files, headers=headers, allow_redirects=False
        )

    def test_other_files_and_too_many_are_refused(self):
        for files in (
            [("files", ("run.exe", b"MZ\x90\x00" * 50))],
            [("files", ("page.html", b"<script>1</script>"))],
            [("files", (f"{number}.png", PICTURE)) for number in range(6)],
        ):
            with self.subTest(files=files[0][1][0]):
                answer = self.post(self.form(), files)
                self.assertEqual(answer.status_code, 200)
                self.assertIn('role="alert"', answer.text)
                self.assertFalse(self.repair_of())

    def test_what_is_wrong_is_told_and_what_was_typed_stays(self):
        for values, told in (
            ({"phone": "12"}, "This is not a telephone number"),
            ({"consent": ""}, "Please agree"),
            ({"fault": "0"}, "Please choose what is wrong"),
            ({"fault": str(2**70)}, "Please choose what is wrong"),
            ({"email": "lin@"}, "This is not an email address"),
            ({"token": "x"}, "open for too long"),
        ):
            with self.subTest(values=values):
                answer = self.open(self.path(), self.form(**values))
                self.assertEqual(answer.status_code, 200)
                self.assertIn(told, answer.text)
                self.assertIn("It goes off at 30 percent.", answer.text)
                self.assertFalse(self.repair_of())

    def test_a_centre_that_is_none_is_left_open(self):
        self.send(centre=str(self.consumer.id))
        self.assertFalse(self.repair_of().serial_centre_id)

    def test_a_unit_has_one_open_request(self):
        form = self.form()
        self.send()
        answer = self.open(self.path(), form)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("under way", answer.text)
        self.assertEqual(
            self.env["repair.order"].search_count([("lot_id", "=", self.lot.id)]), 1
        )
        self.assertNotIn('name="phone"', self.open(self.path()).text)

    def test_nobody_asks_for_one_unit_all_day(self):
        limit = patch.object(serial_service_ticket_mixin, "MOST_REQUESTS", 1)
        self.startPatcher(limit)
        self.send()
        self.repair_of()._cancel_by_consumer()
        answer = self.open(self.path(), self.form())
        self.assertIn("asked for often today", answer.text)

    def test_a_form_of_another_unit_does_not_count(self):
        other = self.ship()
        form = self.form(other)
        answer = self.open(self.path(), form)
        self.assertIn("open for too long", answer.text)

    def test_what_was_traded_in_is_not_repaired(self):
        lot = self.ship()
        self.env.cr.execute(
            "UPDATE stock_lot SET stage = 'traded_in' WHERE id = %s", [lot.id]
        )
        self.env.invalidate_all()
        page = self.open(self.path(lot)).text
        self.assertIn("No repair can be asked for", page)
        self.assertNotIn('name="phone"', page)

    # === HARVEST === #

    def test_unknown_and_void_codes_get_the_page_they_get_everywhere(self):
        void = self.mint()
        void._move_to_stage("void", "voided")
        for code in (void.scan_code, "2222222222222", "x"):
            with self.subTest(code=code):
                page = self.open(f"/sn/{code}").text
                self.assertEqual(self.open(f"/sn/{code}/service").text, page)
                answer = self.open(f"/sn/{code}/service", {"token": "x"})
                self.assertEqual((answer.status_code, answer.text), (200, page))

    def test_status_and_headers_tell_no_code_from_another(self):
        paths = (self.path(), "/sn/2222222222222/service", "/sn/%3F/service")
        answers = [self.open(path) for path in paths]
        varying = ("Date", "Content-Length", "Set-Cookie")
        seen = {
            (
                answer.status_code,
                str({k: v for k, v in answer.headers.items() if k not in varying}),
            )
            for answer in answers
        }
        self.assertEqual(len(seen), 1, seen)

    def test_who_tries_codes_out_has_to_wait_here_too(self):
        self.startPatcher(patch.object(page_guard, "MOST", 20))
        self.startPatcher(patch.object(serial_page_guard_mixin, "_guards", {}))
        statuses = [
            self.open(f"/sn/{number:013}/service").status_code for number in range(25)
        ]
        self.assertEqual(statuses, [200] * 20 + [429] * 5)
        self.assertEqual(self.open(self.path()).status_code, 429)
        self.assertEqual(self.open(self.path(), {"token": "x"}).status_code, 429)

    def test_the_page_asks_for_a_position_and_for_nothing_else(self):
        answer = self.open(self.path())
        self.assertIn("geolocation=(self)", answer.headers["Permissions-Policy"])
        policy = answer.headers["Content-Security-Policy"]
        self.assertNotIn("unsafe-inline", policy)
        self.assertEqual(policy.count("'sha256-"), 2)
        (script,) = re.findall(r'<script[^>]+src="([^"]+)"', answer.text)
        self.assertEqual(self.open(script).status_code, 200)
        self.assertNotIn("session_id", answer.headers.get("Set-Cookie", ""))
        self.assertLess(len(answer.content), 40_000)

    def test_number_of_queries_does_not_grow_with_centres(self):
        def count():
            before = self.env.cr.sql_log_count
            self.env["serial.page"].with_user(self.public_user)._get_service_page(
                self.lot.scan_code, {}, self.visit()
            )
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        self.env["res.partner"].create(
            [
                {"name": f"C{n}", "is_service_centre": True, "city": "Wuhan"}
                for n in range(50)
            ]
        )
        count()
        self.env.invalidate_all()
        count()
        self.assertLessEqual(count(), few + 1)
