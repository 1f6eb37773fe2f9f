import re
from pathlib import Path

import polib
from lxml import html

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader

from .test_scan import PageCase
from .test_scan_http import ScanHttpCase

MODULE = "serial_dossier"
# What a Chinese reader calls by these names too.
LATIN = {"I", "O", "Cookie", "IP", "PDF"}
SPOKEN = ("aria-label", "title", "alt")
# Codes, numbers of the brand and the names of languages and countries.
UNSPOKEN = (
    "//title | //style | //script | //option | //header | //footer//a"
    " | //*[@class='code'] | //a[@class='call']/span"
)


class Reader(TranslationModuleReader):
    """An export that stays out of hidden folders: there a clone may link to itself."""

    def _verified_module_filepaths(self, fname, path, root):
        if "/." in root.removeprefix(path):
            return None, None, None, None
        return super()._verified_module_filepaths(fname, path, root)


class ChineseCase:
    """What needs the Chinese texts of the module, wherever the database has them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        module = cls.env["ir.module.module"].search([("name", "=", MODULE)])
        module._update_translations(["zh_CN"])
        cls.product.with_context(lang="zh_CN").name = "手机"
        cls.company.name = "品牌"

    def assertChinese(self, text):
        self.assertTrue(re.search(r"[\u4e00-\u9fff]", text), text)
        left = set(re.findall(r"[A-Za-z]+", text)) - LATIN
        self.assertFalse(left, f"not in Chinese: {left} in {text}")


@tagged("post_install", "-at_install")
class TestTemplate(PageCase):
    def test_the_template_holds_every_text_of_the_module(self):
        template = polib.pofile(str(Path(file_path(f"{MODULE}/i18n/{MODULE}.pot"))))
        committed = {entry.msgid for entry in template}
        exported = {row[4] for row in Reader(self.env.cr, [MODULE])}
        again = f"bin/odoo i18n export -d DATABASE -o i18n/{MODULE}.pot {MODULE}"
        self.assertEqual(exported - committed, set(), f"export them: {again}")
        self.assertEqual(committed - exported, set(), f"gone; export: {again}")

    def test_texts_of_models_views_menus_and_scripts_are_in_the_template(self):
        types = {row[1] for row in Reader(self.env.cr, [MODULE])}
        self.assertLessEqual({"code", "model", "model_terms"}, types)
        rows = [row for row in Reader(self.env.cr, [MODULE]) if row[1] == "code"]
        self.assertTrue([row for row in rows if row[2].endswith(".js")])
        self.assertTrue([row for row in rows if row[2].endswith("timeline_field.xml")])


@tagged("post_install", "-at_install")
class TestChinesePage(ChineseCase, ScanHttpCase):
    def texts_of(self, path, data=None):
        """Return what a visitor sees or hears of a page, without names and codes."""
        response = self.open(path, data=data, language="zh-CN,zh;q=0.9,en;q=0.5")
        self.assertEqual(response.status_code, 200)
        page = html.fromstring(response.text)
        self.assertEqual(page.get("lang"), "zh-CN")
        spoken = [
            node.get(name)
            for node in page.iter(html.etree.Element)
            for name in SPOKEN
            if node.get(name)
        ]
        for node in page.xpath(UNSPOKEN):
            node.drop_tree()
        return " ".join([*spoken, *page.itertext()])

    def test_pages_without_a_unit_are_chinese(self):
        self.assertChinese(self.texts_of("/sn"))
        self.assertChinese(self.texts_of("/sn/2222222222222"))

    def test_the_page_of_a_unit_is_chinese_whatever_its_stage(self):
        self.product.serial_warranty_months = 12
        minted, shipped, activated, traded_in, retired, void = (
            self.mint() if number in (0, 5) else self.ship() for number in range(6)
        )
        self.activate(activated + traded_in + retired)
        traded_in._move_to_stage("traded_in", "traded_in")
        retired._move_to_stage("retired", "retired")
        void._move_to_stage("void", "voided")
        for lot in minted + shipped + activated + traded_in + retired + void:
            with self.subTest(stage=lot.stage):
                self.assertChinese(self.texts_of(f"/sn/{lot.scan_code}"))

    def test_the_page_of_a_flagged_unit_is_chinese(self):
        for flag, kind in (
            ("recalled", "recalled"),
            ("blocked", "blocked"),
            ("in_service", "in_service"),
        ):
            lot = self.ship()
            self.env["serial.event"]._record(lot.ids, kind, lot_values={flag: True})
            with self.subTest(flag=flag):
                self.assertChinese(self.texts_of(f"/sn/{lot.scan_code}"))

    def test_answers_to_an_activation_are_chinese(self):
        lot = self.ship()
        path = f"/sn/{lot.scan_code}"
        form = self.form_of(lot)
        for changed in ({"phone": "12"}, {"consent": ""}, {"token": "x"}, {}, {}):
            with self.subTest(changed=changed):
                self.assertChinese(self.texts_of(path, data={**form, **changed}))
        self.assertEqual(lot.stage, "activated")


@tagged("post_install", "-at_install")
class TestChineseBackOffice(ChineseCase, PageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.user + cls.manager).lang = "zh_CN"

    def in_chinese(self, record, user):
        return record.with_user(user).with_context(lang=user.lang)

    def test_errors_of_a_chinese_user_are_chinese(self):
        lot = self.ship()
        chinese = self.in_chinese(lot, self.manager)
        with self.assertRaises(UserError) as caught:
            chinese.unlink()
        self.assertIn("不能删除", str(caught.exception))
        with self.assertRaises(UserError) as caught:
            chinese._move_to_stage("minted", "minted")
        self.assertIn("不能转为“已赋码”", str(caught.exception))
        with self.assertRaises(ValidationError) as caught:
            chinese.imei = "123"
        self.assertIn("长度不正确", str(caught.exception))

    def test_refusals_of_rights_are_chinese(self):
        alert = self.env["serial.diversion.alert"].create(
            {"lot_id": self.ship().id, "outcome_note": "A present."}
        )
        with self.assertRaises(AccessError) as caught:
            self.in_chinese(alert, self.user).action_dismiss()
        self.assertIn("管理员", str(caught.exception))

    def test_the_owner_of_an_alert_is_asked_in_chinese(self):
        alert = self.env["serial.diversion.alert"].create(
            {"lot_id": self.ship().id, "user_id": self.user.id}
        )
        alert._schedule_activities()
        self.assertChinese(alert.activity_ids.summary)

    def test_new_documents_have_a_chinese_name_until_they_are_saved(self):
        for model, values in (
            ("serial.batch", {"product_id": self.product.id, "quantity": 1}),
            ("serial.import", {}),
        ):
            documents = self.in_chinese(self.env[model], self.user)
            name = documents.default_get(["name"])["name"]
            self.assertEqual(name, "新建")
            document = documents.create({"name": name, **values})
            self.assertRegex(document.name, r"^\w+/2026/\d+$")

    def test_labels_and_choices_of_a_chinese_user_are_chinese(self):
        lot = self.in_chinese(self.env["stock.lot"], self.user)
        fields = lot.fields_get(["stage", "channel_region_id", "scan_code"])
        self.assertEqual(fields["channel_region_id"]["string"], "目标销售区域")
        self.assertIn(("activated", "已激活"), fields["stage"]["selection"])
        for field in fields.values():
            self.assertChinese(field["string"])
        for _value, label in fields["stage"]["selection"]:
            self.assertChinese(label)

    def test_every_menu_and_action_is_chinese(self):
        records = self.env["ir.model.data"].search(
            [
                ("module", "=", MODULE),
                ("model", "in", ("ir.ui.menu", "ir.actions.act_window")),
            ]
        )
        for data in records:
            record = self.env[data.model].browse(data.res_id)
            name = record.with_context(lang="zh_CN").name
            self.assertTrue(re.search(r"[\u4e00-\u9fff]", name), data.name)

    def test_views_load_without_an_english_label_of_ours(self):
        form = self.in_chinese(self.env["serial.batch"], self.user)
        arch = form.get_view(view_type="form")["arch"]
        for label in html.fromstring(arch).xpath("//button/@string | //page/@string"):
            self.assertChinese(label)
