import re
from datetime import datetime, timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..core.evidence import Observation
from ..models.serial_geoip import SerialGeoip
from .common import NOW, SerialCase

TOMORROW = NOW + timedelta(days=2)
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/129 Mobile"
WECHAT = f"{PHONE} MicroMessenger/8.0.49 Language/zh_CN"
GUANGZHOU = Observation("ip:a", "CN", "GD", "Guangzhou", 23.1, 113.3, 20)
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


@tagged("post_install", "-at_install")
class TestScanLanguage(PageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        module = cls.env["ir.module.module"].search([("name", "=", "serial_dossier")])
        module._update_translations(["zh_CN"])

    def test_the_browser_chooses_the_language(self):
        model = self.env["serial.page"]
        for tags, code in (
            (["zh-CN", "zh", "en"], "zh_CN"),
            (["zh-Hant-TW"], "zh_CN"),
            (["en-GB", "zh"], "en_US"),
            (["fr", "zh"], "zh_CN"),
            (["fr"], "en_US"),
            ([], "en_US"),
            (["*"], "en_US"),
        ):
            chosen = model._negotiate(self.visit(languages=tags))
            self.assertEqual(chosen, code, tags)

    def test_a_link_chooses_before_the_browser(self):
        model = self.env["serial.page"]
        for lang, code in (
            ("zh_CN", "zh_CN"),
            ("zh-cn", "zh_CN"),
            ("en", "en_US"),
            ("xx", "en_US"),
            ("../etc", "en_US"),
        ):
            self.assertEqual(model._negotiate(self.visit(lang=lang)), code, lang)

    def test_a_chinese_visitor_reads_chinese(self):
        lot = self.activate(self.ship(), datetime(2026, 2, 10, 8))
        page = self.page(lot.scan_code, languages=["zh-CN"])
        self.assertIn('<html lang="zh-CN">', page)
        self.assertIn("正品", page)
        self.assertIn("2026年2月10日", page)
        self.assertIn("剩余 345 天", page)
        self.assertNotIn("Genuine", page)

    def test_the_page_is_english_where_chinese_is_not_installed(self):
        chinese = self.env["res.lang"].search([("code", "=", "zh_CN")])
        for website in self.env["website"].search([]):
            website.language_ids -= chinese
        chinese.active = False
        self.env.registry.clear_cache()
        page = self.page(self.ship().scan_code, languages=["zh-CN"])
        self.assertIn('<html lang="en-US">', page)
        self.assertNotIn("<nav", page)


@tagged("post_install", "-at_install")
class TestScanLog(PageCase):
    def test_a_view_is_logged_with_a_truncated_address(self):
        lot = self.ship()
        self.page(lot.scan_code)
        scan = self.scans(lot)
        self.assertEqual(len(scan), 1)
        self.assertEqual(scan.ip_prefix, "113.108.1.0/24")
        self.assertEqual((scan.code, scan.result), (lot.scan_code, "known"))
        self.assertEqual(scan.product_id, lot.product_id)
        self.assertEqual(scan.state_id, self.env.ref("base.state_cn_GD"))
        self.assertEqual((scan.city, scan.radius_km), ("Guangzhou", 20))
        self.assertEqual(scan.scanned_at, NOW)
        self.assertFalse(scan.is_bot or scan.is_repeat)
        self.env.cr.execute("SELECT * FROM serial_scan WHERE lot_id = %s", [lot.id])
        self.assertNotIn("113.108.1.77", str(self.env.cr.fetchall()))

    def test_bots_are_told_from_people(self):
        lot = self.ship()
        people = [PHONE, WECHAT, f"{PHONE} Safari/604.1"]
        bots = [
            "",
            "Googlebot/2.1",
            "curl/8.1",
            "python-requests/2.32",
            "Mozilla/5.0 HeadlessChrome/129",
            "WhatsApp/2.23",
            "Baiduspider",
            "Bytespider; spider-feedback@bytedance.com",
        ]
        for agent in people + bots:
            self.page(lot.scan_code, user_agent=agent)
        flags = self.scans(lot).mapped("is_bot")
        self.assertEqual(flags, [False] * len(people) + [True] * len(bots))

    def test_a_view_soon_after_by_the_same_visitor_is_a_repeat(self):
        lot, other = self.ship(2)
        self.page(lot.scan_code)
        self.page(lot.scan_code)
        self.page(other.scan_code)
        self.page(lot.scan_code, user_agent=WECHAT)
        self.page(lot.scan_code, ip="8.8.8.8")
        with freeze_time(NOW + timedelta(minutes=25)):
            self.page(lot.scan_code)
        with freeze_time(NOW + timedelta(minutes=56)):
            self.page(lot.scan_code)
        repeats = self.scans().mapped("is_repeat")
        self.assertEqual(repeats, [False, True, False, False, False, True, False])

    def test_the_session_key_names_nobody(self):
        lot = self.ship()
        self.page(lot.scan_code)
        with freeze_time(NOW + timedelta(days=1)):
            self.page(lot.scan_code)
        first, second = self.scans(lot).mapped("session_key")
        self.assertNotEqual(first, second)

    def test_rubbish_is_logged_short_and_clean(self):
        for text in ("\x00", "x" * 10_000, "防伪码", "a\nb\x1b[0m", "💥" * 100):
            self.page(text, user_agent="Mozilla " + "y" * 10_000)
        for scan in self.scans():
            self.assertLessEqual(len(scan.code), 64)
            self.assertTrue(not scan.code or scan.code.isprintable())
            self.assertLessEqual(len(scan.user_agent), 256)

    def test_nobody_writes_the_log_by_hand(self):
        self.page(self.ship().scan_code)
        scan = self.scans().with_user(self.manager)
        self.assertTrue(scan.code)
        with self.assertRaises(AccessError):
            scan.write({"is_bot": True})
        with self.assertRaises(AccessError):
            scan.with_user(self.stock_user).read(["code"])

    def test_scans_of_a_deleted_serial_stay_without_it(self):
        lot = self.mint()
        self.page(lot.scan_code)
        scan = self.scans(lot)
        lot.unlink()
        self.env.invalidate_all()
        self.assertFalse(scan.lot_id or scan.product_id)

    def test_scans_can_be_grouped_and_counted(self):
        for lot in self.ship(3):
            self.page(lot.scan_code)
        groups = self.env["serial.scan"]._read_group(
            [("id", "in", self.scans().ids)],
            ["scanned_at:month", "state_id"],
            ["__count"],
        )
        self.assertEqual([row[2] for row in groups], [3])


@tagged("post_install", "-at_install")
class TestScanPartitions(PageCase):
    def months(self):
        return set(self.env["serial.scan"]._get_partitions())

    def insert(self, moment, company=None):
        self.env.cr.execute(
            "INSERT INTO serial_scan (scanned_at, company_id, code)"
            " VALUES (%s, %s, 'X') RETURNING tableoid::regclass::text",
            [moment, company and company.id],
        )
        return self.env.cr.fetchone()[0]

    def test_coming_months_are_made_ahead(self):
        with freeze_time("2031-12-15"):
            self.env["serial.scan"]._cron_partitions()
        for month in ("2031-12-01", "2032-01-01", "2032-02-01"):
            self.assertIn(fields.Date.to_date(month), self.months())
        self.assertEqual(self.insert("2032-01-31 23:59:59"), "serial_scan_2032_01")

    def test_no_moment_is_refused_and_late_months_take_their_rows(self):
        self.assertEqual(self.insert("2033-05-05"), "serial_scan_default")
        with freeze_time("2033-04-01"):
            self.env["serial.scan"]._cron_partitions()
        self.env.cr.execute(
            "SELECT tableoid::regclass::text FROM serial_scan"
            " WHERE scanned_at = '2033-05-05'"
        )
        self.assertEqual(self.env.cr.fetchall(), [("serial_scan_2033_05",)])

    def test_months_nobody_keeps_are_dropped(self):
        self.env["res.company"].search([]).serial_scan_retention_months = 6
        scans = self.env["serial.scan"]
        with freeze_time("2030-01-10"):
            scans._cron_partitions()
            self.insert("2030-01-10")
        with freeze_time("2030-07-31"):
            scans._cron_partitions()
            self.assertIn(fields.Date.to_date("2030-01-01"), self.months())
        with freeze_time("2030-08-01"):
            scans._cron_partitions()
        self.assertNotIn(fields.Date.to_date("2030-01-01"), self.months())

    def test_a_company_that_keeps_less_loses_its_own_rows_only(self):
        other = self.env["res.company"].create({"name": "Short Memory"})
        self.env["res.company"].search([]).serial_scan_retention_months = 12
        other.serial_scan_retention_months = 1
        moment = NOW - relativedelta(months=3)
        for company in (self.company, other, None):
            self.insert(moment, company)
        self.env["serial.scan"]._cron_partitions()
        left = self.env["serial.scan"].search([("scanned_at", "=", moment)])
        self.assertEqual(left.company_id, self.company)
        self.assertEqual(len(left), 2)

    def test_zero_months_keep_for_ever(self):
        self.company.serial_scan_retention_months = 0
        self.insert("2001-01-01")
        self.env["serial.scan"]._cron_partitions()
        self.assertTrue(
            self.env["serial.scan"].search([("scanned_at", "<", "2002-01-01")])
        )

    def test_the_daily_cron_runs(self):
        cron = self.env.ref("serial_dossier.ir_cron_serial_scan_partitions")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
