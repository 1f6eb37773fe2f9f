import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SerialCase


class TransferCase(SerialCase):
    """A distributor, a store that he supplies, another one; a portal user each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, partner in (
            ("buyer", cls.distributor),
            ("shopkeeper", cls.retailer),
            ("stranger", cls.other_distributor),
        ):
            user = cls.make_portal_user(f"portal_{name}", partner)
            setattr(cls, name, user)

    def draft(self, lots=None, receiver=None, user=None):
        """Return a draft of the distributor's, as his portal user sees it."""
        transfers = self.env["serial.channel.transfer"].with_user(user or self.buyer)
        transfer = transfers._portal_create(receiver or self.retailer)
        if lots:
            transfer._portal_add(lots.mapped("name"))
        return transfer

    def sent(self, lots, **values):
        """Return a transfer of these units that is on its way."""
        transfer = self.draft(lots, **values)
        self.assertFalse(transfer._portal_send()["rows"])
        return transfer

    def results(self, answer):
        """Return (text, result, reason) of the rows of an answer."""
        return [(row["text"], row["result"], row["reason"]) for row in answer["rows"]]

    def settle(self, transfer, lines, decision):
        """Settle lines as a user of the brand does."""
        action = transfer.with_user(self.user).action_settle()
        wizard = (
            self.env["serial.channel.transfer.settle"]
            .with_user(self.user)
            .with_context(**action["context"])
            .create(
                {
                    "line_ids": lines.ids,
                    "decision": decision,
                    "reason": "the carrier says so",
                }
            )
        )
        wizard.action_settle()


