from datetime import date, timedelta

from odoo.tests import new_test_user, tagged

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

    def revoke(self, user=None):
        user = user or self.machine
        record = self.env["serial.api.key"].search([("user_id", "=", user.id)])
        record.with_user(self.manager).action_revoke()


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

    def test_what_the_labels_symbol_says_is_as_good_as_its_code(self):
        code = self.ship().scan_code
        for text in (
            f"(01)06901234567892(21){code}",
            f"https://t.example/01/06901234567892/21/SN-1?91={code}",
        ):
            self.assertEqual(self.verify(text)["status"], "genuine", text)

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
