from datetime import date

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.orm.table_objects import UniqueIndex
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.serial_warranty_start_mixin import SerialWarrantyStartMixin
from .racing import RaceCase


def find_missing(env):
    """Yield the unique indexes of our models that the database lacks."""
    env.cr.execute(
        "SELECT indexrelid::regclass::text FROM pg_index "
        "WHERE indisunique AND indisvalid"
    )
    known = {name for (name,) in env.cr.fetchall()}
    for model in map(env.__getitem__, env.registry):
        for index in model._table_objects.values():
            is_ours = isinstance(index, UniqueIndex) and (
                index._module == "serial_dossier" and not model._abstract
            )
            if is_ours and index.full_name(model) not in known:
                yield index.full_name(model)


@tagged("post_install", "-at_install")
class TestWarrantyConcurrency(RaceCase):
    def make_unit(self):
        """Return the id of a coded unit under a policy, committed."""

        def make(env):
            policy = env.ref("serial_dossier.serial_warranty_policy_cn_phone")
            lot = self.make_lots(env, serial_policy_id=policy.id)
            lot.sale_date = date(2026, 2, 2)
            return lot.id

        return self.run_in_transaction(make)

    def test_of_two_who_register_a_unit_at_once_one_does(self):
        lot_id = self.make_unit()

        def register(cause):
            return lambda env: (
                env["serial.warranty"]._stamp([lot_id], cause=cause).cause
            )

        causes = self.race_at(
            SerialWarrantyStartMixin,
            "_insert_starts",
            *map(register, ("repair", "office")),
        )
        self.assertEqual(len(set(causes)), 1, "both see the one that won")
        count = self.run_in_transaction(
            lambda env: env["serial.warranty"].search_count([("lot_id", "=", lot_id)])
        )
        self.assertEqual(count, 1)

    def test_a_fresh_database_has_every_unique_index(self):
        missing = self.run_in_transaction(lambda env: list(find_missing(env)))
        self.assertFalse(missing)

    def test_the_database_refuses_a_second_live_registration(self):
        lot_id = self.make_unit()
        start = {"basis": "sale", "basis_date": date(2026, 2, 2), "months": 12}
        values = {"lot_id": lot_id, "state": "live", "proof": "record", **start}
        self.run_in_transaction(lambda env: env["serial.warranty"].create(values).id)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.registry.cursor() as cr,
        ):
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["serial.warranty"].create(values)
            env.flush_all()
