from concurrent.futures import ThreadPoolExecutor

from odoo.tests import tagged
from odoo.tools import mute_logger

from .marking import read_contents
from .racing import RaceCase

COUNT = 900
PRINT_SLOWLY = """
from odoo.addons.serial_dossier.models import serial_label_run_mixin
serial_label_run_mixin.CHUNK = 100
job = env["serial.label.job"].browse({job_id})
chunks = 0
while job.state == "running":
    job._work({{}})
    chunks += 1
    print("chunk", chunks, flush=True)
    env.cr.commit()
"""


@tagged("post_install", "-at_install")
class TestLabelConcurrency(RaceCase):
    """Label jobs that are killed, or meet."""

    def make_job(self, env, batch):
        template = env.ref("serial_dossier.serial_label_template_sheet_24")
        return env["serial.label.job"].create(
            {"batch_id": batch.id, "template_id": template.id}
        )

    def kill_a_worker(self, job_id):
        """Have another process begin to print a job, and kill it."""
        self.run_and_kill(PRINT_SLOWLY.format(job_id=job_id), "chunk 2")

    def test_a_killed_worker_leaves_a_job_that_goes_on_without_gap_or_double(self):
        def make(env):
            job = self.make_job(env, self.make_lots(env, COUNT).serial_batch_id)
            job.action_print()
            return job.id

        job_id = self.run_in_transaction(make)
        self.kill_a_worker(job_id)

        def look(env):
            job = env["serial.label.job"].browse(job_id)
            return job.done_count, job.mark_count, job._get_open_count()

        done, marks, labels = self.run_in_transaction(look)
        self.assertTrue(0 < done < COUNT)
        self.assertEqual((done, done), (marks, labels))

        def finish(env):
            job = env["serial.label.job"].browse(job_id)
            while job.state == "running":
                job._work({})
            found = env["serial.mark"].search([("job_id", "=", job_id)])
            marks = found.sorted(lambda mark: mark.lot_id.id).mapped("content")
            return marks, job.file_ids.attachment_id.raw, job.batch_id.minted_count

        marks, pdf, minted = self.run_in_transaction(finish)
        self.assertEqual(len(set(marks)), minted)
        self.assertEqual(sorted(read_contents(pdf)), sorted(marks))

    def test_two_jobs_of_the_same_units_mark_each_once(self):
        def make(env):
            batch = self.make_lots(env, 60).serial_batch_id
            return batch.id, [self.make_job(env, batch).id for _job in range(2)]

        batch_id, job_ids = self.run_in_transaction(make)

        def print_job(job_id):
            try:
                self.run_in_transaction(
                    lambda env: env["serial.label.job"].browse(job_id).action_print()
                )
            except Exception as error:  # noqa: BLE001 -- it is looked at
                return str(error)
            return ""

        quiet = mute_logger("odoo.sql_db", "odoo.service.model")
        with quiet, ThreadPoolExecutor(2) as pool:
            errors = list(pool.map(print_job, job_ids))

        def count(env):
            groups = env["serial.mark"]._read_group(
                [("lot_id.serial_batch_id", "=", batch_id)], ["lot_id"], ["__count"]
            )
            return [number for _lot, number in groups]

        self.assertEqual(self.run_in_transaction(count), [1] * 60)
        self.assertEqual(sum("nothing to print" in error for error in errors), 1)
