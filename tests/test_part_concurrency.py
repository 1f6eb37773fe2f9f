from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged


@tagged("post_install", "-at_install")
class TestPartConcurrency(BaseCase):
    """Real transactions: what these tests write stays in the throw-away database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())

    def _run(self, function):
        """Run `function(env)` in a transaction of its own, retried as a request is."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return retrying(lambda: function(env), env)

    def _prepare(self, env):
        """Return two units with a battery each."""
        product = env["product.product"].create(
            {"name": "Raced", "is_storable": True, "tracking": "serial"}
        )
        units = env["stock.lot"].create(
            [{"name": f"RACED-{n}", "product_id": product.id} for n in (1, 2)]
        )
        env["serial.part"].create(
            [{"lot_id": unit.id, "name": f"OLD-{unit.id}"} for unit in units]
        )
        return units.ids

    def _race(self, change, count=2):
        """Make changes at once, each of which has seen that nothing is taken yet."""
        barrier = Barrier(count, timeout=60)

        def run(index):
            waited = []

            def once(env):
                env["serial.part"].search_count([])  # its snapshot is from now on
                if not waited:
                    waited.append(barrier.wait())
                change(env, index)
                return "done"

            try:
                return self._run(once)
            except UserError as error:
                return str(error)

        with ThreadPoolExecutor(count) as pool:
            return sorted(pool.map(run, range(count)), key="done".__eq__)

    def test_of_two_repairs_that_build_in_one_part_only_one_does(self):
        unit_ids = self._run(self._prepare)
        name = f"NEW-{unit_ids[0]}"

        def change(env, index):
            unit = env["stock.lot"].browse(unit_ids[index])
            env["serial.part"]._replace(unit, f"OLD-{unit.id}", name)

        refused, done = self._race(change)
        self.assertEqual(done, "done")
        self.assertIn("one unit only", refused)

        def check(env):
            units = env["stock.lot"].browse(unit_ids)
            live = units.part_ids.filtered(lambda part: not part.removed_at)
            # the loser keeps its old part: all or nothing
            self.assertEqual(len(live.filtered(lambda part: part.name == name)), 1)
            self.assertEqual(len(live), 2)
            self.assertEqual(len(live.lot_id), 2)

        self._run(check)

    def test_two_who_take_out_one_part_take_it_out_once(self):
        unit_id = self._run(self._prepare)[0]

        def change(env, index):
            unit = env["stock.lot"].browse(unit_id)
            new = f"NEW-{unit_id}-{index}"
            env["serial.part"]._replace(unit, f"OLD-{unit_id}", new)

        refused, done = self._race(change)
        self.assertEqual(done, "done")
        self.assertIn("already", refused)

        def check(env):
            parts = env["stock.lot"].browse(unit_id).part_ids
            self.assertEqual(len(parts), 2)
            self.assertEqual(len(parts.filtered("removed_at")), 1)

        self._run(check)
