from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .trading import OTHER_PERSON, PERSON, TradeinCase


@tagged("post_install", "-at_install")
class TestTradeinClaim(TradeinCase):
    def test_of_two_claims_on_one_unit_the_second_is_told_the_date_of_the_first(self):
        quote = self.quote()["quote"]
        claim = self.accept(quote)["claim"]
        self.assertEqual(claim.state, "accepted")
        self.assertEqual((claim.value, claim.total), (2000, 2449.85))
        second = self.accept(quote, OTHER_PERSON)
        self.assertEqual(second["refusal"], "already_claimed")
        self.assertIn("March 2, 2026", second["message"])
        self.assertEqual(self.quote()["refusal"], "already_claimed")
        self.assertEqual(self.lot.tradein_count, 1)

    def test_a_person_has_one_claim_a_class_however_the_number_is_typed(self):
        self.company.country_id = self.env.ref("base.cn")
        lots = self._activate(self.ship(3))
        quotes = [self.quote(lot)["quote"] for lot in lots]
        self.assertIsNone(self.accept(quotes[0], "13800138000")["refusal"])
        for person in ("+86 138 0013 8000", "138-0013-8000"):
            refused = self.accept(quotes[1], person)
            with self.subTest(person=person):
                self.assertEqual(refused["refusal"], "person_claimed")
                self.assertIn("March 2, 2026", refused["message"])
        self.assertIsNone(self.accept(quotes[1], PERSON)["refusal"])

    def test_a_class_may_allow_a_person_several(self):
        self.phones.person_limit = 3
        lots = self._activate(self.ship(4))
        answers = [self.accept(self.quote(lot)["quote"]) for lot in lots]
        self.assertEqual(
            [answer["refusal"] for answer in answers],
            [None, None, None, "person_claimed"],
        )
        answers[1]["claim"].with_user(self.user).action_cancel()
        self.assertIsNone(self.accept(self.quote(lots[3])["quote"])["refusal"])

    def test_after_a_cancelled_claim_unit_and_person_may_claim_anew(self):
        claim = self.accept()["claim"]
        claim.with_user(self.user).action_cancel()
        self.assertEqual(claim.state, "cancelled")
        self.assertTrue(claim.closed_at)
        self.assertIsNone(self.accept()["refusal"])
        with self.assertRaises(UserError):
            claim.with_user(self.user).action_cancel()

    def test_a_person_is_stored_as_a_keyed_hash_only(self):
        claim = self.accept()["claim"]
        self.env.cr.execute("SELECT * FROM serial_tradein WHERE id = %s", [claim.id])
        row = str(self.env.cr.fetchall()) + str(claim.message_ids.mapped("body"))
        self.assertNotIn(PERSON, row)
        self.assertNotIn(PERSON[:-1], row)
        self.assertRegex(claim.person_key, r"^[0-9a-f]{32}$")
        self.env["ir.config_parameter"].set_param("database.secret", "another")
        self.assertNotEqual(
            self.env["serial.tradein"]._get_person_key(PERSON), claim.person_key
        )

    def test_a_quote_holds_as_long_as_it_says(self):
        token = self.quote()["quote"]
        self.program.value_ids.amount = 500
        with freeze_time("2026-03-09 08:00:01"):
            self.assertEqual(self.accept(token)["refusal"], "quote_expired")
        with freeze_time("2026-03-09 07:59:59"):
            claim = self.accept(token)["claim"]
        self.assertEqual(claim.value, 2000, "what was promised counts")
        self.assertLess(claim.program_version, self.program.version)

    def test_no_quote_outlives_its_programme(self):
        with freeze_time("2026-12-30 08:00:00"):
            self.assertEqual(str(self.quote()["expires_at"]), "2026-12-31 23:59:59")
            token = self.quote()["quote"]
        self.program.active = False
        with freeze_time("2026-12-31 08:00:00"):
            self.assertEqual(self.accept(token)["refusal"], "program_ended")

    def test_a_quote_of_one_unit_is_none_of_another(self):
        token = self.quote()["quote"]
        other = self._activate(self.ship())
        self.assertEqual(self.accept(token, lot=other)["refusal"], "invalid_quote")

    def test_nobody_edits_what_was_promised(self):
        claim = self.accept()["claim"]
        for values in ({"value": 9999}, {"state": "done"}, {"person_key": "x"}):
            for user in (self.user, self.manager):
                with self.subTest(values=values), self.assertRaises(AccessError):
                    claim.with_user(user).write(values)
        claim.with_user(self.user).write({"note": "Box is missing"})

    def test_claims_of_another_company_are_not_seen(self):
        claim = self.accept()["claim"]
        company = self.env["res.company"].create({"name": "Another Brand"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="serial_dossier.serial_dossier_group_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for records in (claim, self.program, self.program.value_ids, self.phones):
            with self.subTest(model=records._name):
                self.assertFalse(records.with_user(stranger).search([]) & records)
                with self.assertRaises(AccessError), mute_logger("odoo.models"):
                    records.with_user(stranger).read(["display_name"])
