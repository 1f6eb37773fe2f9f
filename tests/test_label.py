import csv
import io
from datetime import date

import openpyxl

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..core import epc, gs1
from ..core import label as geometry
from ..reports.symbol import encode
from .marking import GTIN, LabelCase, read_contents, read_text, read_zpl

SYMBOLS = ("qr", "gs1_datamatrix", "gs1_qr", "datamatrix", "code128", "gs1_128")


@tagged("post_install", "-at_install")
class TestLabel(LabelCase):
    """What is printed, and that it can be read."""

    # === READ BACK === #

    def test_every_symbol_reads_back_at_the_smallest_size_its_template_may_have(self):
        for symbol in SYMBOLS:
            template = self.make_template(
                symbol=symbol,
                symbol_place="top",
                label_width=110,
                label_height=60,
                symbol_size=10,
            )
            contents = template._get_contents(self.lots.sudo()).values()
            made = [encode(symbol, content.encoded) for content in contents]
            modules = max(one.width + 2 * one.quiet for one in made)
            least = geometry.least_dots(300) * geometry.INCH / 300 * modules + 0.01
            if made[0].linear:
                template.write({"label_width": least + 3, "symbol_size": 5})
            else:
                template.symbol_size = least
            job = self.print_labels(
                template=template, printed_before="reprint", reason="test"
            )
            with self.subTest(symbol=symbol):
                self.assertEqual(
                    read_contents(self.get_file(job)),
                    self.get_marks(job).mapped("content"),
                )

    def test_the_labels_of_each_template_that_comes_along_read_back(self):
        templates = self.env["serial.label.template"].search(
            [("target", "=", "unit"), ("symbol", "!=", False)]
        )
        self.assertGreater(len(templates), 4)
        for template in templates:
            job = self.print_labels(
                template=template, printed_before="reprint", reason="test"
            )
            with self.subTest(template=template.name):
                self.assertEqual(
                    read_contents(self.get_file(job)),
                    self.get_marks(job).mapped("content"),
                )

    def test_a_gs1_symbol_says_product_serial_and_dates(self):
        template = self.make_template(symbol="gs1_datamatrix", symbol_dates=True)
        self.lots.expiry_date = date(2028, 1, 31)
        content = template._get_contents(self.lots[0])[self.lots[0].id]
        elements = dict(gs1.parse(content.raw))
        self.assertEqual(elements["01"], GTIN)
        self.assertEqual(elements["11"], "260131")
        self.assertEqual(elements["17"], "280131")
        self.assertIn("21", elements)

    def test_a_serial_that_can_be_guessed_is_joined_by_its_code(self):
        scheme = self.env["serial.scheme"].create(
            {"name": "Structured", "kind": "structured", "template": "A{seq:06}"}
        )
        product = self._create_product(
            "Guessable", serial_scheme_id=scheme.id, barcode="9520123450014"
        )
        lots = self.mint(2, product)
        for symbol in ("gs1_datamatrix", "qr"):
            template = self.make_template(symbol=symbol, symbol_size=25)
            job = self.print_labels(
                lots, template, printed_before="reprint", reason="test"
            )
            read = read_contents(self.get_file(job))
            with self.subTest(symbol=symbol):
                self.assertEqual(read, self.get_marks(job).mapped("content"))
                elements = [dict(gs1.parse(content)) for content in read]
                self.assertEqual([one["21"] for one in elements], lots.mapped("name"))
                codes = [one["91"] for one in elements]
                self.assertEqual(codes, lots.mapped("scan_code"))

    def test_the_qr_code_holds_the_address_of_the_unit(self):
        job = self.print_labels()
        links = self.lots._get_digital_links()
        self.assertEqual(
            read_contents(self.get_file(job)),
            [links[lot.id] for lot in self.lots.sorted("id")],
        )

    def test_chinese_stands_on_labels_of_a_chinese_template(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.product.with_context(lang="zh_CN").name = "星河手机"
        self.template.lang = "zh_CN"
        (text,) = read_text(self.get_file(self.print_labels(self.lots[0])))
        self.assertIn("星河手机", text)
        self.assertIn(self.lots[0].name, text)

    def test_what_identifies_a_unit_is_never_cut(self):
        self.product.name = "A name that is far too long for any label " * 3
        template = self.make_template(
            label_width=35,
            label_height=18,
            symbol_size=13,
            symbol="gs1_datamatrix",
            line_ids=[
                (0, 0, {"kind": "product", "size": 8}),
                (0, 0, {"kind": "serial", "size": 14}),
            ],
        )
        (text,) = read_text(self.get_file(self.print_labels(self.lots[0], template)))
        self.assertIn(self.lots[0].name, text.replace("\r\n", ""))
        self.assertIn("…", text)

    # === SHEETS === #

    def test_a_sheet_in_use_begins_where_it_is_free(self):
        template = self.env.ref("serial_dossier.serial_label_template_sheet_24")
        job = self.print_labels(template=template, first_place=23)
        pages = read_text(self.get_file(job))
        names = self.lots.sorted("id").mapped("name")
        self.assertEqual(len(pages), 2)
        self.assertIn(names[1], pages[0])
        self.assertNotIn(names[2], pages[0])
        self.assertIn(names[2], pages[1])

    def test_a_sheet_that_does_not_fit_its_page_is_refused(self):
        for values in (
            {"columns": 4, "rows": 8, "label_width": 70},
            {"columns": 2, "rows": 2, "label_width": 70, "pitch_x": 60},
            {"columns": 0, "rows": 2},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.make_template(medium="sheet", **values)

    def test_a_symbol_that_nobody_could_read_is_refused_by_name(self):
        template = self.make_template(symbol_size=6)
        with self.assertRaisesRegex(UserError, self.lots[0].name):
            self.print_labels(self.lots[0], template)

    def test_a_gs1_symbol_needs_a_gtin(self):
        self.product.barcode = "NOT-A-GTIN"
        template = self.make_template(symbol="gs1_datamatrix")
        with self.assertRaisesRegex(UserError, "GTIN"):
            self.print_labels(self.lots[0], template)

    # === OTHER OUTPUTS === #

    def test_zpl_holds_the_same_symbols(self):
        template = self.make_template(symbol="gs1_datamatrix")
        job = self.print_labels(template=template, output="zpl")
        text = self.get_file(job).decode()
        self.assertEqual(text.count("^XA"), len(self.lots))
        read = read_zpl(text)
        self.assertEqual(read, self.get_marks(job).mapped("content"))

    def test_csv_and_xlsx_hold_a_row_a_unit(self):
        template = self.make_template(
            symbol="gs1_datamatrix",
            separator="{GS}",
            line_ids=[(0, 0, {"kind": "production_date"})],
        )
        job = self.print_labels(template=template, output="csv")
        text = self.get_file(job).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        self.assertEqual(len(rows), 1 + len(self.lots))
        self.assertEqual(
            [row[0] for row in rows[1:]], self.lots.sorted("id").mapped("name")
        )
        self.assertEqual(rows[1][-1], "2026-01-31")
        self.assertNotIn("\x1d", text)
        again = self.print_labels(
            template=template, output="xlsx", printed_before="reprint", reason="test"
        )
        sheet = openpyxl.load_workbook(io.BytesIO(self.get_file(again))).active
        self.assertEqual(
            [[str(cell or "") for cell in row] for row in sheet.values], rows
        )

    def test_tags_hold_the_unit_and_the_filter(self):
        self.company.serial_gs1_prefix = "9520123"
        template = self.env.ref("serial_dossier.serial_label_template_tag")
        template.epc_filter = "7"
        job = self.print_labels(template=template, output="rfid")
        text = self.get_file(job).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
        links = self.lots._get_digital_links()
        for row, lot in zip(rows, self.lots.sorted("id"), strict=True):
            tag = epc.decode(row[-1])
            self.assertEqual(tag.gtin, GTIN)
            self.assertEqual(tag.filter_value, 7)
            self.assertEqual(tag.serial, dict(gs1.parse(links[lot.id]))["21"])

    def test_tags_need_the_prefix_of_the_company(self):
        self.company.serial_gs1_prefix = "1234567"
        template = self.env.ref("serial_dossier.serial_label_template_tag")
        with self.assertRaisesRegex(UserError, "prefix"):
            self.print_labels(template=template, output="rfid")
