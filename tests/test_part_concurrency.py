from functools import partial

from odoo import Command
from odoo.tests import new_test_user, tagged

from .racing import RaceCase


@tagged("post_install", "-at_install")
class TestPartConcurrency(RaceCase):
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

    def _race(self, change):
        """Make changes at once; return why one was refused, and that one was done."""

        def run(env, index):
            change(env, index)
            return "done"

        changes = (partial(run, index=index) for index in range(2))
        return sorted(self.race(*changes), key="done".__eq__)

    def test_of_two_repairs_that_build_in_one_part_only_one_does(self):
        unit_ids = self.run_in_transaction(self._prepare)
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

        self.run_in_transaction(check)

    def _announce(self, env):
        """Return what two technicians have before them: a repair each, one part."""
        centre = env["res.partner"].create(
            {"name": "Raced", "is_company": True, "is_service_centre": True}
        )
        battery = env["product.product"].create(
            {"name": "Raced battery", "is_storable": True}
        )
        units = self._make_units(env, battery)
        users = [self._create_technician(env, centre, unit) for unit in units]
        repairs = env["repair.order"].create(
            [
                {
                    "product_id": unit.product_id.id,
                    "lot_id": unit.id,
                    "serial_centre_id": centre.id,
                }
                for unit in units
            ]
        )
        for user, repair in zip(users, repairs, strict=True):
            portal = env["serial.service.portal"].with_user(user)
            portal._act(repair.id, "take_in", {})
            form = {"texts": f"BATTERY-{units.ids}", "component": str(battery.id)}
            self.assertIsNone(portal._act(repair.id, "part", form))
        return [user.id for user in users], repairs.ids, units.ids

    def _make_units(self, env, battery):
        """Return two units of a coded product that has a battery."""
        product = self.make_product(env, name="Raced phone")
        bill = [Command.create({"product_id": battery.id, "product_qty": 1})]
        template = product.product_tmpl_id.id
        env["mrp.bom"].create({"product_tmpl_id": template, "bom_line_ids": bill})
        batch = env["serial.batch"].create({"product_id": product.id, "quantity": 2})
        batch.action_mint()
        units = env["stock.lot"].search([("serial_batch_id", "=", batch.id)])
        units._move_to_stage("produced", "produced")
        return units

    def _create_technician(self, env, centre, unit):
        user = new_test_user(env, f"raced-{unit.id}", "base.group_portal")
        user.partner_id.parent_id = centre
        return user

    def test_of_two_technicians_who_use_one_part_only_one_ends_the_repair(self):
        user_ids, repair_ids, unit_ids = self.run_in_transaction(self._announce)
        action = "serial_dossier.serial_repair_code_action_replace_battery"

        def change(env, index):
            portal = env["serial.service.portal"].with_user(user_ids[index])
            form = {"result": "repaired", "action": str(env.ref(action).id)}
            portal._act(repair_ids[index], "finish", form)

        refused, done = self._race(change)
        self.assertEqual(done, "done")
        self.assertRegex(refused, "one unit only|in another unit")

        def check(env):
            repairs = env["repair.order"].browse(repair_ids)
            self.assertEqual(sorted(repairs.mapped("state")), ["done", "under_repair"])
            parts = env["stock.lot"].browse(unit_ids).part_ids
            self.assertEqual(len(parts), 1)
            done = repairs.filtered(lambda repair: repair.state == "done")
            self.assertEqual(parts.lot_id, done.lot_id)

        self.run_in_transaction(check)

    def test_two_who_take_out_one_part_take_it_out_once(self):
        unit_id = self.run_in_transaction(self._prepare)[0]

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

        self.run_in_transaction(check)
