import psycopg2

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..core import chain


@tagged("post_install", "-at_install")
class TestEvent(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheme = cls.env["serial.scheme"].create({"name": "Random"})
        cls.product = cls.env["product.product"].create(
            {
                "name": "Phone",
                "is_storable": True,
                "tracking": "serial",
                "serial_scheme_id": cls.scheme.id,
            }
        )
        cls.lots = cls.env["stock.lot"].create(
            [{"name": f"E{n}", "product_id": cls.product.id} for n in range(3)]
        )
        cls.lot = cls.lots[0]
        cls.event = cls.env["serial.event"]

    def _refused(self, query, *params):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError) as caught,
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query, params)
        return str(caught.exception)

    def _break(self, query, *params):
        """Change events behind the guard's back, as someone with the database could."""
        self.env.cr.execute("ALTER TABLE serial_event DISABLE TRIGGER USER")
        self.env.cr.execute(query, params or None)
        self.env.cr.execute("ALTER TABLE serial_event ENABLE TRIGGER USER")

    # === STEPS === #

    def test_a_step_moves_the_stage_and_appends_an_event(self):
        moved = self.lots._move_to_stage(
            "produced", "produced", data={"public": {"line": "七"}}
        )
        self.assertEqual(moved, self.lots)
        self.assertEqual(set(self.lots.mapped("stage")), {"produced"})
        newest = self.lot.event_ids[0]
        self.assertEqual((newest.sequence, newest.kind), (2, "produced"))
        self.assertEqual(newest.biz_step, "commissioning")
        self.assertEqual(newest.data, {"public": {"line": "七"}})
        self.assertEqual(newest.prev_hash, self.lot.event_ids[1].hash)

    def test_values_can_differ_by_serial(self):
        self.lots._move_to_stage(
            "produced",
            "produced",
            lot_values={"plant": "SZ"},
            per_lot={self.lot.id: {"plant": "GZ", "event_time": "2026-01-02 03:04:05"}},
        )
        self.assertEqual(self.lots.mapped("plant"), ["GZ", "SZ", "SZ"])
        self.assertEqual(str(self.lot.event_ids[0].event_time), "2026-01-02 03:04:05")

    def test_a_move_that_life_does_not_allow_names_the_serials(self):
        self.lot._move_to_stage("void", "voided")
        with self.assertRaisesRegex(UserError, r"Produced: E0 \(Void\)"):
            self.lots._move_to_stage("produced", "produced")

    def test_without_strictness_only_the_allowed_serials_move(self):
        self.lot._move_to_stage("void", "voided")
        moved = self.lots._move_to_stage("produced", "produced", strict=False)
        self.assertEqual(moved, self.lots[1:])
        self.assertEqual(self.lot.stage, "void")

    def test_queries_of_a_step_do_not_grow_with_the_serials(self):
        more = self.env["stock.lot"].create(
            [{"name": f"M{n}", "product_id": self.product.id} for n in range(200)]
        )
        counts = []
        for lots in (self.lots, more):
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.event._record(lots.ids, "produced", "produced")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_events_cannot_be_created_by_hand(self):
        with self.assertRaises(UserError):
            self.event.create({"lot_id": self.lot.id})

    # === APPEND-ONLY === #

    def test_the_database_refuses_to_change_or_drop_events(self):
        for query in (
            "UPDATE serial_event SET kind = 'sold' WHERE lot_id = %s",
            "DELETE FROM serial_event WHERE lot_id = %s",
        ):
            self.assertIn("append-only", self._refused(query, self.lot.id))
        for table in ("serial_event", "stock_lot"):
            refusal = self._refused(f"TRUNCATE {table} CASCADE")
            self.assertIn("append-only", refusal)

    def test_a_serial_that_left_minted_is_neither_renamed_nor_deleted(self):
        self.lot._move_to_stage("produced", "produced")
        stock_user = new_test_user(self.env, "event_stock", "stock.group_stock_user")
        lot = self.lot.with_user(stock_user)
        for change in ({"name": "NEW"}, {"product_id": self.product.copy().id}):
            with self.assertRaisesRegex(UserError, "left the stage Minted"):
                lot.write(change)
        with self.assertRaisesRegex(UserError, "left the stage Minted"):
            lot.unlink()
        for query in (
            "UPDATE stock_lot SET name = 'NEW' WHERE id = %s",
            "UPDATE stock_lot SET scan_code = 'NEW' WHERE id = %s",
            "DELETE FROM stock_lot WHERE id = %s",
        ):
            self.assertIn("left the stage", self._refused(query, self.lot.id))
        lot.write({"name": lot.name, "note": "seen"})

    def test_a_minted_serial_can_still_be_renamed_and_deleted(self):
        self.lot.name = "RENAMED"
        lots = self.lots[:2]
        events = lots.event_ids
        self.lot.unlink()
        self.assertFalse(self.lot.exists())
        # Its events went along, and no other's.
        self.assertEqual(events.exists(), self.lots[1].event_ids)

    def test_stage_and_code_are_not_writable_by_a_user(self):
        stock_user = new_test_user(self.env, "event_stock", "stock.group_stock_user")
        for change in ({"stage": "activated"}, {"scan_code": "X"}, {"event_count": 0}):
            with self.assertRaises(UserError):
                self.lot.with_user(stock_user).write(change)

    # === CHAIN === #

    def test_the_chain_of_untouched_serials_holds_in_sql_and_in_python(self):
        self.lots._move_to_stage(
            "produced", "produced", data={"public": {"note": 'a "quoted"\n中文'}}
        )
        self.assertEqual(self.event._get_broken_chains(self.lots.ids), [])
        self.env.cr.execute(
            "SELECT *, data::text AS data FROM serial_event "
            "WHERE lot_id = %s ORDER BY sequence",
            (self.lot.id,),
        )
        self.assertIsNone(chain.first_broken(self.env.cr.dictfetchall()))

    def test_a_changed_event_breaks_the_chain_of_its_serial_only(self):
        self.lots._move_to_stage("produced", "produced")
        self._break(
            "UPDATE serial_event SET event_time = '2020-01-01' "
            "WHERE lot_id = %s AND sequence = 1",
            self.lot.id,
        )
        self.assertEqual(self.event._get_broken_chains(self.lots.ids), [self.lot.id])

    def test_a_missing_last_event_breaks_the_chain(self):
        self.lots._move_to_stage("produced", "produced")
        self._break(
            "DELETE FROM serial_event WHERE lot_id = %s AND sequence = 2", self.lot.id
        )
        self.assertEqual(self.event._get_broken_chains(self.lots.ids), [self.lot.id])

    def test_a_rewritten_event_with_a_fresh_hash_still_breaks_the_chain(self):
        self.lots._move_to_stage("produced", "produced")
        self._break(
            SQL(
                "UPDATE serial_event event SET kind = 'sold', hash = %s "
                "WHERE lot_id = %s AND sequence = 1",
                SQL(chain.CHAIN_SQL),
                self.lot.id,
            )
        )
        self.assertEqual(self.event._get_broken_chains(self.lots.ids), [self.lot.id])

    def test_the_button_tells_whether_the_chain_holds(self):
        good = self.lots.action_verify_chain()
        self.assertEqual(good["params"]["type"], "success")
        self._break("DELETE FROM serial_event WHERE lot_id = %s", self.lot.id)
        bad = self.lots.action_verify_chain()
        self.assertEqual(bad["params"]["type"], "danger")
        self.assertIn("E0", bad["params"]["message"])

    def test_a_check_of_all_serials_keeps_its_result(self):
        self._break("DELETE FROM serial_event WHERE lot_id = %s", self.lot.id)
        user = new_test_user(
            self.env, "chain_auditor", "serial_dossier.serial_dossier_group_auditor"
        )
        action = self.env["serial.chain.check"].with_user(user).action_start()
        check = self.env["serial.chain.check"].browse(action["res_id"])
        with self.enter_registry_test_mode():
            self.env.ref(
                "serial_dossier.ir_cron_serial_chain_check"
            ).method_direct_trigger()
        self.assertEqual((check.state, check.progress), ("done", 100))
        self.assertIn(self.lot, check.broken_lot_ids)
        self.assertNotIn(self.lots[1], check.broken_lot_ids)
