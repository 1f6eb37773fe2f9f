from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core.errors import SerialError
from .racing import RaceCase

MINT_SLOWLY = """
batch = env["serial.batch"].browse({batch_id})
while batch.minted_count < batch.quantity:
    batch._work({{}})
    print("chunk", batch.minted_count, flush=True)
    env.cr.commit()
"""


@tagged("post_install", "-at_install")
class TestMintConcurrency(RaceCase):
    def _make_batch(self, quantity, **scheme):
        def make(env):
            product = env["product.product"].create(
                {"name": "Raced", "is_storable": True, "tracking": "serial"}
            )
            scheme_id = (
                scheme.get("scheme_id")
                or env["serial.scheme"].create({"name": "Raced", **scheme}).id
            )
            batch = env["serial.batch"].create(
                {
                    "product_id": product.id,
                    "scheme_id": scheme_id,
                    "quantity": quantity,
                    "plant": "SZ",
                    "production_line": "1",
                }
            )
            batch._reserve()
            batch.state = "minting"
            # The running server's own cron must leave these to the test.
            return batch.id, scheme_id

        return self.run_in_transaction(make)

    def _get_serials(self, batch_id):
        return self.run_in_transaction(
            lambda env: (
                env["stock.lot"]
                .search([("serial_batch_id", "=", batch_id)])
                .mapped(lambda lot: (lot.name, lot.scan_code, lot.event_count))
            )
        )

    def _mint_all(self, batch_id):
        for _chunk in range(3):
            self.run_in_transaction(
                lambda env: env["serial.batch"].browse(batch_id)._work({})
            )

    def test_numbers_taken_at_the_same_time_never_overlap(self):
        _batch_id, scheme_id = self._make_batch(1)

        def take(_n):
            return self.run_in_transaction(
                lambda env: (
                    env["serial.scheme"].browse(scheme_id)._get_counter("")._take(100)
                )
            )

        with ThreadPoolExecutor(8) as pool:
            firsts = sorted(pool.map(take, range(40)))
        self.assertEqual(firsts, list(range(firsts[0], firsts[0] + 4000, 100)))

    def test_two_mints_at_once_never_share_a_code(self):
        first, scheme_id = self._make_batch(25_000)
        second, _scheme_id = self._make_batch(25_000, scheme_id=scheme_id)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._mint_all, (first, second)))
        codes = [
            code
            for batch_id in (first, second)
            for _name, code, _count in self._get_serials(batch_id)
        ]
        self.assertEqual(len(codes), 50_000)
        self.assertEqual(len(set(codes)), 50_000)

    def _kill_a_worker(self, batch_id):
        """Have another process begin to mint a batch, and kill it."""
        self.run_and_kill(MINT_SLOWLY.format(batch_id=batch_id), "chunk 20000")

    def test_a_killed_worker_leaves_a_batch_that_goes_on_without_gap(self):
        batch_id, _scheme_id = self._make_batch(
            60_000, kind="structured", template="{plant}{yy}{seq:06}"
        )
        self._kill_a_worker(batch_id)
        minted = len(self._get_serials(batch_id))
        self.assertGreater(minted, 0)
        self.assertLess(minted, 60_000)
        self.assertEqual(minted % 10_000, 0, "a chunk is there whole or not at all")

        def finish(env):
            batch = env["serial.batch"].browse(batch_id)
            while batch.state == "minting":
                batch._work({})
            return batch.minted_count

        self.assertEqual(self.run_in_transaction(finish), 60_000)
        serials = self._get_serials(batch_id)
        self.assertEqual(
            sorted(int(name[4:]) for name, _code, _count in serials),
            list(range(1, 60_001)),
        )
        self.assertEqual({count for _name, _code, count in serials}, {1})

    def test_a_cancel_waits_for_no_chunk_and_undoes_the_one_under_way(self):
        batch_id, _scheme_id = self._make_batch(20_000)

        def cancel(env):
            env.cr.execute("SET LOCAL lock_timeout = '5s'")
            env["serial.batch"].browse(batch_id).action_cancel()

        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            batch = env["serial.batch"]._take_next([("id", "=", batch_id)])

            def chunk():
                batch._work({})
                # a person, while the chunk is not committed yet
                self.run_in_transaction(cancel)

            with mute_logger("odoo.sql_db"):
                self.assertFalse(batch._run_chunk(chunk))
        self.assertEqual(self._get_serials(batch_id), [])
        state = self.run_in_transaction(
            lambda env: env["serial.batch"].browse(batch_id).state
        )
        self.assertEqual(state, "cancelled")

    def test_a_cancel_stands_although_the_worker_fails(self):
        batch_id, _scheme_id = self._make_batch(20_000)

        def fail(batch, _memory):
            self.run_in_transaction(
                lambda env: env["serial.batch"].browse(batch.id).action_cancel()
            )
            raise SerialError("too_late")

        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            batch = env["serial.batch"]._take_next([("id", "=", batch_id)])
            with patch.object(type(batch), "_work", fail), mute_logger("odoo.sql_db"):
                self.assertFalse(batch._attempt({}))
        state = self.run_in_transaction(
            lambda env: env["serial.batch"].browse(batch_id).state
        )
        self.assertEqual(state, "cancelled")

    def test_a_batch_held_by_one_worker_is_left_by_the_others(self):
        batch_id, _scheme_id = self._make_batch(20_000)
        domain = [("id", "=", batch_id)]
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.assertTrue(env["serial.batch"]._take_next(domain))
            taken = self.run_in_transaction(
                lambda env: env["serial.batch"]._take_next(domain).ids
            )
            self.assertEqual(taken, [])

    def test_two_writers_of_one_serial_do_not_fork_its_chain(self):
        def make(env):
            product = self.make_product(env)
            return env["stock.lot"].create({"name": "F", "product_id": product.id}).id

        lot_id = self.run_in_transaction(make)

        def step(_n):
            self.run_in_transaction(
                lambda env: env["serial.event"]._record([lot_id], "blocked")
            )

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(step, range(8)))
        broken, count = self.run_in_transaction(
            lambda env: (
                env["serial.event"]._get_broken_chains([lot_id]),
                env["stock.lot"].browse(lot_id).event_count,
            )
        )
        self.assertEqual((broken, count), ([], 9))
