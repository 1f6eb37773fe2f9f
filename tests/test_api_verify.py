import json
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_api_http import ApiCase

VERIFY = "/api/serial/v1/verify"
BATCH = f"{VERIFY}/batch"
UNKNOWN = "X8K29M4PLQ7RW"


class VerifyCase(ApiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls.make_portal_user("yuexiu_shop", cls.distributor)
        cls.portal_key = cls.make_key(cls.portal)
        cls.foreign_company = cls.env["res.company"].create({"name": "Another Brand"})
        foreigner = new_test_user(
            cls.env,
            "foreign_cloud",
            groups="serial_dossier.serial_dossier_group_user",
            company_id=cls.foreign_company.id,
            company_ids=[(6, 0, cls.foreign_company.ids)],
        )
        cls.foreign_key = cls.make_key(foreigner)

    @classmethod
    def make_portal_user(cls, login, partner):
        """Return a portal user who works for a company."""
        user = new_test_user(cls.env, login, groups="base.group_portal")
        user.partner_id.parent_id = partner
        return user

    def verify(self, code, key=None, **values):
        """Return the answer to one question."""
        response = self.post({"code": code, **values}, key, url=VERIFY)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def verify_all(self, *questions, key=None):
        """Return the answers to a batch."""
        response = self.post({"items": list(questions)}, key, url=BATCH)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()["items"]


@tagged("post_install", "-at_install")
class TestApiVerify(VerifyCase):
    # === ANSWERS === #

    def test_a_shipped_unit_is_genuine(self):
        self.product.barcode = "6901234567892"
        self.product.product_tmpl_id.serial_warranty_months = 12
        lot = self.ship()
        self.assertEqual(
            self.verify(lot.scan_code),
            {
                "code": lot.scan_code,
                "status": "genuine",
                "reasons": [],
                "product": {"gtin": "6901234567892", "name": "Phone"},
                "authorized": None,
                "activated": False,
                "warranty": {"state": "not_started", "until": None},
            },
        )

    def test_an_activated_unit_says_so_and_how_long_its_warranty_runs(self):
        self.product.product_tmpl_id.serial_warranty_months = 12
        lot = self.ship()
        lot._move_to_stage("activated", "activated")
        day = date.today() - timedelta(days=30)
        self.env.cr.execute(
            "UPDATE stock_lot SET sale_date = %s, activated_at = %s WHERE id = %s",
            [day, day, lot.id],
        )
        lot.invalidate_recordset()
        answer = self.verify(lot.scan_code)
        self.assertTrue(answer["activated"])
        self.assertEqual(answer["status"], "genuine")
        self.assertEqual(
            answer["warranty"],
            {"state": "running", "until": lot.warranty_end.isoformat()},
        )

    def test_what_is_wrong_with_a_unit_is_its_status_with_a_reason(self):
        minted = self.mint()
        recalled, blocked, retired = self.ship(3)
        self.env.cr.execute(
            """
            UPDATE stock_lot SET recalled = id = %s, blocked = id = %s,
                   stage = CASE WHEN id = %s THEN 'retired' ELSE stage END
             WHERE id IN %s
            """,
            [
                recalled.id,
                blocked.id,
                retired.id,
                (recalled + blocked + retired)._ids,
            ],
        )
        answers = self.verify_all(
            *({"code": lot.scan_code} for lot in minted + recalled + blocked + retired)
        )
        self.assertEqual(
            [(answer["status"], answer["reasons"]) for answer in answers],
            [
                ("suspect", ["not_on_sale"]),
                ("recalled", ["recalled"]),
                ("blocked", ["blocked"]),
                ("suspect", ["retired"]),
            ],
        )

    def test_a_batch_answers_in_order_one_answer_an_item(self):
        first, second = self.ship(2)
        answers = self.verify_all(
            {"code": second.scan_code},
            {"code": UNKNOWN},
            {"code": second.scan_code_display.lower()},
            "no object",
            {"code": 7},
            {"code": first.scan_code, "store": {"platform": "tmall"}},
            {"code": first.scan_code},
        )
        self.assertEqual(
            [(answer["code"], answer["status"]) for answer in answers],
            [
                (second.scan_code, "genuine"),
                (UNKNOWN, "unknown"),
                (second.scan_code_display.lower(), "genuine"),
                (None, "unknown"),
                (None, "unknown"),
                (first.scan_code, "unknown"),
                (first.scan_code, "genuine"),
            ],
        )
        self.assertEqual(
            [answer["reasons"] for answer in answers[1:6]],
            [["not_found"], [], ["bad_item"], ["bad_code"], ["bad_store_id"]],
        )

    def test_an_empty_batch_has_an_empty_answer_for_a_key_that_stands_only(self):
        self.assertEqual(self.verify_all(), [])
        self.revoke()
        self.assertProblem(self.post({"items": []}, url=BATCH), 401, "invalid_key")

    def test_the_name_is_in_the_language_of_the_keys_user(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.product.with_context(lang="zh_CN").name = "手机"
        lot = self.ship()
        self.assertEqual(self.verify(lot.scan_code)["product"]["name"], "Phone")
        self.machine.lang = "zh_CN"
        self.assertEqual(self.verify(lot.scan_code)["product"]["name"], "手机")

    def test_one_statement_whatever_the_number_of_codes(self):
        codes = self.ship(20).mapped("scan_code")
        self.verify(codes[0])
        model = self.env["serial.verify"].with_user(self.machine)
        proven = self.env["serial.api.key"]._recall(self.key)
        confirmed = []
        for count in (1, 20):
            items = [{"code": code} for code in codes[:count]]
            with self.assertQueryCount(1):
                answers = model._verify(items, proven, confirmed.append)
            self.assertEqual(len(answers), count)
        self.assertEqual(confirmed, [True, True])

    # === SHOPS === #

    def ask_shop(self, lot, platform="jd", store_id="10001", key=None):
        """Return (authorised, reasons) of a shop for a unit."""
        store = {"platform": platform, "store_id": store_id}
        answer = self.verify(lot.scan_code, key, store=store)
        return answer["authorized"], answer["reasons"]

    def make_store(self, partner=None, store_id="10001", **values):
        platform = self.env.ref("serial_dossier.serial_channel_platform_jd")
        return self.env["serial.channel.store"].create(
            {
                "platform_id": platform.id,
                "store_id": store_id,
                "name": "Flagship",
                "partner_id": (partner or self.distributor).id,
                **values,
            }
        )

    def test_a_shop_of_the_holder_or_above_him_may_sell(self):
        own, below = self.ship(), self.ship(partner=self.retailer)
        other = self.ship(partner=self.other_distributor)
        self.make_store()
        self.make_store(self.retailer, "2")
        for lot, store_id, answer in (
            (own, "10001", (True, [])),
            (own, " 10001 ", (True, [])),
            (below, "10001", (True, [])),
            (below, "2", (True, [])),
            (own, "2", (False, ["other_distributor"])),
            (other, "10001", (False, ["other_distributor"])),
            (own, "10002", (False, ["store_unknown"])),
        ):
            with self.subTest(lot=lot, store_id=store_id):
                self.assertEqual(self.ask_shop(lot, store_id=store_id), answer)
        self.assertEqual(self.ask_shop(own, "JD"), (True, []))
        self.assertEqual(self.ask_shop(own, key=self.portal_key), (True, []))

    def test_a_shop_may_not_sell_outside_its_dates_or_products(self):
        lot = self.ship()
        store = self.make_store()
        day = timedelta(days=1)
        for values, reasons in (
            ({"date_to": date.today() - day}, ["store_expired"]),
            (
                {"date_to": False, "date_from": date.today() + day},
                ["store_expired"],
            ),
            (
                {"date_from": date.today() - day, "state": "suspended"},
                ["store_expired"],
            ),
            ({"state": "running"}, []),
            ({"product_ids": [(4, self.uncoded_product.id)]}, ["product_not_allowed"]),
            ({"product_ids": [(4, self.product.id)]}, []),
            ({"active": False}, None),
        ):
            store.write(values)
            answer = (not reasons, reasons)
            if reasons is None:
                answer = (None, ["no_stores"])
            with self.subTest(values=values):
                self.assertEqual(self.ask_shop(lot), answer)

    def test_what_is_not_known_is_neither_yes_nor_no(self):
        lot, unbound = self.ship(), self.produce()
        for platform in ("jd", "no such platform"):
            with self.subTest(platform=platform):
                self.assertEqual(self.ask_shop(lot, platform), (None, ["no_stores"]))
        self.make_store()
        self.assertEqual(self.ask_shop(unbound), (None, ["not_on_sale", "not_bound"]))

    def test_a_unit_nobody_knows_tells_nothing_of_a_shop(self):
        self.make_store()
        for store_id in ("10001", "2"):
            store = {"platform": "jd", "store_id": store_id}
            answer = self.verify(UNKNOWN, store=store)
            self.assertEqual(
                (answer["authorized"], answer["reasons"]), (None, ["not_found"])
            )

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
            seen = set()
            for key, code in cases:
                body = {"code": code, "store": {"platform": "p", "store_id": "s"}}
                response = self.post(
                    body if url == VERIFY else {"items": [body]}, key, url=url
                )
                headers = {
                    name: value
                    for name, value in response.headers.items()
                    if name not in ("Date", "RateLimit")  # they go on whatever is asked
                }
                self.assertIn('"status":"unknown"', response.text)
                answer = response.text.replace(code, "…")
                seen.add((response.status_code, str(headers), answer))
            self.assertEqual(len(seen), 1, seen)

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

    def revoke(self, user=None):
        user = user or self.machine
        record = self.env["serial.api.key"].search([("user_id", "=", user.id)])
        record.with_user(self.manager).action_revoke()

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
