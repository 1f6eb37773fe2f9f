from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models.serial_tradein_accept_mixin import SerialTradeinAcceptMixin
from .racing import RaceCase

PEOPLE = ("11010519491231002X", "440524188001010014")


@tagged("post_install", "-at_install")
class TestTradeinConcurrency(RaceCase):
    def accept_at_once(self, *wishes):
        """Accept (quote, person) so that all have looked before any of them claims."""

        def accept(wish):
            def run(env):
                found = env["serial.tradein"]._accept(*wish)
                return {name: found[name] for name in ("refusal", "since", "order")}

            return run

        at_claiming = SerialTradeinAcceptMixin, "_insert_claim"
        return self.race_at(*at_claiming, *map(accept, wishes))

    def make_quotes(self, count, limit=1):
        """Return the quotes of activated units, committed."""

        def make(env):
            lots = self.make_lots(env, count)
            program = self.make_program(env, lots.product_id, limit)
            lots._move_to_stage("shipped", "shipped")
            now = {"activated_at": fields.Datetime.now()}
            lots._move_to_stage("activated", "activated", lot_values=now)
            model = env["serial.tradein"]
            return [model._get_quote(lot, program=program)["quote"] for lot in lots]

        return self.run_in_transaction(make)

    def make_program(self, env, product, limit):
        """Return a programme that takes a product in."""
        today = fields.Date.today()
        program = env["serial.tradein.program"].create(
            {
                "name": "Raced",
                "date_from": today - timedelta(days=2),
                "date_to": today + timedelta(days=2),
                "class_ids": [
                    Command.create(
                        {"name": "Raced", "code": "raced", "person_limit": limit}
                    )
                ],
            }
        )
        program.value_ids.create(
            {
                "program_id": program.id,
                "class_id": program.class_ids.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "amount": 100,
            }
        )
        return program

    def assertOneLives(self, answers, reason):
        winner, loser = sorted(answers, key=lambda answer: answer["refusal"] or "")
        self.assertIsNone(winner["refusal"])
        self.assertTrue(winner["order"])
        self.assertEqual(loser["refusal"], reason)
        self.assertEqual(loser["since"].date(), fields.Date.today())
        self.assertIsNone(loser["order"])

    def test_of_two_claims_on_one_unit_at_once_one_lives(self):
        (quote,) = self.make_quotes(1)
        answers = self.accept_at_once((quote, PEOPLE[0]), (quote, PEOPLE[1]))
        self.assertOneLives(answers, "already_claimed")

    def test_of_two_claims_of_one_person_and_class_at_once_one_lives(self):
        first, second = self.make_quotes(2)
        answers = self.accept_at_once((first, PEOPLE[0]), (second, PEOPLE[0]))
        self.assertOneLives(answers, "person_claimed")

    def test_one_quote_accepted_twice_at_once_by_one_person_is_one_claim(self):
        (quote,) = self.make_quotes(1)
        answers = self.accept_at_once((quote, PEOPLE[0]), (quote, PEOPLE[0]))
        self.assertOneLives(answers, "already_claimed")

    def test_where_a_person_may_have_two_both_of_two_at_once_live_and_no_third(self):
        quotes = self.make_quotes(3, limit=2)
        answers = self.accept_at_once(*((quote, PEOPLE[0]) for quote in quotes))
        refusals = [answer["refusal"] for answer in answers]
        self.assertEqual(refusals.count(None), 2)
        self.assertEqual(refusals.count("person_claimed"), 1)

    def test_claims_of_different_people_and_units_do_not_disturb_each_other(self):
        quotes = self.make_quotes(2)
        answers = self.accept_at_once(*zip(quotes, PEOPLE, strict=True))
        self.assertEqual([answer["refusal"] for answer in answers], [None, None])

    def test_the_database_itself_refuses_a_second_live_claim(self):
        first, second = self.make_quotes(2)
        answers = self.accept_at_once((first, PEOPLE[0]), (second, PEOPLE[1]))
        names = [answer["order"] for answer in answers]
        for column, index in (
            ("lot_id", "serial_tradein_lot_live_uniq"),
            ("person_key", "serial_tradein_person_live_uniq"),
        ):
            with self.subTest(column=column):
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(UniqueViolation) as raised,
                ):
                    self.make_alike(column, *names)
                self.assertEqual(raised.exception.diag.constraint_name, index)
        for state in ("cancelled", "refused", "clawed_back"):
            with self.subTest(state=state):
                self.make_alike("lot_id", *names, state=state)

    def make_alike(self, column, name, other, state="accepted"):
        """Give a claim the unit, or the person, of another, past all our code."""
        with self.registry.cursor() as cr:
            cr.execute(
                SQL(
                    "UPDATE serial_tradein SET state = %s, %s = "
                    "(SELECT %s FROM serial_tradein WHERE name = %s) WHERE name = %s",
                    state,
                    *[SQL.identifier(column)] * 2,
                    other,
                    name,
                )
            )
            cr.rollback()
