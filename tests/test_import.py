import base64
import csv
import io
from datetime import date, datetime
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..core import check_digit
from ..core.errors import SerialError
from ..core.factory_reader import Reader
from ..models import serial_import, serial_import_run_mixin
from .common import SerialCase

IMEI, IMEI2, IMEI3 = "490154203237518", "356868000041418", "352099001761481"
HEADER = ["SN", "IMEI", "IMEI2", "Line", "Machine", "Date", "Component: BAT"]


@tagged("post_install", "-at_install")
class TestImport(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(cls.freeze_time)
        cls.product.default_code = "PH1"
        cls.battery = cls._create_product("Battery", default_code="BAT")

    # === HOW FILES COME === #

    def _csv(self, *rows, encoding="utf-8"):
        stream = io.StringIO()
        csv.writer(stream).writerows(rows)
        return stream.getvalue().encode(encoding)

    def _xlsx(self, *rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def _load(self, content, user=None, **values):
        """Return an import, not yet run, of a file's content."""
        return (
            self.env["serial.import"]
            .with_user(user or self.user)
            .create(
                {
                    "product_id": self.product.id,
                    "file": base64.b64encode(content),
                    "filename": "plant7.csv",
                    **values,
                }
            )
        )

    def _import(self, *rows, **values):
        record = self._load(self._csv(*rows), **values)
        record.action_import()
        return record

    def _lot(self, name, product=None):
        return self.env["stock.lot"].search(
            [("name", "=", name), ("product_id", "=", (product or self.product).id)]
        )

    def _counts(self, record):
        return {
            name: record[f"{name}_count"]
            for name in ("created", "claimed", "updated", "unchanged", "error")
            if record[f"{name}_count"]
        }

    def _errors(self, record):
        return [(error.row, error.column, error.reason) for error in record.error_ids]

    # === GOOD ROWS === #

    def test_a_serial_not_known_before_is_taken_over_with_all_its_data(self):
        row = ["F100", IMEI, IMEI2, "L1", "M7", "2026-03-01 08:30", "B1;B2"]
        record = self._import(HEADER, row)
        self.assertEqual(record.state, "done")
        self.assertEqual(self._counts(record), {"created": 1})
        lot = self._lot("F100")
        self.assertEqual((lot.imei, lot.imei2), (IMEI, IMEI2))
        self.assertEqual((lot.production_line, lot.machine), ("L1", "M7"))
        self.assertEqual(lot.production_date, date(2026, 3, 1))
        self.assertEqual((lot.stage, len(lot.scan_code)), ("produced", 13))
        self.assertNotIn("F100", lot.scan_code)
        self.assertEqual(self.kinds_of(lot), ["adopted", "produced"])
        event = lot.event_ids.sorted("sequence")[-1]
        self.assertEqual(event.event_time, datetime(2026, 3, 1, 0, 30))  # +08:00
        self.assertEqual(event.actor_id, self.user)
        self.assertEqual(event.document_name, record.name)
        self.assertEqual(lot.part_ids.mapped("name"), ["B1", "B2"])
        self.assertEqual(lot.part_ids.product_id, self.battery)
        self.assertFalse(self.env["serial.event"]._get_broken_chains(lot.ids))

    def test_identifiers_stay_out_of_the_events(self):
        self._import(["SN", "IMEI"], ["F100", IMEI])
        for event in self._lot("F100").event_ids:
            self.assertNotIn(IMEI, str(event.data))

    def test_a_code_minted_before_is_claimed_however_it_is_written(self):
        lots = self.mint(3)
        names = [lots[0].name, lots[1].scan_code, lots[2].name.lower()]
        record = self._import(["SN", "Line"], *([name, "L1"] for name in names))
        self.assertEqual(self._counts(record), {"claimed": 3})
        self.assertEqual(set(lots.mapped("stage")), {"produced"})
        self.assertEqual(set(lots.mapped("production_line")), {"L1"})
        for lot in lots:
            self.assertEqual(self.kinds_of(lot), ["minted", "produced"])

    def test_a_minted_code_needs_no_product_in_its_row(self):
        lot = self.mint()
        record = self._import(["SN"], [lot.name], product_id=False)
        self.assertEqual(self._counts(record), {"claimed": 1})

    def test_a_serial_of_a_coded_product_without_code_is_coded_and_produced(self):
        lot = self.env["stock.lot"].create(
            {"name": "OLD1", "product_id": self.uncoded_product.id}
        )
        self.assertFalse(lot.scan_code)
        self.uncoded_product.serial_scheme_id = self.scheme
        record = self._import(["SN"], ["OLD1"], product_id=self.uncoded_product.id)
        self.assertEqual(self._counts(record), {"claimed": 1})
        self.assertTrue(lot.scan_code)
        self.assertEqual(lot.stage, "produced")

    def test_products_are_found_by_reference_barcode_or_name(self):
        self.battery.write(
            {"barcode": "6901234567892", "serial_scheme_id": self.scheme.id}
        )
        rows = [["A1", "PH1"], ["A2", "6901234567892"], ["A3", "Battery"]]
        record = self._import(["SN", "Product"], *rows, product_id=False)
        self.assertEqual(self._counts(record), {"created": 3})
        self.assertTrue(self._lot("A1"))
        self.assertTrue(self._lot("A2", self.battery))
        self.assertTrue(self._lot("A3", self.battery))

    def test_a_component_that_is_a_serial_of_its_own_is_linked(self):
        component = self.env["stock.lot"].create(
            {"name": "B1", "product_id": self.battery.id}
        )
        self._import(["SN", "Component: BAT"], ["F100", "B1"])
        self.assertEqual(self._lot("F100").part_ids.component_lot_id, component)

    # === FILES AS FACTORIES SEND THEM === #

    def test_chinese_headers_in_gb18030_are_read(self):
        content = self._csv(
            ["序列号", "串号", "产线", "生产日期"],
            ["F100", IMEI, "一线", "2026年3月1日"],
            encoding="gb18030",
        )
        record = self._load(content)
        record.action_import()
        self.assertEqual(self._lot("F100").production_line, "一线")
        self.assertEqual(self._lot("F100").production_date, date(2026, 3, 1))

    def test_an_imei_in_a_number_cell_of_a_workbook_is_read_in_full(self):
        content = self._xlsx(
            ["SN", "IMEI", "IMEI2", "Date"],
            ["F100", float(IMEI), int(IMEI2), datetime(2026, 3, 1)],
            ["F101", 4.9015420323751e20, None, None],
        )
        record = self._load(content, filename="plant7.xlsx")
        record.action_import()
        self.assertEqual(self._lot("F100").imei, IMEI)
        self.assertEqual(self._lot("F100").imei2, IMEI2)
        self.assertEqual(self._errors(record), [(3, "IMEI", "rounded_number")])

    def test_a_file_tells_before_the_import_what_will_be_read(self):
        record = self._load(self._csv(["SN", "Colour"], ["A1", "red"], ["A2", "blue"]))
        self.assertEqual(record.row_count, 2)
        self.assertIn("Serial number", record.file_summary)
        self.assertIn("Colour", record.file_summary)
        self.assertFalse(self._lot("A1"))

    def test_wrong_columns_are_named_with_those_expected(self):
        record = self._load(self._csv(["Colour", "Weight"], ["red", "3"]))
        self.assertTrue(record.has_file_error)
        with self.assertRaisesRegex(
            UserError, "Colour, Weight.*Serial number, IMEI, IMEI 2"
        ):
            record.action_import()

    def test_a_header_with_markup_is_shown_as_text(self):
        record = self._load(self._csv(["SN", "<script>alert(1)</script>"], ["A1", ""]))
        self.assertNotIn("<script>", record.file_summary)

    def test_what_is_no_file_of_rows_is_refused(self):
        for content in (b"\n", b"\x89PNG\0", b"PK\x03\x04broken"):
            with self.assertRaises(UserError):
                self._load(content).action_import()
        with self.assertRaisesRegex(UserError, "Choose a file"):
            self._load(b"").action_import()

    # === AGAIN AND AGAIN === #

    def test_the_same_file_again_changes_nothing(self):
        rows = [HEADER, ["F100", IMEI, IMEI2, "L1", "M7", "2026-03-01", "B1"]]
        self._import(*rows)
        lot = self._lot("F100")
        before = lot.event_count
        record = self._import(*rows)
        self.assertEqual(self._counts(record), {"unchanged": 1})
        self.assertEqual(lot.event_count, before)
        self.assertEqual(len(lot.part_ids), 1)

    def test_another_date_or_line_updates_and_is_recorded(self):
        self._import(["SN", "Line", "Date"], ["F100", "L1", "2026-02-01"])
        record = self._import(["SN", "Line", "Date"], ["F100", "L2", "2026-02-03"])
        lot = self._lot("F100")
        self.assertEqual(self._counts(record), {"updated": 1})
        self.assertEqual(lot.production_line, "L2")
        self.assertEqual(lot.production_date, date(2026, 2, 3))
        self.assertEqual(self.kinds_of(lot), ["adopted", "produced", "imported"])
        self.assertFalse(self.env["serial.event"]._get_broken_chains(lot.ids))

    def test_an_empty_cell_erases_nothing(self):
        self._import(["SN", "Line", "IMEI"], ["F100", "L1", IMEI])
        record = self._import(["SN", "Line", "IMEI"], ["F100", "", ""])
        self.assertEqual(self._counts(record), {"unchanged": 1})
        self.assertEqual(self._lot("F100").production_line, "L1")

    def test_an_update_of_one_column_keeps_the_others(self):
        self._import(["SN", "Line", "IMEI"], ["F1", "L1", IMEI], ["F2", "L1", IMEI2])
        record = self._import(
            ["SN", "Line", "Machine"], ["F1", "L9", ""], ["F2", "", "M1"]
        )
        self.assertEqual(self._counts(record), {"updated": 2})
        self.assertEqual(self._lot("F1").mapped("imei"), [IMEI])
        self.assertEqual(self._lot("F1").production_line, "L9")
        self.assertEqual(self._lot("F2").production_line, "L1")
        self.assertEqual(self._lot("F2").machine, "M1")

    def test_a_shipped_unit_keeps_its_stage_when_its_data_come_late(self):
        lot = self.ship()
        record = self._import(["SN", "Line"], [lot.name, "L1"])
        self.assertEqual(self._counts(record), {"updated": 1})
        self.assertEqual((lot.stage, lot.production_line), ("shipped", "L1"))

    # === BAD ROWS === #

    def test_good_rows_are_kept_whatever_the_others_are(self):
        rows = [
            ["F1", IMEI, "2026-03-01"],
            ["F2", "490154203237519", "2026-03-01"],
            ["F3", "", "2026-03-03"],
            ["", IMEI2, ""],
            ["F" * 10_000, "", ""],
            ["序列号", "", ""],
            ["F4", "", "01/02/2026"],
            ["F5", "", ""],
        ]
        record = self._import(["SN", "IMEI", "Date"], *rows)
        self.assertEqual(record.state, "done")
        self.assertEqual(self._counts(record), {"created": 2, "error": 6})
        self.assertEqual(
            self._errors(record),
            [
                (3, "IMEI", "bad_check_digit"),
                (4, "Date", "future_date"),
                (5, "SN", "missing_serial"),
                (6, "SN", "too_long"),
                (7, "SN", "bad_characters"),
                (8, "Date", "bad_date"),
            ],
        )
        self.assertTrue(all(record.error_ids.mapped("message")))
        self.assertFalse(self._lot("F2"))

    def test_repeats_within_a_file_are_found_across_both_imei_columns(self):
        lot = self.mint()
        rows = [
            ["F1", IMEI, ""],
            ["F1", "", ""],
            ["F2", "", IMEI],
            [lot.name, "", ""],
            [lot.scan_code, "", ""],
            ["F3", IMEI2, IMEI2],
        ]
        record = self._import(["SN", "IMEI", "IMEI2"], *rows)
        self.assertEqual(
            self._errors(record),
            [
                (3, "SN", "repeated"),
                (4, "IMEI2", "repeated"),
                (6, "SN", "repeated"),
                (7, "IMEI2", "same_imei"),
            ],
        )
        self.assertEqual(self._counts(record), {"created": 1, "claimed": 1, "error": 4})

    def test_repeats_are_found_from_chunk_to_chunk(self):
        rows = [["F1", IMEI], ["F2", ""], ["F1", ""], ["F3", IMEI]]
        with patch.object(serial_import_run_mixin, "CHUNK", 2):
            record = self._import(["SN", "IMEI"], *rows)
        self.assertEqual(
            self._errors(record), [(4, "SN", "repeated"), (5, "IMEI", "taken")]
        )
        self.assertEqual(record.done_count, 4)

    def test_numbers_of_other_serials_are_refused_in_either_column(self):
        self._import(["SN", "IMEI", "IMEI2"], ["F1", IMEI, IMEI2])
        record = self._import(
            ["SN", "IMEI", "IMEI2"],
            ["F2", IMEI2, ""],
            ["F3", "", IMEI],
            ["F4", IMEI3, ""],
        )
        self.assertEqual(
            self._errors(record), [(2, "IMEI", "taken"), (3, "IMEI2", "taken")]
        )
        self.assertIn("F1", record.error_ids[0].message)
        self.assertEqual(self._counts(record), {"created": 1, "error": 2})

    def test_another_imei_than_the_known_one_is_a_conflict(self):
        self._import(["SN", "IMEI"], ["F1", IMEI])
        record = self._import(["SN", "IMEI"], ["F1", IMEI2])
        self.assertEqual(self._errors(record), [(2, "IMEI", "conflict")])
        self.assertEqual(self._lot("F1").imei, IMEI)

    def test_a_component_sits_in_one_unit_only(self):
        self._import(["SN", "Component: BAT"], ["F1", "B1"])
        record = self._import(["SN", "Component: BAT"], ["F2", "B1"], ["F3", "B2"])
        self.assertEqual(self._errors(record), [(2, "Component: BAT", "taken")])
        self.assertEqual(self._lot("F3").part_ids.mapped("name"), ["B2"])

    def test_rows_whose_product_is_unclear_are_refused(self):
        self._create_product("Twin", default_code="TWIN")
        self._create_product("Twin", default_code="TWIN")
        self.env["product.product"].create({"name": "Rope", "default_code": "ROPE"})
        rows = [
            ["A1", "NONE"],
            ["A2", "TWIN"],
            ["A3", "BAT"],
            ["A4", ""],
            ["A5", "ROPE"],
        ]
        record = self._import(["SN", "Product"], *rows, product_id=False)
        self.assertEqual(
            [error.reason for error in record.error_ids],
            [
                "unknown_product",
                "ambiguous_product",
                "product_not_coded",
                "missing_product",
                "product_not_serial",
            ],
        )
        self.assertIn("Battery", record.error_ids[2].message)

    def test_a_minted_code_of_another_product_is_refused(self):
        lot = self.mint()
        self.battery.serial_scheme_id = self.scheme
        record = self._import(["SN", "Product"], [lot.name, "BAT"])
        self.assertEqual(self._errors(record), [(2, "SN", "other_product")])
        self.assertEqual(lot.stage, "minted")

    def test_a_serial_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Sister"})
        self.env["stock.lot"].create(
            {"name": "F1", "product_id": self.product.id, "company_id": company.id}
        )
        record = self._import(["SN"], ["F1"])
        self.assertEqual(self._errors(record), [(2, "SN", "other_company")])

    def test_a_void_code_is_not_produced(self):
        lot = self.mint()
        lot._move_to_stage("void", "voided")
        record = self._import(["SN"], [lot.name])
        self.assertEqual(self._errors(record), [(2, "", "life_ended")])
        self.assertIn("Void", record.error_ids.message)

    def test_control_characters_do_no_harm(self):
        content = "SN\tLine\nF1\tL\x001\n".encode("utf-16")
        record = self._load(content)
        record.action_import()
        self.assertEqual(self._errors(record), [(2, "", "control_characters")])

    def test_bad_rows_come_back_as_a_file_that_can_be_corrected(self):
        rows = [["F1", IMEI, "x"], ["F2", "=1+1", "y"], ["F3", "12", "z"]]
        record = self._import(["SN", "IMEI", "Colour"], *rows)
        content = base64.b64decode(record.bad_rows)
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        self.assertEqual(lines[0], ["SN", "IMEI", "Colour", "Reason"])
        self.assertEqual(lines[1][:3], ["F2", "'=1+1", "y"])
        self.assertEqual(lines[2][:3], ["F3", "12", "z"])
        self.assertIn("IMEI: ", lines[2][3])
        corrected = content.replace(b"'=1+1", IMEI2.encode()).replace(b",12,", b",,")
        again = self._load(corrected)
        again.action_import()
        self.assertEqual(self._counts(again), {"created": 2})

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
        record.write({"state": "running", "started_at": datetime(2026, 3, 2)})
        with patch.object(serial_import_run_mixin, "CHUNK", 4):
            record._run_next({})
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
        record.write({"state": "running", "started_at": datetime(2026, 3, 2)})
        with patch.object(serial_import_run_mixin, "CHUNK", 2):
            record._run_next({})
            record._run_next({})  # a new worker: it opens the file again
            record._run_next({})
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
        record.write({"state": "running", "started_at": datetime(2026, 3, 2)})
        with patch.object(Reader, "take", side_effect=SerialError("bad_file")):
            self._run_cron()
        self.assertEqual(record.state, "failed")
        self.assertIn("damaged", record.file_summary)
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
