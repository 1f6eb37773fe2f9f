import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_transfer import TransferCase


@tagged("post_install", "-at_install")
class TestTransferOffice(TransferCase):
    """The brand's people act in a side's name, with the rights of a user."""

    def create_as(self, user, **values):
        return (
            self.env["serial.channel.transfer"]
            .with_user(user)
            .create(
                {
                    "sender_id": self.distributor.id,
                    "receiver_id": self.retailer.id,
                    **values,
                }
            )
        )

    def enter(self, transfer, **values):
        """Use the wizard of a transfer; return it and what it answers."""
        action = transfer.action_enter()
        wizard = (
            self.env["serial.channel.transfer.enter"]
            .with_user(transfer.env.user)
            .with_context(**action["context"])
            .create(values)
        )
        return wizard, wizard.action_enter()

    def test_a_user_enters_sends_and_receives_in_the_sides_names(self):
        lots = self.ship(3)
        transfer = self.create_as(self.user)
        self.assertRegex(transfer.name, r"^CT\d{6,}$")
        wizard, answer = self.enter(
            transfer, text=" ".join(lots.mapped("name")) + " NO-SUCH"
        )
        self.assertEqual(answer["res_id"], wizard.id)
        self.assertIn("NO-SUCH", wizard.result_html)
        self.assertIn("3 taken, 1 refused", wizard.result_html)
        transfer.action_send()
        self.assertEqual(transfer.state, "sent")
        _wizard, answer = self.enter(
            transfer, file=base64.b64encode(lots[:2].mapped("name")[0].encode())
        )
        self.assertEqual(answer["type"], "ir.actions.act_window_close")
        self.assertEqual(transfer.received_count, 1)
        transfer.action_receive_all()
        self.assertEqual(transfer.state, "received")
        self.assertEqual(lots.channel_partner_id, self.retailer)
        self.assertEqual(
            set(lots.event_ids.actor_id.ids) & {self.user.id}, {self.user.id}
        )

    def test_a_whole_shipment_is_entered_by_its_transfer(self):
        lots = self.produce(2)
        shipment = self.deliver(lots, self.distributor).transfer_ids
        transfer = self.create_as(self.user)
        self.enter(transfer, shipment_id=shipment.id)
        self.assertEqual(transfer.line_ids.lot_id, lots.sorted("id"))
        transfer.line_ids[0].action_remove()
        self.assertEqual(transfer.unit_count, 1)

    def test_what_may_not_go_stops_the_sending_and_is_named(self):
        lots = self.ship(2)
        transfer = self.create_as(self.user)
        with self.assertRaises(UserError):
            transfer.action_send()
        self.enter(transfer, text=lots.mapped("name")[0])
        lots[0].sudo().blocked = True
        with self.assertRaisesRegex(UserError, lots[0].name):
            transfer.action_send()
        wrong = self.create_as(self.user, receiver_id=self.other_distributor.id)
        self.enter(wrong, text=lots[1].name)
        with self.assertRaisesRegex(UserError, "partners he supplies"):
            wrong.action_send()

    def test_the_form_and_its_wizards_work_for_a_user(self):
        lots = self.ship(2)
        form = Form(self.env["serial.channel.transfer"].with_user(self.user))
        form.sender_id = self.distributor
        form.receiver_id = self.retailer
        transfer = form.save()
        self.enter(transfer, text="\n".join(lots.mapped("name")))
        transfer.action_send()
        self.enter(transfer, text=lots[0].name, close=True)
        self.assertEqual(transfer.state, "disputed")
        action = transfer.action_settle()
        wizard = Form(
            self.env["serial.channel.transfer.settle"]
            .with_user(self.user)
            .with_context(**action["context"])
        )
        wizard.decision = "stays"
        wizard.reason = "Never packed"
        wizard.save().action_settle()
        self.assertEqual(transfer.state, "received")
        with Form(transfer) as form:
            self.assertEqual(len(form.line_ids), 2)

    def test_an_auditor_sees_all_and_does_nothing(self):
        lots = self.ship(1)
        transfer = self.draft(lots).with_user(self.auditor)
        self.assertEqual(transfer.line_ids.lot_id, lots)
        for attempt in (
            transfer.action_send,
            transfer.action_cancel,
            transfer.action_receive_all,
            transfer.line_ids.action_remove,
            lambda: transfer.write({"note": "x"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_a_unit_tells_its_transfers_and_a_delivery_its_receipt(self):
        lots = self.produce(1)
        picking = self.deliver(lots, self.distributor)
        self.sent(lots)
        lot = lots.with_user(self.user)
        self.assertEqual(lot.transfer_count, 1)
        action = lot.action_view_transfers()
        found = self.env["serial.channel.transfer.line"].search(action["domain"])
        self.assertEqual(found.lot_id, lots)
        self.assertEqual(
            picking.action_view_transfer()["res_id"], picking.transfer_ids.id
        )

    def test_transfers_of_another_company_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Another Brand"})
        transfer = self.create_as(self.env.user, company_id=other.id)
        for role in (self.manager, self.auditor):
            model = transfer.with_user(role)
            self.assertFalse(model.search([("id", "=", transfer.id)]))
            with self.assertRaises(AccessError):
                model.read(["name"])

    def test_a_unit_written_off_can_be_settled_anew_from_its_line(self):
        lots = self.ship(2)
        transfer = self.sent(lots)
        transfer.with_user(self.shopkeeper)._portal_receive([lots[0].name], close=True)
        line = transfer.with_user(self.user).line_ids.filtered(
            lambda line: line.state == "missing"
        )
        with self.assertRaises(UserError):
            (transfer.with_user(self.user).line_ids - line).action_settle()
        line.sudo().resolution = "lost"
        self.assertEqual(
            line.action_settle()["context"]["default_line_ids"][0][2], line.ids
        )
