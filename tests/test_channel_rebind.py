from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import NOW
from .test_transfer import TransferCase


@tagged("post_install", "-at_install")
class TestChannelRebind(TransferCase):
    def test_rebinding_gives_a_unit_to_another_and_keeps_the_past(self):
        lot = self.ship()
        self.rebind(lot)
        self.assertEqual(lot.channel_partner_id, self.other_distributor)
        self.assertEqual(lot.channel_region_id, self.zhejiang)
        self.assertEqual(lot.stage, "shipped")
        live = self.live_assignments(lot)
        self.assertEqual(live.partner_id, self.other_distributor)
        self.assertEqual(live.assigned_at, NOW)
        past = lot.assignment_ids - live
        self.assertEqual(past.partner_id, self.distributor)
        self.assertEqual(past.release_reason, "rebound")
        self.assertEqual(past.released_at, NOW)

    def test_event_says_who_did_it_why_and_what_was_before(self):
        lot = self.ship()
        self.rebind(lot, reason="Contract ended")
        event = lot.event_ids.sorted("sequence")[-1]
        self.assertEqual(event.kind, "rebound")
        self.assertEqual(event.actor_id, self.user)
        self.assertEqual(event.partner_id, self.other_distributor)
        self.assertEqual(event.data["private"]["reason"], "Contract ended")
        self.assertEqual(
            event.data["private"]["was"],
            {
                "channel_partner_id": self.distributor.id,
                "channel_region_id": self.guangdong.id,
            },
        )
        self.assertFalse(self.env["serial.event"]._get_broken_chains(lot.ids))
        self.assertIn("Contract ended", lot.dossier_timeline[0]["note"])

    def test_wizard_offers_the_region_of_the_new_distributor(self):
        lots = self.ship(2)
        action = lots.with_user(self.user).action_rebind_serials()
        wizard = self.env["serial.lot.rebind"].with_user(self.user)
        form = Form(wizard.with_context(**action["context"]))
        form.partner_id = self.other_distributor
        self.assertEqual(form.region_id, self.zhejiang)
        self.assertEqual(form.lot_count, 2)
        self.assertFalse(form.is_outside_contract)
        form.region_id = self.sichuan
        self.assertTrue(form.is_outside_contract)
        form.reason = "Swapped"
        form.save().action_rebind()
        self.assertEqual(lots.channel_region_id, self.sichuan)

    def test_same_distributor_with_another_region_is_a_rebinding(self):
        lot = self.ship()
        self.rebind(lot, self.distributor, self.sichuan)
        self.assertEqual(lot.channel_region_id, self.sichuan)

    # === REFUSED === #

    def test_a_reason_is_required(self):
        lot = self.ship()
        with self.assertRaises(UserError):
            self.rebind(lot, reason="  ")
        self.assertEqual(lot.channel_partner_id, self.distributor)

    def test_what_may_not_be_rebound_is_named_and_nothing_changes(self):
        lots = self.ship(3)
        sold, fine, activated = lots
        self.record(sold, "sold", sale_date=NOW.date())
        self.record(activated, "activated", "activated", activated_at=NOW)
        produced = self.produce()
        with self.assertRaises(UserError) as caught:
            self.rebind(lots | produced)
        for lot in sold | activated | produced:
            self.assertIn(lot.name, str(caught.exception))
        self.assertNotIn(fine.name, str(caught.exception))
        self.assertEqual(fine.channel_partner_id, self.distributor)

    def test_flags_keep_a_unit_where_it_is(self):
        for flag in ("blocked", "recalled", "in_service"):
            kind = "in_service" if flag == "in_service" else flag
            lot = self.ship()
            self.record(lot, kind, **{flag: True})
            with self.subTest(flag=flag), self.assertRaises(UserError):
                self.rebind(lot)

    def test_unit_on_its_way_to_a_partner_has_to_arrive_first(self):
        lot = self.ship()
        self.sent(lot)
        with self.assertRaisesRegex(UserError, "On an open transfer"):
            self.rebind(lot)

    def test_unit_cannot_be_rebound_to_where_it_is(self):
        with self.assertRaises(UserError):
            self.rebind(self.ship(), self.distributor, self.guangdong)

    def test_only_distributors_get_units(self):
        with self.assertRaises(UserError):
            self.rebind(self.ship(), self.consumer, self.guangdong)

    def test_what_is_refused_can_be_left_out(self):
        lots = self.ship(2)
        self.record(lots[0], "sold", sale_date=NOW.date())
        wizard = self.prepare(lots)
        self.assertEqual((wizard.lot_count, wizard.refused_count), (1, 1))
        self.assertIn(lots[0].name, wizard.refused_text)
        wizard.action_leave_out()
        wizard.action_rebind()
        self.assertEqual(lots[0].channel_partner_id, self.distributor)
        self.assertEqual(lots[1].channel_partner_id, self.other_distributor)

    # === WHO MAY === #

    def test_many_units_need_a_manager(self):
        self.company.serial_rebind_limit = 2
        lots = self.ship(3)
        self.assertTrue(self.prepare(lots).needs_manager)
        with self.assertRaises(AccessError):
            self.rebind(lots)
        self.rebind(lots[:2])
        self.rebind(lots, self.distributor, self.sichuan, user=self.manager)
        self.assertEqual(lots.channel_region_id, self.sichuan)

    def test_auditors_and_stock_users_rebind_nothing(self):
        lot = self.ship()
        for user in (self.auditor, self.stock_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rebind(lot, user=user)

    def test_units_of_another_company_are_out_of_reach(self):
        lot = self.ship()
        other = self.env["res.company"].create({"name": "Another Brand"})
        self.env.flush_all()
        self.cr.execute(
            "UPDATE stock_lot SET company_id = %s WHERE id = %s", [other.id, lot.id]
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.rebind(lot)

    # === COST === #

    def test_rebinding_takes_as_many_queries_for_200_serials_as_for_20(self):
        few, many = self.ship(20), self.ship(200)
        self.company.serial_rebind_limit = 1000

        def count(lots):
            wizard = self.prepare(lots)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            wizard.action_rebind()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(self.ship())
        self.assertEqual(count(few), count(many))
        self.assertEqual(many.channel_partner_id, self.other_distributor)

    # === HELPERS === #

    def prepare(self, lots, partner=None, region=None, reason="Test", user=None):
        wizard = self.env["serial.lot.rebind"].with_user(user or self.user)
        return wizard.create(
            {
                "lot_ids": [Command.set(lots.ids)],
                "partner_id": (partner or self.other_distributor).id,
                "region_id": (region or self.zhejiang).id,
                "reason": reason,
            }
        )

    def rebind(self, lots, *args, **values):
        self.prepare(lots, *args, **values).action_rebind()

    def record(self, lot, kind, stage=None, **values):
        self.env["serial.event"]._record(lot.ids, kind, stage, lot_values=values)
