import base64
import json
from unittest.mock import patch

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..core import purge_proof
from .common import NOW
from .purging import LATER, PurgeCase

CHUNK = "odoo.addons.serial_dossier.models.serial_purge_run_mixin.CHUNK"


@tagged("post_install", "-at_install")
class TestPurge(PurgeCase):
    def refused(self, query, *params):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query, params)

    def test_a_purged_serial_stays_in_the_stock_and_its_dossier_is_gone(self):
        name = self.lot.name
        lines = self.env["stock.move.line"].search_count([("lot_id", "=", self.lot.id)])
        self.purge()
        self.assertEqual(self.kinds_of(self.lot), ["purged"])
        self.assertEqual((self.lot.name, self.lot.stage), (name, "shipped"))
        self.assertFalse(self.lot.channel_partner_id or self.lot.shipped_at)
        self.assertEqual(
            self.env["stock.move.line"].search_count([("lot_id", "=", self.lot.id)]),
            lines,
        )
        for model in ("serial.channel.assignment", "serial.scan", "serial.activation"):
            with self.subTest(model=model):
                self.assertFalse(
                    self.env[model].search([("lot_id", "in", self.lots.ids)])
                )

    def test_an_activated_unit_is_still_known_as_such_after_its_purge(self):
        item = {"code": self.lot.scan_code, "device_id": "D1"}
        activations = self.env["serial.activation"].sudo()
        activations._activate([item], "api")
        self.purge(NOW + relativedelta(years=9))
        self.assertEqual(self.lot.stage, "activated")
        self.assertFalse(self.lot.activation_ids)
        answer = activations._activate([item], "api")[0]
        self.assertEqual(answer["result"], "already_activated")

    def test_the_new_chain_names_the_one_that_went_and_holds(self):
        heads = {lot.id: lot.event_ids[0].hash for lot in self.lots}
        purge = self.purge()
        for lot in self.lots:
            said = lot.event_ids.data["private"]
            self.assertEqual(said["head"], heads[lot.id])
            self.assertEqual(said["purge"], purge.name)
        self.assertFalse(self.env["serial.event"]._get_broken_chains(self.lots.ids))

    def test_the_proof_names_what_went_and_can_be_checked_alone(self):
        heads = [lot.event_ids[0].hash for lot in self.lots]
        counts = [len(lot.event_ids) for lot in self.lots]
        purge = self.purge()
        self.assertEqual(purge.state, "done")
        self.assertEqual(purge.proof_state, "holds")
        self.assertEqual(purge.event_count, sum(counts))
        content = json.loads(base64.b64decode(purge.proof_json))
        (proof,) = content["proofs"]
        self.assertEqual([unit["head"] for unit in proof["units"]], heads)
        self.assertEqual([unit["events"] for unit in proof["units"]], counts)
        self.assertEqual(
            proof["head"]["rows"]["serial_channel_assignment"], len(self.lots)
        )
        self.assertIsNone(purge_proof.first_broken(content["proofs"]))
        proof["units"][0]["events"] = 1
        self.assertEqual(purge_proof.first_broken(content["proofs"]), 1)

    def test_hashes_of_what_was_told_go_and_are_counted_in_the_proof(self):
        keep = self.produce()
        told = self.env["serial.epcis.told"].sudo()
        for lot in self.lots | keep:
            told.create(
                {
                    "digest": f"{lot.id:064}",
                    "first_event": lot.event_ids.sorted("sequence")[0].id,
                }
            )
        pairs = [(lot.id, "ni:///x") for lot in self.lots | keep]
        capture = self.env["serial.capture"].sudo().create({})
        self.env["serial.captured"].sudo()._claim(pairs, capture)
        self.hold(lot_ids=[Command.set(keep.ids)])
        purge = self.purge()
        rows = purge.proof_ids.rows
        self.assertEqual(rows["serial_captured"], len(self.lots))
        self.assertEqual(rows["serial_epcis_told"], len(self.lots))
        self.assertEqual(purge.proof_state, "holds")
        self.assertEqual(
            self.env["serial.captured"].search([("digest", "=", "ni:///x")]).lot_id,
            keep,
        )
        left = told.search([("digest", "in", [f"{lot.id:064}" for lot in keep])])
        self.assertEqual(len(left), 1)
        gone = [f"{lot.id:064}" for lot in self.lots]
        self.assertFalse(told.search([("digest", "in", gone)]))

    def test_the_proof_is_signed_and_a_change_shows(self):
        purge = self.purge()
        self.env.cr.execute("ALTER TABLE serial_purge_proof DISABLE TRIGGER USER")
        self.env.cr.execute("UPDATE serial_purge_proof SET signature = repeat('0', 64)")
        self.env.cr.execute("ALTER TABLE serial_purge_proof ENABLE TRIGGER USER")
        purge.invalidate_recordset()
        purge.proof_ids.invalidate_recordset()
        self.assertEqual(purge.proof_state, "broken")

    def test_the_proof_can_neither_be_changed_nor_deleted(self):
        purge = self.purge()
        self.refused("UPDATE serial_purge_proof SET hash = 'x'")
        self.refused("DELETE FROM serial_purge_proof")
        self.refused("UPDATE serial_purge_unit SET serial = 'x'")
        self.refused("DELETE FROM serial_purge_unit")
        with self.assertRaises(UserError):
            purge.unlink()

    def test_no_event_goes_without_a_proof(self):
        self.look()
        self.refused("DELETE FROM serial_event WHERE lot_id = %s", self.lot.id)

    def test_events_after_a_purge_are_guarded_again(self):
        self.purge()
        with freeze_time(LATER):
            self.take_back(self.lot, self.distributor)
        self.assertEqual(self.kinds_of(self.lot), ["purged", "returned"])
        self.refused("DELETE FROM serial_event WHERE lot_id = %s", self.lot.id)

    def test_a_purged_dossier_is_due_again_only_after_new_events(self):
        self.purge()
        far = LATER + relativedelta(years=3)
        self.assertFalse(self.look(far).unit_ids)
        with freeze_time(LATER):
            self.env["serial.event"]._record(self.lot.ids, "corrected")
        self.assertEqual(self.look(far).unit_ids.lot_id, self.lot)

    def test_a_purge_works_in_chunks_and_proofs_follow_each_other(self):
        with patch(CHUNK, 1):
            purge = self.purge()
        self.assertEqual(purge.proof_ids.mapped("number"), [1, 2])
        self.assertEqual(purge.proof_state, "holds")

    def test_a_stopped_purge_keeps_what_was_not_removed(self):
        purge = self.look()
        purge.sudo().write({"state": "running", "job_total": 2})
        with patch(CHUNK, 1), freeze_time(LATER):
            purge.sudo()._work({})
        purge.action_cancel()
        self.assertEqual((purge.state, purge.purged_count), ("cancelled", 1))
        self.assertIn("shipped", self.kinds_of(self.other))

    def test_only_a_manager_purges_and_an_auditor_reads_the_proof(self):
        purge = self.look()
        for user in (self.user, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                purge.with_user(user).action_purge()
        with freeze_time(LATER):
            purge.action_purge()
        read = purge.with_user(self.auditor)
        self.assertEqual(read.proof_state, "holds")
        self.assertTrue(read._get_purge_proof_pdf().startswith(b"%PDF"))

    def test_queries_do_not_grow_with_units(self):
        def count(lots):
            self.env.flush_all()
            self.env.invalidate_all()
            purge = self.look(product_ids=[Command.set(lots.product_id.ids)])
            before = self.env.cr.sql_log_count
            with freeze_time(LATER):
                purge.action_purge()
            return self.env.cr.sql_log_count - before

        products = [
            self._create_product(name, serial_scheme_id=self.scheme.id)
            for name in ("Few", "Many")
        ]
        few = self.ship(2, product=products[0])
        many = self.ship(20, product=products[1])
        self.assertLessEqual(count(many), count(few) + 2)
