import json
import os
from pathlib import Path
from unittest import skipUnless
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import serial_epcis_export_run_mixin as run
from .common import NOW
from .test_epcis_out import EpcisCase

try:
    import jsonschema
except ImportError:
    jsonschema = None

USUAL = Path(__file__).resolve().parents[2] / "shared" / "vectors"
VECTORS = Path(os.environ.get("SERIAL_DOSSIER_VECTORS") or USUAL)
SCHEMA = VECTORS / "epcis" / "EPCIS-JSON-Schema.json"


@tagged("post_install", "-at_install")
class TestEpcisExport(EpcisCase):
    def export(self, user=None, start=True, **values):
        """Return an export; written if it is small."""
        export = self.env["serial.epcis.export"].with_user(user or self.user)
        export = export.create(values)
        self.env.flush_all()
        if start:
            export.action_start()
        return export

    def export_lots(self, lots, **values):
        """Return the document with the steps of serials."""
        values["lot_ids"] = [Command.set(lots.ids)]
        return self.read_document(self.export(**values))

    def read_document(self, export):
        self.assertEqual((export.state, export.error), ("done", False))
        export.file_id.invalidate_recordset()
        return json.loads(export.sudo().file_id.raw)

    def work(self):
        """Work as the background does."""
        with self.enter_registry_test_mode():
            self.env.ref(
                "serial_dossier.ir_cron_serial_epcis_export"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_a_file_holds_the_steps_of_its_serials_and_of_no_others(self):
        lots = self.ship(3)
        document = self.export_lots(lots[:2])
        self.assertEqual(document["type"], "EPCISDocument")
        events = document["epcisBody"]["eventList"]
        self.assertEqual(events, self.tell(lots[:2]))
        self.assertNotIn(self.tell(lots[2])[0]["epcList"][0], json.dumps(document))

    def test_a_transfers_file_has_the_whole_dossiers_of_its_serials(self):
        lots = self.produce(3)
        picking = self.deliver(lots[:2], self.distributor)
        export = self.export(scope="picking", picking_id=picking.id)
        events = self.read_document(export)["epcisBody"]["eventList"]
        self.assertEqual(events, self.tell(lots[:2]))
        self.assertEqual(export.done_count, 6)

    def test_a_periods_events_are_those_of_the_api(self):
        lots = self.ship(2)
        export = self.export(
            scope="period",
            date_from=NOW,
            date_to=NOW.replace(hour=NOW.hour + 1),
            product_id=self.product.id,
        )
        self.assertEqual(
            self.read_document(export)["epcisBody"]["eventList"], self.tell(lots)
        )

    def test_a_large_file_is_written_in_chunks_and_is_the_same(self):
        lots = self.produce(5) + self.ship(4)
        values = {"lot_ids": [Command.set(lots.ids)], "is_complete": True}
        whole = self.export(self.manager, **values)
        with (
            patch.object(run, "AT_ONCE", 0),
            patch.object(run, "CHUNK", 8),
            patch.object(run, "BLOCK", 2),
            patch.object(run, "UNITS", 3),
        ):
            parted = self.export(self.manager, **values)
            self.assertEqual(parted.state, "running")
            self.work()
        first, second = self.read_document(whole), self.read_document(parted)
        self.assertEqual(first["epcisHeader"], second["epcisHeader"])
        epcs = [
            [epc for event in one["epcisBody"]["eventList"] for epc in event["epcList"]]
            for one in (first, second)
        ]
        self.assertEqual(*epcs)
        self.assertFalse(parted.sudo()._get_parts())

    def test_a_cancelled_export_leaves_no_file(self):
        lots = self.ship(2)
        with patch.object(run, "AT_ONCE", 0):
            export = self.export(lot_ids=[Command.set(lots.ids)])
            export.action_cancel()
            self.work()
        self.assertEqual((export.state, export.file_id.id), ("cancelled", False))

    def test_private_data_leaves_with_a_managers_complete_file_only(self):
        lots = self.ship(1)
        self.assertNotIn("private", json.dumps(self.export_lots(lots)))
        with self.assertRaises(AccessError):
            self.export(is_complete=True, lot_ids=[Command.set(lots.ids)])
        told = self.export_lots(lots, user=self.manager, is_complete=True)
        self.assertIn("sd:private", json.dumps(told))
        self.assertIn(lots.scan_code, json.dumps(told["epcisHeader"]))

    def test_a_consumer_is_never_named(self):
        lots = self.produce(1)
        self.deliver(lots, self.consumer)
        told = self.export_lots(lots, user=self.manager, is_complete=True)
        self.assertNotIn(self.consumer.name, json.dumps(told))

    def test_what_has_begun_is_not_changed(self):
        export = self.export(lot_ids=[Command.set(self.ship(1).ids)])
        with self.assertRaises(UserError):
            export.scope = "period"
        with self.assertRaises(UserError):
            export.action_start()

    def test_an_auditor_downloads_and_starts_nothing(self):
        export = self.export(lot_ids=[Command.set(self.ship(1).ids)])
        action = export.with_user(self.auditor).action_download()
        self.assertIn(str(export.sudo().file_id.id), action["url"])
        with self.assertRaises(AccessError):
            self.export(self.auditor, lot_ids=[Command.set(self.ship(1).ids)])

    # === THE STANDARD'S SCHEMA === #

    @skipUnless(jsonschema and SCHEMA.exists(), "no schema of EPCIS here")
    def test_documents_are_valid_by_the_standards_schema(self):
        schema = json.loads(SCHEMA.read_text())
        validator = jsonschema.Draft7Validator(
            schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
        )
        lots = self.produce(3)
        picking = self.deliver(lots[:2], self.distributor)
        self.take_back(lots[0], self.distributor)
        picking.move_line_ids[0].lot_id = lots[2]
        self.product.barcode = False
        lots += self.ship(1)
        for is_complete in (False, True):
            document = self.export_lots(
                lots, user=self.manager, is_complete=is_complete
            )
            steps = [e["sd:step"] for e in document["epcisBody"]["eventList"]]
            self.assertLessEqual({"shipped", "returned"}, set(steps))
            wrong = [
                e for e in document["epcisBody"]["eventList"] if "errorDeclaration" in e
            ]
            self.assertTrue(wrong)
            errors = [
                f"{error.json_path}: {error.message[:200]}"
                for error in validator.iter_errors(document)
            ]
            self.assertEqual(errors, [])
