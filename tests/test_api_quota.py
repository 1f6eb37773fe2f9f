from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..core.code_scheme import CodePermutation
from ..core.quota import MISS_UNITS, Limits
from ..models import serial_api_quota_mixin
from .test_api_http import ApiCase

ROOT = "/api/serial/v1"


class QuotaCase(ApiCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(serial_api_quota_mixin, "_tallies", {}))
        self.record = self.env["serial.api.key"].search(
            [("user_id", "=", self.machine.id)]
        )

    def limit(self, **limits):
        """Give the key limits of its own."""
        self.record.with_user(self.manager).write(limits)
        self.env.flush_all()

    def guess(self, count, key=None):
        """Ask for codes that nobody made, in one batch; return the response."""
        codes = CodePermutation(b"g" * 32).codes(self.guessed, count)
        type(self).guessed += count
        items = [{"code": code} for code in codes]
        return self.post({"items": items}, key, url=f"{ROOT}/verify/batch")

    guessed = 0

    def get_key(self):
        """Return the key as the requests left it."""
        self.env.invalidate_all()
        return self.record

    def leads(self):
        """Return the leads on guessed codes."""
        return self.env["serial.diversion.lead"].search(
            [("kind", "=", "code_guessing")]
        )

    def wait(self, **delta):
        """Let time pass for the quota."""
        self.set_now(fields.Datetime.now() + timedelta(**delta))

    def set_now(self, now):
        """Stop the quota's clock."""
        self.startPatcher(
            patch.object(
                serial_api_quota_mixin.fields.Datetime, "now", staticmethod(lambda: now)
            )
        )


