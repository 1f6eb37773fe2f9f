from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..core.evidence import REASONS, Observation
from ..models.serial_geoip import SerialGeoip
from ..models.serial_reason import TEXTS
from .common import NOW, SerialCase

GUANGDONG_IP = "113.108.10.20"
BEIJING_IP = "114.247.50.2"
PLACES = {
    GUANGDONG_IP: [
        Observation("ip:a", "CN", "GD", "Guangzhou", 23.1, 113.3, 20, "fixed"),
        Observation("ip:b", "CN", "GD", "Shenzhen", 22.5, 114.1, 50, "fixed"),
    ],
    BEIJING_IP: [
        Observation("ip:a", "CN", "BJ", "Beijing", 39.9, 116.4, 20, "fixed"),
        Observation("ip:b", "CN", "BJ", "Beijing", 39.9, 116.4, 20, "fixed"),
    ],
}


def locate(_self, ip):
    """Stand in for the IP files: two of them know two addresses."""
    return PLACES.get(ip, [])


class ActivationCase(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(SerialGeoip, "_locate", locate))
        cls.company.serial_alert_user_id = cls.manager
        cls.company.country_id = cls.env.ref("base.cn")
        cls.china.enforcement = "alert"

    @classmethod
    def ship(cls, count=1, partner=None, region=None, **values):
        """Return new serials bound as a delivery binds them, without the delivery."""
        partner = partner or cls.distributor
        bound = {
            "channel_partner_id": partner.id,
            "channel_region_id": (region or partner.channel_region_ids).id,
            "shipped_at": NOW - timedelta(days=10),
        }
        values.setdefault("production_date", date(2026, 1, 5))
        return cls.mint(count, **values)._move_to_stage(
            "shipped", "shipped", lot_values=bound
        )

    def activate(self, *items, user=None, source="api"):
        """Activate items with a user's rights; return the answers."""
        model = self.env["serial.activation"].with_user(user or self.user)
        return model._activate(list(items), source)

    def item(self, lot, ip=GUANGDONG_IP, **values):
        """Return an item as the API takes it."""
        return {"code": lot.scan_code, "ip": ip, **values}

    def alerts_of(self, lots):
        """Return the alerts about some serials."""
        return self.env["serial.diversion.alert"].search([("lot_id", "in", lots.ids)])


