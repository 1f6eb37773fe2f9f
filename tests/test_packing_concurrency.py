from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from odoo.tests import tagged

from .racing import RaceCase


@tagged("post_install", "-at_install")
class TestPackingConcurrency(RaceCase):
    """Real transactions: what these tests write stays in the throw-away database."""

    PREFIX = "950110153"

    def _race(self, change, count=4):
        """Do something at once in transactions of their own; return the answers."""
        barrier = Barrier(count, timeout=60)

        def run(index):
            waited = []

            def once(env):
                env["serial.sscc"].search_count([])  # its snapshot is from now on
                if not waited:
                    waited.append(barrier.wait())
                return change(env, index)

            return self.run_in_transaction(once)

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(run, range(count)))

    def test_no_two_sessions_are_given_one_number(self):
        def prepare(env):
            env.company.serial_gs1_prefix = self.PREFIX

        def take(env, _index):
            return env["serial.sscc"]._take(25, env.company, "7")

        self.run_in_transaction(prepare)
        taken = [name for names in self._race(take) for name in names]
        self.assertEqual(len(set(taken)), 100)

    def test_one_unit_goes_into_one_of_two_open_cartons(self):
        def prepare(env):
            env.company.serial_gs1_prefix = self.PREFIX
            scheme = env["serial.scheme"].create({"name": "Raced"})
            product = env["product.product"].create(
                {
                    "name": "Raced",
                    "is_storable": True,
                    "tracking": "serial",
                    "serial_scheme_id": scheme.id,
                }
            )
            batch = env["serial.batch"].create(
                {"product_id": product.id, "quantity": 1}
            )
            batch.action_mint()
            lot = env["stock.lot"].search([("serial_batch_id", "=", batch.id)])
            warehouse = env["stock.warehouse"].search([], limit=1)
            env["stock.quant"]._update_available_quantity(
                product, warehouse.lot_stock_id, 1, lot_id=lot
            )
            return lot.scan_code

        def scan(env, _index):
            state = env["serial.packing"].scan(code, {})
            return state["message"]["type"]

        code = self.run_in_transaction(prepare)
        self.assertEqual(sorted(self._race(scan, 2)), ["danger", "success"])
