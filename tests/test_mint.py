from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..core.code_scheme import Template, is_well_formed
from ..models import serial_mint_mixin


class MintCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "mint_user", "serial_dossier.serial_dossier_group_user"
        )
        cls.scheme = cls.env["serial.scheme"].create({"name": "Random"})
        cls.structured = cls.env["serial.scheme"].create(
            {
                "name": "Structured",
                "kind": "structured",
                "template": "{plant}{line}{yy}{ww}{seq:03}{check}",
            }
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Phone",
                "default_code": "PH1",
                "is_storable": True,
                "tracking": "serial",
                "serial_scheme_id": cls.scheme.id,
            }
        )

    def _mint(self, **values):
        batch = (
            self.env["serial.batch"]
            .with_user(self.user)
            .create({"product_id": self.product.id, "quantity": 10, **values})
        )
        batch.action_mint()
        return batch, self.env["stock.lot"].search([("serial_batch_id", "=", batch.id)])

    def _structured(self, **values):
        return {
            "scheme_id": self.structured.id,
            "plant": "SZ",
            "production_line": "1",
            "production_date": "2026-03-02",
            **values,
        }


@tagged("post_install", "-at_install")
class TestMint(MintCase):
    def test_a_user_mints_serials_with_code_stage_and_event(self):
        batch, lots = self._mint()
        self.assertEqual(batch.state, "done")
        self.assertEqual(len(lots), 10)
        self.assertEqual(set(lots.mapped("stage")), {"minted"})
        self.assertEqual(len(set(lots.mapped("scan_code"))), 10)
        for lot in lots:
            self.assertTrue(is_well_formed(lot.scan_code))
            self.assertEqual(lot.name.replace("-", ""), lot.scan_code)
            self.assertEqual(lot.event_ids.mapped("kind"), ["minted"])
            self.assertEqual(lot.event_ids.document_name, batch.name)
            self.assertEqual(lot.event_ids.actor_id, self.user)

    def test_chains_hold_whatever_the_batch_is_called(self):
        for name in ('"Q"', "back\\slash", "七\n\t\x01", "100 %s"):
            batch, lots = self._mint(name=name)
            self.assertEqual(lots.event_ids.mapped("document_name"), [batch.name] * 10)
            self.assertEqual(self.env["serial.event"]._get_broken_chains(lots.ids), [])

    def test_serials_take_line_and_dates_from_their_batch(self):
        _batch, lots = self._mint(
            plant="SZ", production_line="L7", production_date="2026-03-02"
        )
        self.assertEqual(set(lots.mapped("plant")), {"SZ"})
        self.assertEqual(set(lots.mapped("production_line")), {"L7"})
        self.assertEqual(
            lots.mapped("production_date"), lots[:1].mapped("production_date") * 10
        )

    def test_scheme_comes_from_the_category_when_the_product_names_none(self):
        parent = self.env["product.category"].create(
            {"name": "Electronics", "serial_scheme_id": self.structured.id}
        )
        child = self.env["product.category"].create(
            {"name": "Phones", "parent_id": parent.id}
        )
        self.product.write({"serial_scheme_id": False, "categ_id": child.id})
        batch = self.env["serial.batch"].create({"product_id": self.product.id})
        self.assertEqual(batch.scheme_id, self.structured)

    def test_structured_serials_count_on_and_have_a_separate_random_code(self):
        _batch, first = self._mint(**self._structured())
        _batch, second = self._mint(**self._structured())
        names = sorted((first + second).mapped("name"))
        self.assertEqual(
            [name[:-1] for name in names], [f"SZ12610{n:03}" for n in range(1, 21)]
        )
        self.assertFalse(set(names) & set((first + second).mapped("scan_code")))

    def test_structured_serials_count_anew_for_another_line(self):
        self._mint(**self._structured())
        _batch, lots = self._mint(**self._structured(production_line="2"))
        self.assertTrue(min(lots.mapped("name")).startswith("SZ22610001"))

    def test_a_scheme_too_small_for_the_quantity_is_refused_with_its_room(self):
        with self.assertRaisesRegex(UserError, "room for 999 more"):
            self._mint(**self._structured(quantity=1000))

    def test_a_template_without_plant_value_is_refused_by_name(self):
        with self.assertRaisesRegex(UserError, "plant"):
            self._mint(**self._structured(plant=False))

    def test_a_wrong_template_is_refused_when_saved(self):
        for template in (
            "{plant}",
            "{seq:03}{seq:03}",
            "{what}{seq:03}",
            "{seq:03",
            "",
        ):
            with self.assertRaises(ValidationError, msg=template):
                self.structured.template = template

    def test_a_scheme_that_gave_codes_keeps_its_rule(self):
        self._mint()
        with self.assertRaises(UserError):
            self.scheme.code_length = 16
        with self.assertRaises(UserError):
            self.scheme.unlink()
        self.scheme.name = "Renamed"

    def test_quantity_out_of_range_is_refused(self):
        for quantity in (0, -1, 5_000_001):
            with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                self._mint(quantity=quantity)
            self.assertIn("quantity_range", str(caught.exception))

    def test_a_batch_under_way_can_be_cancelled_and_resumed_without_gap(self):
        self.patch(serial_mint_mixin, "CHUNK", 4)
        batch, lots = self._mint(**self._structured())
        self.assertEqual((batch.state, len(lots)), ("minting", 4))
        self.assertEqual(batch.progress, 40)
        batch.action_cancel()
        self.assertEqual(batch.state, "cancelled")
        batch.action_resume()
        while batch.state == "minting":
            batch._work({})
        lots = self.env["stock.lot"].search([("serial_batch_id", "=", batch.id)])
        self.assertEqual(
            sorted(lot.name[:-1] for lot in lots),
            [f"SZ12610{n:03}" for n in range(1, 11)],
        )

    def test_a_big_batch_leaves_no_index_entries_for_others_to_merge(self):
        def count_pages():
            self.env.cr.execute(
                "SELECT gin_clean_pending_list('stock_lot__name_index'::regclass)"
            )
            return self.env.cr.fetchone()[0]

        self.patch(serial_mint_mixin, "CHUNK", 4)
        self.patch(serial_mint_mixin, "MERGE", 8)
        count_pages()
        batch, _lots = self._mint()
        self.assertGreater(count_pages(), 0, "the first chunk's entries are gathered")
        for minted in (8, 10):
            batch._work({})
            self.assertEqual((batch.minted_count, count_pages()), (minted, 0))

    def test_ids_go_by_the_counter_and_tell_nothing_of_the_codes(self):
        _batch, lots = self._mint(quantity=50)
        codes = lots.sorted("id").mapped("scan_code")
        self.assertEqual(codes, self.scheme._get_permutation().codes(0, 50))
        self.assertEqual(
            lots.event_ids.sorted("id").mapped("lot_id"), lots.sorted("id")
        )

    def test_the_cron_mints_what_is_under_way(self):
        self.patch(serial_mint_mixin, "CHUNK", 4)
        batch, _lots = self._mint()
        cron = self.env.ref("serial_dossier.ir_cron_serial_batch_mint")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual((batch.state, batch.minted_count), ("done", 10))

    def test_numbers_the_product_has_already_stop_the_batch_with_a_message(self):
        self.patch(serial_mint_mixin, "CHUNK", 4)
        batch, lots = self._mint(**self._structured())
        values = self.structured._get_template_values(batch)
        name = Template(self.structured.template).serials(values, 6, 1)[0]
        self.env["stock.lot"].create({"name": name, "product_id": self.product.id})
        with self.enter_registry_test_mode():
            self.env.ref(
                "serial_dossier.ir_cron_serial_batch_mint"
            ).method_direct_trigger()
        self.assertEqual(batch.state, "failed")
        self.assertIn(name, batch.error)
        self.assertEqual(len(lots), 4)

    def test_queries_of_a_chunk_do_not_grow_with_it(self):
        counts = []
        for quantity in (10, 500):
            batch = self.env["serial.batch"].create(
                {"product_id": self.product.id, "quantity": quantity}
            )
            batch._reserve()
            self.env.flush_all()
            before = self.cr.sql_log_count
            batch._work({})
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_nobody_reads_the_secret_and_only_managers_see_codes_to_come(self):
        manager = new_test_user(
            self.env, "mint_manager", "serial_dossier.serial_dossier_group_manager"
        )
        with self.assertRaises(AccessError):
            self.scheme.with_user(manager).read(["secret"])
        with self.assertRaises(AccessError):
            self.scheme.with_user(self.user).read(["preview"])
        _batch, lots = self._mint(quantity=1)
        preview = self.scheme.with_user(manager).preview.split("\n")
        self.assertNotIn(lots.name, preview)
        _batch, lots = self._mint(quantity=5)
        self.assertEqual(preview, lots.sorted("id").mapped("name"))

    def test_two_schemes_give_different_codes_for_the_same_numbers(self):
        other = self.env["serial.scheme"].create({"name": "Other"})
        mine = set(self.scheme._get_permutation().codes(0, 100))
        self.assertFalse(mine & set(other._get_permutation().codes(0, 100)))

    def test_every_guard_exists_in_the_database_after_install(self):
        self.assertEqual(self.env["serial.guard"]._get_missing(), [])
        self.env.cr.execute("DROP INDEX stock_lot_scan_code_uniq")
        self.assertEqual(
            self.env["serial.guard"]._get_missing(), ["stock_lot_scan_code_uniq"]
        )

    def test_the_batch_shows_its_serials(self):
        batch, lots = self._mint()
        action = batch.action_view_serials()
        self.assertEqual(self.env["stock.lot"].search(action["domain"]), lots)

    def test_a_batch_that_began_is_neither_changed_nor_deleted(self):
        batch, _lots = self._mint()
        with self.assertRaises(UserError):
            batch.quantity = 20
        with self.assertRaises(UserError):
            batch.unlink()
        draft = batch.copy()
        self.assertEqual((draft.state, draft.minted_count), ("draft", 0))
        draft.unlink()
