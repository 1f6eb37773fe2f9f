import pypdfium2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..core import check_digit
from .common import SerialCase
from .marking import read_symbols, read_text, read_zpl


@tagged("post_install", "-at_install")
class TestLabelPackage(SerialCase):
    @classmethod
    def create_package(cls, number, **values):
        digits = f"0095201234567{number:04}"
        name = digits + check_digit.mod_10(digits)
        return cls.env["stock.package"].create({"name": name, **values})

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pallet = cls.create_package(1)
        cls.cartons = cls.pallet.browse()
        for number in (2, 3):
            cls.cartons |= cls.create_package(number, parent_package_id=cls.pallet.id)
        cls.lots = cls.produce(4)
        for lot, carton in zip(cls.lots, [*cls.cartons, *cls.cartons], strict=True):
            lot.quant_ids.filtered(
                lambda one: one.location_id.usage == "internal"
            ).package_id = carton

    def draw(self, packages, user=None):
        templates = self.env["serial.label.template"].with_user(user or self.stock_user)
        return templates._draw_sscc(packages.with_user(user or self.stock_user))

    def test_the_label_of_each_package_reads_back_to_its_sscc(self):
        packages = self.pallet | self.cartons
        pages = read_symbols(self.draw(packages))
        self.assertEqual(len(pages), 3)
        for page, package in zip(pages, packages, strict=True):
            (symbol,) = page
            self.assertEqual(symbol.symbology_identifier, "]C1")
            self.assertEqual(symbol.bytes, f"00{package.name}".encode())

    def test_a_label_says_what_is_inside(self):
        pallet, carton, _other = read_text(self.draw(self.pallet | self.cartons))
        self.assertIn("Pallet", pallet)
        self.assertIn("4 Units", pallet)
        self.assertIn("Carton", carton)
        self.assertIn("2 Units", carton)
        self.assertIn(self.product.name, carton)

    def test_a_carton_being_packed_says_what_will_be_inside(self):
        carton = self.create_package(9)
        lots = self.produce(2)
        picking = self.create_picking(
            lots,
            self.stock_location,
            self.customer_location,
            partner_id=self.distributor.id,
        )
        picking.move_line_ids.result_package_id = carton
        (text,) = read_text(self.draw(carton))
        self.assertIn("2 Units", text)
        self.assertIn(self.distributor.name, text)

    def test_a_package_without_an_sscc_gets_no_label(self):
        package = self.env["stock.package"].create({"name": "PACK0001"})
        with self.assertRaisesRegex(UserError, "PACK0001"):
            self.draw(package)

    # === ZPL === #

    def test_zpl_has_the_same_code_and_words_as_the_pdf(self):
        packages = (self.pallet | self.cartons).with_user(self.stock_user)
        templates = self.env["serial.label.template"].with_user(self.stock_user)
        text = templates._draw_sscc_zpl(packages)
        self.assertEqual(read_zpl(text), [f"00{one.name}" for one in packages])
        pallet, carton, _other = text.split("^XZ\n")[:-1]
        for part in ("^FDPallet^", "^FD4 Units^", f"^FD(00) {self.pallet.name}^"):
            self.assertIn(part, pallet)
        self.assertIn(f"^FD{self.product.name}^", carton)
        self.assertTrue(pallet.startswith("^XA^CI28^PW1181^LL1772"))

    def test_names_that_would_be_commands_stay_names_in_zpl(self):
        self.company.name = "^XZ~JA"
        templates = self.env["serial.label.template"]
        text = templates._draw_sscc_zpl(self.pallet)
        self.assertEqual((text.count("^XZ"), text.count("~")), (1, 0))

    def test_the_button_gives_the_zpl_of_all_packages_in_one_file(self):
        packages = self.cartons.with_user(self.stock_user)
        action = packages.action_print_serial_label_zpl()
        self.assertEqual(action["report_type"], "qweb-text")
        reports = self.env["ir.actions.report"].with_user(self.stock_user)
        data, kind = reports._render_qweb_text(action["report_name"], packages.ids)
        self.assertEqual((kind, data.count(b"^XA")), ("text", 2))
        nobody = new_test_user(self.env, "nobody_zpl", groups="base.group_portal")
        with self.assertRaises(AccessError):
            reports.with_user(nobody)._render_qweb_text(
                action["report_name"], packages.ids
            )

    def test_many_rows_of_contents_leave_the_symbol_its_room(self):
        products = self.env["product.product"].create(
            [{"name": f"Kind {number}", "is_storable": True} for number in range(60)]
        )
        carton = self.create_package(10)
        self.env["stock.quant"].create(
            [
                {
                    "product_id": product.id,
                    "location_id": self.stock_location.id,
                    "quantity": 3,
                    "package_id": carton.id,
                }
                for product in products
            ]
        )
        pdf = self.draw(carton)
        self.assertEqual(read_symbols(pdf)[0][0].bytes, f"00{carton.name}".encode())
        self.assertRegex(read_text(pdf)[0], r"and \d+ more")

    def test_a_hundred_labels_take_as_many_queries_as_ten(self):
        def count(packages):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.draw(packages)
            return self.env.cr.sql_log_count - before

        packages = self.env["stock.package"].union(
            *(self.create_package(100 + number) for number in range(60))
        )
        self.draw(packages)
        self.assertEqual(count(packages[:10]), count(packages))

    def test_the_template_of_the_company_sets_the_size(self):
        self.env["serial.label.template"].create(
            {
                "name": "Small",
                "target": "package",
                "symbol": "gs1_128",
                "label_width": 90,
                "label_height": 60,
                "company_id": self.company.id,
                "line_ids": [Command.create({"kind": "text", "text": "x"})],
            }
        )
        pdf = self.draw(self.cartons[0])
        width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
        self.assertAlmostEqual(width, 90 / 25.4 * 72, places=1)
        self.assertAlmostEqual(height, 60 / 25.4 * 72, places=1)
        self.assertEqual(len(read_symbols(pdf)[0]), 1)
