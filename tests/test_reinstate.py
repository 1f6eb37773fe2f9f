from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestReinstate(SerialCase):
    """A unit scrapped by mistake comes back; what else ended a life stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(cls.freeze_time)
        cls.scrap_location = cls.env["stock.location"].search(
            [
                ("usage", "=", "inventory"),
                ("company_id", "=", cls.company.id),
                ("name", "ilike", "scrap"),
            ],
            limit=1,
        )

    def scrap(self, lot, location=None):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "scrap_qty": 1,
                "location_id": (location or self.stock_location).id,
            }
        )
        scrap.do_scrap()
        self.assertEqual(lot.stage, "retired")
        return scrap

    def put_back(self, lots):
        source = self.env["stock.quant"].search(
            [("lot_id", "in", lots.ids), ("quantity", ">", 0)]
        )
        return self.transfer(
            lots, source.location_id, self.stock_location, self.stock_user
        )

    def reinstate(self, lots, reason="Wrong one", user=None):
        action = lots.with_user(user or self.manager).action_reinstate_serials()
        wizard = Form(
            self.env["serial.lot.reinstate"]
            .with_user(user or self.manager)
            .with_context(**action["context"])
        )
        wizard.reason = reason
        wizard.save().action_reinstate()

    def last_event(self, lot):
        return lot.event_ids.sorted("sequence")[-1]

    # === BY A TRANSFER === #

    def test_a_transfer_from_scrap_to_stock_reinstates(self):
        lots = self.produce(2)
        for lot in lots:
            self.scrap(lot)
        picking = self.put_back(lots)
        self.assertEqual(set(lots.mapped("stage")), {"produced"})
        for lot in lots:
            event = self.last_event(lot)
            self.assertEqual(event.kind, "reinstated")
            self.assertEqual(event.corrects_id.kind, "retired")
            self.assertEqual(event.corrects_id.lot_id, lot)
            self.assertEqual(event.document_id, picking.id)
            self.assertEqual(event.actor_id, self.stock_user)
        self.assertFalse(self.env["serial.event"]._get_broken_chains(lots.ids))

    def test_a_reinstated_unit_is_delivered_and_may_be_scrapped_again(self):
        lot = self.produce()
        self.scrap(lot)
        with self.assertRaises(UserError):
            self.deliver(lot, self.distributor)
        self.put_back(lot)
        self.deliver(lot, self.distributor)
        self.assertEqual(lot.stage, "shipped")
        self.take_back(lot, self.distributor)
        self.scrap(lot)
        self.put_back(lot)
        self.assertEqual(lot.stage, "produced")

    def test_a_unit_scrapped_at_a_customer_comes_back_held_by_nobody(self):
        lot = self.ship()
        self.scrap(lot, self.customer_location)
        self.assertEqual(lot.channel_partner_id, self.distributor)
        self.put_back(lot)
        self.assertEqual(lot.stage, "produced")
        self.assertFalse(lot.channel_partner_id)
        self.assertFalse(self.live_assignments(lot))

    def test_what_was_not_scrapped_stays_retired(self):
        scrapped, retired = self.produce(2)
        (scrapped + retired)._move_to_stage("retired", "retired")
        self.assertFalse(scrapped._get_scrapped())
        lots = self.produce(2)
        self.scrap(lots[0])
        self.scrap(lots[1])
        # Reinstated, then retired for another reason: the scrap is past.
        self.reinstate(lots[1])
        lots[1]._move_to_stage("retired", "retired")
        self.put_back(lots)
        self.assertEqual(lots.mapped("stage"), ["produced", "retired"])

    def test_void_codes_do_not_come_back(self):
        lot = self.produce()
        self.scrap(lot)
        void = self.produce()
        void._move_to_stage("void", "voided")
        with self.assertRaises(UserError):
            self.reinstate(lot + void)
        self.assertEqual(lot.stage, "retired")
        self.assertEqual(void.stage, "void")

    # === BY A MANAGER === #

    def test_a_manager_reinstates_with_a_reason_in_the_dossier(self):
        produced, shipped = self.produce() + self.ship()
        self.scrap(produced)
        self.scrap(shipped, self.customer_location)
        self.reinstate(produced + shipped, "Scrapped in place of another")
        self.assertEqual((produced.stage, shipped.stage), ("produced", "shipped"))
        self.assertEqual(shipped.channel_partner_id, self.distributor)
        self.assertEqual(self.last_event(produced).actor_id, self.manager)
        steps = produced.with_user(self.auditor).dossier_timeline
        self.assertEqual(steps[0]["kind"], "reinstated")
        self.assertEqual(steps[0]["note"], "Scrapped in place of another")

    def test_moving_it_afterwards_adds_no_second_step(self):
        lot = self.produce()
        self.scrap(lot)
        self.reinstate(lot)
        before = lot.event_count
        self.put_back(lot)
        self.assertEqual((lot.stage, lot.event_count), ("produced", before))

    def test_only_a_manager_reinstates_and_never_without_a_reason(self):
        lot = self.produce()
        self.scrap(lot)
        for user in (self.user, self.auditor, self.stock_user):
            with self.assertRaises(AccessError):
                self.reinstate(lot, user=user)
        wizard = (
            self.env["serial.lot.reinstate"]
            .with_user(self.manager)
            .create({"lot_ids": [Command.set(lot.ids)], "reason": "  "})
        )
        self.assertEqual((wizard.lot_count, wizard.refused_count), (1, 0))
        with self.assertRaises(UserError):
            wizard.action_reinstate()
        self.assertEqual(lot.stage, "retired")

    # === BY A CORRECTION === #

    def test_a_scrap_corrected_to_another_serial_gives_the_first_one_back(self):
        wrong, right = self.produce(2)
        scrap = self.scrap(wrong)
        scrap.move_ids.move_line_ids.lot_id = right
        self.assertEqual((wrong.stage, right.stage), ("produced", "retired"))
        self.assertEqual(self.last_event(wrong).kind, "corrected")
