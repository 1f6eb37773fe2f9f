import base64
import re
from hashlib import sha256
from random import Random
from unittest.mock import patch
from urllib.parse import quote

from odoo.tests import HttpCase, tagged

from ..core import page_guard
from ..models import serial_page_guard_mixin
from .test_scan import PHONE, PageCase

CODES = [
    "x" * 10_000,
    "%00",
    "%ff%fe",
    "..%2f..%2fetc%2fpasswd",
    "a/b/c//d",
    "'; DROP TABLE serial_scan; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%s%(code)s",
    "防伪码",
    "💥" * 50,
    "\u202e\u200b\u0301",
    "-" * 300,
    "0",
    " ",
    "%0d%0aSet-Cookie: a=b",
    "null",
    "é" * 63 + "Z",
]
ALPHABET = "23456789ABCXYZ-_ /%?#&+<>'\"\\\x00\x1f\u0130\uffff💥防"


@tagged("post_install", "-at_install")
class ScanHttpCase(PageCase, HttpCase):
    # Requests run under the server's clock.
    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # One address asks for wrong codes by the hundred here, and is forgotten after.
        cls.startClassPatcher(patch.object(page_guard, "MOST", 10**9))
        cls.startClassPatcher(patch.dict(serial_page_guard_mixin._guards, clear=True))

    def open(self, path, data=None, language="en-US", agent=PHONE, **headers):
        """Request a page as a phone behind a proxy does; return the answer."""
        headers = {
            "Accept-Language": language,
            "User-Agent": agent,
            "X-Forwarded-For": "113.108.1.77",
            "X-Forwarded-Host": f"127.0.0.1:{self.http_port()}",
            **headers,
        }
        method = "GET" if data is None else "POST"
        return self.url_open(
            path, data=data, headers=headers, method=method, allow_redirects=False
        )

    def form_of(self, lot):
        """Return the values that the page's form would send."""
        page = self.open(f"/sn/{lot.scan_code}").text
        token = re.search(r'name="token" value="([^"]+)"', page)[1]
        return {"token": token, "country": "CN", "phone": "13800138000", "consent": "1"}


class TestScanHttp(ScanHttpCase):
    def test_an_address_with_a_line_break_is_not_found_and_breaks_nothing(self):
        for path in (
            "/sn/%0D%0ASet-Cookie:a/",
            "/sn/a%0A//b",
            "/sn/%0A/service",
            "/01/09521141012345/21/a%0D%0Ab/",
            "/zh_CN/sn/%0Dabc/",
            "/service/ticket/%0A/",
            "/tradein/%0D/",
        ):
            for language in ("en-US", "zh-CN"):
                with self.subTest(path=path, language=language):
                    response = self.open(path, language=language)
                    self.assertEqual(response.status_code, 404)
                    self.assertNotIn("Set-Cookie:a", str(response.headers))

    def test_a_known_code_answers_with_a_page_that_is_all_of_it(self):
        lot = self.ship()
        response = self.open(f"/sn/{lot.scan_code}")
        self.assertEqual(response.status_code, 200)
        self.assertIn("verdict genuine", response.text)
        self.assertNotIn("<script", response.text)
        self.assertNotIn('<link rel="stylesheet', response.text)
        self.assertNotIn("/web/assets", response.text)
        self.assertLess(len(response.content), 40_000)

    def test_known_unknown_and_bad_codes_have_one_status_and_one_set_of_headers(self):
        lot, void = self.ship(), self.mint()
        void._move_to_stage("void", "voided")
        answers = [
            self.open(f"/sn/{quote(code)}")
            for code in (lot.scan_code, void.scan_code, "2222222222222", "?", "防")
        ]
        self.assertEqual({answer.status_code for answer in answers}, {200})
        varying = ("Date", "Content-Length", "Set-Cookie")
        headers = [
            {k: v for k, v in answer.headers.items() if k not in varying}
            for answer in answers
        ]
        for other in headers:
            self.assertEqual(other, headers[0])

    def test_the_headers_keep_the_page_to_itself(self):
        response = self.open("/sn/X")
        headers = response.headers
        policy = headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertNotIn("unsafe-inline", policy)
        style = re.search(r"<style>(.*?)</style>", response.text, re.DOTALL)[1]
        digest = base64.b64encode(sha256(style.encode()).digest()).decode()
        self.assertIn(f"style-src 'sha256-{digest}'", policy)
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(headers["X-Frame-Options"], "DENY")
        self.assertIn("camera=(self)", headers["Permissions-Policy"])
        self.assertIn("noindex", headers["X-Robots-Tag"])

    def test_a_view_leaves_no_cookie_and_one_row(self):
        lot = self.ship()
        with self.assertNoLogs("odoo.http", "WARNING"):
            response = self.open(f"/sn/{lot.scan_code}?scene=1&from=groupmessage")
        self.assertNotIn("session_id", response.headers.get("Set-Cookie", ""))
        scans = self.env["serial.scan"].search([("lot_id", "=", lot.id)])
        self.assertEqual(scans.mapped("ip_prefix"), ["113.108.1.0/24"])
        self.assertFalse(scans.is_bot)

    def test_addresses_of_qr_codes_are_read_with_what_apps_add(self):
        code = self.ship().scan_code
        for path in (
            f"/sn/{code}/",
            f"/sn/{code.lower()}?wx=1",
            f"/sn/{'-'.join(code)}",
            f"/sn/{code}%20",
        ):
            self.assertIn("verdict genuine", self.open(path).text, path)

    def test_a_typed_code_leads_to_its_page(self):
        code = self.ship().scan_code
        response = self.open(f"/sn?code=%20{code.lower()}%20&lang=zh_CN")
        self.assertIn(response.status_code, (302, 303))
        self.assertTrue(response.headers["Location"].endswith(f"/sn/{code}?lang=zh_CN"))
        for text in ("", "%20", "..", "%2F%2Fevil.example", "-"):
            response = self.open(f"/sn?code={text}")
            self.assertEqual(response.status_code, 200, text)

    def test_the_entry_works_without_its_script(self):
        page = self.open("/sn").text
        self.assertIn('action="/sn"', page)
        self.assertIn('name="code"', page)
        (script,) = re.findall(r'<script[^>]+src="([^"]+)"', page)
        response = self.open(script)
        self.assertEqual(response.status_code, 200)
        self.assertLess(len(page) + len(response.content), 40_000)

    def test_bad_codes_get_a_page_and_no_error(self):
        random = Random(1)
        made = [
            "".join(random.choices(ALPHABET, k=random.randrange(1, 200)))
            for _number in range(30)
        ]
        for code in CODES + [quote(text) for text in made]:
            response = self.open(f"/sn/{code}")
            self.assertIn(response.status_code, (200, 404), code[:80])
            self.assertNotIn("Traceback", response.text)
            self.assertNotIn("<script>alert", response.text)

    def test_odd_parameters_get_a_page_and_no_error(self):
        for query in (
            "self=1",
            "code=2",
            "args=1&kwargs=1",
            "lang=a&lang=b",
            "debug=1",
        ):
            for path in ("/sn/X", "/sn"):
                for data in (None, {}):
                    status = self.open(f"{path}?{query}", data=data).status_code
                    self.assertLess(status, 500, (path, query, data))

    def test_bad_headers_get_a_page_and_no_error(self):
        for value in ("<script>", "x" * 5000, "zh;q=abc,*;q=9", ",,,;;;", "é"):
            for name in ("Accept-Language", "User-Agent", "X-Forwarded-For"):
                response = self.open(
                    "/sn/X?lang=%3Cscript%3E", **{name: value.encode("latin-1")}
                )
                self.assertEqual(response.status_code, 200, (name, value[:40]))
                self.assertNotIn("<script", response.text)

    def test_the_picture_of_the_product_needs_no_login(self):
        self.product.image_1920 = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
            b"awAAAABJRU5ErkJggg=="
        )
        page = self.open(f"/sn/{self.ship().scan_code}").text
        picture = re.search(r'src="(/web/image/[^"]+)"', page)[1].replace("&amp;", "&")
        self.assertEqual(self.open(picture).headers["Content-Type"], "image/png")
        refused = self.open(picture.partition("?")[0])
        self.assertNotEqual(refused.content, self.open(picture).content)


