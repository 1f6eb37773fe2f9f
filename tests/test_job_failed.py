from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..models import (
    serial_evidence_bundle,
    serial_purge_run_mixin,
    serial_recall_compute_mixin,
    serial_void_mixin,
)
from .purging import LATER, PurgeCase
from .recalling import RecallCase
from .test_evidence import EvidenceCase

LOGGER = "odoo.addons.serial_dossier.models.serial_chunk_mixin"
WHY = "ValueError: no room"


class FailingCase(TransactionCase):
    """Work whose chunk raises: it says why, keeps nothing else waiting, and goes on."""

    def run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"serial_dossier.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def run_failing(self, cron, record, method):
        """Run a cron while a method of one record fails."""
        model = type(record)
        usual = getattr(model, method)

        def work(one):
            if one.id == record.id:
                raise ValueError("no room")
            return usual(one)

        with patch.object(model, method, work), mute_logger(LOGGER):
            self.run_cron(cron)


@tagged("post_install", "-at_install")
class TestPurgeFailed(PurgeCase, FailingCase):
    """Purges: while dossiers are looked for, and while they are removed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(serial_purge_run_mixin, "AT_ONCE", -1))
        cls.startClassPatcher(freeze_time(LATER))

    def test_a_listing_that_fails_keeps_no_other_waiting_and_can_go_on(self):
        first, second = self.look(), self.look()
        self.assertEqual((first | second).mapped("state"), ["listing"] * 2)
        self.run_failing("ir_cron_serial_purge", first, "_list_chunk")
        self.assertEqual((first.state, first.error), ("failed", WHY))
        self.assertEqual((second.state, second.due_count), ("listed", 2))
        first.action_resume()
        self.assertEqual((first.state, first.error), ("listing", False))
        self.run_cron("ir_cron_serial_purge")
        self.assertEqual((first.state, first.due_count), ("listed", 2))

    def test_a_purge_that_fails_keeps_no_other_waiting_and_can_go_on(self):
        first, second = self.look(), self.look()
        self.run_cron("ir_cron_serial_purge")
        first.action_purge()
        second.action_purge()
        self.run_failing("ir_cron_serial_purge", first, "_purge_chunk")
        self.assertEqual((first.state, first.error), ("failed", WHY))
        self.assertTrue(first.finished_at)
        self.assertEqual((second.state, second.purged_count), ("done", 2))
        first.action_resume()
        self.assertEqual((first.state, first.finished_at), ("running", False))
        self.run_cron("ir_cron_serial_purge")
        self.assertEqual((first.state, first.kept_count), ("done", 2))

    def test_a_purge_that_was_stopped_goes_on_with_what_is_left(self):
        purge = self.look()
        self.run_cron("ir_cron_serial_purge")
        purge.action_purge()
        with patch.object(serial_purge_run_mixin, "CHUNK", 1):
            purge.sudo()._work({})
        purge.action_cancel()
        self.assertEqual((purge.state, purge.purged_count), ("cancelled", 1))
        purge.action_resume()
        self.run_cron("ir_cron_serial_purge")
        self.assertEqual((purge.state, purge.purged_count), ("done", 2))
        self.assertEqual(purge.proof_state, "holds")

    def test_a_listing_that_failed_can_be_given_up(self):
        purge = self.look()
        self.run_failing("ir_cron_serial_purge", purge, "_list_chunk")
        with self.assertRaises(AccessError):
            purge.with_user(self.user).action_cancel()
        purge.action_cancel()
        self.assertEqual((purge.state, purge.error), ("draft", False))


@tagged("post_install", "-at_install")
class TestRecallFailed(RecallCase, FailingCase):
    """Recalls: a job beside the state, which stays what it is."""

    def test_a_recall_that_fails_keeps_no_other_waiting_and_can_go_on(self):
        lots = self.ship(2)
        scope = {"list_text": "\n".join(lots.mapped("scan_code"))}
        recalls = self.create_recall(**scope) | self.create_recall(**scope)
        first, second = recalls
        with patch.object(serial_recall_compute_mixin, "AT_ONCE", -1):
            first.action_compute()
            second.action_compute()
        self.run_failing("ir_cron_serial_recall", first, "_compute_chunk")
        self.assertRecordValues(
            recalls,
            [
                {"state": "computing", "job": "compute", "job_error": WHY},
                {"state": "computed", "job": False, "job_error": False},
            ],
        )
        with self.assertRaises(AccessError):
            first.action_resume()
        first.with_user(self.manager).action_resume()
        self.run_cron("ir_cron_serial_recall")
        self.assertEqual((first.state, first.unit_count), ("computed", 2))

    def test_a_recall_that_failed_can_be_given_up(self):
        recall = self.create_recall(list_text=self.ship(1).scan_code)
        with patch.object(serial_recall_compute_mixin, "AT_ONCE", -1):
            recall.action_compute()
        self.run_failing("ir_cron_serial_recall", recall, "_compute_chunk")
        recall.action_cancel()
        self.assertRecordValues(
            recall, [{"state": "draft", "job": False, "job_error": False}]
        )


@tagged("post_install", "-at_install")
class TestVoidFailed(PurgeCase, FailingCase):
    """Voiding what a batch has unused."""

    def void(self, batch):
        wizards = self.env["serial.lot.void"].with_user(self.manager)
        wizards.create({"batch_id": batch.id, "reason": "Labels torn"}).action_void()

    def test_voiding_that_fails_keeps_no_other_waiting_and_can_be_begun_anew(self):
        first, second = (self.mint(2).serial_batch_id for _number in range(2))
        with patch.object(serial_void_mixin, "CHUNK", 1):
            self.void(first)
            self.void(second)
        self.assertEqual((first | second).mapped("voided_count"), [1, 1])
        self.run_failing("ir_cron_serial_batch_void", first, "_void_chunk")
        self.assertRecordValues(
            first | second,
            [
                {"void_error": WHY, "is_voiding": False, "voided_count": 1},
                {"void_error": False, "is_voiding": False, "voided_count": 2},
            ],
        )
        self.assertEqual(first.state, "done")  # it was minted, and stays so
        self.void(first)
        self.assertEqual((first.void_error, first.voided_count), (False, 2))


@tagged("post_install", "-at_install")
class TestEvidenceFailed(EvidenceCase, FailingCase):
    """Bundles of evidence."""

    def test_a_bundle_that_fails_keeps_no_other_waiting_and_can_go_on(self):
        case = self.case.with_user(self.user)
        with patch.object(serial_evidence_bundle, "AT_ONCE", 2):
            case.action_print_evidence()
            case.action_print_evidence()
        second, first = case.bundle_ids  # the newest first
        self.run_failing("ir_cron_serial_evidence", first, "_build")
        self.assertRecordValues(
            first | second,
            [{"state": "failed", "error": WHY}, {"state": "done", "error": False}],
        )
        auditor = new_test_user(
            self.env, "bundle_auditor", "serial_dossier.serial_dossier_group_auditor"
        )
        with self.assertRaises(AccessError):
            first.with_user(auditor).action_resume()
        first.action_resume()
        self.run_cron("ir_cron_serial_evidence")
        self.assertEqual((first.state, first.error), ("done", False))
        self.assertTrue(first.pdf_id)
