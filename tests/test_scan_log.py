from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOW
from .test_scan import PHONE, WECHAT, PageCase


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
        self.assertEqual((scan.network, scan.prefix), ("mobile", 21))
        self.assertEqual(scan.sources, [["ip:a", "CN-GD", 20, 21]])
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

    def test_the_kind_of_telephone_is_kept(self):
        lot = self.ship()
        self.page(lot.scan_code, user_agent=WECHAT)
        kept = self.env["serial.scan"].search([("lot_id", "=", lot.id)], limit=1)
        self.assertEqual(kept.device_model, "Pixel 8")

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
