from decimal import Decimal

from odoo.tests import tagged

from .trading import OTHER_PERSON, PERSON, TradeinCase


@tagged("post_install", "-at_install")
class TestTradein(TradeinCase):
    def test_a_scan_is_answered_with_a_signed_offer(self):
        quote = self.quote()
        self.assertIsNone(quote["refusal"])
        self.assertEqual(quote["value"], Decimal(2000))
        self.assertEqual(quote["subsidy"], Decimal("449.85"))
        self.assertEqual(quote["program"], self.program)
        self.assertEqual(str(quote["expires_at"]), "2026-03-09 08:00:00")
        self.assertEqual(quote["answers"], {"power": "yes", "screen": "whole"})

    def test_of_two_claims_on_one_unit_the_second_is_told_the_date_of_the_first(self):
        quote = self.quote()["quote"]
        claim = self.accept(quote)["claim"]
        self.assertEqual(
            (claim.state, claim.value, claim.total), ("accepted", 2000, 2449.85)
        )
        second = self.accept(quote, OTHER_PERSON)
        self.assertEqual(second["refusal"], "already_claimed")
        self.assertIn("March 2, 2026", second["message"])
        self.assertEqual(self.quote()["refusal"], "already_claimed")
        self.assertNotIn(PERSON, str(claim.read()))
