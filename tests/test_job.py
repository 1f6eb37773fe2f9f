from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.serial_chunk_mixin import MOST_TRIES
from ..models.serial_event import SerialEvent
from .common import SerialCase

LOGGER = "odoo.addons.serial_dossier.models.serial_chunk_mixin"


@tagged("post_install", "-at_install")
class TestJob(SerialCase):
    """What all background jobs have in common, shown by checks of hash chains."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mint(3)

    def start(self):
        checks = self.env["serial.chain.check"].with_user(self.user)
        return checks.browse(checks.action_start()["res_id"])

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "serial_dossier.ir_cron_serial_chain_check"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def failing(self, *errors):
        """Raise these, one a chunk, and then work as ever."""
        left, usual = list(errors), SerialEvent._get_broken_chains

        def find(events, lot_ids):
            if left:
                raise left.pop(0)
            return usual(events, lot_ids)

        return patch.object(SerialEvent, "_get_broken_chains", find)

    def test_a_job_that_fails_says_why_keeps_no_other_waiting_and_can_go_on(self):
        first, second = self.start(), self.start()
        with self.failing(ValueError("no room")), mute_logger(LOGGER):
            self.run_cron()
        self.assertRecordValues(
            first + second,
            [
                {"state": "failed", "error": "ValueError: no room", "progress": 0},
                {"state": "done", "error": False, "progress": 100},
            ],
        )
        self.assertTrue(first.finished_at)
        first.action_resume()
        self.assertRecordValues(
            first, [{"state": "running", "error": False, "finished_at": False}]
        )
        self.run_cron()
        self.assertEqual((first.state, first.progress), ("done", 100))

    def test_what_another_made_meanwhile_is_tried_again_but_not_for_ever(self):
        check = self.start()
        with self.failing(*[UniqueViolation("twice")] * (MOST_TRIES - 1)):
            self.run_cron()
        self.assertEqual(check.state, "done")
        check = self.start()
        with self.failing(*[UniqueViolation("twice")] * MOST_TRIES):
            self.run_cron()
        self.assertEqual((check.state, check.error), ("failed", "twice"))

    def test_steps_are_refused_where_they_are_not_open(self):
        check = self.start()
        with self.assertRaisesRegex(UserError, "Running"):
            check.action_resume()
        check.action_cancel()
        with self.assertRaisesRegex(UserError, "Cancelled"):
            check.action_cancel()
        with self.assertRaisesRegex(UserError, "Cancelled"):
            check.sudo().unlink()
        check.sudo().started_at = False
        with self.assertRaisesRegex(UserError, "nothing to go on"):
            check.action_resume()

    def test_who_only_looks_neither_stops_nor_resumes(self):
        check = self.start()
        auditor = new_test_user(
            self.env, "job_auditor", "serial_dossier.serial_dossier_group_auditor"
        )
        for step in ("action_cancel", "action_resume"):
            with self.assertRaises(AccessError):
                getattr(check.with_user(auditor), step)()
