from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_transfer import TransferCase


@tagged("post_install", "-at_install")
class TestTransferReceive(TransferCase):
    """What the receiver says of it, and what that undoes."""

    # === RECEIVING === #

    def test_19_of_20_arrive_and_one_is_disputed(self):
        lots = self.ship(20)
        transfer = self.sent(lots).with_user(self.shopkeeper)
        answer = transfer._portal_receive(lots[:19].mapped("name"))
        self.assertEqual(answer["state"], "sent")
        line = transfer.line_ids.filtered(lambda line: line.state == "expected")
        answer = transfer._portal_dispute(line, "Not in the box")
        self.assertEqual(answer["state"], "disputed")
        self.assertEqual(answer["counts"]["received_count"], 19)
        self.assertEqual(answer["counts"]["missing_count"], 1)
        self.assertEqual(lots[:19].channel_partner_id, self.retailer)
        self.assertEqual(lots[19].channel_partner_id, self.distributor)
        self.assertEqual(line.note, "Not in the box")

    def test_what_is_missing_at_the_close_is_named_and_the_brand_is_asked(self):
        self.env.company.serial_alert_user_id = self.manager
        lots = self.ship(3)
        transfer = self.sent(lots)
        mine = transfer.with_user(self.shopkeeper)
        answer = mine._portal_receive(lots[:2].mapped("name"), close=True)
        self.assertEqual(answer["state"], "disputed")
        self.assertEqual(
            [row["serial"] for row in mine._portal_get_units(["missing"])],
            lots[2].mapped("name"),
        )
        activity = transfer.sudo().activity_ids
        self.assertEqual(activity.user_id, self.manager)
        # It turns up in the other box.
        answer = mine._portal_receive(lots[2].name)
        self.assertEqual(answer["state"], "received")
        self.assertFalse(transfer.sudo().activity_ids)
        self.assertEqual(lots.channel_partner_id, self.retailer)

    def test_a_surplus_unit_stays_the_senders_until_he_gives_in(self):
        lots = self.ship(2)
        transfer = self.sent(lots[0])
        answer = transfer.with_user(self.shopkeeper)._portal_receive(
            lots.mapped("name")
        )
        self.assertEqual(
            [(row["result"], row["reason"]) for row in answer["rows"]],
            [("received", ""), ("surplus", "not_announced")],
        )
        self.assertEqual(answer["state"], "disputed")
        self.assertEqual(lots[1].channel_partner_id, self.distributor)
        other = self.draft()._portal_add([lots[1].name])
        self.assertEqual(other["rows"][0]["reason"], "in_transfer")
        line = transfer.line_ids.filtered(lambda line: line.state == "surplus")
        with self.assertRaises(AccessError):
            transfer.with_user(self.stranger)._portal_settle(line.ids)
        answer = transfer._portal_settle(line.ids)
        self.assertEqual(answer["state"], "received")
        self.assertEqual(lots.channel_partner_id, self.retailer)
        self.assertEqual(self.live_assignments(lots).partner_id, self.retailer)

    def test_a_sender_gives_in_about_a_missing_unit_but_cannot_force_one(self):
        lots = self.ship(2)
        transfer = self.sent(lots)
        transfer.with_user(self.shopkeeper)._portal_receive([lots[0].name], close=True)
        line = transfer.line_ids.filtered(lambda line: line.state == "missing")
        with self.assertRaises(UserError):
            transfer.sudo()._settle(line.ids, "moves", "I sent it", "sender")
        self.assertEqual(transfer._portal_settle(line.ids)["state"], "received")
        self.assertEqual(lots[1].channel_partner_id, self.distributor)
        self.assertFalse(transfer.sudo().line_ids.filtered("is_open"))
        # It is free again.
        self.assertEqual(
            self.draft()._portal_add([lots[1].name])["rows"][0]["result"], "added"
        )

    def test_the_brand_takes_a_sides_word_or_writes_units_off(self):
        lots = self.ship(4)
        transfer = self.sent(lots)
        transfer.with_user(self.shopkeeper)._portal_receive([lots[0].name], close=True)
        line_of = {line.lot_id: line for line in transfer.sudo().line_ids}
        for lot, decision in zip(lots[1:], ("stays", "moves", "lost"), strict=True):
            self.settle(transfer, line_of[lot], decision)
        self.assertEqual(transfer.state, "received")
        self.assertEqual(lots[1].channel_partner_id, self.distributor)
        self.assertEqual(lots[2].channel_partner_id, self.retailer)
        self.assertFalse(lots[3].channel_partner_id)
        self.assertTrue(lots[3].blocked)
        self.assertEqual(
            self.live_assignments(lots).mapped("lot_id"), lots[:3].sorted()
        )
        self.assertIn("the carrier says so", transfer.sudo().message_ids[0].body)

    def test_a_unit_that_was_written_off_can_be_found_again(self):
        lots = self.ship(2)
        transfer = self.sent(lots)
        transfer.with_user(self.shopkeeper)._portal_receive([lots[0].name], close=True)
        line = transfer.sudo().line_ids.filtered(lambda line: line.state == "missing")
        self.settle(transfer, line, "lost")
        self.settle(transfer, line, "moves")
        self.assertFalse(lots[1].blocked)
        self.assertEqual(lots[1].channel_partner_id, self.retailer)
        self.assertEqual(len(self.live_assignments(lots)), 2)
        self.assertEqual(
            self.kinds_of(lots[1])[-3:], ["blocked", "unblocked", "rebound"]
        )
        with self.assertRaises(UserError):
            self.settle(transfer, line, "stays")

    def test_a_unit_nobody_could_expect_raises_a_lead_and_is_not_named(self):
        theirs = self.ship(1, self.other_distributor)
        lots = self.ship(1)
        transfer = self.sent(lots).with_user(self.shopkeeper)
        answer = transfer._portal_receive([theirs.name, "NO-SUCH"])
        self.assertEqual(
            [(row["lot_id"], row["serial"], row["reason"]) for row in answer["rows"]],
            [(None, "", "not_expected")] * 2,
        )
        lead = self.env["serial.diversion.lead"].search([("lot_id", "=", theirs.id)])
        self.assertEqual(lead.kind, "unit_surfaced")
        self.assertEqual(lead.partner_id, self.retailer)
        self.assertEqual(theirs.channel_partner_id, self.other_distributor)

    def test_a_unit_that_went_elsewhere_on_the_way_cannot_be_received(self):
        lots = self.ship(2)
        transfer = self.sent(lots)
        self.take_back(lots[1], self.distributor)
        mine = transfer.with_user(self.shopkeeper)
        answer = mine._portal_receive(lots.mapped("name"))
        self.assertEqual([row["reason"] for row in answer["rows"]], ["", "moved_on"])
        self.assertEqual(mine._portal_receive([], close=True)["state"], "received")
        self.assertFalse(lots[1].channel_partner_id)

    def test_receiving_twice_changes_nothing(self):
        lots = self.ship(2)
        transfer = self.sent(lots).with_user(self.shopkeeper)
        name = lots[0].name
        transfer._portal_receive([name])
        answer = transfer._portal_receive([name, lots[0].scan_code])
        self.assertEqual(
            [(row["result"], row["reason"]) for row in answer["rows"]],
            [("already", "dealt_with"), ("already", "repeated")],
        )
        self.assertEqual(self.kinds_of(lots[0]).count("rebound"), 1)
        transfer._portal_receive("all")
        with self.assertRaises(UserError):
            transfer._portal_receive("all")

    def test_a_unit_keeps_its_region_unless_the_receivers_lies_within(self):
        lots = self.ship(1, region=self.china)
        others = self.ship(1, region=self.sichuan)
        self.sent(lots | others).with_user(self.shopkeeper)._portal_receive("all")
        self.assertEqual(lots.channel_region_id, self.guangdong)
        self.assertEqual(others.channel_region_id, self.sichuan)
        self.assertEqual(
            self.live_assignments(lots | others).mapped("region_id"),
            self.guangdong | self.sichuan,
        )

    # === UNDO === #

    def test_a_sender_calls_off_what_has_not_begun_to_arrive(self):
        lots = self.ship(2)
        draft, sent, begun = self.draft(lots[0]), self.sent(lots[0]), self.sent(lots[1])
        draft._portal_cancel()
        sent._portal_cancel()
        self.assertEqual((draft | sent).mapped("state"), ["cancelled"] * 2)
        begun.with_user(self.shopkeeper)._portal_receive("all")
        with self.assertRaises(UserError):
            begun._portal_cancel()
        self.assertFalse(self.sent(lots[0]).sudo().line_ids.filtered("resolution"))

    def test_the_office_cannot_rewrite_what_was_sent(self):
        lots = self.ship(1)
        transfer = self.sent(lots).with_user(self.manager)
        for values in (
            {"receiver_id": self.other_distributor.id},
            {"state": "received"},
            {"line_ids": [(5,)]},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                transfer.write(values)
        with self.assertRaises(UserError):
            transfer.unlink()
        with self.assertRaises(UserError):
            transfer.line_ids.write({"state": "received"})