@tagged("post_install", "-at_install")
class TestApiQuota(QuotaCase):
    """A key asks for so much a minute and so much a day."""

    def test_past_its_quota_a_key_is_told_when_to_come_back(self):
        self.limit(units_per_minute=5)
        codes = [self.post({"items": []}).status_code for _ in range(7)]
        self.assertIn(codes, ([200] * 5 + [429] * 2, [200] * 7))  # a minute may end
        response = self.post({"items": [{}] * 6})
        body = self.assertProblem(response, 429, "quota_exceeded")
        self.assertNotIn("units", body)
        self.assertTrue(1 <= int(response.headers["Retry-After"]) <= 60)
        self.assertIn('"minute";q=5;w=60', response.headers["RateLimit-Policy"])

    def test_every_answer_tells_what_is_left(self):
        self.limit(units_per_minute=50, units_per_day=1000)
        response = self.post({"items": []})
        self.assertIn('"minute";r=49;', response.headers["RateLimit"])
        self.assertIn('"day";r=999;', response.headers["RateLimit"])

    def test_a_batch_costs_as_much_as_it_has_items(self):
        self.limit(units_per_day=1000)
        lots = self.ship(3)
        items = [{"code": lot.scan_code} for lot in lots]
        response = self.post({"items": items}, url=f"{ROOT}/verify/batch")
        self.assertIn('"day";r=997;', response.headers["RateLimit"])

    def test_a_miss_costs_twenty_times_as_much(self):
        self.limit(units_per_day=1000)
        void = self.mint()
        void._move_to_stage("void", "voided")
        for code in ("X8K29M4PLQ7RW", void.scan_code):
            left = [
                self.post({"code": asked}, url=f"{ROOT}/verify").headers["RateLimit"]
                for asked in (self.ship().scan_code, code)
            ]
            before, after = (
                int(text.split('"day";r=')[1].split(";")[0]) for text in left
            )
            self.assertEqual(before - after, MISS_UNITS)

    def test_the_settings_hold_for_keys_without_limits_of_their_own(self):
        get = self.env["serial.api.key"]._get_limits
        params = self.env["ir.config_parameter"]
        params.set_param("serial_dossier.api_units_per_minute", "70")
        params.set_param("serial_dossier.api_units_per_day", "many")
        params.set_param("serial_dossier.api_misses_per_hour", False)
        self.assertEqual(get([0, 0, 0]), Limits(70, 1_000_000, 100))
        self.assertEqual(get([5, 6, 7]), Limits(5, 6, 7))

    def test_the_use_of_a_key_is_shown_by_day(self):
        self.limit(units_per_day=10)  # so near the limit, every request is counted
        self.post({"items": [{}, {}]})
        self.post({"items": []})
        usage = self.get_key().usage_ids.with_user(self.manager)
        self.assertEqual((usage.requests, usage.items), (2, 3))
        self.assertEqual(self.record.item_count, 3)

    def test_old_use_is_forgotten(self):
        usages = self.env["serial.api.usage"]
        day = fields.Date.today() - timedelta(days=401)
        old = usages.create({"api_key_id": self.record.id, "day": day})
        self.env.flush_all()
        usages._gc_usage()
        self.assertFalse(old.exists())

    def test_a_common_request_writes_nothing(self):
        keys = self.env["serial.api.key"]
        keys._admit(self.record.id, 1)
        with patch.object(type(self.env["serial.api.usage"]), "_settle") as settle:
            for _ in range(20):
                self.assertIsNone(keys._admit(self.record.id, 1))
        settle.assert_not_called()

    def test_only_a_manager_sets_limits_and_nothing_else_of_a_key(self):
        self.limit(misses_per_hour=7)
        self.assertEqual(self.record.misses_per_hour, 7)
        for values in (
            {"suspended_at": False},
            {"scope_ids": [(5, 0, 0)]},
            {"user_id": self.user.id},
            {"key_id": 1},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.record.with_user(self.manager).write(values)
        for user in (self.user, self.auditor):
            with self.assertRaises(AccessError):
                self.record.with_user(user).write({"misses_per_hour": 8})


@tagged("post_install", "-at_install")
class TestApiGuessing(QuotaCase):
    """Who tries codes out is slowed, then stopped, and somebody is told."""

    def setUp(self):
        super().setUp()
        self.limit(misses_per_hour=20)
        # A day that ends while the test waits would forgive the misses.
        self.set_now(fields.Datetime.now().replace(hour=12))

    def test_a_guesser_is_slowed_then_suspended_and_a_lead_is_raised(self):
        self.assertEqual(self.guess(25).status_code, 200)
        first = self.guess(1)
        self.assertProblem(first, 429, "too_many_misses")
        self.assertEqual(self.leads().api_key_id, self.record)
        self.assertFalse(self.get_key().suspended_at)
        self.wait(minutes=2)
        self.assertEqual(self.guess(25).status_code, 200)
        second = self.guess(1)
        self.assertGreater(
            int(second.headers["Retry-After"]), int(first.headers["Retry-After"])
        )
        self.wait(hours=1)
        self.guess(300)
        self.assertEqual(self.get_key().state, "suspended")
        self.assertEqual(self.record.suspend_reason, "guessing")
        self.assertProblem(self.guess(1), 403, "key_suspended")
        self.assertProblem(self.post({"items": []}), 403, "key_suspended")
        self.assertEqual(len(self.leads()), 1)
        self.assertEqual(self.leads().state, "new")

    def test_a_few_misses_among_many_codes_are_natural(self):
        lots = self.ship(10)
        for _ in range(15):
            items = [{"code": lot.scan_code} for lot in lots] * 10
            items += [{"code": "X8K29M4PLQ7RW"}] * 2
            response = self.post({"items": items}, url=f"{ROOT}/verify/batch")
            self.assertEqual(response.status_code, 200)
        self.assertFalse(self.leads())

    def test_other_keys_go_on(self):
        other = self.make_key(self.machine)
        self.guess(300)
        self.guess(300)
        self.assertEqual(self.guess(1).status_code, 429)
        self.assertEqual(self.post({"items": []}, other).status_code, 200)

    def test_what_is_refused_is_the_same_for_a_real_code_and_a_wrong_one(self):
        real = self.ship().scan_code
        self.guess(300)
        answers = set()
        for code in (real, "X8K29M4PLQ7RW"):
            for path, body in (
                ("verify", {"code": code}),
                ("activations", {"items": [{"code": code}]}),
            ):
                response = self.post(body, url=f"{ROOT}/{path}")
                self.assertEqual(response.status_code, 429)
                answers.add(response.content)
        self.assertEqual(len(answers), 1)
        self.assertFalse(
            self.env["serial.activation"].search([("lot_id.scan_code", "=", real)])
        )

    def test_misses_of_every_call_count(self):
        headers = {"Authorization": f"Bearer {self.key}"}
        for number in range(10):
            self.url_open(f"{ROOT}/serials/NOBODY{number}", headers=headers)
            self.post({"items": [{"code": f"X8K29M4PLQ7R{number}"}]})
        (tally,) = serial_api_quota_mixin._tallies.values()
        self.assertEqual(self.get_key().miss_count + tally.spent.misses, 20)

    def test_a_manager_lifts_a_suspension_and_says_why(self):
        self.guess(300)
        self.record._suspend("guessing")
        self.env.flush_all()
        self.assertEqual(self.guess(1).status_code, 403)
        wizard = self.env["serial.api.key.lift"].with_user(self.manager)
        wizard.create(
            {"api_key_ids": self.record.ids, "reason": "A test system."}
        ).action_lift()
        self.env.flush_all()
        self.assertEqual(self.get_key().state, "active")
        self.assertEqual(self.record.lift_reason, "A test system.")
        self.assertEqual(self.record.lifted_by_id, self.manager)
        serial_api_quota_mixin._tallies.clear()  # as after a minute
        self.assertEqual(self.post({"items": []}).status_code, 200)

    def test_only_a_manager_suspends_and_lifts(self):
        for user in (self.user, self.auditor):
            with self.assertRaises(AccessError):
                self.record.with_user(user).action_suspend()
            with self.assertRaises(AccessError):
                self.record.with_user(user)._lift("No reason")
        self.record.with_user(self.manager).action_suspend()
        self.assertEqual(self.record.state, "suspended")

    def test_a_suspended_key_can_be_revoked(self):
        self.record._suspend("manual")
        self.record.with_user(self.manager).action_revoke()
        self.env.flush_all()
        self.assertEqual(self.record.state, "revoked")
        self.assertProblem(self.post({"items": []}), 401, "invalid_key")

    def test_workers_that_see_the_same_misses_strike_once(self):
        self.guess(25)
        usage = self.get_key().usage_ids
        strike = self.env["serial.api.usage"]._strike
        now = fields.Datetime.now()
        self.assertEqual(strike(usage.id, usage.strikes - 1, 1, now, now), 0)
        self.assertEqual(strike(usage.id, usage.strikes, 1, now, now), 2)