@tagged("post_install", "-at_install")
class TestTransfer(TransferCase):
    # === SENDING === #

    def test_a_distributor_sends_units_and_keeps_them_until_they_arrive(self):
        lots = self.ship(3)
        transfer = self.sent(lots)
        self.assertEqual(transfer.state, "sent")
        self.assertEqual(lots.channel_partner_id, self.distributor)
        answer = transfer.with_user(self.shopkeeper)._portal_receive("all")
        self.assertEqual(answer["state"], "received")
        self.assertEqual(answer["counts"]["received_count"], 3)
        self.assertEqual(lots.channel_partner_id, self.retailer)
        for lot in lots:
            self.assertEqual(self.kinds_of(lot)[-2:], ["shipped", "rebound"])
        live = self.live_assignments(lots)
        self.assertEqual(live.partner_id, self.retailer)
        past = lots.assignment_ids - live
        self.assertEqual(past.partner_id, self.distributor)
        self.assertEqual(set(past.mapped("release_reason")), {"rebound"})
        self.assertFalse(self.env["serial.event"]._get_broken_chains(lots.ids))

    def test_units_are_named_by_code_address_or_imei(self):
        lots = self.ship(4)
        lots[2].sudo().imei = "490154203237518"
        transfer = self.draft()
        texts = [
            lots[0].scan_code_display.lower(),
            f"https://brand.example/sn/{lots[1].scan_code}",
            "49-015420-323751-8",
            f" {lots[3].name}",
        ]
        answer = transfer._portal_add(texts)
        self.assertEqual([row["result"] for row in answer["rows"]], ["added"] * 4)
        self.assertEqual([row["lot_id"] for row in answer["rows"]], lots.ids)

    def test_a_pasted_list_may_be_separated_by_anything(self):
        lots = self.ship(5)
        text = "{}, {};{}\n{}\t{}".format(*lots.mapped("name"))
        answer = self.draft()._portal_add(text)
        self.assertEqual(answer["counts"]["unit_count"], 5)
        self.assertEqual([row["row"] for row in answer["rows"]], [1, 1, 1, 2, 2])

    def test_unknown_units_and_those_of_others_get_one_answer(self):
        theirs = self.ship(1, self.other_distributor)
        in_stock = self.produce()
        answer = self.draft()._portal_add([theirs.name, in_stock.name, "NO-SUCH"])
        rows = [dict(row, text="") for row in answer["rows"]]
        self.assertEqual(rows[0]["reason"], "not_held")
        self.assertEqual(rows, [rows[0]] * 3)
        self.assertFalse(answer["counts"]["unit_count"])

    def test_what_may_not_go_is_refused_with_its_reason(self):
        lots = self.ship(5)
        sold, activated, blocked, service, recalled = lots
        sold.sudo().sale_date = "2026-03-01"
        activated._move_to_stage("activated", "activated")
        blocked.sudo().blocked = True
        service.sudo().in_service = True
        recalled.sudo().recalled = True
        answer = self.draft()._portal_add(lots.mapped("name"))
        self.assertEqual(
            [row["reason"] for row in answer["rows"]],
            ["sold", "activated", "blocked", "in_service", "recalled"],
        )
        self.assertTrue(all(row["message"] for row in answer["rows"]))

    def test_a_unit_blocked_after_it_was_listed_stops_the_sending(self):
        lots = self.ship(2)
        transfer = self.draft(lots)
        lots[1].sudo().blocked = True
        answer = transfer._portal_send()
        self.assertEqual(self.results(answer), [(lots[1].name, "refused", "blocked")])
        self.assertEqual(transfer.state, "draft")
        transfer._portal_remove(lots[1].name)
        self.assertFalse(transfer._portal_send()["rows"])
        self.assertEqual(transfer.line_ids.mapped("lot_name"), lots[0].mapped("name"))

    def test_a_unit_is_on_one_open_transfer_at_most(self):
        lots = self.ship(2)
        first, second = self.draft(lots), self.draft(lots[0])
        first._portal_send()
        answer = second._portal_send()
        self.assertEqual(
            self.results(answer), [(lots[0].name, "refused", "in_transfer")]
        )
        line = second.sudo().line_ids
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            line.is_open = True
            line.flush_recordset()
        first._portal_cancel()
        self.assertFalse(second._portal_send()["rows"])

    # === WHO === #

    def test_units_go_to_the_partners_a_distributor_supplies_and_back(self):
        transfers = self.env["serial.channel.transfer"]
        self.assertEqual(
            transfers.with_user(self.buyer)._portal_get_receivers(), self.retailer
        )
        self.assertEqual(
            transfers.with_user(self.shopkeeper)._portal_get_receivers(),
            self.distributor,
        )
        for user, receiver in (
            (self.stranger, self.retailer),
            (self.stranger, self.distributor),
            (self.shopkeeper, self.other_distributor),
            (self.buyer, self.distributor),
            (self.buyer, self.consumer),
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                transfers.with_user(user)._portal_create(receiver)

    def test_only_the_two_sides_act_on_a_transfer(self):
        lots = self.ship(2)
        transfer = self.draft(lots)
        for user in (self.stranger, self.shopkeeper):
            theirs = transfer.with_user(user)
            for attempt in (
                lambda one=theirs: one._portal_add(["A"]),
                lambda one=theirs: one._portal_remove(["A"]),
                lambda one=theirs: one._portal_send(),
                lambda one=theirs: one._portal_cancel(),
                lambda one=theirs: one._portal_receive("all"),
                lambda one=theirs: one.read(["name"]),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        transfer._portal_send()
        for user in (self.stranger, self.buyer):
            with self.assertRaises(AccessError):
                transfer.with_user(user)._portal_receive("all")
        with self.assertRaises(AccessError):
            transfer.with_user(self.stranger)._portal_get_units()
        self.assertEqual(lots.channel_partner_id, self.distributor)

    def test_a_distributor_sees_the_transfers_of_whom_he_supplies_only(self):
        lots = self.ship(2)
        transfer = self.sent(lots[0])
        draft = self.draft(lots[1])
        transfers = self.env["serial.channel.transfer"]
        mine = [("id", "in", (transfer | draft).ids)]
        self.assertEqual(transfers.with_user(self.buyer).search_count(mine), 2)
        self.assertEqual(
            transfers.with_user(self.shopkeeper).search(mine).ids, transfer.ids
        )
        self.assertFalse(transfers.with_user(self.stranger).search(mine))
        lines = self.env["serial.channel.transfer.line"].with_user(self.stranger)
        self.assertFalse(lines.search([("transfer_id", "in", mine[0][2])]))
        self.assertEqual(
            transfer.with_user(self.shopkeeper).line_ids.mapped("lot_name"),
            lots[0].mapped("name"),
        )
        with self.assertRaises(AccessError):
            transfer.write({"note": "forged"})
