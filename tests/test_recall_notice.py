from odoo import Command
from odoo.tests import new_test_user, tagged

from ..core.recall_notice import choose_notice
from .recalling import RecallCase


@tagged("post_install", "-at_install")
class TestRecallNotice(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.ship(4)
        cls.phoned, cls.silent, cls.in_stock, cls.refusing = cls.lots
        cls.activate(cls.phoned, "13812345678")
        cls.activate(cls.refusing, "13812345679")
        cls.silent._declare_sale(cls.silent, "2026-03-02", cls.distributor)
        cls.env["phone.blacklist"].create({"number": "+8613812345679"})
        cls.consumer.email = "owner@example.com"
        cls.bought = cls.produce()
        cls.deliver(cls.bought, cls.consumer)
        cls.distributor.email = "dealer@example.com"
        cls.recalled = cls.recall_of(cls.lots | cls.bought)

    @classmethod
    def activate(cls, lot, phone):
        cls.env["serial.activation"]._activate_from_page(
            lot.sudo(), phone, "CN", True, {"ip": None}
        )

    def notify(self):
        self.recalled.with_user(self.manager).action_notify()

    def test_each_owner_is_told_the_way_he_can_be_reached(self):
        self.notify()
        states = {
            unit.lot_id: (unit.state, unit.notice) for unit in self.recalled.unit_ids
        }
        self.assertEqual(states[self.phoned], ("notified", "sms"))
        self.assertEqual(states[self.bought], ("notified", "mail"))
        self.assertEqual(states[self.in_stock], ("notified", "dealer"))
        self.assertEqual(states[self.silent], ("unreachable", False))
        self.assertEqual(states[self.refusing], ("unreachable", False))
        sms = self.env["sms.sms"].search([("number", "=", "+8613812345678")])
        self.assertIn("Stop charging it.", sms.body)
        self.assertIn(self.phoned.scan_code, sms.body)

    def test_a_second_notice_goes_to_nobody_who_was_told(self):
        self.notify()
        self.notify()
        sms = self.env["sms.sms"].search([("number", "=", "+8613812345678")])
        self.assertEqual(len(sms), 1)

    def test_dealers_are_written_once(self):
        self.notify()
        dealer = self.recalled.dealer_ids
        self.assertEqual(dealer.partner_id, self.distributor)
        self.assertTrue(dealer.notified_at)
        self.assertEqual((dealer.unit_count, dealer.closure_rate), (4, 0))

    def test_only_who_reads_personal_data_sees_the_owner(self):
        unit = self.recalled.sudo().unit_ids.filtered(
            lambda unit: unit.lot_id == self.phoned
        )
        self.assertNotIn("owner_phone", unit.with_user(self.user).fields_get())
        group = self.env.ref("serial_dossier.serial_dossier_group_personal_data")
        reader = new_test_user(
            self.env,
            login="recall_reader",
            groups="serial_dossier.serial_dossier_group_user",
        )
        reader.group_ids = [Command.link(group.id)]
        self.assertEqual(unit.with_user(reader).owner_phone, "+8613812345678")

    def test_a_telephone_comes_before_mail(self):
        way = choose_notice(phone="+861", email="a@b.c", in_trade=True, unsold=True)
        self.assertEqual(way, "sms")
