from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.tests import freeze_time, tagged

from .racing import RaceCase


@tagged("post_install", "-at_install")
class TestPurgeConcurrency(RaceCase):
    def prepare(self):
        """Return the ids of an old unit and of a purge that is about to remove it."""

        def make(env):
            with freeze_time("2020-01-01"):
                lot = self.make_lots(env)
                lot._move_to_stage("produced", "produced")
            purge = env["serial.purge"].create(
                {"product_ids": [Command.set(lot.product_id.ids)]}
            )
            purge.action_list()
            purge.write({"state": "running", "job_total": 1})
            return lot.id, purge.id

        return self.run_in_transaction(make)

    def hold(self, lot_id):
        """Hold the unit's product: a hold on the unit itself waits for the chunk."""

        def make(env):
            product = env["stock.lot"].browse(lot_id).product_id
            env["serial.hold"].create(
                {"reason": "Raced", "product_ids": [Command.set(product.ids)]}
            )

        self.run_in_transaction(make)

    def test_a_hold_that_comes_while_a_chunk_runs_wins(self):
        lot_id, purge_id = self.prepare()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            purge = env["serial.purge"].browse(purge_id)
            prove = type(purge)._prove

            def hold_first(purge, units):
                self.hold(lot_id)
                return prove(purge, units)

            with patch.object(type(purge), "_prove", hold_first):
                self.assertFalse(purge._run_chunk(lambda: purge._work({})))
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            purge = env["serial.purge"].browse(purge_id)
            self.assertTrue(purge._run_chunk(lambda: purge._work({})))
            self.assertEqual(purge.unit_ids.reason, "hold")
            lot = env["stock.lot"].browse(lot_id)
            self.assertEqual(lot.event_ids.mapped("kind"), ["produced", "minted"])

    def test_a_chunk_that_was_killed_leaves_all_or_nothing(self):
        lot_id, purge_id = self.prepare()
        with self.registry.cursor() as cr:
            purge = api.Environment(cr, SUPERUSER_ID, {})["serial.purge"].browse(
                purge_id
            )
            with (
                patch.object(
                    type(purge), "_append_stubs", side_effect=KeyboardInterrupt
                ),
                self.assertRaises(KeyboardInterrupt),
            ):
                purge._run_chunk(lambda: purge._work({}))
            cr.rollback()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            purge = env["serial.purge"].browse(purge_id)
            lot = env["stock.lot"].browse(lot_id)
            self.assertEqual((len(lot.event_ids), len(purge.proof_ids)), (2, 0))
            while purge.state == "running":
                purge._run_chunk(lambda: purge._work({}))
            self.assertEqual(lot.event_ids.mapped("kind"), ["purged"])
            self.assertEqual((purge.proof_state, purge.purged_count), ("holds", 1))
