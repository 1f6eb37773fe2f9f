import base64
import threading
from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged


@tagged("post_install", "-at_install")
class TestImportConcurrency(BaseCase):
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

    def _make_product(self, env):
        scheme = env["serial.scheme"].create({"name": "Raced imports"})
        scheme._get_counter("")
        return (
            env["product.product"]
            .create(
                {
                    "name": "Raced import",
                    "is_storable": True,
                    "tracking": "serial",
                    "serial_scheme_id": scheme.id,
                }
            )
            .id
        )

    def _make_import(self, env, product_id, serials):
        content = "\n".join(["SN", *serials]).encode()
        record = env["serial.import"].create(
            {"product_id": product_id, "file": base64.b64encode(content)}
        )
        return record.id

    def test_one_file_imported_twice_at_once_makes_each_serial_once(self):
        product_id = self._run(self._make_product)
        serials = [f"RACE{product_id}-{number}" for number in range(50)]
        import_ids = [
            self._run(lambda env: self._make_import(env, product_id, serials))
            for _copy in range(2)
        ]
        together = threading.Barrier(2, timeout=30)
        met = set()

        def import_file(import_id):
            def run(env):
                record = env["serial.import"].browse(import_id)
                self.assertEqual(record.state, "draft")  # the snapshot is taken here
                if import_id not in met:
                    met.add(import_id)
                    together.wait()
                record.action_import()
                return record.created_count, record.unchanged_count

            return self._run(run)

        with ThreadPoolExecutor(2) as pool:
            counts = sorted(pool.map(import_file, import_ids))
        self.assertEqual(counts, [(0, 50), (50, 0)])
        found = self._run(
            lambda env: env["stock.lot"].search_count([("product_id", "=", product_id)])
        )
        self.assertEqual(found, 50)
