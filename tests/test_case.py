from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.serial_case_gather_mixin import SINGLE_KINDS
from .test_alert import AlertCase


class DiversionCase(AlertCase):
    """Alerts of units of two distributors, and the cases they gather in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign_lot = cls.ship(1, cls.other_distributor)
        cls.cases = cls.env["serial.diversion.case"]

    def leak(self, lots, **values):
        """Return a leak that some units belong to."""
        return (
            self.env["serial.diversion.leak"]
            .sudo()
            .create(
                {
                    "kind": "shipment",
                    "key": str(lots.ids),
                    "place": "CN-BJ",
                    "partner_id": lots[0].channel_partner_id.id,
                    "picking_id": self.live_assignments(lots).picking_id[:1].id,
                    "n": 20,
                    "k": len(lots),
                    "company_id": self.company.id,
                    "line_ids": [(0, 0, {"lot_id": lot.id}) for lot in lots],
                    **values,
                }
            )
        )

    @classmethod
    def case_of(cls, lots, kind="refurbished_as_new", **values):
        """Return the case that alerts on units gather in."""
        return cls.raise_on(lots, kind, **values).case_id

    def decide(self, case, outcome="confirmed", **penalty):
        """Decide a case as a manager."""
        case.with_user(self.manager)._decide(outcome, "They were sold on.", **penalty)


@tagged("post_install", "-at_install")
class TestCaseGathering(DiversionCase):
    """Alerts of one cause are one case."""

    def test_what_a_distributor_does_over_and_over_is_one_case(self):
        case = self.case_of(self.lots)
        self.assertEqual(len(case), 1)
        self.assertEqual(case.partner_id, self.distributor)
        self.assertEqual(case.user_id, self.manager)
        self.assertEqual(case.activity_ids.user_id, self.manager)
        self.assertEqual(str(case.date_deadline), "2026-04-01")
        self.assertEqual(self.case_of(self.lots, "traded_in_before"), case)
        self.assertEqual((case.alert_count, case.unit_count), (6, 3))

    def test_a_case_tells_shortly_what_it_is_about(self):
        case = self.case_of(self.lots)
        self.assertEqual(case.headline, "Used unit sold as new: 3 units")
        self.assertEqual(case.summary, case.headline)
        lone = self.case_of(self.foreign_lot, "clone")
        self.assertEqual(lone.headline, f"Copied code: {self.foreign_lot.name}")
        self.assertEqual(lone.summary, lone.alert_ids.summary)

    def test_another_distributor_is_another_case(self):
        both = self.case_of(self.lot | self.foreign_lot)
        self.assertEqual(both.partner_id, self.distributor | self.other_distributor)

    def test_a_leak_is_a_case_of_its_shipment(self):
        leak = self.leak(self.lots[:2])
        case = self.case_of(self.lots[:2], "leak", leak_id=leak.id)
        self.assertEqual(case.picking_id, leak.picking_id)
        self.assertEqual(case.partner_id, self.distributor)
        self.assertEqual(leak.case_id, case)

    def test_a_leak_without_a_unit_to_name_is_a_case_of_its_distributor(self):
        drip = self.leak(self.lots, kind="window", picking_id=False, line_ids=[])
        drip.partner_id = self.distributor
        cases = self.env["serial.diversion.case"]
        case = cases._gather_leaks(drip)
        self.assertEqual(case.partner_id, self.distributor)
        self.assertEqual(case.leak_ids, drip)
        self.assertEqual(case.activity_ids.user_id, self.manager)
        self.assertEqual(cases._gather_leaks(drip), case)

    def test_one_location_is_no_case_but_joins_that_of_its_leak(self):
        single = self.raise_on(self.lot, "region_mismatch")
        self.assertFalse(single.case_id)
        self.assertTrue(single.activity_ids)
        leak = self.leak(self.lots[:2])
        case = self.case_of(self.lots[:2], "leak", leak_id=leak.id)
        self.assertEqual(single.case_id, case)
        self.assertFalse(single.activity_ids, "the case asks for a look now")

    def test_a_slip_is_no_case_three_are(self):
        self.assertFalse(self.case_of(self.lots[:2], "dealer_stock"))
        case = self.case_of(self.lots[2], "before_sale_date")
        self.assertEqual(case.unit_count, 3)

    def test_a_copied_code_accuses_nobody(self):
        cases = self.case_of(self.lots, "clone")
        self.assertEqual(len(cases), 3)
        self.assertFalse(cases.partner_id)

    def test_what_comes_later_joins_the_open_case_and_is_noted(self):
        case = self.case_of(self.lot)
        self.assertEqual(self.case_of(self.lots[1:]), case)
        self.assertIn("2 more alerts", case.message_ids[0].body)

    def test_after_the_decision_a_new_case_opens(self):
        case = self.case_of(self.lot)
        self.decide(case)
        self.assertNotEqual(self.case_of(self.lots[1]), case)

    def test_a_person_opens_a_case_of_any_alert(self):
        single = self.raise_on(self.lot, "region_mismatch")
        self.assertIn("region_mismatch", SINGLE_KINDS)
        single.with_user(self.user).action_open_case()
        self.assertEqual(single.case_id.partner_id, self.distributor)

    def test_a_lead_on_the_same_unit_joins(self):
        lead = self.env["serial.diversion.lead"]._raise(
            "unit_surfaced",
            [{"lot_id": self.lot.id, "partner_id": self.other_distributor.id}],
        )
        case = self.case_of(self.lots)
        self.assertEqual(lead.case_id, case)
        later = self.env["serial.diversion.lead"]._raise(
            "unit_surfaced",
            [{"lot_id": self.lots[1].id, "partner_id": self.other_distributor.id}],
        )
        self.assertEqual(later.case_id, case)

    def test_takes_as_many_queries_for_many_alerts_as_for_few(self):
        lots = self.ship(40)

        def count(lots, kind):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.raise_on(lots, kind)
            return self.env.cr.sql_log_count - before

        self.case_of(self.lots[0], "clone")
        self.assertEqual(count(lots[:2], "clone"), count(lots[2:], "clone"))
        self.case_of(lots[:1])
        self.case_of(lots[1:2])
        few = count(self.lots[:2], "refurbished_as_new")
        self.assertEqual(few, count(lots[2:], "refurbished_as_new"))


@tagged("post_install", "-at_install")
class TestCaseSteps(DiversionCase):
    """From new to decided, with an outcome that closes every alert."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.case_of(cls.lots)

    def test_a_dragged_card_takes_the_step(self):
        case = self.case.with_user(self.user)
        case.user_id = False
        case.state = "investigating"
        self.assertEqual(case.user_id, self.user)
        case.state = "waiting"
        self.assertTrue(case.asked_at)

    def test_a_card_cannot_be_dragged_to_decided(self):
        with self.assertRaises(UserError):
            self.case.with_user(self.manager).state = "decided"
        with self.assertRaises(UserError):
            self.case.with_user(self.manager).with_context(serial_case_step=True).write(
                {"state": "decided"}
            )

    def test_the_decision_closes_alerts_and_is_kept(self):
        wizard = Form(
            self.env["serial.diversion.case.decide"]
            .with_user(self.manager)
            .with_context(default_case_ids=self.case.ids)
        )
        wizard.outcome, wizard.reason = "confirmed", "Sold as new."
        wizard.penalty, wizard.amount = "fine", 5000
        wizard.save().action_decide()
        self.assertEqual(self.case.outcome, "confirmed")
        self.assertEqual(self.case.penalty_amount, 5000)
        self.assertEqual(self.case.decided_by_id, self.manager)
        alerts = self.case.alert_ids
        self.assertEqual(set(alerts.mapped("state")), {"confirmed"})
        self.assertIn("Sold as new.", alerts[0].outcome_note)

    def test_a_case_shows_the_record_of_its_distributor(self):
        case = self.case_of(self.lots)
        self.assertFalse(case.record_text)
        self.decide(case, penalty="warning")
        self.env.invalidate_all()
        self.assertEqual(
            case.record_text,
            f"1 of 1 cases confirmed, with 3 units\n{case.name}: Warning",
        )
        self.assertFalse(self.case_of(self.foreign_lot, "clone").record_text)

    def test_an_inconclusive_case_says_nothing_of_its_alerts(self):
        self.decide(self.case, "inconclusive")
        self.assertEqual(set(self.case.alert_ids.mapped("state")), {"inconclusive"})

    def test_a_penalty_needs_a_confirmed_case(self):
        self.decide(self.case, "dismissed", penalty="fine", penalty_amount=1)
        self.assertFalse(self.case.penalty)

    def test_deciding_many_alerts_takes_as_many_queries_as_few(self):
        other = self.case_of(self.foreign_lot)
        self.decide(self.case_of(self.foreign_lot, "clone"))

        def count(case):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.decide(case)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(other), count(self.case))

    def test_reopening_takes_the_decision_back(self):
        dismissed = self.raise_on(self.lot, "recalled_unit")
        dismissed.write({"state": "dismissed", "outcome_note": "Ours."})
        self.case.sudo().alert_ids |= dismissed
        self.decide(self.case, penalty="warning")
        self.case.with_user(self.manager).action_reopen()
        self.assertFalse(self.case.outcome or self.case.penalty)
        self.assertEqual(self.case.state, "investigating")
        self.assertEqual(dismissed.state, "dismissed", "not closed with the case")
        others = self.case.alert_ids - dismissed
        self.assertEqual(set(others.mapped("state")), {"investigating"})

    def test_a_user_neither_decides_nor_reopens(self):
        case = self.case.with_user(self.user)
        with self.assertRaises(AccessError):
            case.action_decide()
        with self.assertRaises(AccessError):
            case._decide("dismissed", "No.")
        self.decide(self.case)
        with self.assertRaises(AccessError):
            case.action_reopen()
        with self.assertRaises(AccessError):
            case.state = "new"

    def test_nobody_writes_an_outcome_by_hand(self):
        for values in ({"outcome": "confirmed"}, {"penalty": "fine"}, {"key": "x"}):
            with self.assertRaises(AccessError):
                self.case.with_user(self.manager).write(values)

    def test_without_a_reason_nothing_is_decided(self):
        with self.assertRaises(UserError):
            self.case.with_user(self.manager)._decide("dismissed", "  ")


@tagged("post_install", "-at_install")
class TestDistributorRecord(DiversionCase):
    """What a distributor was found to have done stands on his form."""

    def test_counts_cases_units_and_penalties(self):
        confirmed = self.case_of(self.lots)
        self.decide(confirmed, penalty="fine", penalty_amount=5000)
        confirmed.sudo().penalty_currency_id = self.env.ref("base.CNY")
        self.case_of(self.lots[0], "bulk_activation")
        partner = self.distributor.with_user(self.auditor)
        self.assertEqual(partner.channel_case_count, 2)
        self.assertEqual(partner.channel_case_open_count, 1)
        self.assertEqual(partner.channel_case_confirmed_count, 1)
        self.assertEqual(partner.channel_case_unit_count, 3)
        self.assertIn(f"{confirmed.name}: Fine", partner.channel_penalty_text)
        self.assertIn("5,000.00", partner.channel_penalty_text)
        other = self.other_distributor.with_user(self.auditor)
        self.assertFalse(other.channel_case_count or other.channel_penalty_text)
