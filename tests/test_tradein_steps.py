from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import NOW
from .trading import TradeinCase


class StepsCase(TradeinCase):
    """A claim, and the steps of the brand's people on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.claim = cls.make_claim()

    @classmethod
    def make_claim(cls, lot=None, **values):
        """Return a claim as its consumer made it."""
        quote = cls.quote(lot)["quote"]
        claim_sudo = cls.accept(quote, **values)["claim"]
        return claim_sudo.with_env(cls.env)

    def as_user(self, claim=None):
        """Return a claim as a user of the brand has it."""
        return (claim or self.claim).with_user(self.user)

    def receive_claim(self, claim=None):
        claim = claim or self.claim
        self.as_user(claim).action_receive()
        return claim


@tagged("post_install", "-at_install")
class TestTradeinReceipt(StepsCase):
    def test_the_old_unit_comes_in_by_a_stock_move(self):
        self.receive_claim()
        place = self.company.serial_tradein_location_id
        self.assertEqual(self.claim.state, "received")
        self.assertEqual(self.lot.stage, "traded_in")
        self.assertEqual(self.lot.location_id, place)
        self.assertEqual(self.kinds_of(self.lot)[-2:], ["activated", "traded_in"])
        move = self.claim.picking_ids.move_ids
        self.assertEqual((move.state, move.location_id.usage), ("done", "customer"))
        event = self.lot.event_ids.sorted("sequence")[-1]
        self.assertEqual(event.document_name, self.claim.name)
        self.assertEqual(event.location_id, place)

    def test_what_was_traded_in_is_no_stock_to_sell(self):
        before = self.product.qty_available
        self.receive_claim()
        self.assertEqual(self.product.qty_available, before)

    def test_the_activation_and_the_distributor_stay_on_record(self):
        holder = self.lot.channel_partner_id
        self.receive_claim()
        self.assertTrue(self.lot.activation_ids)
        self.assertEqual(self.lot.activated_at, NOW)
        self.assertEqual(self.lot.channel_partner_id, holder)
        self.assertTrue(self.live_assignments(self.lot))

    def test_a_unit_is_taken_in_once(self):
        self.receive_claim()
        with self.assertRaises(UserError):
            self.as_user().action_receive()

    def test_a_unit_reported_since_is_not_taken_in(self):
        report = self.env["serial.tradein.block"].create(
            {"lot_id": self.lot.id, "reported_by": "Police"}
        )
        with self.assertRaisesRegex(UserError, "reported stolen"):
            self.as_user().action_receive()
        report.active = False
        self.as_user().action_receive()
        self.assertEqual(self.claim.state, "received")

    def test_only_users_of_the_brand_take_units_in(self):
        with self.assertRaises(AccessError):
            self.claim.with_user(self.auditor).action_receive()
        self.assertEqual(self.claim.state, "accepted")

    def test_a_transfer_validated_by_hand_is_the_same_step(self):
        vals = self.claim._prepare_picking_vals(
            self.customer_location, self.company.serial_tradein_location_id
        )
        picking = self.env["stock.picking"].create(vals)
        picking.action_confirm()
        picking.move_ids.picked = True
        picking.with_user(self.stock_user).button_validate()
        self.assertEqual(self.claim.state, "received")
        self.assertEqual(self.lot.stage, "traded_in")

    def test_each_company_has_its_location_and_operation_and_later_ones_too(self):
        later = self.env["res.company"].create({"name": "Founded Later"})
        for company in (self.company, later):
            place = company.serial_tradein_location_id
            operation = company.serial_tradein_type_id
            self.assertEqual((place.usage, place.company_id), ("internal", company))
            self.assertEqual(operation.default_location_dest_id, place)
            self.assertEqual(operation.company_id, company)
        self.assertNotEqual(
            later.serial_tradein_location_id, self.company.serial_tradein_location_id
        )

    # === GIVEN BACK === #

    def test_the_old_unit_is_given_back_and_is_what_it_was(self):
        self.receive_claim()
        self.as_user().action_give_back()
        self.assertEqual(self.claim.state, "cancelled")
        self.assertEqual(self.lot.stage, "activated")
        self.assertEqual(self.lot.location_id.usage, "customer")
        self.assertEqual(self.kinds_of(self.lot)[-2:], ["traded_in", "trade_in_undone"])
        undone, traded_in = self.lot.event_ids.sorted("sequence", reverse=True)[:2]
        self.assertEqual(undone.corrects_id, traded_in)
        self.assertIsNone(self.quote()["refusal"])

    def test_what_is_not_here_cannot_be_given_back(self):
        with self.assertRaises(UserError):
            self.as_user().action_give_back()
        self.receive_claim()
        self.as_user().action_give_back()
        with self.assertRaises(UserError):
            self.as_user().action_give_back()

    def test_a_claim_is_called_off_before_its_unit_came(self):
        self.as_user().action_cancel()
        self.assertEqual(self.lot.stage, "activated")
        self.assertIsNone(self.quote()["refusal"])
        with self.assertRaises(UserError):
            self.as_user().action_receive()

    def test_a_chain_of_events_holds_through_all_of_it(self):
        self.receive_claim()
        self.as_user().action_give_back()
        self.assertFalse(self.env["serial.event"]._get_broken_chains(self.lot.ids))

    def test_nobody_writes_the_steps_by_hand(self):
        for values in ({"granted_value": 9}, {"offer_state": "agreed"}):
            with self.assertRaises(AccessError):
                self.as_user().write(values)


@tagged("post_install", "-at_install")
class TestTradeinInspection(StepsCase):
    def setUp(self):
        super().setUp()
        self.receive_claim()

    def inspect(self, **found):
        """Fill in the wizard as an inspector does."""
        action = self.as_user().action_inspect()
        wizard = (
            self.env["serial.tradein.inspect"]
            .with_user(self.user)
            .with_context(**action["context"])
            .create({})
        )
        for code, answer in found.items():
            line = wizard.line_ids.filtered(
                lambda one, code=code: one.question_id.code == code
            )
            line.answer_id = line.question_id.answer_ids.filtered(
                lambda one, answer=answer: one.code == answer
            )
        return wizard

    def test_a_unit_as_described_keeps_its_offer(self):
        wizard = self.inspect()
        self.assertFalse(wizard.is_changed)
        wizard.action_inspect()
        self.assertEqual(
            (self.claim.state, self.claim.offer_state), ("inspected", False)
        )
        self.assertEqual(self.claim.inspected_by_id, self.user)
        self.assertEqual(self.claim._get_value(), 2000)

    def test_another_condition_makes_another_offer_that_the_consumer_agrees_to(self):
        wizard = self.inspect(screen="cracked")
        self.assertEqual(wizard.value, 1100)
        self.assertIn("Told: Whole. Found: Cracked.", wizard.reason)
        wizard.action_inspect()
        self.assertEqual(self.claim.offer_state, "asked")
        self.assertEqual(self.claim.value, 2000)
        self.claim.sudo()._decide_by_link("agree")
        self.assertEqual(self.claim.offer_state, "agreed")
        self.assertEqual(self.claim._get_value(), 1100)
        with self.assertRaises(UserError):
            self.claim.sudo()._decide_by_link("decline")

    def test_who_declines_gets_the_unit_back(self):
        self.inspect(screen="cracked").action_inspect()
        self.claim.sudo()._decide_by_link("decline")
        self.assertEqual(self.claim.activity_ids.summary, "Revised offer declined")
        self.as_user().action_give_back()
        self.assertEqual(self.lot.stage, "activated")

    def test_an_offer_changes_with_a_reason_only(self):
        wizard = self.inspect()
        wizard.value = 10
        wizard.reason = " "
        with self.assertRaises(UserError):
            wizard.action_inspect()

    def test_a_unit_that_is_not_taken_in_as_found_is_worth_nothing(self):
        self.assertEqual(self.inspect(power="no").value, 0)
