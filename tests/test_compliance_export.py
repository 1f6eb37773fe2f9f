import csv
import io
import json
import zipfile
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.pdf import PdfReader

from ..core import audit_file
from .common import NOW
from .covering import CoverageCase


@tagged("post_install", "-at_install")
class TestComplianceExport(CoverageCase):
    """Files for regulators and auditors: complete, checked, never half-written."""

    def make(self, kind, user=None, **values):
        """Write a file as a user does; return the export."""
        start = self.env["serial.compliance.export.start"].with_user(user or self.user)
        values = {"date_from": False, "date_to": False, **values}
        action = start.create({"kind": kind, **values}).action_start()
        return self.env[action["res_model"]].browse(action["res_id"])

    def run_cron(self):
        exports = self.env["serial.compliance.export"]
        # Outside of a cron, progress would be committed.
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 1
        ):
            exports._cron_run()

    def in_parts_of(self, count):
        return patch.object(type(self.env["serial.compliance.export"]), "_chunk", count)

    def rows_of(self, export):
        text = export.file_id.raw.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    # === REGULATOR === #

    def test_a_regulators_file_lists_every_unit_that_left(self):
        lots = self.ship(3)
        self.deliver(self.cables(2), self.consumer)
        export = self.make("regulator_csv", compliance_id=self.duty.id)
        self.assertEqual((export.state, export.unit_count), ("done", 5))
        self.assertEqual(export.uncoded_count, 2)
        head, *rows = self.rows_of(export)
        self.assertEqual(head[6], "Serial Number")
        self.assertEqual({row[6] for row in rows}, {*lots.mapped("name"), "C0", "C1"})
        uncoded = [row for row in rows if row[11] == "No"]
        self.assertEqual({row[6] for row in uncoded}, {"C0", "C1"})
        self.assertEqual(uncoded[0][12], "It bears no code.")

    def test_consumers_stay_unnamed(self):
        self.deliver(self.cables(1), self.consumer)
        self.ship(1)
        export = self.make("regulator_csv", compliance_id=self.duty.id)
        names = [row[2] for row in self.rows_of(export)[1:]]
        self.assertEqual(sorted(names), ["", "Yuexiu"])
        self.assertNotIn(b"A Consumer", export.file_id.raw)

    def test_json_holds_the_same_with_totals_and_what_is_missing(self):
        self.duty.identifier_rule = "fmd"
        self.product.barcode = "6901234567892"
        lots = self.ship(2)
        lots[0].expiry_date = "2027-01-31"
        with self.in_parts_of(1):
            export = self.make("regulator_json", compliance_id=self.duty.id)
            self.run_cron()
        document = json.loads(export.file_id.raw)
        self.assertEqual(document["unit_count"], 2)
        self.assertEqual(document["category"]["name"], "Electronics")
        missing = {unit["serial"]: unit["missing"] for unit in document["units"]}
        self.assertEqual(missing, {lots[0].name: [], lots[1].name: ["expiry_missing"]})

    def test_a_file_names_the_period_it_is_of(self):
        self.ship(1)
        day = NOW.date()
        for values, count in (
            ({"date_from": day, "date_to": day}, 1),
            ({"date_from": "2026-03-03"}, 0),
            ({"date_to": "2026-03-01"}, 0),
        ):
            export = self.make("regulator_json", compliance_id=self.duty.id, **values)
            self.assertEqual(export.unit_count, count, values)
            self.assertEqual(len(json.loads(export.file_id.raw)["units"]), count)

    def test_a_regulators_file_needs_a_category(self):
        with self.assertRaises(ValidationError):
            self.make("regulator_csv")

    # === BACKGROUND === #

    def test_parts_written_one_by_one_make_the_same_file(self):
        self.ship(7)
        whole = self.make("regulator_csv", compliance_id=self.duty.id)
        with self.in_parts_of(3):
            export = self.make("regulator_csv", compliance_id=self.duty.id)
            self.assertEqual(export.state, "running")
            self.assertLess(export.done_count, 7)
            with self.assertRaises(UserError):
                export.with_user(self.user).action_download()
            self.run_cron()
        self.assertEqual(export.state, "done")
        self.assertEqual(export.file_id.raw, whole.file_id.raw)
        self.assertEqual(export.sha256, whole.sha256)
        self.assertFalse(export._get_parts())

    def test_an_export_that_failed_goes_on_where_it_stopped(self):
        self.ship(7)
        whole = self.make("regulator_csv", compliance_id=self.duty.id)
        with self.in_parts_of(3):
            export = self.make("regulator_csv", compliance_id=self.duty.id)
            with patch.object(
                type(export), "_write_regulator_part", side_effect=UserError("no")
            ):
                self.run_cron()
            self.assertEqual((export.state, export.error), ("failed", "no"))
            export.with_user(self.user).action_resume()
            self.run_cron()
        self.assertEqual((export.state, export.error), ("done", False))
        self.assertEqual(export.sha256, whole.sha256)

    def test_a_cancelled_export_leaves_no_parts(self):
        self.ship(3)
        with self.in_parts_of(1):
            export = self.make("audit")
            self.assertTrue(export._get_parts())
            export.with_user(self.user).action_cancel()
            self.run_cron()
        self.assertEqual((export.state, export.done_count), ("cancelled", 1))
        with self.assertRaises(UserError):
            export.with_user(self.user).action_resume()
        self.assertFalse(export._get_parts() or export.file_id)

    # === AUDITOR === #

    def check(self, export):
        archive = zipfile.ZipFile(io.BytesIO(export.file_id.raw))
        return audit_file.verify(archive.namelist(), archive.read)

    def test_an_auditor_exports_one_unit_and_checks_it_offline(self):
        lot = self.ship(2)[0]
        export = self.make("audit", self.auditor, lot_id=lot.id)
        report = self.check(export)
        self.assertTrue(report.holds, report.findings)
        self.assertEqual((report.units, report.events), (1, lot.event_count))
        self.assertEqual(report.manifest["about"], lot.name)

    def test_a_period_holds_the_whole_chains_of_what_happened_in_it(self):
        lots = self.ship(5)
        others = self.mint(2, self.product)
        with self.in_parts_of(3):
            export = self.make("audit", self.auditor, date_from=NOW, date_to=NOW)
            self.run_cron()
        report = self.check(export)
        self.assertTrue(report.holds, report.findings)
        made = lots | others
        self.assertGreaterEqual(report.units, len(made))
        self.assertEqual(report.units, export.unit_count)
        self.assertGreaterEqual(report.parts, 3)
        later = self.make(
            "audit", self.auditor, date_from="2031-01-01", date_to="2031-01-02"
        )
        self.assertEqual(self.check(later).units, 0)

    def test_what_somebody_changed_past_the_application_is_told(self):
        lots = self.ship(2)
        self.env.cr.execute("ALTER TABLE serial_event DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE serial_event SET disposition = 'stolen' "
            "WHERE lot_id = %s AND sequence = 2",
            [lots[0].id],
        )
        self.env.cr.execute("ALTER TABLE serial_event ENABLE TRIGGER USER")
        export = self.make("audit", product_id=self.product.id)
        self.assertEqual(export.broken_count, 1)
        report = self.check(export)
        self.assertEqual(
            [found.reason for found in report.findings],
            ["told_broken", "event_changed"],
        )

    # === COVERAGE === #

    def text_of(self, export):
        pages = PdfReader(io.BytesIO(export.file_id.raw)).pages
        return "".join(page.extract_text() for page in pages)

    def test_the_coverage_report_names_what_left_without_a_code(self):
        self.ship(3)
        picking = self.deliver(self.cables(1), self.distributor)
        self.deliver(self.cables(1, "D"), self.consumer)
        text = self.text_of(self.make("coverage", self.auditor))
        self.assertIn("2 of 5 units left without a code.", text)
        self.assertIn(picking.name, text)
        self.assertIn("60.00 %", text)
        self.assertNotIn("A Consumer", text)

    def test_the_coverage_report_of_a_period_counts_its_days(self):
        self.ship(3)
        export = self.make("coverage", date_from=NOW, date_to=NOW)
        self.assertEqual(export.unit_count, 3)
        self.assertIn("Every one of 3 units bore a code.", self.text_of(export))
        export = self.make("coverage", date_from="2026-03-03")
        self.assertIn("No unit of a coded category left", self.text_of(export))

    # === RIGHTS === #

    def test_only_users_and_auditors_of_the_company_write_and_read_files(self):
        export = self.make("audit")
        with self.assertRaises(AccessError):
            self.make("audit", self.stock_user)
        with self.assertRaises(AccessError):
            self.env["serial.compliance.export"].with_user(self.sales_user)._start(
                {"kind": "audit"}
            )
        file = export.file_id
        self.assertTrue(file.with_user(self.auditor).read(["name"]))
        with self.assertRaises(AccessError):
            file.with_user(self.stock_user).read(["name"])
        other = self.env["res.company"].create({"name": "Another"})
        export.company_id = other
        with self.assertRaises(AccessError):
            file.with_user(self.auditor).read(["name"])
