import base64
import csv
import io
from datetime import date, datetime

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SerialCase

IMEI, IMEI2, IMEI3 = "490154203237518", "356868000041418", "352099001761481"
HEADER = ["SN", "IMEI", "IMEI2", "Line", "Machine", "Date", "Component: BAT"]


class ImportCase(SerialCase):
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


@tagged("post_install", "-at_install")
class TestImport(ImportCase):
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
