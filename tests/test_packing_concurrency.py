from functools import partial

from odoo.tests import tagged

from .racing import RaceCase


@tagged("post_install", "-at_install")
class TestPackingConcurrency(RaceCase):
    PREFIX = "950110153"

    def _race(self, change, count):
        """Do something at once; return the answers."""
        return self.race(*(partial(change, index=index) for index in range(count)))

    def test_no_two_sessions_are_given_one_number(self):
        def prepare(env):
            env.company.serial_gs1_prefix = self.PREFIX

        def take(env, index):
            return env["serial.sscc"]._take(25, env.company, "7")

        self.run_in_transaction(prepare)
        taken = [name for names in self._race(take, 4) for name in names]
        self.assertEqual(len(set(taken)), 100)

    def test_one_unit_goes_into_one_of_two_open_cartons(self):
        def prepare(env):
            env.company.serial_gs1_prefix = self.PREFIX
            lot = self.make_lots(env)
            warehouse = env["stock.warehouse"].search([], limit=1)
            env["stock.quant"]._update_available_quantity(
                lot.product_id, warehouse.lot_stock_id, 1, lot_id=lot
            )
            return lot.scan_code

        def scan(env, index):
            state = env["serial.packing"].scan(code, {})
            return state["message"]["type"]

        code = self.run_in_transaction(prepare)
        self.assertEqual(sorted(self._race(scan, 2)), ["danger", "success"])
