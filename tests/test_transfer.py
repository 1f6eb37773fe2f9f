import io

import openpyxl
import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
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
            user = new_test_user(
                cls.env, login=f"portal_{name}", groups="base.group_portal"
            )
            user.partner_id.parent_id = partner
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

    # === LISTS === #

    def test_a_file_adds_its_good_rows_and_names_the_others(self):
        lots = self.ship(3)
        book = openpyxl.Workbook()
        for row in (
            ["No", "Serial Number"],
            [1, lots[0].name],
            [2, None],
            [3, "NO-SUCH"],
            [4, lots[1].scan_code],
        ):
            book.active.append(row)
        content = io.BytesIO()
        book.save(content)
        transfer = self.draft()
        answer = transfer._portal_add(file=content.getvalue())
        self.assertEqual(
            sorted((row["row"], row["reason"]) for row in answer["rows"]),
            [(2, ""), (3, "no_serial"), (4, "not_held"), (5, "")],
        )
        for content in (
            f"SN;IMEI\n{lots[2].name};\n".encode("gb18030"),
            "\n".join(lots.mapped("name")).encode("utf-16"),
        ):
            transfer._portal_add(file=content)
        self.assertEqual(transfer.unit_count, 3)
        with self.assertRaises(UserError):
            transfer._portal_add(file=b"\x89PNG\0\0")

    def test_a_carton_or_pallet_is_one_scan(self):
        lots, carton, pallet = self.ship_in_carton(4)
        sscc = carton.name
        for text in (sscc, f"(00){sscc}", f"]C100{sscc}", pallet.name):
            transfer = self.draft()
            answer = transfer._portal_add([text])
            self.assertEqual([row["result"] for row in answer["rows"]], ["added"] * 4)
            self.assertEqual(answer["counts"]["unit_count"], 4)
        transfer._portal_send()
        mine = transfer.with_user(self.shopkeeper)
        self.assertEqual(mine._portal_receive([sscc])["state"], "received")
        self.assertEqual(lots.channel_partner_id, self.retailer)
        # The carton went with its units: it is empty for the one who sent it.
        self.assertEqual(
            self.draft()._portal_add([sscc])["rows"][0]["reason"], "not_held"
        )

    def ship_in_carton(self, count):
        """Return units delivered in a carton on a pallet, the carton and the pallet."""
        lots = self.produce(count)
        pallet = self.env["stock.package"].create({"name": "PALLET-7"})
        carton = self.env["stock.package"].create({"name": "340123450000000018"})
        picking = self.create_picking(
            lots,
            self.stock_location,
            self.customer_location,
            partner_id=self.distributor.id,
        )
        picking.move_line_ids.result_package_id = carton
        picking.button_validate()
        carton.parent_package_id = pallet
        return lots, carton, pallet

    def test_a_former_shipment_is_sent_on_whole(self):
        lots = self.produce(3).sorted("id")
        picking = self.deliver(lots, self.distributor)
        shipment = picking.transfer_ids.with_user(self.buyer)
        first = self.sent(lots[0])
        transfer = self.draft()
        answer = transfer._portal_add(shipment=shipment)
        self.assertEqual(
            [(row["lot_id"], row["reason"]) for row in answer["rows"]],
            [(lots[0].id, "in_transfer"), (lots[1].id, ""), (lots[2].id, "")],
        )
        first.with_user(self.shopkeeper)._portal_receive("all")
        back = self.draft(receiver=self.distributor, user=self.shopkeeper)
        answer = back._portal_add(shipment=first.with_user(self.shopkeeper))
        self.assertEqual(answer["rows"][0]["result"], "added")
        with self.assertRaises(AccessError):
            back._portal_add(shipment=shipment.with_user(self.shopkeeper))

    # === DELIVERIES OF THE BRAND === #

    def test_a_delivery_waits_to_be_acknowledged(self):
        lots = self.produce(3)
        picking = self.deliver(lots, self.distributor)
        shipment = picking.transfer_ids
        self.assertEqual(len(shipment), 1)
        self.assertEqual(shipment.state, "sent")
        self.assertFalse(shipment.line_ids)
        mine = shipment.with_user(self.buyer)
        self.assertEqual(mine.unit_count, 3)
        self.assertEqual(
            [row["lot_id"] for row in mine._portal_get_units()], sorted(lots.ids)
        )
        with self.assertRaises(AccessError):
            shipment.with_user(self.stranger)._portal_receive("all")
        answer = mine._portal_receive("all")
        self.assertEqual(answer["state"], "received")
        for lot in lots:
            self.assertEqual(self.kinds_of(lot)[-2:], ["shipped", "received"])
        self.assertEqual(lots.channel_partner_id, self.distributor)

    def test_one_delivery_after_another_in_one_transaction(self):
        first = self.deliver(self.produce(1), self.distributor).transfer_ids
        first.with_user(self.buyer)._portal_receive("all")
        second = self.deliver(self.produce(1), self.distributor).transfer_ids
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((first | second).mapped("state"), ["received", "sent"])

    def test_each_delivery_has_its_own_acknowledgement(self):
        pickings = self.env["stock.picking"].union(
            self.deliver(self.produce(1), self.distributor),
            self.deliver(self.produce(1), self.other_distributor),
        )
        self.assertEqual(
            pickings.transfer_ids.mapped("receiver_id"),
            self.distributor | self.other_distributor,
        )
        consumer = self.deliver(self.produce(1), self.consumer)
        self.assertFalse(consumer.transfer_ids)

    def test_the_brand_settles_what_is_missing_in_its_delivery(self):
        lots = self.produce(4)
        shipment = self.deliver(lots, self.distributor).transfer_ids
        mine = shipment.with_user(self.buyer)
        mine._portal_receive([lots[0].name])
        answer = mine._portal_dispute([lots[1].name, lots[2].name, lots[3].name], "No")
        self.assertEqual(answer["state"], "disputed")
        line_of = {line.lot_id: line for line in shipment.line_ids}
        for lot, decision in zip(lots[1:], ("stays", "moves", "lost"), strict=True):
            self.settle(shipment, line_of[lot], decision)
        self.assertEqual(shipment.state, "received")
        self.assertEqual(lots[1].stage, "produced")
        self.assertFalse(lots[1].channel_partner_id)
        self.assertFalse(lots[1].shipped_at)
        self.assertEqual(lots[2].channel_partner_id, self.distributor)
        self.assertEqual(self.kinds_of(lots[2])[-1], "received")
        self.assertTrue(lots[3].blocked)
        self.assertEqual(
            self.live_assignments(lots).mapped("lot_id"), (lots[0] | lots[2]).sorted()
        )

    def test_a_unit_of_the_brand_that_came_too_is_bound_when_the_brand_agrees(self):
        lots = self.produce(2)
        shipment = self.deliver(lots[0], self.distributor).transfer_ids
        mine = shipment.with_user(self.buyer)
        answer = mine._portal_receive(lots.mapped("name"))
        self.assertEqual(answer["rows"][1]["result"], "surplus")
        self.assertEqual(lots[1].stage, "produced")
        line = shipment.line_ids.filtered(lambda line: line.state == "surplus")
        self.settle(shipment, line, "moves")
        self.assertEqual(lots[1].stage, "shipped")
        self.assertEqual(lots[1].channel_partner_id, self.distributor)
        self.assertEqual(self.live_assignments(lots).partner_id, self.distributor)

    def test_units_passed_on_before_the_delivery_was_acknowledged_had_arrived(self):
        lots = self.produce(2)
        shipment = self.deliver(lots, self.distributor).transfer_ids
        mine = shipment.with_user(self.buyer)
        mine._portal_receive([lots[0].name])
        self.sent(lots[1]).with_user(self.shopkeeper)._portal_receive("all")
        answer = mine._portal_receive([], close=True)
        self.assertEqual(answer["state"], "received")
        self.assertEqual(lots[1].channel_partner_id, self.retailer)

    def test_a_delivery_that_came_back_whole_waits_for_nobody(self):
        waiting, lots = self.produce(1), self.produce(1)
        waiting = self.deliver(waiting, self.distributor).transfer_ids
        returned = self.deliver(lots, self.distributor).transfer_ids
        self.take_back(lots, self.distributor)
        self.env["serial.channel.transfer"]._gc_empty_deliveries()
        self.assertEqual(returned.state, "cancelled")
        self.assertEqual(waiting.state, "sent")

    # === COST === #

    def test_queries_do_not_grow_with_the_serials(self):
        few, many = self.ship(20), self.ship(200)
        self.sent(self.ship(1)).with_user(self.shopkeeper)._portal_receive("all")
        self.assertEqual(self.count(few), self.count(many))

    def count(self, lots):
        """Return the queries of adding, sending and receiving units."""
        names = lots.mapped("name")
        transfer = self.draft()
        self.env.flush_all()
        counts = []
        for user, step in (
            (self.buyer, lambda one: one._portal_add(names)),
            (self.buyer, lambda one: one._portal_send()),
            (self.shopkeeper, lambda one: one._portal_receive(names)),
        ):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            step(transfer.with_user(user))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(transfer.state, "received")
        return counts


