from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .trading import TradeinCase


@tagged("post_install", "-at_install")
class TestTradein(TradeinCase):
    def set_lot(self, **values):
        """Write what only steps may."""
        self.lot.sudo().write(values)

    # === QUOTES === #

    def test_a_scan_is_answered_with_a_signed_offer(self):
        quote = self.quote()
        self.assertIsNone(quote["refusal"])
        self.assertEqual(quote["value"], Decimal(2000))
        self.assertEqual(quote["subsidy"], Decimal("449.85"))
        self.assertEqual(quote["program"], self.program)
        self.assertEqual(str(quote["expires_at"]), "2026-03-09 08:00:00")
        self.assertEqual(quote["answers"], {"power": "yes", "screen": "whole"})

    def test_a_quote_takes_few_queries_however_many_units_there_are(self):
        self.quote()
        self.ship(30)
        for limit in (30, 12):
            self.env.flush_all()
            if limit == 30:
                self.env.invalidate_all()
            with self.subTest(limit=limit), self.assertQueryCount(limit):
                self.quote()

    def test_age_counts_from_the_sale_else_from_activation(self):
        for day, value in (
            (date(2025, 9, 3), 2000),
            (date(2025, 9, 2), 1600),
            (date(2025, 3, 3), 1600),
            (date(2025, 3, 2), 1200),
        ):
            self.set_lot(sale_date=day)
            with self.subTest(sold=day):
                self.assertEqual(self.quote()["value"], value)
        self.set_lot(sale_date=False, activated_at="2025-03-02 00:00:00")
        self.assertEqual(self.quote()["age_months"], 12)

    def test_the_most_special_line_says_what_a_unit_is_worth(self):
        category = self.env["product.category"].create({"name": "Phones"})
        self.product.categ_id = category
        line = {"program_id": self.program.id, "class_id": self.phones.id}
        values = self.env["serial.tradein.value"]
        self.program.value_ids.unlink()
        self.assertEqual(self.quote()["refusal"], "not_eligible")
        for own, amount in (
            ({"categ_id": category.id}, 10),
            ({"product_tmpl_id": self.product.product_tmpl_id.id}, 20),
            (
                {
                    "product_tmpl_id": self.product.product_tmpl_id.id,
                    "product_id": self.product.id,
                },
                30,
            ),
        ):
            values.create({**line, **own, "amount": amount})
            with self.subTest(line=own):
                self.assertEqual(self.quote()["value"], amount)
        category.parent_id = category.create({"name": "All of ours"})
        values.search([]).filtered("product_tmpl_id").unlink()
        values.create(
            {**line, "categ_id": category.parent_id.id, "amount": 5, "age_from": 0}
        )
        self.assertEqual(self.quote()["value"], 10, "the nearest category counts")

    def test_a_line_for_older_units_counts_from_its_age(self):
        self.program.value_ids.copy({"age_from": 12, "amount": 1000, "floor": 0})
        self.set_lot(sale_date=date(2025, 3, 3))
        self.assertEqual(self.quote()["value"], 1600)
        self.set_lot(sale_date=date(2025, 3, 2))
        self.assertEqual(self.quote()["value"], 600)

    def test_a_class_may_have_a_curve_and_questions_of_its_own(self):
        self.program.curve_ids = [
            Command.create({"class_id": self.phones.id, "age_months": 0, "percent": 50})
        ]
        tablets = self.program.class_ids.create(
            {**self._prepare_class(code="tablet"), "program_id": self.program.id}
        )
        self.program.question_ids[1].class_ids = tablets
        quote = self.quote()
        self.assertEqual((quote["value"], quote["answers"]), (1000, {"power": "yes"}))

    def test_a_unit_in_no_acceptable_condition_gets_no_offer(self):
        self.assertEqual(
            self.quote(answers={"power": "no"})["refusal"], "condition_refused"
        )

    def test_a_quote_says_for_which_version_of_the_terms_it_was_made(self):
        model = self.env["serial.tradein"]
        before = model._read_quote(self.quote()["quote"])["version"]
        self.program.value_ids.amount = 1500
        told = model._read_quote(self.quote()["quote"])
        self.assertGreater(told["version"], before)
        self.assertEqual(told["value"], "1500")
        self.program.name = "Another name"
        self.assertEqual(self.program.version, told["version"])

    # === WHY NOT === #

    def test_each_refusal_has_its_reason_and_words(self):
        for values, reason in (
            ({"recalled": True}, "recalled_unsafe"),
            ({"blocked": True}, "blocked"),
            ({"in_service": True}, "in_service"),
            ({"stage": "void"}, "void_code"),
            ({"stage": "retired"}, "retired"),
            ({"stage": "shipped"}, "never_activated"),
        ):
            before = {name: self.lot[name] for name in values}
            self.set_lot(**values)
            with self.subTest(values=values):
                quote = self.quote()
                self.assertEqual(quote["refusal"], reason)
                self.assertNotIn(quote["message"], ("", reason))
                self.assertNotIn("quote", quote)
            self.set_lot(**before)
        self.assertIsNone(self.quote()["refusal"])
        self.assertEqual(self.quote(self.mint())["refusal"], "never_activated")

    def test_a_stolen_unit_is_refused_until_the_report_is_withdrawn(self):
        report = (
            self.env["serial.tradein.block"]
            .with_user(self.user)
            .create({"lot_id": self.lot.id, "reported_by": "Police, Tianhe"})
        )
        quote = self.quote()
        self.assertEqual(quote["refusal"], "stolen")
        self.assertIn("stolen", quote["message"])
        report.active = False
        self.assertIsNone(self.quote()["refusal"])

    def test_an_open_alert_on_a_copied_code_stops_a_claim(self):
        token = self.quote()["quote"]
        alert = self.env["serial.diversion.alert"].create(
            {
                "lot_id": self.lot.id,
                "kind": "clone",
                "observed_at": "2026-03-01 00:00:00",
            }
        )
        self.assertEqual(self.quote()["refusal"], "clone_alert")
        self.assertEqual(self.accept(token)["refusal"], "clone_alert")
        alert.state = "dismissed"
        self.assertIsNone(self.quote()["refusal"])

    def test_other_alerts_are_no_concern_of_the_consumer(self):
        self.env["serial.diversion.alert"].create(
            {"lot_id": self.lot.id, "observed_at": "2026-03-01 00:00:00"}
        )
        self.assertIsNone(self.quote()["refusal"])

    def test_a_unit_that_was_traded_in_names_the_day(self):
        self.lot._move_to_stage("traded_in", "traded_in")
        quote = self.quote()
        self.assertEqual(quote["refusal"], "traded_in")
        self.assertIn("March 2, 2026", quote["message"])

    def test_programmes_take_units_of_their_days_company_and_market(self):
        for values, reason in (
            ({"date_from": "2026-03-03"}, "not_eligible"),
            ({"date_to": "2026-03-01"}, "not_eligible"),
            ({"active": False}, "not_eligible"),
            ({"country_ids": self.env.ref("base.de").ids}, "other_market"),
            ({"country_ids": self.env.ref("base.cn").ids}, None),
        ):
            program = self._create_program(**values)
            self.program.active = False
            with self.subTest(values=values):
                self.assertEqual(self.quote()["refusal"], reason)
            program.active = False
        asked = self.quote(program=self._create_program(date_to="2026-03-01"))
        self.assertEqual(asked["refusal"], "program_ended")

    def test_units_sold_and_never_activated_are_for_programmes_that_take_them(self):
        lot = self.ship()
        lot.sudo().sale_date = date(2026, 2, 1)
        self.assertEqual(self.quote(lot)["refusal"], "never_activated")
        self.program.accepts = "sold"
        self.assertIsNone(self.quote(lot)["refusal"])
        self.assertEqual(self.quote(self.ship())["refusal"], "never_activated")

    # === PROGRAMMES === #

    def test_a_copied_programme_stands_on_its_own(self):
        twin = self.program.copy()
        self.assertEqual(twin.value_ids.class_id, twin.class_ids)
        self.assertEqual(
            twin.question_ids.answer_ids.mapped("percent"), [100, 0, 100, 55]
        )
        self.assertEqual(len(twin.curve_ids), 2)
        self.assertNotEqual(twin.class_ids, self.phones)

    def test_a_programme_without_values_cannot_be_opened(self):
        preset = self.env.ref("serial_dossier.serial_tradein_program_cn_2026")
        self.assertFalse(preset.active)
        with self.assertRaisesRegex(UserError, "no values yet"):
            preset.with_user(self.manager).action_unarchive()
