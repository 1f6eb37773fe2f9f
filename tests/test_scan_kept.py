import re
from datetime import timedelta

from odoo.tests import freeze_time, tagged
from odoo.tools import misc

from .common import NOW
from .test_scan_http import ScanHttpCase
from .test_scan_right import SOLD, RightCase

MISUSE = "serial_dossier.serial_warranty_policy_exclusion_misuse"


@tagged("post_install", "-at_install")
class TestScanKept(RightCase):
    """What workers keep of the public page follows what it was made from."""

    # === WARRANTY === #

    def test_new_terms_are_read_at_once(self):
        code = self.sell().scan_code
        self.assertEqual(self.rights_of(self.page(code))["Return"], "March 7, 2026")
        right = self.policy.entitlement_ids.filtered(lambda one: one.kind == "return")
        right.until_day = 10
        self.assertEqual(self.rights_of(self.page(code))["Return"], "March 10, 2026")
        self.policy.component_ids[:1].name = "Accumulator"
        self.assertIn("Accumulator", self.page(code))

    def test_a_new_policy_counts_for_units_without_a_registration(self):
        self.product.serial_policy_id = False
        self.product.product_tmpl_id.serial_warranty_months = 7
        code = self.ship().scan_code
        self.assertIn("7 months, counted from", self.page(code))
        self.product.product_tmpl_id.serial_warranty_months = 9
        self.assertIn("9 months, counted from", self.page(code))

    def test_units_of_one_day_keep_their_own_rights(self):
        plain, excluded, repaired, far = (self.sell() for _number in range(4))
        self.page(plain.scan_code)
        self.env["serial.warranty.exclusion"].create(
            {
                "warranty_id": excluded.warranty_id.id,
                "kind_id": self.env.ref(MISUSE).id,
                "reason": "Seen under the microscope.",
            }
        )
        self.repair(repaired, "2026-03-01 02:00:00", "2026-03-02 02:00:00")
        far.warranty_id.is_distance_sale = True
        self.assertIn("Not covered", self.page(excluded.scan_code))
        self.assertIn("Days added for repairs", self.page(repaired.scan_code))
        self.assertIn("at a distance", self.page(far.scan_code))
        for page in (self.page(plain.scan_code), self.page(self.sell().scan_code)):
            self.assertEqual(len(self.rights_of(page)), 3)
            self.assertNotIn("at a distance", page)

    def test_each_unit_leads_to_its_own_card(self):
        codes = [self.sell().scan_code for _number in range(2)]
        for code in codes:
            cards = re.findall(r"/sn/(\w+)/card", self.page(code))
            self.assertEqual(cards, [code])

    def test_each_day_and_language_has_its_own_words(self):
        module = self.env["ir.module.module"]._get("serial_dossier")
        code = self.sell().scan_code
        self.assertIn("365 days left", self.page(code))
        with freeze_time(NOW + timedelta(days=1)):
            self.assertIn("364 days left", self.page(code))
        self.env["res.lang"]._activate_lang("zh_CN")
        module._update_translations(["zh_CN"])
        page = self.page(code, languages=["zh-CN"])
        self.assertIn("剩余 365 天", page)
        self.assertIn("产品已于2026年2月28日激活", page)
        self.assertIn("365 days left", self.page(code))

    # === BRAND AND TEXTS === #

    def test_a_new_language_is_offered_at_once(self):
        chinese = self.env["res.lang"].search([("code", "=", "zh_CN")])
        self.env["website"].search([]).language_ids -= chinese
        chinese.active = False
        code = self.ship().scan_code
        self.assertNotIn("<nav", self.page(code, languages=["zh-CN"]))
        self.env["res.lang"]._activate_lang("zh_CN")
        page = self.page(code, languages=["zh-CN"])
        self.assertIn('<html lang="zh-CN">', page)
        self.assertIn("<nav", page)

    def test_a_brand_and_a_text_may_change(self):
        code = self.ship().scan_code
        self.page(code)
        self.company.name = "Brand of Tomorrow"
        view = self.env.ref("serial_dossier.scan_page")
        view.arch = view.arch.replace("Activate your product", "Make it yours")
        page = self.page(code)
        self.assertIn("Brand of Tomorrow", page)
        self.assertIn("Make it yours", page)

    def test_a_new_secret_ends_forms_and_cards(self):
        code = self.ship().scan_code
        pages = self.env["serial.page"]

        def token():
            return re.search(r'name="token" value="([^"]+)"', self.page(code))[1]

        old = token()
        self.assertTrue(pages._is_form_of(code, old))
        self.env["ir.config_parameter"].set_param("database.secret", "another one")
        self.assertFalse(pages._is_form_of(code, old))
        self.assertTrue(pages._is_form_of(code, token()))

    def test_signatures_are_those_that_odoo_makes(self):
        env, scope, values = self.env(su=True), "serial_dossier.tests", ["CODE", 7]
        signer = env["serial.signature"]
        for hours in (None, 24):
            token = signer._sign(scope, values, hours)
            self.assertEqual(misc.verify_hash_signed(env, scope, token), values)
            odoo = misc.hash_sign(env, scope, values, expiration_hours=hours)
            self.assertEqual(token, odoo)
        self.assertEqual(signer._hash(scope, "a"), misc.hmac(env, scope, "a"))

    def test_a_text_with_odd_characters_stays_where_it_belongs(self):
        self.product.name = "A & B\ue000 \u0001 'C'"
        page = self.page(self.ship().scan_code)
        self.assertIn("A &amp; B\ue000 \u0001 &#39;C&#39;", page)

    def test_the_words_of_a_second_owner_name_the_day(self):
        for day in (SOLD, SOLD - timedelta(days=3)):
            page = self.page(self.sell(day).scan_code)
            self.assertIn(f"activated on February {day.day}, 2026", page)


@tagged("post_install", "-at_install")
class TestScanVisitor(ScanHttpCase):
    """Who a visitor is, as the public page takes it."""

    def test_a_website_answers_with_its_own_company(self):
        self.assertNotIn("Second Brand", self.open("/sn/NOSUCHCODE2").text)
        company = self.env["res.company"].create({"name": "Second Brand"})
        self.env["website"].search([], limit=1).company_id = company
        self.assertIn("Second Brand", self.open("/sn/NOSUCHCODE2").text)

    def test_no_link_makes_the_page_set_a_cookie(self):
        response = self.open(f"/sn/{self.ship().scan_code}?utm_source=newsletter")
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("Set-Cookie", response.headers)

    def test_whoever_is_logged_in_reads_the_same_page(self):
        code = self.ship().scan_code
        name = self.company.name
        self.authenticate("admin", "admin")
        self.assertIn(name, self.open(f"/sn/{code}").text)
