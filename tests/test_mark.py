from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SerialCase

GTIN = "09520123456788"


@tagged("post_install", "-at_install")
class TestMark(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = GTIN
        cls.lots = cls.mint(3)
        cls.template = cls.env.ref("serial_dossier.serial_label_template_roll")
        cls.marks = cls.env["serial.mark"].with_user(cls.user)
        cls.job = cls.print_labels(cls.lots)

    @classmethod
    def print_labels(cls, lots, template=None, **values):
        job = (
            cls.env["serial.label.job"]
            .with_user(cls.user)
            .create(
                {
                    "template_id": (template or cls.template).id,
                    "lot_ids": [(6, 0, lots.ids)],
                    **values,
                }
            )
        )
        job.action_print()
        return job

    def get_mark(self, lot, job=None):
        return self.marks.search(
            [("lot_id", "=", lot.id), ("job_id", "=", (job or self.job).id)]
        )

    def verify(self, *texts, job=None):
        answers = self.marks.verify(list(texts), job.id if job else False)
        return [answer["result"] for answer in answers]

    # === VERIFIED === #

    def test_reading_a_label_verifies_it_and_stands_in_the_dossier(self):
        mark = self.get_mark(self.lots[0])
        self.assertEqual(mark.state, "printed")
        self.assertEqual(self.verify(mark.content), ["verified"])
        self.assertEqual(mark.state, "verified")
        self.assertEqual(mark.verified_by, self.user)
        event = self.lots[0].event_ids.filtered(lambda one: one.kind == "marked")
        self.assertEqual(event.data["private"]["mark"], mark.id)
        self.assertEqual(event.data["private"]["place"], "unit")
        self.assertFalse(self.env["serial.event"]._get_broken_chains(self.lots.ids))

    def test_a_label_read_twice_is_verified_once(self):
        content = self.get_mark(self.lots[0]).content
        self.assertEqual(self.verify(content, content), ["verified", "again"])
        self.assertEqual(self.verify(content), ["again"])
        kinds = self.lots[0].event_ids.mapped("kind")
        self.assertEqual(kinds.count("marked"), 1)

    def test_what_no_label_says_is_refused(self):
        content = self.get_mark(self.lots[0]).content
        self.assertEqual(
            self.verify(content + "X", content[:-1], "", "\x00", "'; --"),
            ["unknown"] * 5,
        )
        self.assertEqual(self.get_mark(self.lots[0]).state, "printed")

    def test_scanners_may_name_the_symbology_and_send_separators(self):
        template = self.env.ref("serial_dossier.serial_label_template_box")
        job = self.print_labels(self.lots, template)
        one, two, _three = (self.get_mark(lot, job) for lot in self.lots)
        self.assertEqual(
            self.verify("]d2" + one.content, "\x1d" + two.content + "\r\n"),
            ["verified", "verified"],
        )

    def test_labels_of_another_job_are_told_apart(self):
        template = self.env.ref("serial_dossier.serial_label_template_box")
        job = self.print_labels(self.lots, template)
        mark = self.get_mark(self.lots[0])
        self.assertEqual(self.verify(mark.content, job=job), ["other_job"])
        self.assertEqual(self.verify(mark.content, job=self.job), ["verified"])
        self.assertEqual(
            self.marks.get_progress(self.job.id),
            {"verified": 1, "total": 3, "job": self.job.name},
        )

    def test_the_label_of_a_void_unit_is_refused(self):
        mark = self.get_mark(self.lots[0])
        self.lots[0]._move_to_stage("void", "voided")
        self.assertEqual(self.verify(mark.content), ["unit_void"])

    def test_many_readings_take_as_many_queries_as_few(self):
        lots = self.mint(60)
        contents = [
            self.get_mark(lot, job).content
            for job in self.print_labels(lots)
            for lot in lots
        ]

        def count(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(set(self.verify(*some)), {"verified"})
            return self.env.cr.sql_log_count - before

        count(contents[:1])
        self.assertEqual(count(contents[1:6]), count(contents[6:]))

    # === PRINTED AGAIN === #

    def test_units_with_a_valid_mark_are_left_out(self):
        new = self.mint(1)
        job = self.print_labels(self.lots | new)
        self.assertEqual((job.total_count, job.skipped_count), (1, 3))
        self.assertEqual(self.get_mark(new, job).state, "printed")
        with self.assertRaisesRegex(UserError, "nothing to print"):
            self.print_labels(self.lots)

    def test_another_place_has_its_own_mark(self):
        template = self.env.ref("serial_dossier.serial_label_template_box")
        self.assertEqual(self.print_labels(self.lots, template).total_count, 3)
        self.assertEqual(self.lots[0].mark_count, 2)

    def test_printing_again_needs_a_reason_and_ends_the_first_label(self):
        with self.assertRaises(ValidationError):
            self.print_labels(self.lots[0], printed_before="reprint")
        first = self.get_mark(self.lots[0])
        job = self.print_labels(
            self.lots[0], printed_before="reprint", reason="Ribbon ran out"
        )
        second = self.get_mark(self.lots[0], job)
        self.assertEqual((first.state, first.reason), ("replaced", "Ribbon ran out"))
        self.assertEqual(second.state, "printed")
        # The two say the same: what is read is the one that is valid.
        self.assertEqual(first.content, second.content)
        self.assertEqual(self.verify(second.content), ["verified"])
        self.assertEqual(second.state, "verified")

    # === VOID === #

    def test_a_void_label_is_refused_and_can_be_printed_anew(self):
        mark = self.get_mark(self.lots[0])
        wizard = self.env["serial.mark.void"].with_user(self.user)
        wizard.create({"mark_ids": [(6, 0, mark.ids)], "reason": "Torn"}).action_void()
        self.assertEqual((mark.state, mark.reason), ("void", "Torn"))
        self.assertEqual(self.verify(mark.content), ["void"])
        self.assertEqual(self.print_labels(self.lots).total_count, 1)
        with self.assertRaises(UserError):
            mark._void("again")

    # === RIGHTS === #

    def test_only_users_verify_and_void(self):
        mark = self.get_mark(self.lots[0])
        for role in (self.auditor, self.stock_user):
            with self.subTest(role.login):
                with self.assertRaises(AccessError):
                    self.env["serial.mark"].with_user(role).verify([mark.content])
                with self.assertRaises(AccessError):
                    self.env["serial.mark.void"].with_user(role).create({"reason": "x"})

    def test_nobody_writes_a_mark_by_hand(self):
        mark = self.get_mark(self.lots[0])
        for role in (self.user, self.manager):
            with self.subTest(role.login), self.assertRaises(AccessError):
                mark.with_user(role).write({"state": "verified"})
            with self.subTest(role.login), self.assertRaises(AccessError):
                mark.with_user(role).unlink()
