from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import serial_void_mixin
from .common import SerialCase


@tagged("post_install", "-at_install")
class TestDossier(SerialCase):
    """What the back office sees of a serial, and how it finds one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.mint(4)
        cls.lot = cls.lots[0]

    # === FINDING === #

    def _find(self, text, operator="ilike"):
        lots = self.env["stock.lot"].with_user(self.auditor)
        return lots.search([("display_name", operator, text)]).sudo()

    def test_a_code_is_found_however_it_is_typed(self):
        code = self.lot.scan_code
        for text in (
            code,
            code.lower(),
            self.lot.scan_code_display,
            f"  {self.lot.scan_code_display.lower()} ",
            code[:4] + " " + code[4:9] + "_" + code[9:],
            code[:9].lower(),
        ):
            with self.subTest(text=text):
                self.assertEqual(self._find(text), self.lot)

    def test_a_serial_is_found_by_each_of_its_identifiers(self):
        self.lot.write(
            {
                "imei": "490154203237518",
                "imei2": "356938035643809",
                "mac": "001A2B3C4D5E",
            }
        )
        for text in (
            "49-015420-323751-8",
            "356938035643809",
            "00:1a:2b:3c:4d:5e",
            "001a.2b3c.4d5e",
        ):
            with self.subTest(text=text):
                self.assertEqual(self._find(text), self.lot)
        self.assertEqual(self._find(["490154203237518"], "in"), self.lot)

    def test_a_structured_serial_is_found_by_number_and_by_code(self):
        scheme = self.env["serial.scheme"].create(
            {"name": "By week", "kind": "structured"}
        )
        lot = self.mint(plant="SZ", production_line="L1", scheme_id=scheme.id)
        self.assertNotEqual(lot.name, lot.scan_code_display)
        self.assertEqual(self._find(lot.name[:8]), lot)
        self.assertEqual(self._find(lot.scan_code_display.lower()), lot)

    def test_what_is_no_code_finds_nothing(self):
        for text in ("?", "nothing like it", "0" * 600, "é" * 70):
            with self.subTest(text=text[:20]):
                self.assertFalse(self._find(text) & self.lots)

    def test_the_search_box_of_other_screens_takes_codes_too(self):
        found = self.env["stock.lot"].name_search(self.lot.scan_code.lower())
        self.assertEqual([lot_id for lot_id, _name in found], self.lot.ids)

    # === VERDICT === #

    def test_the_verdict_is_the_worst_that_is_true(self):
        lots = self.lots.with_user(self.auditor)
        self.assertEqual(set(lots.mapped("dossier_verdict")), {"not_on_sale"})
        self.lots._move_to_stage("shipped", "shipped")
        self.assertEqual(self.lot.dossier_verdict, "genuine")
        alert = self.env["serial.diversion.alert"].create({"lot_id": self.lot.id})
        self.assertEqual(self.lot.dossier_verdict, "suspect")
        alert.state = "dismissed"
        self.assertEqual(self.lot.dossier_verdict, "genuine")
        self.lot.blocked = True
        self.assertEqual(self.lot.dossier_verdict, "blocked")
        self.lot.recalled = True
        self.assertEqual(self.lot.dossier_verdict, "recalled")
        self.lot._move_to_stage("void", "voided")
        self.assertEqual(self.lot.dossier_verdict, "void")
        retired = self.lots[1]
        retired._move_to_stage("retired", "retired")
        self.assertEqual(retired.dossier_verdict, "ended")

    def test_a_serial_without_a_code_has_no_dossier(self):
        lot = self.env["stock.lot"].create(
            {"name": "plain", "product_id": self.uncoded_product.id}
        )
        self.assertFalse(lot.dossier_verdict)
        self.assertFalse(lot.page_url)
        self.assertFalse(lot.scan_qr)
        self.assertFalse(lot.dossier_timeline)

    def test_verdicts_of_a_list_cost_the_same_for_any_number(self):
        self.env["serial.diversion.alert"].create({"lot_id": self.lot.id})
        counts = []
        for lots in (self.lots[:1], self.lots):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lots.mapped("dossier_verdict")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    # === TIMELINE AND CODE === #

    def test_the_timeline_tells_the_steps_newest_first(self):
        self.lot._move_to_stage(
            "shipped",
            "shipped",
            partner_id=self.distributor.id,
            state_id=self.env.ref("base.state_cn_GD").id,
            country_id=self.env.ref("base.cn").id,
        )
        self.lot._move_to_stage(
            "void", "voided", data={"private": {"reason": "Label torn"}}
        )
        steps = self.lot.with_user(self.auditor).dossier_timeline
        self.assertEqual(
            [step["kind"] for step in steps], ["voided", "shipped", "minted"]
        )
        self.assertEqual(steps[0]["note"], "Label torn")
        self.assertEqual(steps[1]["party"], "Yuexiu")
        self.assertIn("China", steps[1]["place"])
        self.assertEqual(steps[2]["document"], self.lot.serial_batch_id.name)
        self.assertEqual(steps[2]["document_id"], self.lot.serial_batch_id.id)
        self.assertEqual(steps[2]["hash"], self.lot.event_ids[-1].hash[:12])

    def test_a_document_that_may_not_be_read_is_named_without_a_link(self):
        lot = self.lot.with_user(self.stock_user)
        self.assertEqual(
            lot.dossier_timeline[0]["document"], self.lot.serial_batch_id.name
        )
        self.assertFalse(lot.dossier_timeline[0]["document_id"])

    def test_the_code_leads_to_the_public_page(self):
        self.assertTrue(self.lot.page_url.endswith(f"/sn/{self.lot.scan_code}"))
        self.assertTrue(self.lot.scan_qr.startswith("data:image/svg+xml;base64,"))

    def test_groups_of_stages_come_in_the_order_of_life(self):
        self.lots[0]._move_to_stage("produced", "produced")
        self.lots[1]._move_to_stage("activated", "activated")
        self.lots[2]._move_to_stage("void", "voided")
        groups = (
            self.env["stock.lot"]
            .with_user(self.auditor)
            .formatted_read_group([("id", "in", self.lots.ids)], ["stage"], ["__count"])
        )
        self.assertEqual(
            [group["stage"] for group in groups],
            ["minted", "produced", "activated", "void"],
        )

    # === VOIDING === #

    def _void(self, lots=None, user=None, **values):
        wizard = (
            self.env["serial.lot.void"]
            .with_user(user or self.manager)
            .with_context(active_model="stock.lot", active_ids=lots.ids if lots else [])
            .create({"reason": "Labels torn", **values})
        )
        wizard.action_void()
        return wizard

    def test_voiding_keeps_the_reason_in_the_dossier_and_out_of_the_public(self):
        wizard = self._void(self.lots[:2])
        self.assertEqual((wizard.lot_count, wizard.refused_count), (0, 2))
        self.assertEqual(
            self.lots.mapped("stage"), ["void", "void", "minted", "minted"]
        )
        event = self.lot.event_ids[0]
        self.assertEqual(event.data, {"private": {"reason": "Labels torn"}})
        self.assertEqual(event.actor_id, self.manager)
        self.assertFalse(self.env["serial.event"]._get_broken_chains(self.lots.ids))

    def test_only_a_manager_voids_and_only_with_a_reason(self):
        with self.assertRaises(AccessError):
            self._void(self.lots, user=self.user)
        with self.assertRaises(UserError):
            self._void(self.lots, reason="   ")
        self.assertEqual(set(self.lots.mapped("stage")), {"minted"})

    def test_a_serial_whose_life_has_ended_stops_the_whole_voiding(self):
        self.lots[3]._move_to_stage("void", "voided")
        with self.assertRaises(UserError) as caught:
            self._void(self.lots)
        self.assertIn(self.lots[3].name, str(caught.exception))
        self.assertEqual(self.lot.stage, "minted")

    def test_a_batch_voids_what_it_has_unused(self):
        batch = self.lot.serial_batch_id
        self.lots[0]._move_to_stage("shipped", "shipped")
        self.lots[1].sudo().location_id = self.stock_location
        batch.with_user(self.manager).action_void()
        self._void(batch_id=batch.id)
        self.assertEqual(
            self.lots.mapped("stage"), ["shipped", "minted", "void", "void"]
        )
        self.assertEqual((batch.voided_count, batch.is_voiding), (2, False))
        self.assertEqual(batch.void_reason, "Labels torn")
        with self.assertRaises(UserError):
            batch.with_user(self.manager).action_void()

    def test_a_large_batch_is_voided_in_the_background(self):
        batch = self.lot.serial_batch_id
        self.patch(serial_void_mixin, "CHUNK", 1)
        self._void(batch_id=batch.id)
        self.assertEqual((batch.voided_count, batch.is_voiding), (1, True))
        self.assertEqual(batch.void_progress, 25)
        with self.enter_registry_test_mode():
            self.env.ref(
                "serial_dossier.ir_cron_serial_batch_void"
            ).method_direct_trigger()
        self.assertEqual((batch.voided_count, batch.is_voiding), (4, False))
        self.assertEqual(set(self.lots.mapped("stage")), {"void"})

    def test_a_batch_that_mints_cannot_be_voided(self):
        batch = self.env["serial.batch"].create(
            {"product_id": self.product.id, "quantity": 6000}
        )
        for state in ("draft", "minting"):
            batch.state = state
            with self.subTest(state=state), self.assertRaises(UserError):
                batch.with_user(self.manager).action_void()
