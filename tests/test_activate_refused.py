from datetime import date, datetime, timedelta

from odoo.tests import tagged

from ..models.serial_reason import TEXTS
from .common import NOW
from .test_activate import ActivationCase


@tagged("post_install", "-at_install")
class TestActivateRefused(ActivationCase):
    """Items that name no unit, or one that may not be activated."""

    def test_unknown_void_and_other_companies_codes_answer_alike(self):
        void, foreign = self.ship(2)
        void._move_to_stage("void", "voided")
        foreign.sudo().company_id = self.env["res.company"].create({"name": "Other"})
        codes = [void.scan_code, foreign.scan_code, "X8K29M4PLQ7RW", "", "é" * 70]
        answers = self.activate(*({"code": code} for code in codes))
        for code, answer in zip(codes, answers, strict=True):
            self.assertEqual(
                answer,
                {
                    "code": code[:64],
                    "result": "unknown",
                    "activated_at": None,
                    "verdict": "undecided",
                    "reasons": [],
                },
            )

    def test_traded_in_and_retired_units_are_refused(self):
        traded_in, retired = self.ship(2)
        traded_in._move_to_stage("traded_in", "traded_in")
        retired._move_to_stage("retired", "retired")
        answers = self.activate(self.item(traded_in), self.item(retired))
        self.assertEqual([a["result"] for a in answers], ["refused", "refused"])
        self.assertEqual([a["reasons"] for a in answers], [["traded_in"], ["retired"]])

    def test_wrong_values_refuse_their_own_item_only(self):
        lot, other = self.ship(2)
        bad = {
            "occurred_at": ["2026-03-01", "2026-03-01T00:00:00", "yesterday", 5, {}],
            "ip": ["1.2.3", "x" * 500, 7, []],
            "latitude": ["22.5", 91, True, 1],
            "device_id": [5, "x" * 129, "\x00"],
            "account": [[], "\ud800"],
        }
        items = [{"code": lot.scan_code, k: v} for k, vs in bad.items() for v in vs]
        items += [None, [], "code", {"code": None}, {"code": "\x00"}, {}]
        answers = self.activate(*items, self.item(other))
        self.assertEqual({a["result"] for a in answers[:-1]}, {"refused"})
        self.assertTrue(all(set(a["reasons"]) <= set(TEXTS) for a in answers))
        self.assertEqual(answers[-1]["result"], "activated")
        self.assertEqual(lot.stage, "shipped")

    def test_future_time_is_refused_and_a_fast_clock_is_forgiven(self):
        lot, fast = self.ship(2)
        future = f"{(NOW + timedelta(minutes=6)).isoformat()}Z"
        answer = self.activate(self.item(lot, occurred_at=future))[0]
        self.assertEqual(answer["result"], "refused")
        self.assertEqual(answer["reasons"], ["occurred_in_future"])
        near = f"{(NOW + timedelta(minutes=4)).isoformat()}Z"
        answer = self.activate(self.item(fast, occurred_at=near))[0]
        self.assertEqual(answer["activated_at"], "2026-03-02T08:00:00Z")

    def test_time_before_production_starts_no_warranty_in_the_past(self):
        lot = self.ship()
        lot.production_date = date(2026, 2, 1)
        answer = self.activate(self.item(lot, occurred_at="1970-01-01T00:00:10Z"))[0]
        self.assertEqual(answer["result"], "activated")
        self.assertEqual(answer["activated_at"], "2026-03-02T08:00:00Z")
        self.assertIn("before_production", answer["reasons"])
        self.assertEqual(lot.activation_ids.reported_at, datetime(1970, 1, 1, 0, 0, 10))
