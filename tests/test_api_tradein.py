from datetime import timedelta
from unittest import skipUnless

from odoo import fields
from odoo.tests import tagged

from ..models.serial_api_problem import API_ROOT
from .test_api_document import Draft202012Validator
from .test_api_verify import UNKNOWN, VerifyCase
from .trading import OTHER_PERSON, PERSON, TradeinCase

QUOTES = f"{API_ROOT}/tradein/quotes"
ORDERS = f"{API_ROOT}/tradein/orders"


class TradeinApiCase(TradeinCase, VerifyCase):
    """The days of the programme are around today's: requests run by the real clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.today()
        cls.program.write(
            {
                "date_from": today - timedelta(days=30),
                "date_to": today + timedelta(days=30),
            }
        )

    def ask(self, code, key=None, **values):
        """Return the response to a question for a quote."""
        return self.post({"code": code, **values}, key, url=QUOTES)

    def order(self, quote, person=PERSON, key=None, **headers):
        """Return the response to the acceptance of a quote."""
        body = {"quote": quote, "person_id": person}
        return self.post(body, key, url=ORDERS, **headers)

    def get_quote(self, lot=None):
        """Return the token of a quote."""
        response = self.ask((lot or self.lot).scan_code)
        self.assertEqual(response.status_code, 201, response.text)
        return response.json()["quote"]

    def get_claims(self):
        """Return the claims there are."""
        self.env.invalidate_all()
        return self.env["serial.tradein"].search([("lot_id", "=", self.lot.id)])


@tagged("post_install", "-at_install")
class TestApiTradein(TradeinApiCase):
    # === QUOTES === #

    def test_a_quote_says_what_it_is_for_and_how_long_it_holds(self):
        response = self.ask(self.lot.scan_code, answers={"screen": "cracked"})
        self.assertEqual(response.status_code, 201, response.text)
        answer = response.json()
        self.assertEqual(answer["value"], {"amount": "1100.00", "currency": "CNY"})
        self.assertEqual(answer["subsidy"], {"amount": "449.85", "currency": "CNY"})
        self.assertEqual(answer["answers"], {"power": "yes", "screen": "cracked"})
        self.assertEqual(answer["reasons"], ["condition"])
        self.assertRegex(answer["expires_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(
            [question["code"] for question in answer["questions"]], ["power", "screen"]
        )

    def test_the_subsidy_is_on_what_is_bought(self):
        for amount, subsidy in (
            ("1000.00", "150.00"),
            ("6000", "500.00"),
            ("6000.01", "0.00"),
        ):
            price = {"amount": amount, "currency": "CNY"}
            response = self.ask(self.lot.scan_code, purchase={"price": price})
            with self.subTest(price=amount):
                self.assertEqual(response.json()["subsidy"]["amount"], subsidy)

    def test_a_quote_stores_nothing(self):
        self.get_quote()
        self.assertFalse(self.get_claims())

    def test_what_is_wrong_with_a_question_is_named(self):
        code = self.lot.scan_code
        for values, code_of_problem in (
            ({"answers": {"colour": "red"}}, "bad_answer"),
            ({"answers": {"screen": "red"}}, "bad_answer"),
            (
                {"purchase": {"price": {"amount": "10", "currency": "EUR"}}},
                "other_currency",
            ),
        ):
            with self.subTest(values=values):
                self.assertProblem(self.ask(code, **values), 422, code_of_problem)
        for values, path in (
            ({"answers": {"screen": 7}}, "/answers/screen"),
            ({"answers": []}, "/answers"),
            ({"purchase": {"energy_level": 6}}, "/purchase/energy_level"),
            (
                {"purchase": {"price": {"amount": "-1", "currency": "CNY"}}},
                "/purchase/price/amount",
            ),
        ):
            with self.subTest(values=values):
                body = self.assertProblem(self.ask(code, **values), 400, "invalid_body")
                self.assertEqual(body["path"], path)

    # === WHO MAY ASK === #

    def test_unknown_void_and_others_units_are_answered_alike(self):
        void, others = self.mint(), self.ship(partner=self.other_distributor)
        void._move_to_stage("void", "voided")
        self._activate(others)
        key = self.portal_key
        answers = [
            self.ask(code, key)
            for code in (UNKNOWN, "", void.scan_code, others.scan_code)
        ]
        for response in answers:
            self.assertProblem(response, 404, "unknown_serial")
        self.assertEqual(len({response.text for response in answers}), 1)
        self.assertEqual(self.ask(self.lot.scan_code, key).status_code, 201)

    def test_a_miss_costs_as_much_as_at_other_calls(self):
        def left(response):
            return int(response.headers["RateLimit"].split("r=")[1].split(";")[0])

        before = left(self.ask(self.lot.scan_code))
        self.assertProblem(self.ask(UNKNOWN), 404, "unknown_serial")
        after = left(self.ask(self.lot.scan_code))
        self.assertEqual(before - after, 20 + 1)

    def test_a_quote_of_another_brands_unit_cannot_be_accepted(self):
        quote = self.get_quote()
        self.lot.company_id = self.company
        response = self.order(quote, key=self.foreign_key)
        self.assertProblem(response, 404, "unknown_serial")
        self.assertFalse(self.get_claims())

    # === ORDERS === #

    def test_an_accepted_quote_is_a_claim(self):
        response = self.order(self.get_quote(), key=self.portal_key)
        self.assertEqual(response.status_code, 201, response.text)
        claim = self.get_claims()
        answer = response.json()
        self.assertEqual(answer["order"], claim.name)
        self.assertEqual(answer["state"], "accepted")
        self.assertEqual(claim.partner_id, self.distributor)
        self.assertEqual(claim.source, "api")
        self.assertNotIn(PERSON[:14], str(claim.sudo().read()))

    def test_where_a_claim_lives_both_calls_say_since_when(self):
        quote = self.get_quote()
        self.order(quote)
        for response in (self.order(quote, OTHER_PERSON), self.ask(self.lot.scan_code)):
            body = self.assertProblem(response, 409, "tradein_refused")
            self.assertEqual(body["reason"], "already_claimed")
            self.assertEqual(body["since"][:10], str(fields.Date.today()))
            self.assertIn(str(fields.Date.today().year), body["detail"])

    def test_a_person_gets_no_second_one_of_a_class(self):
        other = self._activate(self.ship())
        self.order(self.get_quote())
        body = self.assertProblem(
            self.order(self.get_quote(other)), 409, "tradein_refused"
        )
        self.assertEqual(body["reason"], "person_claimed")
        response = self.order(self.get_quote(other), OTHER_PERSON)
        self.assertEqual(response.status_code, 201)

    def test_an_order_is_repeated_safely(self):
        quote = self.get_quote()
        first, second = (
            self.order(quote, Idempotency_Key="once") for _attempt in range(2)
        )
        self.assertEqual((first.status_code, second.status_code), (201, 201))
        self.assertEqual(first.json(), second.json())
        self.assertEqual(second.headers["Idempotency-Replayed"], "true")
        self.assertEqual(len(self.get_claims()), 1)

    def test_what_is_no_quote_or_no_person_is_named(self):
        quote = self.get_quote()
        middle = len(quote) // 2
        flipped = "A" if quote[middle] != "A" else "B"
        forged = f"{quote[:middle]}{flipped}{quote[middle + 1 :]}"
        for token in ("x", "AQAAAA", forged, f"{quote}AAAA", "💥"):
            with self.subTest(token=token):
                self.assertProblem(self.order(token), 422, "invalid_quote")
        for person in ("12345678901234567X"[1:], "\x00" * 9, "-----", "\ud800bcde"):
            with self.subTest(person=person):
                self.assertIn(self.order(quote, person).status_code, (201, 422))
        card = "110105194912310021"  # its last digit is wrong
        self.assertProblem(self.order(quote, card), 422, "bad_person_id")

    # === SHAPES === #

    @skipUnless(Draft202012Validator, "jsonschema is not installed")
    def test_answers_are_of_the_shape_that_is_told(self):
        document = self.url_open(f"{API_ROOT}/openapi.json").json()
        quoted = self.ask(self.lot.scan_code)
        ordered = self.order(quoted.json()["quote"])
        for path, response in (("quotes", quoted), ("orders", ordered)):
            responses = document["paths"][f"/tradein/{path}"]["post"]["responses"]
            self.assertNotIn("200", responses)
            content = responses["201"]["content"]["application/json"]
            Draft202012Validator(content["schema"]).validate(response.json())
