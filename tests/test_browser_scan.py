import json
import os
from unittest import skipUnless

from odoo.tests import tagged

from .browser import DESKTOP, PHONE, BrowserCase
from .common import SerialCase

AXE = os.environ.get("AXE_JS")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
RUN_AXE = f"""
axe.run(document, {{runOnly: {json.dumps(RULES)}}}).then(found => JSON.stringify(
    found.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))])
))
"""
CODE_BESIDE_A_CAMERA = """
Object.defineProperty(navigator, "mediaDevices", {value: {getUserMedia: async () => {
    throw new DOMException("no camera", "NotFoundError");
}}});
"""


@tagged("post_install", "-at_install")
class TestBrowserScan(SerialCase, BrowserCase):
    """The public page as a consumer sees it, on a phone and on a desk."""

    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.serial_page_phone = "+86 400 820 1234"
        cls.env["res.lang"]._activate_lang("zh_CN")
        module = cls.env["ir.module.module"].search([("name", "=", "serial_dossier")])
        module._update_translations(["zh_CN"])
        cls.lots = dict(zip(("new", "old", "bad", "recall"), cls.mint(4), strict=True))
        for name in ("new", "old", "recall"):
            cls.lots[name]._move_to_stage("shipped", "shipped")
        old, recall = cls.lots["old"], cls.lots["recall"]
        values = {"activated_at": "2026-02-10 08:00:00"}
        old._move_to_stage("activated", "activated", lot_values=values)
        cls.env["serial.event"]._record(
            recall.ids, "recalled", lot_values={"recalled": True}
        )

    def get_paths(self):
        """Return name -> path of every kind of page."""
        paths = {name: f"/sn/{lot.scan_code}" for name, lot in self.lots.items()}
        return {**paths, "unknown": "/sn/2222222222222", "entry": "/sn"}

    def check_layout(self, name):
        """Nothing is wider than the screen, and every target is large enough."""
        width = self.run_js("document.documentElement.scrollWidth - innerWidth")
        self.assertLessEqual(width, 0, f"{name} scrolls sideways")
        small = self.run_js(
            "[...document.querySelectorAll('button, select, input:not([type=hidden])')]"
            ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 22)"
            ".map(e => e.outerHTML)"
        )
        self.assertFalse(small, name)

    def test_every_page_fits_a_small_phone_and_a_desk_in_both_languages(self):
        for kind, size in (("phone", PHONE), ("desk", DESKTOP)):
            with self.browsing(size=size):
                for language in ("en-US", "zh-CN"):
                    self.come_from("113.108.1.77", language)
                    for name, path in self.get_paths().items():
                        self.go(path)
                        tag = self.run_js("document.documentElement.lang")
                        self.assertEqual(tag, language)
                        self.check_layout(name)
                        self.shot(f"page-{name}-{kind}-{language[:2]}")

    @skipUnless(AXE, "axe-core is not here: bin/setup brings it")
    def test_no_page_breaks_a_rule_of_wcag_2_1_aa(self):
        with open(AXE, encoding="utf-8") as file:
            axe = file.read()
        with self.browsing(size=PHONE):
            for language in ("en-US", "zh-CN"):
                self.come_from("113.108.1.77", language)
                for name, path in self.get_paths().items():
                    self.go(path)
                    self.run_js(f"{axe}; true")
                    violations = json.loads(self.run_js(RUN_AXE))
                    self.assertFalse(violations, f"{name} in {language}")

    def test_a_consumer_activates_without_javascript(self):
        lot = self.lots["new"]
        with self.browsing(size=PHONE):
            self.come_from("113.108.1.77")
            self.without_javascript()
            self.go(f"/sn/{lot.scan_code}")
            self.type_into("#phone", "13800138000")
            self.click(".check input")
            self.shot("page-form-filled")
            self.click("button[type=submit]")
            self.wait_text("Your product is activated.")
            self.shot("page-activated")
        lot.invalidate_recordset()
        self.assertEqual(lot.stage, "activated")

    def test_a_wrong_number_is_told_beside_the_field(self):
        with self.browsing(size=PHONE):
            self.come_from("113.108.1.77", "zh-CN")
            self.go(f"/sn/{self.lots['new'].scan_code}")
            self.type_into("#phone", "12")
            self.click(".check input")
            self.click("button[type=submit]")
            self.wait_for("document.querySelector('[role=alert]')")
            self.wait_for(
                "document.querySelector('#phone[aria-invalid]').value === '12'"
            )
            self.shot("page-wrong-number")

    def test_a_typed_code_opens_its_page(self):
        with self.browsing(size=PHONE):
            self.go("/sn")
            self.type_into("#code", self.lots["old"].scan_code.lower())
            self.press("Enter")
            self.wait_text("Genuine")

    def test_without_a_camera_the_page_says_to_type(self):
        with self.browsing(size=PHONE):
            self.go("/sn")
            self.run_js(CODE_BESIDE_A_CAMERA)
            self.click("#camera-start")
            self.wait_text("Please type the code")

    def test_the_camera_reads_a_code_with_the_bundled_reader(self):
        self.scan_label(self.lots["old"])

    def test_the_camera_follows_the_digital_link_of_a_label(self):
        lot = self.lots["old"]
        lot.product_id.barcode = "6901234567892"
        self.assertIn("/01/06901234567892/21/", lot.digital_link)
        self.scan_label(lot)

    def scan_label(self, lot):
        """Show a label to the camera, for which a canvas stands in."""
        with self.browsing(size=PHONE):
            self.go("/sn")
            self.run_js(
                """(async () => {
                delete window.BarcodeDetector;
                const image = new Image();
                image.src = %s;
                await image.decode();
                const canvas = document.createElement("canvas");
                canvas.width = canvas.height = 400;
                const draw = () => {
                    const context = canvas.getContext("2d");
                    context.fillStyle = "white";
                    context.fillRect(0, 0, 400, 400);
                    context.drawImage(image, 40, 40, 320, 320);
                    requestAnimationFrame(draw);
                };
                draw();
                const devices = navigator.mediaDevices;
                devices.getUserMedia = async () => canvas.captureStream();
                })()""".replace("%s", json.dumps(lot.scan_qr))
            )
            self.click("#camera-start")
            self.wait_text("Genuine")
