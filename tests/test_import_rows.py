import base64
import csv
import io
from unittest.mock import patch

from odoo.tests import tagged

from ..models import serial_import_run_mixin
from .test_import import IMEI, IMEI2, IMEI3, ImportCase


@tagged("post_install", "-at_install")
class TestImportRows(ImportCase):
    """What is wrong with a row is told; the others are kept."""

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