@tagged("post_install", "-at_install")
class TestDeclaredSale(TransferCase):
    def declare(self, texts, date="2026-03-02", by=None):
        rows = (
            self.env["stock.lot"]
            .with_user(self.buyer)
            ._declare_sale(texts, date, by or self.distributor)
        )
        return [(row["result"], row["reason"]) for row in rows]

    def test_a_declared_sale_starts_the_warranty(self):
        self.product.serial_warranty_months = 12
        lot = self.ship()
        self.assertEqual(lot.warranty_state, "not_started")
        self.assertEqual(self.declare([lot.scan_code]), [("sold", "")])
        self.assertEqual(str(lot.sale_date), "2026-03-02")
        self.assertEqual(lot.warranty_state, "running")
        self.assertEqual(lot.channel_partner_id, self.distributor)
        self.assertEqual(self.kinds_of(lot)[-1], "sold")

    def test_sales_are_declared_by_the_holder_once_and_for_a_day_that_can_be(self):
        lots = self.ship(3)
        other = self.ship(1, self.other_distributor)
        names = [other.name, lots[0].name, lots[0].scan_code, "NO-SUCH"]
        self.assertEqual(
            self.declare(names),
            [
                ("refused", "not_held"),
                ("sold", ""),
                ("already", "repeated"),
                ("refused", "not_held"),
            ],
        )
        self.assertEqual(self.declare([lots[0].name]), [("refused", "sold")])
        self.assertEqual(
            self.declare([lots[1].name], "2026-03-04"), [("refused", "sold_in_future")]
        )
        self.assertEqual(
            self.declare([lots[1].name], "2026-02-01"),
            [("refused", "sold_before_delivery")],
        )
        self.sent(lots[2])
        self.assertEqual(self.declare([lots[2].name]), [("refused", "in_transfer")])

    def test_a_sale_declared_by_mistake_is_withdrawn_unless_it_was_activated(self):
        lots = self.ship(2)
        self.declare(lots.mapped("name"))
        lots[1]._move_to_stage(
            "activated", "activated", lot_values={"activated_at": "2026-03-02"}
        )
        withdrawn = self.env["stock.lot"]._withdraw_sale(lots, self.distributor)
        self.assertEqual(withdrawn, lots[0])
        self.assertFalse(lots[0].sale_date)
        self.assertTrue(lots[1].sale_date)
        self.assertEqual(lots[0].event_ids.sorted("sequence")[-1].kind, "corrected")
        self.assertFalse(
            self.env["stock.lot"]._withdraw_sale(lots[1], self.other_distributor)
        )
