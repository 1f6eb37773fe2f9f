from odoo.fields import Command
from odoo.tests import tagged

from .racing import RaceCase


@tagged("post_install", "-at_install")
class TestTransferConcurrency(RaceCase):
    def race_as(self, *pairs):
        """Run (function, user) at once, all having seen what was before."""
        functions, users = zip(*pairs, strict=True)
        return self.race(*functions, users=users)

    def test_of_two_sends_of_one_unit_only_one_succeeds(self):
        sender_id, _receiver, lot_ids, receiver_ids = self.run_in_transaction(
            self.prepare
        )

        def draft(env, receiver_id):
            transfer = env["serial.channel.transfer"]._portal_create(receiver_id)
            names = env["stock.lot"].sudo().browse(lot_ids).mapped("name")
            transfer._portal_add(names)
            return transfer.id

        first, second = (
            self.run_in_transaction(lambda env, to=to: draft(env, to), sender_id)
            for to in receiver_ids
        )

        def send(transfer_id):
            def function(env):
                transfer = env["serial.channel.transfer"].browse(transfer_id)
                return transfer._portal_send()["state"]

            return function, sender_id

        results = self.race_as(send(first), send(second))
        self.assertIn("sent", results)
        self.assertEqual(results.count("sent"), 1, results)
        (loser,) = [result for result in results if result != "sent"]
        self.assertTrue(loser == "draft" or "another transfer" in loser, loser)
        open_lines = self.run_in_transaction(
            lambda env: env["serial.channel.transfer.line"].search_count(
                [("lot_id", "in", lot_ids), ("is_open", "=", True)]
            )
        )
        self.assertEqual(open_lines, len(lot_ids))

    def test_of_two_receipts_of_one_transfer_only_one_moves_the_units(self):
        sender_id, receiver_id, lot_ids, receiver_ids = self.run_in_transaction(
            self.prepare
        )

        def send(env):
            transfer = env["serial.channel.transfer"]._portal_create(receiver_ids[0])
            lots = env["stock.lot"].sudo().browse(lot_ids)
            transfer._portal_add(lots.mapped("name"))
            transfer._portal_send()
            return transfer.id, lots.mapped("name")

        transfer_id, names = self.run_in_transaction(send, sender_id)

        def receive(env):
            transfer = env["serial.channel.transfer"].browse(transfer_id)
            rows = transfer._portal_receive(names)["rows"]
            return [row["result"] for row in rows]

        results = self.race_as((receive, receiver_id), (receive, receiver_id))
        self.assertIn(["received"] * 2, results)
        self.assertEqual(results.count(["received"] * 2), 1, results)
        self.run_in_transaction(lambda env: self.check(env, lot_ids, receiver_ids[0]))

    def test_a_receipt_and_a_cancellation_do_not_both_succeed(self):
        sender_id, receiver_id, lot_ids, receiver_ids = self.run_in_transaction(
            self.prepare
        )

        def send(env):
            transfer = env["serial.channel.transfer"]._portal_create(receiver_ids[0])
            lots = env["stock.lot"].sudo().browse(lot_ids)
            transfer._portal_add(lots.mapped("name"))
            transfer._portal_send()
            return transfer.id

        transfer_id = self.run_in_transaction(send, sender_id)

        def receive(env):
            transfer = env["serial.channel.transfer"].browse(transfer_id)
            return transfer._portal_receive("all")["state"]

        def cancel(env):
            transfer = env["serial.channel.transfer"].browse(transfer_id)
            return transfer._portal_cancel()["state"]

        results = self.race_as((receive, receiver_id), (cancel, sender_id))
        done = [result for result in results if result in ("received", "cancelled")]
        self.assertEqual(len(done), 1, results)
        state, holders = self.run_in_transaction(
            lambda env: (
                env["serial.channel.transfer"].browse(transfer_id).state,
                env["stock.lot"].browse(lot_ids).channel_partner_id.ids,
            )
        )
        self.assertEqual([state], done)
        self.assertEqual(holders == receiver_ids[:1], state == "received")

    def check(self, env, lot_ids, receiver_id):
        lots = env["stock.lot"].browse(lot_ids)
        self.assertEqual(lots.channel_partner_id.ids, [receiver_id])
        for lot in lots:
            self.assertEqual(lot.event_ids.mapped("kind").count("rebound"), 1)
            live = lot.assignment_ids.filtered(lambda one: not one.released_at)
            self.assertEqual(live.partner_id.ids, [receiver_id])
        self.assertFalse(env["serial.event"]._get_broken_chains(lots.ids))

    def prepare(self, env):
        """Return a sender's user, a receiver's, two units, and two receivers."""
        product = self.make_product(env)
        partners = env["res.partner"].create(
            {"name": "Sender", "channel_tier": "tier1", "is_company": True}
        )
        receivers = env["res.partner"].create(
            [
                {
                    "name": f"Receiver {number}",
                    "channel_tier": "tier2",
                    "is_company": True,
                    "channel_parent_id": partners.id,
                }
                for number in (1, 2)
            ]
        )
        users = [
            self._create_buyer(env, partner) for partner in (partners, receivers[0])
        ]
        lots = env["stock.lot"].create(
            [
                {"name": f"RACED-{product.id}-{number}", "product_id": product.id}
                for number in (1, 2)
            ]
        )
        lots._move_to_stage(
            "shipped", "shipped", lot_values={"channel_partner_id": partners.id}
        )
        return users[0].id, users[1].id, lots.ids, receivers.ids

    def _create_buyer(self, env, partner):
        """Return a portal user of a partner."""
        users = env["res.users"].with_context(no_reset_password=True)
        user = users.create(
            {
                "name": "Raced",
                "login": f"raced-{partner.id}",
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
            }
        )
        user.partner_id.parent_id = partner
        return user
