import json
import random

from odoo.tests import tagged

from .test_api_http import URL, ApiCase, make_value

LISTINGS = URL.replace("activations", "listings")
NAMES = ("platform", "store_id", "url", "sku", "gtin", "price", "observed_at")
HOSTILE = [
    "\0",
    "x" * 10_000,
    "javascript:alert(1)",
    "\ud800",
    "-1",
    "9" * 400,
    "1e999",
    {"amount": "-1", "currency": "CNY"},
    {"amount": "9" * 300, "currency": "\0"},
    {"amount": {"amount": "1"}},
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00+14:00",
    [],
    None,
    float(10**300),
]


@tagged("post_install", "-at_install")
class TestListingHttp(ApiCase):
    def setUp(self):
        super().setUp()
        self.product.default_code = "PHONE-1"

    def listing(self, **values):
        return {
            "platform": "jd",
            "store_id": "1",
            "sku": "PHONE-1",
            "price": {"amount": "12.34", "currency": "CNY"},
            "observed_at": "2026-03-01T10:00:00+08:00",
            **values,
        }

    def test_listings_are_answered_in_order(self):
        items = [self.listing(), None, self.listing(url="javascript:x"), self.listing()]
        response = self.post({"items": items}, url=LISTINGS)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(
            response.json()["items"],
            [
                {"result": "accepted", "reasons": []},
                {"result": "refused", "reasons": ["bad_item"]},
                {"result": "refused", "reasons": ["bad_url"]},
                {"result": "accepted", "reasons": ["already_reported"]},
            ],
        )
        listing = self.env["serial.diversion.listing"].search([])
        self.assertEqual(listing.create_uid, self.machine)
        self.assertEqual(listing.source, "api")

    def test_a_repeat_with_the_same_key_gets_the_first_answer(self):
        body = {"items": [self.listing()]}
        answers = [
            self.post(body, url=LISTINGS, Idempotency_Key="a1") for _time in range(2)
        ]
        self.assertEqual(answers[0].json(), answers[1].json())
        self.assertEqual(answers[1].headers["Idempotency-Replayed"], "true")

    def test_what_is_no_list_of_a_thousand_is_refused(self):
        items = [self.listing()] * 1_001
        self.assertProblem(
            self.post({"items": items}, url=LISTINGS), 422, "too_many_items"
        )
        self.assertProblem(self.post([], url=LISTINGS), 400, "invalid_body")
        response = self.url_open(LISTINGS)
        self.assertProblem(response, 405, "method_not_allowed")

    def test_a_key_without_rights_reports_nothing(self):
        buyer = self.make_portal_user("listing_buyer", self.distributor)
        key = self.make_key(buyer)
        response = self.post({"items": [self.listing()]}, key=key, url=LISTINGS)
        self.assertEqual(response.status_code, 403)
        self.assertFalse(self.env["serial.diversion.listing"].search([]))

    def test_whatever_an_item_holds_is_answered_below_500(self):
        rng = random.Random(7)
        for _round in range(20):
            items = []
            for _item in range(100):
                item = self.listing()
                for name in rng.sample(NAMES, 2):
                    odd = rng.random() < 0.5
                    item[name] = rng.choice(HOSTILE) if odd else make_value(rng)
                items.append(item)
            response = self.post(json.dumps({"items": items}).encode(), url=LISTINGS)
            self.assertLess(response.status_code, 500, response.text)
            if response.status_code == 200:
                self.assertEqual(len(response.json()["items"]), 100)
