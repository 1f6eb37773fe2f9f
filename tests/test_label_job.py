from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .marking import GTIN, LabelCase, read_contents


@tagged("post_install", "-at_install")
class TestLabelJob(LabelCase):
    """Printing many labels: chunks, files, and who may."""

    # === MANY === #

    def test_many_labels_become_one_file_or_several(self):
        self.patch_chunks(2)
        job = self.print_labels()
        self.run_cron()
        self.assertEqual(job.state, "done")
        self.assertEqual(job.file_ids.mapped("label_count"), [6])
        self.assertEqual(
            read_contents(self.get_file(job)), self.get_marks(job).mapped("content")
        )
        job = self.print_labels(per_file=4, printed_before="reprint", reason="test")
        self.run_cron()
        self.assertEqual(job.file_ids.mapped("label_count"), [4, 2])
        contents = [
            content
            for file in job.file_ids
            for content in read_contents(file.attachment_id.raw)
        ]
        self.assertEqual(contents, self.get_marks(job).mapped("content"))
        self.assertFalse(job._get_parts())

    def test_a_cancelled_job_goes_on_where_it_stopped(self):
        self.patch_chunks(2)
        job = self.print_labels()
        job.sudo()._work({})
        self.assertEqual(job.done_count, 2)
        job.action_cancel()
        self.run_cron()
        self.assertEqual(job.done_count, 2)
        job.action_resume()
        self.run_cron()
        self.assertEqual(job.state, "done")
        self.assertEqual(
            read_contents(self.get_file(job)), self.get_marks(job).mapped("content")
        )

    def test_a_job_that_fails_says_why_and_can_go_on(self):
        self.patch_chunks(2)
        job = self.print_labels(template=self.make_template(symbol="gs1_qr"))
        job.sudo()._work({})
        self.product.barcode = False
        self.run_cron()
        self.assertEqual(job.state, "failed")
        self.assertIn("GTIN", job.error)
        self.product.barcode = GTIN
        job.action_resume()
        self.run_cron()
        self.assertEqual(job.state, "done")
        self.assertEqual(len(self.get_marks(job)), 6)

    def test_a_batch_prints_all_its_units_that_are_not_void(self):
        self.lots[0]._move_to_stage("void", "voided")
        action = self.lots.serial_batch_id.with_user(self.user).action_print_labels()
        job = self.job_model.browse(action["res_id"])
        job.action_print()
        self.assertEqual(self.get_marks(job).lot_id, self.lots[1:].sorted("id"))

    def test_more_labels_take_no_more_queries(self):
        lots = self.mint(60)
        self.print_labels(lots[0])

        def count(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.print_labels(some)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(count(lots[10:60]), count(lots[1:10]) + 2)

    def patch_chunks(self, count):
        """Print so few labels a chunk, and none at once."""
        module = "odoo.addons.serial_dossier.models.serial_label_run_mixin"
        for name, value in (("CHUNK", count), ("CHUNK_ROWS", count), ("AT_ONCE", 0)):
            patcher = patch(f"{module}.{name}", value)
            patcher.start()
            self.addCleanup(patcher.stop)

    def run_cron(self):
        cron = self.env.ref("serial_dossier.ir_cron_serial_label_job")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    # === RIGHTS === #

    def test_who_only_reads_prints_nothing(self):
        job = self.job_model.create({"lot_ids": [(6, 0, self.lots.ids)]})
        for role in (self.auditor, self.stock_user):
            with self.subTest(role.login), self.assertRaises(AccessError):
                job.with_user(role).action_print()

    def test_no_file_is_kept_in_the_database_word_by_word(self):
        for output in ("csv", "zpl", "pdf"):
            job = self.print_labels(
                output=output, printed_before="reprint", reason="test"
            )
            with self.subTest(output):
                self.assertTrue(self.get_file(job))
                index = job.file_ids.attachment_id.index_content or ""
                self.assertLess(len(index), 100)

    def test_files_are_for_those_who_may_see_the_job(self):
        attachment = self.print_labels().file_ids.attachment_id
        for role in (self.user, self.auditor):
            self.assertTrue(attachment.with_user(role).raw.startswith(b"%PDF"))
        for role in (self.stock_user, self.env.ref("base.public_user")):
            with self.subTest(role.login), self.assertRaises(AccessError):
                attachment.with_user(role).read(["raw"])

    def test_units_of_another_company_get_no_label(self):
        other = self.env["res.company"].create({"name": "Other"})
        job = self.job_model.create({"lot_ids": [(6, 0, self.lots.ids)]})
        self.lots[:2].sudo().company_id = other
        job.action_print()
        self.assertEqual(job.total_count, 4)
        self.assertFalse(self.lots[:2].mark_ids)

    def test_nobody_says_by_hand_how_far_a_job_came(self):
        job = self.job_model.create({"lot_ids": [(6, 0, self.lots.ids)]})
        for values in ({"state": "done"}, {"done_count": 5}, {"last_lot_id": 0}):
            with self.subTest(values), self.assertRaises(AccessError):
                job.with_user(self.manager).write(values)

    def test_a_job_that_has_begun_stays_as_it_is(self):
        job = self.print_labels()
        with self.assertRaises(UserError):
            job.output = "zpl"
        with self.assertRaises(UserError):
            job.unlink()

    def test_a_sample_records_nothing(self):
        self.lots.flush_recordset()
        templates = self.env["serial.label.template"].search([("symbol", "!=", False)])
        for template in templates.with_user(self.user):
            with self.subTest(template.name):
                self.assertTrue(read_contents(template._draw_sample()))
        self.assertFalse(self.lots.mark_ids)
