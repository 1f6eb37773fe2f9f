from urllib.parse import quote

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged

from .test_scan import PHONE, PageCase

GTIN = "06901234567892"
PRODUCT = f"/01/{GTIN}"
JSON = "application/linkset+json"
VOC = "https://gs1.org/voc/"


@tagged("post_install", "-at_install")
class TestResolver(PageCase, HttpCase):
    # Requests run under the server's clock.
    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = "6901234567892"

    def add_link(self, link_type, url, **values):
        return self.env["serial.product.link"].create(
            {
                "product_tmpl_id": self.product.product_tmpl_id.id,
                "link_type": link_type,
                "title": f"About {link_type}",
                "url": url,
                **values,
            }
        )

    def open(self, path, language="en-US", accept="text/html", **options):
        headers = {
            "Accept": accept,
            "Accept-Language": language,
            "User-Agent": PHONE,
            "X-Forwarded-For": "113.108.1.77",
            "X-Forwarded-Host": f"127.0.0.1:{self.http_port()}",
        }
        headers |= {name: options.pop(name) for name in [*options] if "-" in name}
        options = {"allow_redirects": False, **options}
        return self.url_open(path, headers=headers, **options)

    def location(self, path, **options):
        answer = self.open(path, **options)
        self.assertEqual(answer.status_code, 307, path)
        return answer.headers["Location"].removeprefix(self.base_url())

    def links(self, path, **options):
        """Return the linkset about a path: anchor and {type: targets}."""
        answer = self.open(path, **options)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"].partition(";")[0], JSON)
        (context,) = answer.json()["linkset"]
        anchor = context.pop("anchor").removeprefix(self.base_url())
        return anchor, {
            name.removeprefix(VOC): value for name, value in context.items()
        }

    # === PEOPLE === #

    def test_a_person_who_scans_a_label_gets_the_page_of_the_unit(self):
        lot = self.ship()
        path = lot._get_digital_link().partition("/01/")[2]
        self.assertEqual(self.location(f"/01/{path}"), f"/sn/{lot.scan_code}")
        page = self.open(f"/01/{path}", allow_redirects=True)
        self.assertIn("Genuine", page.text)

    def test_a_guessable_serial_leads_to_the_unit_with_its_code_alone(self):
        lot = self.env["stock.lot"].create(
            {"name": "SN-000/1", "product_id": self.product.id}
        )
        link = lot._get_digital_link()
        path = "/01/" + link.partition("/01/")[2]
        self.assertIn("/21/SN-000%2F1?91=", path)
        self.assertEqual(self.location(path), f"/sn/{lot.scan_code}")
        page = self.open(path.partition("?")[0])
        self.assertEqual(page.status_code, 200)
        self.assertIn("Phone", page.text)
        self.assertNotIn(lot.scan_code, page.text)

    def test_a_serial_of_a_structured_scheme_never_counts_as_a_code(self):
        lot = self.mint()
        self.product.serial_scheme_id = self.env["serial.scheme"].create(
            {"name": "Structured", "kind": "structured", "template": "{plant}{seq:06}"}
        )
        self.env.flush_all()
        self.assertEqual(self.open(f"{PRODUCT}/21/{lot.scan_code}").status_code, 200)

    def test_a_code_is_found_though_its_products_barcode_has_changed(self):
        lot = self.ship()
        self.product.barcode = False
        self.assertEqual(
            self.location(f"{PRODUCT}/21/{lot.scan_code}"), f"/sn/{lot.scan_code}"
        )

    def test_the_page_of_a_product_names_its_links(self):
        self.add_link("instructions", "https://brand.example/{gtin}/manual")
        self.add_link("masterData", "https://brand.example/data")
        page = self.open(PRODUCT)
        self.assertIn(f'href="https://brand.example/{GTIN}/manual"', page.text)
        self.assertNotIn("https://brand.example/data", page.text)
        self.assertNotIn("no product that we know", page.text)
        self.assertIn('action="/sn"', page.text)

    def test_a_reader_is_offered_the_page_in_his_language_alone(self):
        zh = self.env.ref("base.lang_zh_CN").sudo()
        self.add_link("instructions", "https://brand.example/en.pdf")
        self.add_link("instructions", "https://brand.example/zh.pdf", lang_id=zh.id)
        page = self.open(f"{PRODUCT}?lang=zh_CN").text
        self.assertIn("https://brand.example/zh.pdf", page)
        self.assertNotIn("https://brand.example/en.pdf", page)

    def test_a_product_may_have_a_page_of_its_own(self):
        self.add_link("defaultLink", "https://brand.example/p?sku={gtin}")
        lot = self.mint()
        self.assertEqual(self.location(PRODUCT), f"https://brand.example/p?sku={GTIN}")
        self.assertEqual(
            self.location(f"{PRODUCT}/21/{lot.scan_code}"), f"/sn/{lot.scan_code}"
        )

    # === PROGRAMS === #

    def test_an_application_is_sent_to_the_page_of_the_type_it_asks_for(self):
        self.add_link("instructions", "https://brand.example/en.pdf")
        zh = self.env.ref("base.lang_zh_CN").sudo()
        self.add_link("instructions", "https://brand.example/zh.pdf", lang_id=zh.id)
        self.add_link("support", "https://brand.example/help?sn={serial}&lot={lot}")
        for name in ("gs1:instructions", f"{VOC}instructions", "instructions"):
            self.assertEqual(
                self.location(f"{PRODUCT}?linkType={name}"),
                "https://brand.example/en.pdf",
            )
        self.assertEqual(
            self.location(f"{PRODUCT}?linkType=gs1:instructions", language="zh"),
            "https://brand.example/zh.pdf",
        )
        self.assertEqual(
            self.location(f"{PRODUCT}/10/L%2B1/21/S1?linkType=gs1:support"),
            "https://brand.example/help?sn=S1&lot=L%2B1",
        )
        for path in (f"{PRODUCT}?linkType=gs1:support", f"{PRODUCT}?linkType=gs1:dpp"):
            self.assertEqual(self.open(path).status_code, 404, path)

    def test_the_linkset_names_every_link(self):
        zh = self.env.ref("base.lang_zh_CN").sudo()
        self.add_link("instructions", "https://brand.example/zh.pdf", lang_id=zh.id)
        anchor, links = self.links(f"{PRODUCT}/10/L1?17=280100&utm=x&linkType=linkset")
        self.assertEqual(anchor, f"{PRODUCT}/10/L1?17=280100")
        self.assertEqual(
            links["instructions"],
            [
                {
                    "href": "https://brand.example/zh.pdf",
                    "title": "About instructions",
                    "type": "text/html",
                    "hreflang": ["zh-CN"],
                }
            ],
        )
        self.assertEqual(links["defaultLink"][0]["href"], self.base_url() + PRODUCT)
        self.assertEqual(self.links(PRODUCT, accept=JSON)[1].keys(), links.keys())

    def test_the_linkset_of_a_unit_tells_nothing_of_whether_it_exists(self):
        lot = self.mint()
        _anchor, real = self.links(f"{PRODUCT}/21/{lot.scan_code}?linkType=linkset")
        self.assertIn("registerProduct", real)
        made_up = "X8K29M4PLQ7RX"
        _anchor, false = self.links(f"{PRODUCT}/21/{made_up}?linkType=all")
        text = str(false).replace(made_up, lot.scan_code)
        self.assertEqual(text, str(real))

    def test_every_answer_points_to_the_linkset(self):
        for path in (PRODUCT, f"{PRODUCT}?linkType=linkset"):
            answer = self.open(path)
            self.assertEqual(
                answer.headers["Link"],
                f'<{self.base_url()}{PRODUCT}?linkType=linkset>; rel="linkset"; '
                f'type="{JSON}"',
            )
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")

    def test_the_resolver_describes_itself(self):
        answer = self.open("/.well-known/gs1resolver")
        self.assertEqual(answer.json()["resolverRoot"], self.base_url())
        self.assertEqual(answer.json()["supportedPrimaryKeys"], ["01"])

    def test_each_website_is_a_resolver_of_its_own_domain(self):
        self.env["website"].create({"name": "B", "domain": "http://t.brand.example"})
        self.env.flush_all()
        host = {"X-Forwarded-Host": "t.brand.example"}
        answer = self.open("/.well-known/gs1resolver", **host)
        self.assertEqual(answer.json()["resolverRoot"], "http://t.brand.example")
        link = self.open(PRODUCT, **host).headers["Link"]
        self.assertTrue(link.startswith(f"<http://t.brand.example{PRODUCT}?"))

    def test_browsers_of_other_sites_and_monitors_may_ask(self):
        for method in ("HEAD", "OPTIONS"):
            answer = self.open(PRODUCT, method=method)
            self.assertIn(answer.status_code, (200, 204), method)
            self.assertFalse(answer.text)

    # === ERRORS === #

    def test_a_wrong_link_is_refused_in_words(self):
        for path, status in (
            ("/01/6901234567892", 400),
            ("/01/06901234567893", 400),
            (f"{PRODUCT}/21/A/10/B", 400),
            (f"{PRODUCT}/21/A%20B", 400),
            (f"{PRODUCT}?21=A", 400),
            (f"{PRODUCT}/21/" + "A" * 21, 400),
            (f"{PRODUCT}/21/%00", 400),
            (f"{PRODUCT}/21/%ff%fe", 400),
            (f"{PRODUCT}/00/106141412345678908", 400),
            ("/01/00000000000000", 404),
            ("/01/09520123456788", 404),
        ):
            page = self.open(path)
            self.assertEqual(page.status_code, status, path)
            self.assertIn('action="/sn"', page.text)
            self.assertIn("no product that we know", page.text)
        answer = self.open("/01/06901234567893", accept=JSON)
        self.assertEqual(answer.json()["reason"], "gs1_check_digit")
        self.assertEqual(answer.json()["title"], "(01) The check digit is wrong.")

    def test_a_product_that_is_neither_coded_nor_linked_is_nobodys_business(self):
        self.product.serial_scheme_id = False
        self.assertEqual(self.open(PRODUCT).status_code, 404)
        self.add_link("pip", "https://brand.example")
        self.assertEqual(self.open(PRODUCT).status_code, 200)

    # === TYPED === #

    def test_what_is_typed_or_scanned_at_the_entry_leads_on(self):
        lot = self.mint()
        guessable = self.env["stock.lot"].create(
            {"name": "SN-1", "product_id": self.product.id}
        )
        for text, path in (
            (f"(01){GTIN}(21){lot.scan_code}", f"/sn/{lot.scan_code}"),
            (f"01{GTIN}21{lot.scan_code}", f"/sn/{lot.scan_code}"),
            (f"]d201{GTIN}10L\x1d21{lot.scan_code}", f"/sn/{lot.scan_code}"),
            (guessable._get_digital_link(), f"/sn/{guessable.scan_code}"),
            (f"(01){GTIN}(21)SN-1", PRODUCT),
        ):
            answer = self.open(f"/sn?code={quote(text)}")
            self.assertEqual(answer.status_code, 303, text)
            self.assertTrue(answer.headers["Location"].endswith(path), text)

    # === BACK OFFICE === #

    def test_only_web_addresses_are_kept_as_links(self):
        for url in (
            "javascript:alert(1)",
            "brand.example",
            "https://a/{secret}",
            "https://{serial}/",
        ):
            with self.assertRaises(ValidationError):
                self.add_link("pip", url)
        link = self.add_link("pip", "https://a.example/{gtin}?c={code}")
        with self.assertRaises(ValidationError):
            link.url = "data:text/html,x"

    def test_managers_keep_the_links_and_users_read_them(self):
        template = self.product.product_tmpl_id.with_user(self.manager)
        if not template.has_access("write"):
            template = template.sudo()
        values = {"link_type": "pip", "title": "P", "url": "https://a.example"}
        template.serial_link_ids = [Command.create(values)]
        link = template.serial_link_ids.with_user(self.user)
        self.assertEqual(link.title, "P")
        with self.assertRaises(AccessError):
            link.title = "Q"
