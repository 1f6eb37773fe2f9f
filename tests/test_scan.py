import re
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..core.evidence import Observation
from ..models.serial_geoip import SerialGeoip
from .common import NOW, SerialCase

TOMORROW = NOW + timedelta(days=2)
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/129 Mobile"
WECHAT = f"{PHONE} MicroMessenger/8.0.49 Language/zh_CN"
GUANGZHOU = Observation(
    "ip:a", "CN", "GD", "Guangzhou", 23.1, 113.3, 20, network="mobile", prefix=21
)
PLACES = {
    "113.108.1.77": ([GUANGZHOU], "Asia/Shanghai"),
    "8.8.8.8": ([Observation("ip:a", "US")], "America/Los_Angeles"),
}


def locate_visitor(_self, ip):
    """Stand in for the IP files: two addresses are known."""
    return PLACES.get(ip, ([], None))


class PageCase(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(SerialGeoip, "_locate_visitor", locate_visitor)
        )
        cls.company.serial_page_phone = "+86 400 820 1234"
        cls.public_user = cls.env.ref("base.public_user")

    @classmethod
    def ship(cls, count=1, **values):
        """Return new serials in stage shipped, without a delivery."""
        return cls.mint(count)._move_to_stage("shipped", "shipped", **values)

    @classmethod
    def activate(cls, lots, moment=NOW):
        """Bring serials to stage activated, without an activation."""
        values = {"activated_at": moment}
        return lots._move_to_stage(
            "activated", "activated", event_time=moment, lot_values=values
        )

    def visit(self, **values):
        return {
            "ip": "113.108.1.77",
            "user_agent": PHONE,
            "languages": ["en-US", "en"],
            "lang": None,
            **values,
        }

    def page(self, code, **visit):
        """Return the page of a code as a public visitor gets it."""
        self.env.flush_all()
        model = self.env["serial.page"].with_user(self.public_user)
        return str(model._get_unit_page(code, self.visit(**visit)))

    def scans(self, lot=None):
        """Return the log of the test, oldest first; of one serial if given."""
        domain = [("scanned_at", ">=", NOW), ("scanned_at", "<", TOMORROW)]
        if lot:
            domain.append(("lot_id", "=", lot.id))
        return self.env["serial.scan"].search(domain, order="id")

    def assertChosen(self, country, page):
        chosen = re.search(r'<option selected="selected" value="(\w+)"', page)
        self.assertEqual(chosen[1], country)


