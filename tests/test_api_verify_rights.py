import json

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_api_verify import BATCH, UNKNOWN, VERIFY, VerifyCase


@tagged("post_install", "-at_install")
class TestApiVerifyRights(VerifyCase):
    """Whose units a key sees, and what it may not send."""

    # === WHOSE === #

    def test_unknown_void_and_not_yours_answer_alike(self):
        void = self.mint()
        void._move_to_stage("void", "voided")
        elsewhere, foreign = self.ship(2, partner=self.other_distributor)
        cases = [
            (self.key, UNKNOWN),
            (self.key, void.scan_code),
            (self.foreign_key, UNKNOWN),
            (self.portal_key, UNKNOWN),
            (self.portal_key, elsewhere.scan_code),
            (self.portal_key, void.scan_code),
            (self.portal_key, self.produce().scan_code),
        ]
        lots = elsewhere + foreign
        lots.company_id = self.company
        self.env.flush_all()
        cases.append((self.foreign_key, foreign.scan_code))
        for url in (VERIFY, BATCH):
            seen = {self.answer_to(code, key, url) for key, code in cases}
            self.assertEqual(len(seen), 1, seen)

    def answer_to(self, code, key, url):
        """Return all that a caller sees of an answer, but for the code and the time."""
        body = {"code": code, "store": {"platform": "p", "store_id": "s"}}
        response = self.post(body if url == VERIFY else {"items": [body]}, key, url=url)
        going_on = ("Date", "RateLimit")  # whatever is asked
        headers = {k: v for k, v in response.headers.items() if k not in going_on}
        self.assertIn('"status":"unknown"', response.text)
        answer = response.text.replace(code, "…")
        return response.status_code, str(headers), answer

    def test_a_key_of_the_brand_sees_the_units_of_its_companies(self):
        lot = self.ship()
        lot.company_id = self.company
        self.assertEqual(self.verify(lot.scan_code)["status"], "genuine")
        self.assertEqual(
            self.verify(lot.scan_code, self.foreign_key)["status"], "unknown"
        )

    def test_a_distributors_key_sees_what_he_and_those_below_him_hold(self):
        own, above = self.ship(), self.ship(partner=self.other_distributor)
        below = self.ship(partner=self.retailer)
        retailer = self.make_portal_user("tianhe_shop", self.retailer)
        retail_key = self.make_key(retailer)
        for key, lot, status in (
            (self.portal_key, own, "genuine"),
            (self.portal_key, below, "genuine"),
            (self.portal_key, above, "unknown"),
            (retail_key, below, "genuine"),
            (retail_key, own, "unknown"),
        ):
            with self.subTest(key=key, lot=lot):
                self.assertEqual(self.verify(lot.scan_code, key)["status"], status)
        self.retailer.channel_parent_id = self.other_distributor
        answer = self.verify(below.scan_code, self.portal_key)
        self.assertEqual(answer["status"], "unknown")

    @mute_logger("odoo.http")
    def test_a_key_whose_user_no_longer_belongs_to_the_channel_may_nothing(self):
        lot = self.ship()
        self.assertEqual(
            self.verify(lot.scan_code, self.portal_key)["status"], "genuine"
        )
        self.distributor.channel_tier = False
        for code in (lot.scan_code, UNKNOWN):
            response = self.post({"code": code}, self.portal_key, url=VERIFY)
            self.assertProblem(response, 403, "insufficient_rights")
        self.machine.group_ids = self.env.ref("base.group_user")
        response = self.post({"code": lot.scan_code}, url=VERIFY)
        self.assertProblem(response, 403, "insufficient_rights")

    def test_keys_are_made_for_the_brand_and_for_distributors(self):
        consumer = new_test_user(self.env, "consumer", groups="base.group_portal")
        with self.assertRaises(UserError):
            self.make_key(consumer)

    # === KEYS === #

    def test_a_key_that_ended_stops_at_once(self):
        lot = self.ship()
        ends = {
            "revoked": self.revoke,
            "expired": lambda: self.env.cr.execute(
                "UPDATE res_users_apikeys SET expiration_date = '2020-01-01' "
                "WHERE user_id = %s",
                [self.machine.id],
            ),
            "archived": lambda: self.machine.write({"active": False}),
        }
        for name, end in ends.items():
            with self.subTest(name):
                self.key = self.make_key(self.machine)
                self.assertEqual(self.verify(lot.scan_code)["status"], "genuine")
                end()
                self.env.flush_all()
                for body in ({"code": lot.scan_code}, {"code": 7}, []):
                    response = self.post(body, url=VERIFY)
                    self.assertProblem(response, 401, "invalid_key")
                self.machine.active = True

    def test_without_a_right_key_nothing_is_told(self):
        lot = self.ship()
        keys = self.env["res.users.apikeys"].with_user(self.machine).sudo()
        for key, status, code in (
            (f"{'0' * 40}", 401, "invalid_key"),
            (keys._generate(None, "x", None), 403, "insufficient_scope"),
        ):
            for _again in range(2):
                response = self.post({"code": lot.scan_code}, key, url=VERIFY)
                self.assertProblem(response, status, code)
        response = self.post({"code": lot.scan_code}, url=VERIFY, Authorization=None)
        self.assertProblem(response, 401, "missing_key")

    # === BODIES === #

    def test_a_body_of_another_shape_is_told_the_path(self):
        for body, path in (
            ([], ""),
            ({}, "/code"),
            ({"code": None}, "/code"),
            ({"code": "A", "store": "tmall"}, "/store"),
            ({"code": "A", "store": {"platform": "tmall"}}, "/store/store_id"),
            (
                {"code": "A", "store": {"platform": "", "store_id": "1"}},
                "/store/platform",
            ),
        ):
            with self.subTest(body=body):
                problem = self.assertProblem(
                    self.post(body, url=VERIFY), 400, "invalid_body"
                )
                self.assertEqual(problem["path"], path)
        problem = self.assertProblem(
            self.post({"items": {}}, url=BATCH), 400, "invalid_body"
        )
        self.assertEqual(problem["path"], "/items")
        too_many = self.post({"items": [{}] * 1_001}, url=BATCH)
        problem = self.assertProblem(too_many, 422, "too_many_items")
        self.assertEqual((problem["path"], problem["maximum"]), ("/items", 1_000))

    def test_a_thousand_codes_are_answered_in_one_go(self):
        lots = self.ship(50)
        items = [{"code": code} for code in lots.mapped("scan_code")]
        items += [{"code": UNKNOWN}] * 950
        answers = self.verify_all(*items)
        self.assertEqual(
            [answer["status"] for answer in answers],
            ["genuine"] * 50 + ["unknown"] * 950,
        )
        self.assertEqual(len(json.dumps(answers[50:])) % 950, 0)