@tagged("post_install", "-at_install")
class TestActivate(ActivationCase):
    # === ONCE === #

    def test_first_activation_activates_unit_and_writes_event(self):
        lot = self.ship()
        answer = self.activate(self.item(lot, occurred_at="2026-03-01T10:00:00+08:00"))
        self.assertEqual(
            answer,
            [
                {
                    "code": lot.scan_code,
                    "result": "activated",
                    "activated_at": "2026-03-01T02:00:00Z",
                    "verdict": "inside",
                    "reasons": ["sources_agree"],
                    "proof_requested": False,
                }
            ],
        )
        self.assertEqual(lot.stage, "activated")
        self.assertEqual(lot.activated_at, datetime(2026, 3, 1, 2))
        event = lot.event_ids[0]
        self.assertEqual(event.kind, "activated")
        self.assertEqual(event.event_time, datetime(2026, 3, 1, 2))
        self.assertEqual(event.event_offset, "+08:00")
        self.assertEqual(event.state_id, self.env.ref("base.state_cn_GD"))
        self.assertEqual(event.document_id, lot.activation_ids.id)
        self.assertFalse(self.env["serial.event"]._get_broken_chains(lot.ids))

    def test_second_activation_is_told_when_the_first_was(self):
        lot = self.ship()
        self.activate(self.item(lot, occurred_at="2026-03-01T10:00:00+08:00"))
        answer = self.activate(self.item(lot, BEIJING_IP))[0]
        self.assertEqual(answer["result"], "already_activated")
        self.assertEqual(answer["activated_at"], "2026-03-01T02:00:00Z")
        self.assertEqual(len(lot.activation_ids), 1)
        self.assertFalse(self.alerts_of(lot))

    def test_same_code_twice_in_a_batch_activates_once(self):
        lot = self.ship()
        typed = lot.scan_code_display.lower()
        answers = self.activate(
            self.item(lot, occurred_at="2026-03-01T00:00:00Z"),
            {"code": typed, "occurred_at": "2026-02-01T00:00:00Z"},
        )
        results = [(a["code"], a["result"], a["activated_at"]) for a in answers]
        self.assertEqual(
            results,
            [
                (lot.scan_code, "activated", "2026-03-01T00:00:00Z"),
                (typed, "already_activated", "2026-03-01T00:00:00Z"),
            ],
        )

    def test_returned_unit_can_be_activated_again_and_past_is_a_reason(self):
        lot = self.ship()
        self.activate(self.item(lot))
        lot.activation_ids.sudo().active = False
        lot._move_to_stage("produced", "returned")
        lot._move_to_stage("shipped", "shipped")
        answer = self.activate(self.item(lot))[0]
        self.assertEqual(answer["result"], "activated")
        self.assertIn("returned_before", answer["reasons"])

    # === VERDICT === #

    def test_wrong_province_raises_alert_with_reasons_and_activity(self):
        lot = self.ship()
        answer = self.activate(self.item(lot, BEIJING_IP))[0]
        self.assertEqual(answer["verdict"], "outside")
        self.assertIn("outside_region", answer["reasons"])
        alert = self.alerts_of(lot)
        self.assertEqual(alert.state, "new")
        self.assertEqual(alert.activation_id, lot.activation_ids)
        self.assertEqual(alert.partner_id, self.distributor)
        self.assertEqual(alert.region_id, self.guangdong)
        self.assertEqual(alert.state_id, self.env.ref("base.state_cn_BJ"))
        self.assertEqual(alert.reasons, answer["reasons"])
        self.assertEqual(alert.user_id, self.manager)
        self.assertEqual(alert.name, f"DA{alert.id:06}")
        self.assertEqual(alert.activity_ids.user_id, self.manager)
        self.assertEqual(alert.activity_ids.date_deadline, date(2026, 3, 5))
        self.assertIn("outside the region", alert.reason_html)

    def test_right_province_raises_no_alert(self):
        lot = self.ship()
        answer = self.activate(self.item(lot))[0]
        self.assertEqual(answer["verdict"], "inside")
        self.assertFalse(self.alerts_of(lot))

    def test_unknown_place_is_undecided_and_raises_no_alert(self):
        lot = self.ship()
        answer = self.activate(self.item(lot, "10.0.0.1"))[0]
        self.assertEqual(answer["verdict"], "undecided")
        self.assertEqual(answer["reasons"], ["place_unknown"])
        self.assertFalse(self.alerts_of(lot))

    def test_consented_position_outweighs_the_address(self):
        lot, far = self.ship(2)
        guangzhou = {"latitude": 23.1291, "longitude": 113.2644}
        chengdu = {"latitude": 30.6570, "longitude": 104.0660}
        answers = self.activate(
            self.item(lot, "10.0.0.1", **guangzhou), self.item(far, None, **chengdu)
        )
        self.assertEqual([a["verdict"] for a in answers], ["inside", "outside"])
        self.assertEqual(far.activation_ids.state_id, self.env.ref("base.state_cn_SC"))
        seen = far.activation_ids.observations[0]
        self.assertEqual((seen["latitude"], seen["longitude"]), (30.66, 104.07))

    def test_enforcement_decides_what_follows(self):
        expected = {
            # level: verdict, alert, proof
            "off": ("undecided", False, False),
            "observe": ("outside", False, False),
            "alert": ("outside", True, False),
            "hold": ("outside", True, True),
        }
        for level, outcome in expected.items():
            with self.subTest(level=level):
                self.guangdong.enforcement = level
                lot = self.ship()
                answer = self.activate(self.item(lot, BEIJING_IP))[0]
                found = (
                    answer["verdict"],
                    bool(self.alerts_of(lot)),
                    lot.activation_ids.proof_requested,
                )
                self.assertEqual(answer["result"], "activated")
                self.assertEqual(found, outcome)
                self.assertEqual("enforcement_off" in answer["reasons"], level == "off")

    def test_signal_below_the_companys_score_raises_no_alert(self):
        self.company.serial_alert_score = 99
        lot = self.ship()
        answer = self.activate(self.item(lot, BEIJING_IP))[0]
        self.assertEqual(answer["verdict"], "outside")
        self.assertFalse(self.alerts_of(lot))

    def test_unit_that_was_never_shipped_activates_with_alert(self):
        lot = self.mint()
        answer = self.activate(self.item(lot))[0]
        self.assertEqual(answer["result"], "activated")
        self.assertIn("never_shipped", answer["reasons"])
        self.assertIn("never_shipped", self.alerts_of(lot).reasons)

    def test_blocked_unit_activates_and_asks_for_proof(self):
        lot = self.ship()
        lot.sudo().write({"blocked": True})
        answer = self.activate(self.item(lot))[0]
        self.assertEqual(answer["result"], "activated")
        self.assertTrue(answer["proof_requested"])
        self.assertIn("blocked_unit", self.alerts_of(lot).reasons)

    def test_every_reason_has_a_text(self):
        self.assertFalse(set(REASONS) - set(TEXTS))
        texts = self.env["serial.reason"]._get_texts([*TEXTS, "new_one"])
        without = [
            code for code, text in zip(TEXTS, texts, strict=False) if code == text
        ]
        self.assertFalse(without)
        self.assertEqual(texts[-1], "new_one")

    # === PRIVACY === #

    def test_address_is_truncated_and_device_hashed(self):
        lot = self.ship()
        self.activate(self.item(lot, device_id="A1B2", account="u-77"))
        activation = lot.activation_ids
        self.assertEqual(activation.ip_prefix, "113.108.10.0/24")
        self.assertNotIn("A1B2", activation.device_key)
        self.assertEqual(activation.sudo().account, "u-77")
        data = str(lot.event_ids.mapped("data"))
        for secret in (GUANGDONG_IP, "A1B2", "u-77"):
            self.assertNotIn(secret, data)

    # === SCALE === #

    def test_number_of_queries_does_not_grow_with_items(self):
        few, many = self.ship(10), self.ship(200)
        warm = self.ship(3)
        self.activate(*(self.item(lot, BEIJING_IP) for lot in warm))
        counts = []
        for lots in (few, many):
            items = [self.item(lot, BEIJING_IP) for lot in lots]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.activate(*items)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 40)
        self.assertEqual(len(self.alerts_of(many)), 200)
        self.assertEqual(len(self.alerts_of(many).activity_ids), 200)

    # === RIGHTS === #

    def test_auditor_reads_activations_and_changes_none(self):
        lot = self.ship()
        self.activate(self.item(lot))
        activation = lot.activation_ids.with_user(self.auditor)
        self.assertEqual(activation.verdict, "inside")
        with self.assertRaises(AccessError):
            activation.write({"city": "Elsewhere"})
        with self.assertRaises(AccessError):
            activation.unlink()