@tagged("post_install", "-at_install")
class TestScanPage(PageCase):
    def test_a_shipped_unit_is_genuine_and_can_be_activated(self):
        page = self.page(self.ship().scan_code)
        self.assertIn("verdict genuine", page)
        self.assertIn("has not been activated before", page)
        self.assertIn("Shipped to a sales partner", page)
        self.assertIn('name="phone"', page)
        self.assertIn("Not started yet", page)

    def test_an_activated_unit_tells_since_when_and_its_warranty(self):
        lot = self.activate(self.ship(), datetime(2026, 2, 10, 8))
        page = self.page(lot.scan_code)
        self.assertIn("verdict genuine", page)
        self.assertIn("activated on February 10, 2026", page)
        self.assertIn("In warranty", page)
        self.assertIn("February 9, 2027", page)
        self.assertIn("345 days left", page)
        self.assertNotIn('name="phone"', page)

    def test_the_page_says_the_warranty_of_the_record(self):
        lot = self.activate(self.ship(), datetime(2024, 2, 10, 8))
        self.assertEqual(lot.warranty_state, "expired")
        self.assertIn("Warranty ended", self.page(lot.scan_code))
        lot.product_id.product_tmpl_id.serial_warranty_months = 0
        self.assertNotIn("Warranty", self.page(lot.scan_code))

    def test_units_that_never_left_are_suspect(self):
        for lot in (self.mint(), self.produce()):
            page = self.page(lot.scan_code)
            self.assertIn("verdict suspect", page)
            self.assertIn("has not left our warehouse", page)
            self.assertIn("+86 400 820 1234", page)

    def test_a_traded_in_unit_is_suspect(self):
        lot = self.activate(self.ship())
        lot._move_to_stage("traded_in", "traded_in")
        self.assertIn("was traded in", self.page(lot.scan_code))

    def test_a_recalled_unit_says_stop(self):
        lot = self.ship()
        self.env["serial.event"]._record(
            lot.ids, "recalled", lot_values={"recalled": True}
        )
        page = self.page(lot.scan_code)
        self.assertIn("verdict recalled", page)
        self.assertIn("stop using it", page)

    def test_a_blocked_unit_cannot_be_activated(self):
        lot = self.ship()
        self.env["serial.event"]._record(
            lot.ids, "blocked", lot_values={"blocked": True}
        )
        page = self.page(lot.scan_code)
        self.assertIn("verdict blocked", page)
        self.assertNotIn('name="phone"', page)

    def test_void_and_unknown_codes_answer_alike(self):
        lot = self.mint()
        lot._move_to_stage("void", "voided")
        known, unknown = lot.scan_code, "2222222222222"
        page = self.page(known)
        self.assertIn("verdict unknown", page)
        self.assertNotIn("Phone", page.replace("Mozilla", ""))
        shown = lot.scan_code_display
        self.assertEqual(
            page.replace(shown, "CODE"),
            self.page(unknown).replace("2222-2222-2222-2", "CODE"),
        )
        self.assertEqual(self.scans().mapped("result"), ["void", "unknown"])

    def test_serial_number_and_imei_do_not_open_the_page(self):
        lot = self.ship()
        lot.write({"imei": "490154203237518"})
        structured = self.env["serial.scheme"].create(
            {"name": "S", "kind": "structured", "template": "SZ{seq:06}{check}"}
        )
        product = self._create_product("Tab", serial_scheme_id=structured.id)
        guessable = self.mint(product=product)
        for text in ("490154203237518", guessable.name):
            self.assertIn("verdict unknown", self.page(text), text)
        self.assertIn(guessable.name, self.page(guessable.scan_code))

    def test_a_code_is_found_however_it_is_typed(self):
        lot = self.ship()
        shown = lot.scan_code_display
        for text in (
            lot.scan_code.lower(),
            shown,
            shown.replace("-", " "),
            f"  {shown.lower()}  ",
            shown.replace("-", "–"),
            "".join(chr(ord(c) + 0xFEE0) for c in lot.scan_code),
        ):
            self.assertIn("verdict genuine", self.page(text), text)
        self.assertEqual(set(self.scans().mapped("code")), {lot.scan_code})

    def test_the_history_leaves_out_what_is_not_for_the_public(self):
        lot = self.ship(partner_id=self.distributor)
        self.env["serial.event"]._record(lot.ids, "rebound", data={"private": {"a": 1}})
        page = self.page(lot.scan_code)
        self.assertNotIn(self.distributor.name, page)
        self.assertEqual(page.count("<li>"), 1)

    def test_a_corrected_step_is_not_shown(self):
        lot = self.ship()
        event = lot.event_ids.filtered(lambda event: event.kind == "shipped")
        self.env["serial.event"]._record(lot.ids, "corrected", corrects_id=event.id)
        self.assertNotIn("Shipped to a sales partner", self.page(lot.scan_code))

    def test_days_are_those_of_the_visitor(self):
        lot = self.activate(self.ship(), datetime(2026, 2, 10, 20))
        chinese, american = "February 11, 2026", "February 10, 2026"
        self.assertIn(chinese, self.page(lot.scan_code))
        self.assertIn(american, self.page(lot.scan_code, ip="8.8.8.8"))
        self.company.partner_id.tz = "Asia/Tokyo"
        self.env.registry.clear_cache()
        self.assertIn(chinese, self.page(lot.scan_code, ip="203.0.113.9"))

    def test_the_form_offers_the_country_of_the_address(self):
        code = self.ship().scan_code
        self.assertChosen("CN", self.page(code))
        self.assertChosen("US", self.page(code, ip="8.8.8.8"))
        self.company.country_id = self.env.ref("base.jp")
        # The clock stands still, so the company's row looks as it was.
        self.env.registry.clear_cache()
        self.assertChosen("JP", self.page(code, ip="10.0.0.1"))

    def test_the_product_is_named_with_its_variant(self):
        attribute = self.env["product.attribute"].create({"name": "Color"})
        values = self.env["product.attribute.value"].create(
            [{"name": n, "attribute_id": attribute.id} for n in ("Night Blue", "Red")]
        )
        template = self.env["product.template"].create(
            {
                "name": "Phone",
                "is_storable": True,
                "tracking": "serial",
                "serial_scheme_id": self.scheme.id,
                "attribute_line_ids": [
                    Command.create(
                        {"attribute_id": attribute.id, "value_ids": values.ids}
                    )
                ],
            }
        )
        for variant, name in zip(
            template.product_variant_ids, ("Night Blue", "Red"), strict=True
        ):
            self.assertIn(name, self.page(self.mint(product=variant).scan_code))

    def test_what_changes_is_seen_at_once(self):
        lot = self.ship()
        self.page(lot.scan_code)
        self.product.name = "Phone of Tomorrow"
        self.company.serial_page_phone = "+1 555 0100"
        page = self.page(lot.scan_code)
        self.assertIn("Phone of Tomorrow", page)
        self.assertIn("+1 555 0100", page)

    def test_texts_of_two_pages_do_not_mix(self):
        first, second = self.ship(2)
        pages = [self.page(lot.scan_code) for lot in (first, second, first)]
        shown = [re.search(r'<dd class="code">([^<]+)', page)[1] for page in pages]
        codes = [lot.scan_code_display for lot in (first, second, first)]
        self.assertEqual(shown, codes)
        self.assertNotIn("\ue000", pages[0])

    def test_texts_of_records_are_escaped(self):
        evil = '<script>alert("x")</script>'
        self.product.name = evil
        self.company.serial_page_phone = '"><script>'
        lot = self.ship()
        page = self.page(lot.scan_code, user_agent=evil, lang=evil, languages=[evil])
        self.assertNotIn("<script", page)
        self.assertNotIn("<script", self.page(evil))
        self.assertNotIn("<script", self.page("%22%3E" + evil))

    def test_a_page_needs_few_queries_however_long_the_history(self):
        lot = self.ship()
        code = lot.scan_code
        self.page(code)
        for count in (0, 30):
            for _step in range(count):
                self.env["serial.event"]._record(lot.ids, "in_service")
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                page = self.page(code)
        self.assertEqual(page.count("<li>"), 20)

    def test_a_form_is_good_for_its_own_code_only(self):
        model = self.env["serial.page"]
        row = {"stage": "shipped", "blocked": False, "country": "CN"}
        form = model._prepare_form("AAA", row, {"seen": None}, {})
        self.assertTrue(model._is_form_of("AAA", form["token"]))
        for token in (None, "", "x", "é", "AA==", form["token"][:-2], "A" * 5000):
            self.assertFalse(model._is_form_of("AAA", token), token)
        self.assertFalse(model._is_form_of("BBB", form["token"]))
        with freeze_time(NOW + timedelta(hours=25)):
            self.assertFalse(model._is_form_of("AAA", form["token"]))
