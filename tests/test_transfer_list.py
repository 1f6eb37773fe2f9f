import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_transfer import TransferCase


@tagged("post_install", "-at_install")
class TestTransferList(TransferCase):
    """Lists of serials, cartons, and deliveries of the brand."""

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
        for model in ("serial.transfer.announce.mixin", "serial.channel.transfer"):
            self.env[model]._gc_empty_deliveries()
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
