from functools import partial

from odoo.tests import tagged

from .racing import RaceCase

TEXTS = dict.fromkeys(("title", "hazard", "instructions", "remedy"), "Raced")


@tagged("post_install", "-at_install")
class TestRecallConcurrency(RaceCase):
    def _prepare(self, recalls):
        """Return the ids of a unit and of the active recalls that hold it."""

        def prepare(env):
            lot = self.make_lots(env)
            lot._move_to_stage("produced", "produced")
            found = env["serial.recall"].create(
                [{**TEXTS, "list_text": lot.name}] * recalls
            )
            for recall in found:
                recall.action_compute()
                recall.action_activate()
            return lot.id, found.ids

        return self.run_in_transaction(prepare)

    def _race(self, change):
        """Make changes at once, each of which has seen the unit recalled."""
        return self.race(*(partial(change, index=index) for index in range(2)))

    def _get_outcome(self, lot_id):
        """Return whether the unit is recalled, and the kinds of its last events."""

        def read(env):
            lot = env["stock.lot"].browse(lot_id)
            self.assertFalse(env["serial.event"]._get_broken_chains([lot_id]))
            return lot.recalled, lot.event_ids.mapped("kind").count("recall_lifted")

        return self.run_in_transaction(read)

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

        self.run_in_transaction(check)

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
