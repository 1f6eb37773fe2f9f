import io
import zipfile
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ..core import audit_file
from ..models import epcis_writer
from ..models import serial_epcis_export_run_mixin as run
from .racing import RaceCase

COUNT = 60
# Both say how far they are before they commit it: what is killed is a chunk that was
# written and is not kept, or the next one.
EPCIS_SLOWLY = """
from odoo.addons.serial_dossier.models import epcis_writer
from odoo.addons.serial_dossier.models import serial_epcis_export_run_mixin as run
run.CHUNK, run.UNITS, run.BLOCK, epcis_writer.BLOCK = 30, 25, 10, 10
job = env["serial.epcis.export"].browse({job_id})
memory = {{}}
while job.state == "running":
    job._run_chunk(lambda: job._work(memory))
    print("units", job.unit_count, "steps", job.done_count, flush=True)
    env.cr.commit()
"""
AUDIT_SLOWLY = """
job = env["serial.compliance.export"].browse({job_id})
type(job)._chunk = 15
while job.state == "running":
    job._run_chunk(lambda: job._work({{}}))
    print("units", job.unit_count, flush=True)
    env.cr.commit()
"""


@tagged("post_install", "-at_install")
class TestExportConcurrency(RaceCase):
    """Exports whose process is killed go on, without a gap and without a double."""

    def make_produced(self):
        """Return the ids of new units that were produced, and that of their product."""

        def make(env):
            lots = self.make_lots(env, COUNT)
            lots._move_to_stage("produced", "produced")
            return sorted(lots.ids), lots.product_id.id

        return self.run_in_transaction(make)

    def in_small_chunks(self):
        for module, name, value in (
            (run, "CHUNK", 30),
            (run, "UNITS", 25),
            (run, "BLOCK", 10),
            (epcis_writer, "BLOCK", 10),
        ):
            patcher = patch.object(module, name, value)
            patcher.start()
            self.addCleanup(patcher.stop)

    def look(self, model, job_id, *names):
        return self.run_in_transaction(
            lambda env: [env[model].browse(job_id)[name] for name in names]
        )

    def finish(self, model, job_id, work):
        """Go on with a job in this process; return its file."""

        def finish(env):
            job = env[model].browse(job_id)
            while job.state == "running":
                work(job)
            self.assertEqual(job.state, "done")
            self.assertFalse(job._get_parts())
            return job.file_id.raw

        return self.run_in_transaction(finish)

    # === EPCIS === #

    def make_epcis_export(self, lot_ids, since=None):
        """Return the id of an export of complete dossiers that is at work."""

        def make(env):
            export = env["serial.epcis.export"].create(
                {"lot_ids": [Command.set(lot_ids)], "is_complete": True}
            )
            with patch.object(run, "AT_ONCE", -1):
                export._start_drafts()
            if since:
                export.sudo().started_at = since
            return export.id

        return self.run_in_transaction(make)

    def test_an_epcis_file_whose_writer_was_killed_is_as_if_he_was_not(self):
        model = "serial.epcis.export"
        lot_ids, _product_id = self.make_produced()
        self.in_small_chunks()
        whole_id = self.make_epcis_export(lot_ids)
        [since] = self.look(model, whole_id, "started_at")
        killed_id = self.make_epcis_export(lot_ids, since)
        script = EPCIS_SLOWLY.format(job_id=killed_id)
        # Among the serials first, and then among their steps.
        self.run_and_kill(script, "units 50")
        state, units, steps = self.look(
            model, killed_id, "state", "unit_count", "done_count"
        )
        self.assertEqual((state, steps), ("running", 0))
        self.assertTrue(0 < units < COUNT, units)
        self.run_and_kill(script, "steps 4")
        state, units, steps = self.look(
            model, killed_id, "state", "unit_count", "done_count"
        )
        self.assertEqual((state, units), ("running", COUNT))
        self.assertTrue(0 < steps < 2 * COUNT, steps)
        whole, killed = (
            self.finish(model, job_id, lambda job: job._work({}))
            for job_id in (whole_id, killed_id)
        )
        self.assertEqual(killed, whole)

    # === COMPLIANCE === #

    def test_an_auditors_file_whose_writer_was_killed_has_each_unit_once(self):
        model = "serial.compliance.export"
        lot_ids, product_id = self.make_produced()

        def make(env):
            values = {"kind": "audit", "company_id": env.company.id}
            # What others of these tests left is not gone through.
            values.update(product_id=product_id, last_id=lot_ids[0] - 1)
            values.update(total_count=COUNT, lang="en_US", tz="UTC")
            return env[model].create(values).id

        job_id = self.run_in_transaction(make)
        self.run_and_kill(AUDIT_SLOWLY.format(job_id=job_id), "units 30")
        state, units = self.look(model, job_id, "state", "unit_count")
        self.assertEqual(state, "running")
        self.assertTrue(0 < units < COUNT, units)
        data = self.finish(model, job_id, lambda job: job._work({}))
        archive = zipfile.ZipFile(io.BytesIO(data))
        report = audit_file.verify(archive.namelist(), archive.read)
        self.assertTrue(report.holds, report.findings)
        self.assertEqual((report.units, report.events), (COUNT, 2 * COUNT))
