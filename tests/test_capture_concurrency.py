from concurrent.futures import ThreadPoolExecutor

from odoo.tests import tagged
from odoo.tools import mute_logger

from .capturing import CONTEXT
from .racing import RaceCase

GTIN = "06901234500018"
SLOWLY = """
from odoo.addons.serial_dossier.models import serial_capture_run_mixin
serial_capture_run_mixin.CHUNK = 20
job = env["serial.capture"].browse({job_id})
while job.state in ("checking", "running"):
    job._run_chunk(lambda: job._work({{}}))
    print("done", job.done_count, flush=True)
    env.cr.commit()
"""


@tagged("post_install", "-at_install")
class TestCaptureConcurrency(RaceCase):
    """Real transactions and processes: what they write stays in the database."""

    def make(self, count):
        """Return the id of a job whose events tell of `count` new serials."""

        def make(env):
            env["product.product"].search([("barcode", "=", GTIN[1:])]).barcode = False
            lots = self.make_lots(env, count, barcode=GTIN[1:])
            job = env["serial.capture"]._take(self.tell(lots), "rollback")
            return job.id, lots.ids

        return self.run_in_transaction(make)

    def tell(self, lots):
        event = {
            "type": "ObjectEvent",
            "eventTime": "2026-03-01T08:00:00+08:00",
            "eventTimeZoneOffset": "+08:00",
            "action": "ADD",
            "bizStep": "commissioning",
        }
        return {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-02T08:00:00Z",
            "epcisBody": {
                "eventList": [
                    {**event, "epcList": [f"https://id.gs1.org/01/{GTIN}/21/{name}"]}
                    for name in lots.mapped("name")
                ]
            },
        }

    def work(self, job_id):
        while self.run_in_transaction(
            lambda env: self.work_once(env["serial.capture"].browse(job_id))
        ):
            pass

    def work_once(self, job):
        if job.state in ("checking", "running"):
            job._work({})
        return job.state in ("checking", "running")

    def assertToldOnce(self, job_id, lot_ids):
        def look(env):
            job = env["serial.capture"].browse(job_id)
            lots = env["stock.lot"].browse(lot_ids)
            kinds = [event.kind for event in lots.event_ids]
            return (
                (job.state, job.recorded_count, job.error_count),
                (set(lots.mapped("stage")), kinds.count("produced"), len(kinds)),
                env["serial.event"]._get_broken_chains(lot_ids),
            )

        count = len(lot_ids)
        expected = (
            ("done", count, 0),
            ({"produced"}, count, 2 * count),
            [],
        )
        self.assertEqual(self.run_in_transaction(look), expected)

    def kill_a_worker(self, job_id):
        """Have another process begin to record, and kill it in the middle."""
        # It has recorded this chunk and not committed it yet, or just begun another.
        self.run_and_kill(SLOWLY.format(job_id=job_id), "done 40")

    def test_a_killed_worker_loses_nothing_and_tells_nothing_twice(self):
        job_id, lot_ids = self.make(300)
        self.kill_a_worker(job_id)
        done = self.run_in_transaction(
            lambda env: env["serial.capture"].browse(job_id).done_count
        )
        self.assertLess(done, 300)
        self.work(job_id)
        self.assertToldOnce(job_id, lot_ids)

    def test_two_workers_at_the_same_events_tell_each_once(self):
        job_id, lot_ids = self.make(100)
        lots_of = self.run_in_transaction(
            lambda env: self.tell(env["stock.lot"].browse(lot_ids))
        )
        other_id = self.run_in_transaction(
            lambda env: env["serial.capture"]._take(lots_of, "rollback").id
        )
        with mute_logger("odoo.sql_db"), ThreadPoolExecutor(2) as pool:
            list(pool.map(self.work, (job_id, other_id)))

        def look(env):
            jobs = env["serial.capture"].browse((job_id, other_id))
            events = env["stock.lot"].browse(lot_ids).event_ids
            return sum(jobs.mapped("recorded_count")), len(events)

        self.assertEqual(self.run_in_transaction(look), (100, 200))
