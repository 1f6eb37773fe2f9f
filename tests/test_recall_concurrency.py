from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged

TEXTS = dict.fromkeys(("title", "hazard", "instructions", "remedy"), "Raced")


@tagged("post_install", "-at_install")
class TestRecallConcurrency(BaseCase):
    """Real transactions: what these tests write stays in the throw-away database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        # A request that failed to serialise waits a second or two before it runs again.
        cls.startClassPatcher(patch("odoo.service.model.random.uniform", lambda *_: 0))

    def _run(self, function):
        """Run `function(env)` in a transaction of its own, retried as a request is."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            return retrying(lambda: function(env), env)

    def _prepare(self, recalls):
        """Return the ids of a unit and of the active recalls that hold it."""

        def prepare(env):
            product = env["product.product"].create(
                {
                    "name": "Raced",
                    "is_storable": True,
                    "tracking": "serial",
                    "serial_scheme_id": env["serial.scheme"].create({"name": "R"}).id,
                }
            )
            batch = env["serial.batch"].create(
                {"product_id": product.id, "quantity": 1}
            )
            batch.action_mint()
            lot = env["stock.lot"].search([("serial_batch_id", "=", batch.id)])
            lot._move_to_stage("produced", "produced")
            found = env["serial.recall"].create(
                [{**TEXTS, "list_text": lot.name}] * recalls
            )
            for recall in found:
                recall.action_compute()
                recall.action_activate()
            return lot.id, found.ids

        return self._run(prepare)

    def _race(self, change, count=2):
        """Make changes at once, each of which has seen the unit recalled."""
        barrier = Barrier(count, timeout=60)

        def run(index):
            waited = []

            def once(env):
                env["serial.recall.unit"].search_count([])  # its snapshot is from now
                if not waited:
                    waited.append(barrier.wait())
                return change(env, index)

            return self._run(once)

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(run, range(count)))

    def _get_outcome(self, lot_id):
        """Return whether the unit is recalled, and the kinds of its last events."""

        def read(env):
            lot = env["stock.lot"].browse(lot_id)
            self.assertFalse(env["serial.event"]._get_broken_chains([lot_id]))
            return lot.recalled, lot.event_ids.mapped("kind").count("recall_lifted")

        return self._run(read)

    def test_of_two_remedies_of_one_unit_only_one_is_noted(self):
        lot_id, (recall_id,) = self._prepare(1)

        def change(env, index):
            lot = env["stock.lot"].browse(lot_id)
            return len(env["serial.recall"]._remedied(lot, env.company))

        self.assertEqual(sorted(self._race(change)), [0, 1])
        self.assertEqual(self._get_outcome(lot_id), (False, 1))

        def check(env):
            unit = env["serial.recall"].browse(recall_id).unit_ids
            self.assertEqual(unit.state, "remedied")

        self._run(check)

    def test_two_remedies_by_hand_of_one_unit_are_one(self):
        lot_id, (recall_id,) = self._prepare(1)

        def change(env, index):
            env["serial.recall"].browse(recall_id).unit_ids.action_remedy()

        self._race(change)
        self.assertEqual(self._get_outcome(lot_id), (False, 1))

    def test_a_unit_of_two_recalls_remedied_at_once_is_free_of_both(self):
        lot_id, recall_ids = self._prepare(2)

        def change(env, index):
            recall = env["serial.recall"].browse(recall_ids[index])
            lot = env["stock.lot"].browse(lot_id)
            return len(env["serial.recall"]._remedied(lot, recalls=recall))

        self.assertEqual(self._race(change), [1, 1])
        # each lifts its own; who comes second sees that no other holds the unit
        self.assertEqual(self._get_outcome(lot_id), (False, 2))

    def test_a_remedy_and_the_undoing_of_the_recall_lift_it_once(self):
        lot_id, (recall_id,) = self._prepare(1)

        def change(env, index):
            recall = env["serial.recall"].browse(recall_id)
            if index:
                recall._undo("A mistake")
            else:
                recall._remedied(env["stock.lot"].browse(lot_id))

        self._race(change)
        self.assertEqual(self._get_outcome(lot_id), (False, 1))
