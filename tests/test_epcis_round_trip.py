import base64
import json

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .capturing import work_off
from .common import NOW
from .packing import PackingCase
from .test_epcis_out import EpcisCase

# What a dossier is: the serial's own columns, and those of each step. Not: who wrote
# it down and when, nor the IDs of records.
LOT = (
    *("name", "scan_code", "stage", "in_service", "recalled", "blocked", "plant"),
    *("production_line", "machine", "production_date", "expiry_date", "imei", "imei2"),
    *("shipped_at", "sale_date", "activated_at", "channel_partner_id", "event_count"),
    *("channel_region_id", "product_id"),
)
STEP = (
    *("sequence", "kind", "biz_step", "disposition", "event_time", "event_offset"),
    *("location_id", "partner_id", "country_id", "state_id", "document_name"),
    "document_model",
)
# Tables that name serials, emptied to have a database that knows none of them.
TABLES = (
    *("serial_event", "serial_part", "serial_channel_assignment", "serial_captured"),
)


@tagged("post_install", "-at_install")
class TestEpcisRoundTrip(EpcisCase, PackingCase):
    def forget(self, lots):
        """Make this a database that has the products, but none of the serials."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("SET LOCAL session_replication_role = replica")
        for table in TABLES:
            cr.execute("SELECT to_regclass(%s)", [table])
            if cr.fetchone()[0]:
                query = "DELETE FROM %s WHERE lot_id = ANY(%s)"
                cr.execute(SQL(query, SQL.identifier(table), lots.ids))
        cr.execute(SQL("DELETE FROM stock_lot WHERE id = ANY(%s)", lots.ids))
        cr.execute("SET LOCAL session_replication_role = origin")
        self.env.invalidate_all(flush=False)

    def get_dossiers(self, codes):
        """Return all that dossiers hold, by the serials' codes."""
        lots = self.env["stock.lot"].search([("scan_code", "in", codes)])
        return {lot.scan_code: self.get_dossier(lot) for lot in lots}

    def get_dossier(self, lot):
        numbers = {event.id: event.sequence for event in lot.event_ids}
        steps = []
        for event in lot.event_ids.sorted("sequence"):
            data = json.loads(json.dumps(event.data or {}))
            was = data.get("private", {}).get("was", {})
            for name in ("channel_partner_id", "channel_region_id"):
                was.pop(name, None)
            data = {name: part for name, part in data.items() if part}
            steps.append(
                {
                    **{name: self.get_value(event, name) for name in STEP},
                    "corrects": numbers.get(event.corrects_id.id),
                    "data": data,
                }
            )
        parts = [
            (part.name, part.component_lot, part.position, part.installed_at)
            for part in lot.part_ids
        ]
        held = [
            (one.partner_id.id, one.region_id.id) for one in self.live_assignments(lot)
        ]
        own = {name: self.get_value(lot, name) for name in LOT}
        return {**own, "steps": steps, "parts": parts, "held": held}

    def get_value(self, record, name):
        value = record[name]
        return value.id if record._fields[name].relational else value

    def export(self, lots):
        """Return the file of complete dossiers."""
        export = self.env["serial.epcis.export"].with_user(self.manager)
        export = export.create(
            {"lot_ids": [Command.set(lots.ids)], "is_complete": True}
        )
        self.env.flush_all()
        export.action_start()
        self.assertEqual((export.state, export.error), ("done", False))
        return export.sudo().file_id.raw

    def capture(self, content, user=None):
        """Take a document in and record it; return the job (sudo)."""
        job = self.env["serial.capture"].with_user(user or self.manager)
        job = job.create({"file": base64.b64encode(content), "filename": "x.jsonld"})
        job.action_capture()
        work_off(job.sudo())
        self.env.flush_all()
        self.env.invalidate_all()
        return job.sudo()

    def make_dossiers(self):
        """Return serials that have been through much."""
        lots = self.produce(6)
        lots[0].imei = "490154203237518"
        lots[0].write({"plant": "SZ", "expiry_date": "2030-01-01"})
        self.env["serial.part"].create(
            {"lot_id": lots[0].id, "name": "BAT-1", "position": "battery"}
        )
        picking = self.deliver(lots[:4], self.distributor)
        self.take_back(lots[0], self.distributor)
        picking.move_line_ids.filtered(lambda one: one.lot_id == lots[1]).lot_id = lots[
            4
        ]
        self.env["serial.activation"]._activate(
            [{"code": lots[2].scan_code, "occurred_at": "2026-03-02T09:00:00+08:00"}],
            "api",
        )
        lots[5]._move_to_stage("void", "voided", data={"private": {"reason": "x"}})
        self.env.flush_all()
        return lots

    def test_an_export_makes_the_same_dossiers_where_there_are_none(self):
        lots = self.make_dossiers()
        codes = lots.mapped("scan_code")
        before, content = self.get_dossiers(codes), self.export(lots)
        kinds = {step["kind"] for one in before.values() for step in one["steps"]}
        self.assertLessEqual({"shipped", "returned", "corrected", "voided"}, kinds)
        self.forget(lots)
        self.assertEqual(self.get_dossiers(codes), {})
        job = self.capture(content)
        self.assertEqual((job.state, job.error_count), ("done", 0))
        after = self.get_dossiers(codes)
        self.assertEqual(after.keys(), before.keys())
        self.maxDiff = None
        for code, dossier in before.items():
            self.assertEqual(after[code], dossier)
        restored = self.env["stock.lot"].search([("scan_code", "in", codes)])
        self.assertFalse(self.env["serial.event"]._get_broken_chains(restored.ids))

    def make_changed_units(self):
        """Return two units: what was built into the first sits in the second now."""
        units = self.produce(2)
        parts = self.env["serial.part"].sudo()
        for unit, name in zip(units, ("BAT-1", "BAT-2"), strict=True):
            part = parts.create({"lot_id": unit.id, "name": name})
            self.env["serial.event"].sudo()._record(
                unit.ids, "assembled", data={"private": {"parts": [name]}}
            )
        (part | parts.search([("name", "=", "BAT-1")])).removed_at = NOW
        self.env.flush_all()
        parts.create({"lot_id": units[1].id, "name": "BAT-1"})
        return units

    def test_cartons_pallets_and_changed_parts_come_along(self):
        lots = self.produce(3)
        cartons = [self.packed(lots[:2]), self.packed(lots[2])]
        pallet = self.stacked(*cartons)
        names, serial = [cartons[0].name, pallet.name], lots[0].scan_code
        lots |= self.make_changed_units()
        codes = lots.mapped("scan_code")
        before, content = self.get_dossiers(codes), self.export(lots)
        self.forget(lots)
        (pallet | cartons[0] | cartons[1]).write({"name": "Another database's"})
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL session_replication_role = replica")
        self.env.cr.execute("DELETE FROM serial_sscc")
        self.env.cr.execute("SET LOCAL session_replication_role = origin")
        job = self.capture(content)
        self.assertEqual((job.state, job.error_count), ("done", 0))
        self.maxDiff = None
        self.assertEqual(self.get_dossiers(codes), before)
        lot = self.env["stock.lot"].search([("scan_code", "=", serial)])
        carton = lot.announced_package_id
        self.assertEqual([carton.name, carton.parent_package_id.name], names)

    def test_what_was_restored_is_exported_again_alike(self):
        lots = self.make_dossiers()
        codes, content = lots.mapped("scan_code"), self.export(lots)
        self.forget(lots)
        self.capture(content)
        lots = self.env["stock.lot"].search([("scan_code", "in", codes)])
        first, second = json.loads(content), json.loads(self.export(lots))
        told = [
            [
                (event["sd:step"], event["eventTime"], sorted(event["epcList"]))
                for event in one["epcisBody"]["eventList"]
            ]
            for one in (first, second)
        ]
        self.assertEqual(*told)

    def test_dossiers_are_restored_once(self):
        lots = self.make_dossiers()
        codes, content = lots.mapped("scan_code"), self.export(lots)
        self.forget(lots)
        self.capture(content)
        once = self.get_dossiers(codes)
        job = self.capture(content)
        self.assertEqual(job.recorded_count, 0)
        self.assertEqual(self.get_dossiers(codes), once)

    def test_nobody_but_a_manager_brings_dossiers(self):
        lots = self.ship(2)
        codes, content = lots.mapped("scan_code"), self.export(lots)
        self.forget(lots)
        job = self.capture(content, self.user)
        self.assertEqual(job.state, "failed")
        self.assertEqual(self.get_dossiers(codes), {})

    def test_an_event_of_unknown_serials_keeps_no_dossier_out(self):
        lots = self.ship(2)
        codes, content = lots.mapped("scan_code"), self.export(lots)
        before = self.get_dossiers(codes)
        self.forget(lots)
        document = json.loads(content)
        events = document["epcisBody"]["eventList"]
        events.append({**events[0], "epcList": [events[0]["epcList"][0] + "0"]})
        job = self.capture(json.dumps(document).encode())
        self.assertEqual((job.state, job.error_count), ("done", 1))
        self.assertEqual(self.get_dossiers(codes), before)

    def test_a_file_read_where_it_was_written_says_nothing_new(self):
        lots = self.make_dossiers()
        codes, content = lots.mapped("scan_code"), self.export(lots)
        before = self.get_dossiers(codes)
        job = self.capture(content)
        self.assertEqual((job.recorded_count, job.error_count), (0, 0))
        self.assertEqual(self.get_dossiers(codes), before)

    def test_serials_without_a_gtin_are_restored_by_their_products_name(self):
        self.product.barcode = False
        lots = self.ship(2)
        codes, content = lots.mapped("scan_code"), self.export(lots)
        before = self.get_dossiers(codes)
        self.forget(lots)
        self.capture(content)
        self.assertEqual(self.get_dossiers(codes), before)
