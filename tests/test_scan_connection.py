from threading import Thread
from unittest.mock import patch

import psycopg2

from odoo import api
from odoo.tests import BaseCase, TransactionCase, tagged

from ..models import kept_connection

CODE = "KEPTCONNECTN2"
STATEMENT = "SELECT %(number)s::integer AS number, pg_backend_pid() AS pid"
VISIT = {"ip": "113.108.1.77", "user_agent": "Mozilla", "languages": [], "lang": None}


class KeptCase(BaseCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(kept_connection, "_idle", []))
        self.addCleanup(lambda: [kept.close() for kept in kept_connection._idle])

    def kept(self):
        return kept_connection._idle


@tagged("post_install", "-at_install")
class TestKeptConnection(KeptCase, TransactionCase):
    def fetch(self, number=1, statement=STATEMENT):
        values = {"number": number}
        return kept_connection.fetch_one(self.env.cr.dbname, statement, values)

    def prepared(self):
        return self.fetch(0, "SELECT count(*) AS count FROM pg_prepared_statements")

    def test_one_connection_serves_all_and_prepares_once(self):
        first, second = self.fetch(1), self.fetch(2)
        self.assertEqual(first["pid"], second["pid"])
        self.assertEqual((first["number"], second["number"]), (1, 2))
        self.assertEqual(self.prepared()["count"], 2)
        self.assertEqual(len(self.kept()), 1)

    def test_a_parameter_is_named_as_often_as_one_likes(self):
        query = "SELECT %(number)s::integer AS a, 2 * %(number)s AS b"
        self.assertEqual(self.fetch(7, query), {"a": 7, "b": 14})

    def test_a_connection_that_fails_is_thrown_away(self):
        self.fetch()
        pid = self.fetch()["pid"]
        self.env.cr.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with self.assertRaises(psycopg2.Error):
            self.fetch()
        self.assertFalse(self.kept())
        self.assertNotEqual(self.fetch()["pid"], pid)

    def test_threads_share_no_connection(self):
        pids = []
        slow = "SELECT pg_backend_pid() AS pid, pg_sleep(0.2)"
        threads = [
            Thread(target=lambda: pids.append(self.fetch(statement=slow)["pid"]))
            for _number in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(set(pids)), 3)

    def test_few_stay_and_none_for_long(self):
        with patch.object(kept_connection, "MAX_IDLE", 0):
            self.fetch()
        self.assertFalse(self.kept())
        self.fetch()
        old = self.kept()[0]
        old.place = "another", False
        old.used_at -= kept_connection.IDLE_SECONDS + 1
        self.fetch()
        self.assertNotIn(old, self.kept())
        self.assertTrue(old._connection.closed)


@tagged("post_install", "-at_install")
class TestScanConnection(KeptCase, TransactionCase):
    """Views outside of the test's transaction are logged for good: tidied up."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._forget)

    def _forget(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM serial_scan WHERE code = %s", [CODE])

    def look(self, cr):
        """Return the page of the code, as a request's cursor gets it."""
        env = api.Environment(cr, self.env.ref("base.public_user").id, {})
        return env["serial.page"]._get_unit_page(CODE, dict(VISIT))

    def logged(self):
        with self.registry.cursor() as cr:
            cr.execute("SELECT is_repeat FROM serial_scan WHERE code = %s", [CODE])
            return sorted(row[0] for row in cr.fetchall())

    def test_a_view_is_logged_by_the_connection_that_keeps_its_plans(self):
        with self.registry.cursor() as cr:
            cr.execute("SELECT 1")
            self.look(cr)  # fills the caches
            cr.rollback()
            count = cr.sql_log_count
            for _view in range(2):
                self.assertIn("Code not found", self.look(cr))
            self.assertEqual(cr.sql_log_count, count)
        self.assertEqual(len(self.kept()), 1)
        self.assertEqual(self.logged(), [False, True])

    def test_a_transaction_that_began_logs_by_itself(self):
        with self.registry.cursor() as cr:
            cr.execute("SELECT 1")
            self.look(cr)
            cr.rollback()
        self.assertFalse(self.logged())

    def test_a_replica_has_the_primary_log(self):
        with self.registry.cursor() as cr:
            cr.connection.set_session(readonly=True)
            self.assertIn("Code not found", self.look(cr))
            cr.rollback()
            cr.connection.set_session(readonly=False)
        self.assertEqual(self.logged(), [False])

    def test_the_page_does_without_a_connection_of_its_own(self):
        refused = psycopg2.OperationalError("too many clients")
        for readonly, rows in ((False, 1), (True, 2)):
            with (
                self.registry.cursor() as cr,
                patch.object(kept_connection, "fetch_one", side_effect=refused),
            ):
                cr.connection.set_session(readonly=readonly)
                self.assertIn("Code not found", self.look(cr))
                cr._cnx.commit()
                cr.connection.set_session(readonly=False)
            self.assertEqual(len(self.logged()), rows)