class TestScanActivation(ScanHttpCase):
    def test_a_consumer_activates_and_is_told_so(self):
        lot = self.ship()
        response = self.open(f"/sn/{lot.scan_code}", data=self.form_of(lot))
        self.assertEqual(response.status_code, 200)
        self.assertIn("Your product is activated.", response.text)
        self.assertIn("In warranty", response.text)
        self.assertNotIn('name="phone"', response.text)
        activation = self.env["serial.activation"].search([("lot_id", "=", lot.id)])
        self.assertEqual(activation.sudo().phone, "+8613800138000")
        self.assertEqual(activation.source, "page")

    def test_a_second_activation_says_since_when(self):
        lot = self.ship()
        form = self.form_of(lot)
        self.open(f"/sn/{lot.scan_code}", data=form)
        response = self.open(f"/sn/{lot.scan_code}", data=form)
        self.assertIn("has been activated already, on", response.text)
        count = self.env["serial.activation"].search_count([("lot_id", "=", lot.id)])
        self.assertEqual(count, 1)

    def test_a_wrong_number_keeps_what_was_typed_and_says_why(self):
        lot = self.ship()
        form = {**self.form_of(lot), "phone": '12"><b>', "country": "DE"}
        page = self.open(f"/sn/{lot.scan_code}", data=form).text
        self.assertIn('role="alert"', page)
        self.assertIn("not a telephone number", page)
        self.assertIn('aria-invalid="true"', page)
        self.assertIn('value="12&#34;&gt;&lt;b&gt;"', page)
        self.assertChosen("DE", page)
        self.assertEqual(lot.stage, "shipped")

    def test_nothing_happens_without_consent(self):
        lot = self.ship()
        form = self.form_of(lot)
        del form["consent"]
        page = self.open(f"/sn/{lot.scan_code}", data=form).text
        self.assertIn("Please agree", page)
        self.assertEqual(lot.stage, "shipped")

    def test_a_form_of_another_unit_or_none_activates_nothing(self):
        lot, other = self.ship(2)
        form = self.form_of(other)
        for token in (form["token"], "", "x" * 3000, "\x00", "AAAA"):
            data = {**form, "token": token}
            page = self.open(f"/sn/{lot.scan_code}", data=data).text
            self.assertIn("Please try again", page)
        for code in ("2222222222222", "x" * 200, "防"):
            response = self.open(f"/sn/{quote(code)}", data=form)
            self.assertEqual(response.status_code, 200)
            self.assertIn("verdict unknown", response.text)
        self.assertEqual(set((lot + other).mapped("stage")), {"shipped"})

    def test_a_chinese_consumer_is_answered_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        module = self.env["ir.module.module"].search([("name", "=", "serial_dossier")])
        module._update_translations(["zh_CN"])
        lot = self.ship()
        path = f"/sn/{lot.scan_code}"
        page = self.open(path, data=self.form_of(lot), language="zh-CN").text
        self.assertIn('lang="zh-CN"', page)
        self.assertIn("您的产品已激活", page)
