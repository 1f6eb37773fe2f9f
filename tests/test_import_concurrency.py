import base64

from odoo.tests import tagged

from .racing import RaceCase


@tagged("post_install", "-at_install")
class TestImportConcurrency(RaceCase):
    def _make_product(self, env):
        product = self.make_product(env)
        product.serial_scheme_id._get_counter("")
        return product.id

    def _make_import(self, env, product_id, serials):
        content = "\n".join(["SN", *serials]).encode()
        record = env["serial.import"].create(
            {"product_id": product_id, "file": base64.b64encode(content)}
        )
        return record.id

    def test_one_file_imported_twice_at_once_makes_each_serial_once(self):
        product_id = self.run_in_transaction(self._make_product)
        serials = [f"RACE{product_id}-{number}" for number in range(50)]
        import_ids = [
            self.run_in_transaction(
                lambda env: self._make_import(env, product_id, serials)
            )
            for _copy in range(2)
        ]

        def import_file(import_id):
            def run(env):
                record = env["serial.import"].browse(import_id)
                record.action_import()
                return record.created_count, record.unchanged_count

            return run

        counts = sorted(self.race(*map(import_file, import_ids)))
        self.assertEqual(counts, [(0, 50), (50, 0)])
        found = self.run_in_transaction(
            lambda env: env["stock.lot"].search_count([("product_id", "=", product_id)])
        )
        self.assertEqual(found, 50)
