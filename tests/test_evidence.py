import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..core import bundle_check
from ..models import serial_evidence_bundle
from .common import NOW, SerialCase
from .test_activate import BEIJING_IP, GUANGDONG_IP, locate

PHONE = "+8613800138000"
ADDRESS = "114.247.0.2"


def locate_near(geoip, ip):
    """Place the neighbours of an address where it is: homes do not share one."""
    return locate(geoip, BEIJING_IP if ip.startswith("114.") else GUANGDONG_IP)


class EvidenceCase(SerialCase):
    """A shipment of eight phones for Guangdong, of which three turned up in Beijing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        geoip = "odoo.addons.serial_dossier.models.serial_geoip.SerialGeoip._locate"
        cls.startClassPatcher(patch(geoip, locate_near))
        cls.company.serial_alert_user_id = cls.manager
        cls.company.country_id = cls.env.ref("base.cn")
        cls.lots = cls.ship_and_activate(8, 3)
        cls.leak = cls.create_leak(cls.lots, 3)
        cls.case = cls.open_case(cls.lots[:3], cls.leak)

    @classmethod
    def ship_and_activate(cls, count, leaked):
        lots = cls.ship(count)
        items = [
            {
                "code": lot.scan_code,
                "ip": f"{114 if at < leaked else 113}.247.{at}.2",
                "device_id": f"device-{at}",
                "account": f"account-{at}",
            }
            for at, lot in enumerate(lots)
        ]
        activations = cls.env["serial.activation"].sudo()
        activations._activate(items, "api", {"phone": PHONE})
        return lots

    @classmethod
    def create_leak(cls, lots, leaked):
        picking = (
            cls.env["serial.channel.assignment"]
            .search([("lot_id", "in", lots.ids)])
            .picking_id
        )
        state = cls.env.ref("base.state_cn_BJ")
        leak = cls.env["serial.diversion.leak"].create(
            {
                "kind": "shipment",
                "key": str(picking.id),
                "picking_id": picking.id,
                "partner_id": cls.distributor.id,
                "region_id": cls.guangdong.id,
                "place": "CN-BJ",
                "country_id": state.country_id.id,
                "state_id": state.id,
                "n": len(lots),
                "k": leaked,
                "expected": 0.2 * len(lots) / 8,
                "odds": 900.0,
                "found_at": NOW,
                "sources": ["ip:a", "ip:b"],
                "company_id": cls.company.id,
            }
        )
        cls.add_members(leak, lots[:leaked])
        return leak

    @classmethod
    def add_members(cls, leak, lots):
        cls.env["serial.diversion.leak.unit"].create(
            [
                {
                    "leak_id": leak.id,
                    "lot_id": lot.id,
                    "probability": 0.97,
                    "seen_outside": True,
                }
                for lot in lots
            ]
        )

    @classmethod
    def open_case(cls, lots, leak):
        alerts = cls.env["serial.diversion.alert"]._raise_units(
            "leak",
            [
                {
                    "lot_id": lot.id,
                    "leak_id": leak.id,
                    "score": 97,
                    "reasons": ["outside_region"],
                    "state_id": leak.state_id.id,
                    "country_id": leak.country_id.id,
                    "observed_at": NOW,
                    "detail": {"k": leak.k, "n": leak.n, "place": leak.place},
                }
                for lot in lots
            ],
        )
        return alerts.case_id

    def print_case(self, user=None, lang="en_US"):
        """Print as a user; return the bundle, its document, JSON and PDF."""
        case = self.case.with_user(user or self.user).with_context(lang=lang)
        printed = self.env["serial.evidence.bundle"].with_env(case.env)._print(case)
        data, pdf = printed.sudo().json_id.raw, printed.sudo().pdf_id.raw
        return printed, json.loads(data), data, pdf


@tagged("post_install", "-at_install")
class TestEvidence(EvidenceCase):
    def test_what_is_printed_passes_the_check(self):
        _printed, document, data, pdf = self.print_case()
        report = bundle_check.verify(data, {}, pdf)
        self.assertFalse(report.findings)
        self.assertEqual(report.units, len(document["units"]))
        self.assertLessEqual(
            set(self.lots[:3].mapped("name")), {u["serial"] for u in document["units"]}
        )
        self.assertEqual(document["case"]["distributor"], self.distributor.name)

    def test_it_prints_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        _printed, document, data, pdf = self.print_case(lang="zh_CN")
        self.assertEqual(document["language"], "zh_CN")
        self.assertFalse(bundle_check.verify(data, {}, pdf).findings)

    def test_events_stand_as_the_database_hashed_them(self):
        odd = 'a "quote" \\ / \x7f 深圳 \U0001f4f1\n\t'
        self.env["serial.event"]._record(
            self.lots.ids,
            "corrected",
            event_time=NOW.replace(microsecond=120),
            document_name=odd,
            data={"public": {odd: [1.50, None, True]}, "private": {"z": 1, "a": odd}},
        )
        _printed, document, data, pdf = self.print_case()
        self.assertFalse(bundle_check.verify(data, {}, pdf).findings)
        for unit in document["units"]:
            stored = self.env["serial.event"].search([("lot_id", "=", unit["lot_id"])])
            self.assertEqual(
                [event["hash"] for event in unit["events"]],
                stored.sorted("sequence").mapped("hash"),
            )

    def test_each_changed_character_of_an_event_is_found(self):
        _printed, _document, data, pdf = self.print_case()
        start = data.index(b'{"prev_hash"')
        end = data.index(b"\n", start)
        for at in range(start, end):
            changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            self.assertTrue(bundle_check.verify(changed, {}, pdf).findings, at)

    def test_a_chain_broken_in_the_database_is_told(self):
        event = self.lots[1].event_ids.sorted("sequence")[1]
        cr = self.env.cr
        cr.execute("ALTER TABLE serial_event DISABLE TRIGGER USER")
        cr.execute(
            "UPDATE serial_event SET document_name = 'x' WHERE id = %s", [event.id]
        )
        cr.execute("ALTER TABLE serial_event ENABLE TRIGGER USER")
        _printed, document, data, pdf = self.print_case()
        broken = [u["serial"] for u in document["units"] if not u["chain_ok"]]
        self.assertEqual(broken, [self.lots[1].name])
        found = bundle_check.verify(data, {}, pdf).findings
        self.assertEqual(
            [(f.reason, f.where) for f in found],
            [("event_changed", (self.lots[1].name, 2, event.kind))],
        )

    def test_no_personal_data_is_in_it(self):
        activation = self.lots[0].activation_ids
        self.assertEqual(activation.sudo().phone, PHONE)
        _printed, _document, data, _pdf = self.print_case()
        personal = [
            PHONE,
            PHONE[3:],
            ADDRESS,
            "account-0",
            activation.device_key,
            "latitude",
        ]
        for text in personal:
            self.assertNotIn(text.encode(), data)

    def test_sightings_name_place_precision_network_and_data_set(self):
        _printed, document, _data, _pdf = self.print_case()
        unit = next(u for u in document["units"] if u["lot_id"] == self.lots[0].id)
        seen = unit["observations"][0]
        self.assertEqual(
            (seen["place"], seen["radius_km"], seen["network"], seen["data_set"]),
            ("CN-BJ", 20, "fixed", "a"),
        )
        self.assertEqual(unit["shipment"], self.leak.picking_id.name)
        self.assertEqual(unit["region_places"], ["CN-GD"])

    def test_figures_of_a_group_follow_from_its_counts(self):
        _printed, document, _data, _pdf = self.print_case()
        group = document["groups"][0]
        self.assertEqual((group["k"], group["n"]), (3, 8))
        self.assertAlmostEqual(group["rate"], 0.025)
        self.assertAlmostEqual(group["p_value"], 0.0008, places=4)

    def test_every_unit_that_was_counted_is_listed_with_its_places(self):
        _printed, document, _data, _pdf = self.print_case()
        group = document["groups"][0]
        self.assertTrue(group["complete"])
        self.assertEqual(
            sorted(member["places"] for member in group["members"]),
            3 * [["CN-BJ"]] + 5 * [["CN-GD"]],
        )
        self.assertEqual(len(document["units"]), 8)

    def test_purchases_and_statements_come_with_their_files(self):
        photo = self.env["ir.attachment"].create({"name": "../a.txt", "raw": b"seal"})
        self.env["serial.diversion.purchase"].create(
            {
                "case_id": self.case.id,
                "seller": "A shop",
                "price": 10,
                "typed_code": self.lots[7].scan_code,
                "attachment_ids": photo.ids,
                "custody_ids": [
                    (0, 0, {"holder": "Desk", "action": "sealed", "moment": NOW})
                ],
            }
        )
        self.env["serial.diversion.statement"]._give(
            self.case.sudo(), self.distributor, "Not ours.", [("b.txt", b"invoice")]
        )
        _printed, document, data, pdf = self.print_case()
        files = {file["name"]: file["sha256"] for file in document["files"]}
        self.assertEqual(len(files), 2)
        self.assertFalse(any("/" in name for name in files))
        self.assertFalse(bundle_check.verify(data, files, pdf).findings)
        files[document["purchases"][0]["files"][0]] = "0" * 64
        found = bundle_check.verify(data, files, pdf).findings
        self.assertEqual([f.reason for f in found], ["file_changed"])
        self.assertEqual(document["statements"][0]["text"], "Not ours.")
        self.assertEqual(document["purchases"][0]["custody"][0]["who"], "Desk")

    # === KEPT === #

    def test_both_files_stay_with_the_case_and_its_story_names_the_hash(self):
        printed, document, _data, _pdf = self.print_case()
        self.assertEqual(printed.name, f"{self.case.name}-01")
        self.assertEqual(self.print_case()[0].name, f"{self.case.name}-02")
        files = printed.pdf_id | printed.json_id
        self.assertEqual(set(files.mapped("res_id")), {self.case.id})
        told = self.case.message_ids.filtered(lambda m: m.attachment_ids == files)
        self.assertIn(document["seal"]["sha256"], told.body)

    def test_what_was_printed_is_not_deleted(self):
        printed = self.print_case()[0]
        with self.assertRaises(UserError):
            printed.sudo().unlink()

    def test_a_large_case_is_printed_in_the_background(self):
        with patch.object(serial_evidence_bundle, "AT_ONCE", 2):
            action = self.case.with_user(self.user).action_print_evidence()
        printed = self.case.bundle_ids
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(printed.state, "queued")
        with self.enter_registry_test_mode():
            self.env.ref(
                "serial_dossier.ir_cron_serial_evidence"
            ).method_direct_trigger()
        self.assertEqual(printed.state, "done")
        data, pdf = printed.json_id.raw, printed.pdf_id.raw
        self.assertFalse(bundle_check.verify(data, {}, pdf).findings)
