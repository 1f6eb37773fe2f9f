import base64
from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..core import check_digit
from ..core.errors import SerialError
from ..core.factory_reader import Reader
from ..models import serial_import, serial_import_run_mixin
from .test_import import ImportCase


@tagged("post_install", "-at_install")
class TestImportRun(ImportCase):
    """Large files, cancelled and resumed, and who may."""

    # === IN THE BACKGROUND === #

    def _big(self, count):
        return self._csv(["SN", "Line"], *([f"BIG{i:06}", "L1"] for i in range(count)))

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "serial_dossier.ir_cron_serial_import_run"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_a_large_file_is_read_in_the_background(self):
        with patch.object(serial_import, "AT_ONCE", 5):
            record = self._load(self._big(12))
            record.action_import()
        self.assertEqual((record.state, record.done_count), ("running", 0))
        with patch.object(serial_import_run_mixin, "CHUNK", 5):
            self._run_cron()
        self.assertEqual((record.state, record.done_count), ("done", 12))
        self.assertEqual(record.progress, 100)
        lot = self._lot("BIG000011")
        self.assertEqual(lot.event_ids.actor_id, self.user)

    def test_a_cancelled_import_stops_and_resumes_without_gap_or_double(self):
        record = self._load(self._big(9))
        record.sudo().write({"state": "running", "started_at": datetime(2026, 3, 2)})
        with patch.object(serial_import_run_mixin, "CHUNK", 4):
            record._work({})
            record.action_cancel()
            self._run_cron()
            self.assertEqual((record.state, record.done_count), ("cancelled", 4))
            record.action_resume()
            self._run_cron()
        self.assertEqual(record.state, "done")
        self.assertEqual(self._counts(record), {"created": 9})
        lots = self.env["stock.lot"].search([("serial_import_id", "=", record.id)])
        self.assertEqual(len(lots), 9)
        self.assertEqual(set(lots.mapped("event_count")), {2})

    def test_a_repeat_is_found_after_a_resume(self):
        record = self._load(self._csv(["SN"], ["F1"], ["F2"], ["F1"], ["F3"]))
        record.sudo().write({"state": "running", "started_at": datetime(2026, 3, 2)})
        with patch.object(serial_import_run_mixin, "CHUNK", 2):
            record._work({})
            record._work({})  # a new worker: it opens the file again
            record._work({})
        self.assertEqual(self._errors(record), [(4, "SN", "repeated")])

    def test_broken_records_are_reported_apart_and_good_rows_kept(self):
        record = self._load(
            b'SN,Line\nF1,L1\nF98,"L1\nF2,L1\nF97,L\x001\nF96,L,1\nF95,\xff\n'
            b'F3,L1\nF94,"L1'
        )
        self.assertFalse(record.has_file_error)
        record.action_import()
        self.assertEqual(self._counts(record), {"created": 3, "error": 5})
        self.assertEqual(
            [(row, reason) for row, _column, reason in self._errors(record)],
            [
                (3, "bad_row"),
                (5, "control_characters"),
                (6, "too_many_cells"),
                (7, "bad_encoding"),
                (9, "bad_row"),
            ],
        )
        for error in record.error_ids:
            self.assertTrue(error.message)
            self.assertTrue(error.value.startswith("F9"))
        lines = base64.b64decode(record.bad_rows).decode("utf-8-sig").splitlines()
        self.assertEqual(len(lines), 6)
        self.assertIn("quotation mark is missing", lines[1])

    def test_a_large_file_with_a_broken_record_is_read_to_its_end(self):
        good = "".join(f"F{i},L1\n" for i in range(12))
        with (
            patch.object(serial_import, "COUNTED_AT_ONCE", 10),
            patch.object(serial_import, "AT_ONCE", 10),
            patch.object(serial_import_run_mixin, "CHUNK", 4),
        ):
            record = self._load(f'SN,Line\n{good}F98,"L1\nF99,L1\n'.encode())
            record.action_import()
            self._run_cron()
        self.assertEqual(record.state, "done")
        self.assertEqual(self._counts(record), {"created": 13, "error": 1})
        self.assertEqual(record.row_count, 14)

    def test_a_large_file_damaged_inside_fails_with_its_reason(self):
        record = self._load(self._big(12))
        record.sudo().write({"state": "running", "started_at": datetime(2026, 3, 2)})
        with patch.object(Reader, "take", side_effect=SerialError("bad_file")):
            self._run_cron()
        self.assertEqual(record.state, "failed")
        self.assertIn("damaged", record.error)
        with self.assertRaises(UserError):
            record.action_import()

    def test_queries_do_not_grow_with_the_rows(self):
        def queries(count):
            rows = [
                [f"Q{count}-{i}", self._imei(count * 1000 + i), "L1", f"B{count}-{i}"]
                for i in range(count)
            ]
            header = ["SN", "IMEI", "Line", "Component: BAT"]
            record = self._load(self._csv(header, *rows))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            record.action_import()
            self.env.flush_all()
            self.assertEqual(self._counts(record), {"created": count})
            return self.env.cr.sql_log_count - before

        queries(3)
        few, many = queries(5), queries(500)
        self.assertLessEqual(many, few + 3)
        self.assertLess(few, 80)

    def _imei(self, number):
        digits = f"86000000{number:06}"
        return digits + check_digit.luhn(digits)

    # === RIGHTS === #

    def test_an_import_that_began_is_neither_changed_nor_deleted(self):
        record = self._import(["SN"], ["F1"])
        with self.assertRaises(UserError):
            record.product_id = self.battery
        with self.assertRaises(UserError):
            record.unlink()
        with self.assertRaises(UserError):
            record.action_import()
        with self.assertRaises(UserError):
            record.action_resume()
        with self.assertRaises(UserError):
            record.action_cancel()

    def test_only_users_import_and_auditors_read(self):
        for user in (self.stock_user, self.auditor):
            with self.assertRaises(AccessError):
                self._load(self._csv(["SN"], ["F1"]), user=user)
        record = self._load(self._csv(["SN"], ["F1"])).with_user(self.auditor)
        self.assertEqual(record.row_count, 1)
        with self.assertRaises(AccessError):
            record.action_import()
