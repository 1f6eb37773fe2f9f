from odoo.tests import tagged

from ..core import digital_link
from .common import SerialCase

GTIN = "06901234567892"


@tagged("post_install", "-at_install")
class TestDigitalLink(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = "6901234567892"
        cls.base = cls.company.get_base_url()

    def test_the_link_of_an_unguessable_serial_is_gtin_and_code(self):
        lot = self.mint()
        link = lot._get_digital_link()
        self.assertEqual(link, f"{self.base}/01/{GTIN}/21/{lot.scan_code}")
        self.assertEqual(
            digital_link.parse(link), (("01", GTIN), ("21", lot.scan_code))
        )

    def test_a_guessable_serial_is_accompanied_by_the_code(self):
        lot = self.env["stock.lot"].create(
            {"name": "SN/1+2", "product_id": self.product.id}
        )
        link = lot._get_digital_link()
        self.assertEqual(
            link, f"{self.base}/01/{GTIN}/21/SN%2F1%2B2?91={lot.scan_code}"
        )
        self.assertEqual(
            digital_link.parse(link),
            (("01", GTIN), ("21", "SN/1+2"), ("91", lot.scan_code)),
        )

    def test_a_serial_that_gs1_does_not_allow_is_left_to_the_code(self):
        for name in ("SN 1 2", "序列号1", "X" * 21):
            lot = self.env["stock.lot"].create(
                {"name": name, "product_id": self.product.id}
            )
            expected = f"{self.base}/01/{GTIN}/21/{lot.scan_code}"
            self.assertEqual(lot._get_digital_link(), expected)

    def test_without_a_valid_gtin_the_label_carries_the_page(self):
        lot = self.mint()
        for barcode in (False, "BOX-1", "6901234567893"):
            self.product.barcode = barcode
            expected = f"{self.base}/sn/{lot.scan_code}"
            self.assertEqual(lot._get_digital_link(), expected)

    def test_a_unit_with_neither_code_nor_gtin_has_no_link(self):
        lot = self.env["stock.lot"].create(
            {"name": "C1", "product_id": self.uncoded_product.id}
        )
        self.assertFalse(lot._get_digital_link())
        self.uncoded_product.barcode = "02345673"
        self.assertEqual(
            lot._get_digital_link(), f"{self.base}/01/00000002345673/21/C1"
        )

    def test_a_product_says_when_its_barcode_is_no_gtin(self):
        template = self.product.product_tmpl_id
        self.assertFalse(template.serial_gtin_problem)
        self.product.barcode = "6901234567893"
        self.assertIn("6901234567893", template.serial_gtin_problem)
        self.product.barcode = False
        self.assertIn("Without a barcode", template.serial_gtin_problem)

    def test_links_carry_the_domain_of_the_products_website(self):
        website = self.env["website"].create(
            {"name": "Brand", "domain": "https://t.brand.example"}
        )
        self.product.serial_website_id = website
        lot = self.mint()
        self.assertTrue(
            lot._get_digital_link().startswith("https://t.brand.example/01/")
        )

    def test_the_links_of_many_units_take_as_many_queries_as_of_one(self):
        lots = self.mint(30)
        lots[:1].with_user(self.user)._get_digital_links()
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            links = lots._get_digital_links()
        self.assertEqual(set(links), set(lots.ids))


@tagged("post_install", "-at_install")
class TestScanned(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = "6901234567892"
        cls.other = cls._create_product("Tablet", barcode="02345673")
        cls.lot, cls.same_name = cls.env["stock.lot"].create(
            [
                {"name": "A/7", "product_id": product.id}
                for product in (cls.product, cls.other)
            ]
        )
        cls.texts = [
            cls.lot._get_digital_link(),
            f"https://other.example/01/{GTIN}/21/A%2F7",
            f"(01){GTIN}(21)A/7",
            f"01{GTIN}21A/7",
            f"]d201{GTIN}10L1\x1d21A/7\x1d",
            f"01{GTIN}10L1\u241d21A/7",
        ]

    def test_what_a_label_says_finds_the_unit_and_no_namesake(self):
        lots = self.env["stock.lot"].with_user(self.user)
        for text in self.texts:
            found = lots._find_units([text])[text]
            self.assertEqual(found.lot_ids, tuple(self.lot.ids), text)
            self.assertEqual(lots._resolve_identifier(text), self.lot, text)
            self.assertEqual(
                lots.search([("serial_lookup", "ilike", text)]), self.lot, text
            )
            names = [lot_id for lot_id, _name in lots.name_search(text)]
            self.assertEqual(names, self.lot.ids, text)

    def test_a_gtin_of_another_product_finds_nothing(self):
        lots = self.env["stock.lot"].with_user(self.user)
        text = "(01)09520123456788(21)A/7"
        self.assertFalse(lots._find_units([text])[text].lot_ids)
        self.assertFalse(lots._resolve_identifier(text))

    def test_a_product_without_a_gtin_may_be_meant(self):
        self.other.barcode = False
        text = "(01)09520123456788(21)A/7"
        lots = self.env["stock.lot"]
        self.assertEqual(lots._resolve_identifier(text), self.same_name)

    def test_a_message_finds_a_unit_by_its_imei(self):
        self.lot.imei = "490154203237518"
        text = f"(01){GTIN}(21)UNKNOWN(8040)490154203237518"
        found = self.env["stock.lot"]._find_units([text])[text]
        self.assertEqual(found.lot_ids, tuple(self.lot.ids))
