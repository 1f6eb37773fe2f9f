import re

from odoo.tests import tagged

from .service import PICTURE
from .test_service_page import ServicePageCase


@tagged("post_install", "-at_install")
class TestServiceTicket(ServicePageCase):
    """A consumer follows his repair by its link alone."""

    def setUp(self):
        super().setUp()
        self.ticket = self.send()
        self.repair = self.repair_of()

    def test_a_link_that_was_changed_opens_nothing(self):
        for target in (
            self.ticket[:-2] + "AA",
            "/service/ticket/x",
            "/service/ticket/%ff%00",
            "/service/ticket/" + "A" * 3000,
            "/service/ticket/AQ",
        ):
            with self.subTest(target=target[:60]):
                answer = self.open(target)
                self.assertEqual(answer.status_code, 200)
                self.assertIn("This link is not complete", answer.text)
                self.assertNotIn(self.repair.name, answer.text)
                answer = self.open(f"{target}/cancel", {})
                self.assertLess(answer.status_code, 500)
        self.assertEqual(self.repair_of().state, "draft")

    def test_a_repair_that_nobody_asked_for_here_has_no_ticket(self):
        other = self.env["repair.order"].create(
            {"product_id": self.product.id, "lot_id": self.ship().id}
        )
        answer = self.open(f"/service/ticket/{other._get_ticket_token()}")
        self.assertIn("This link is not complete", answer.text)

    def test_status_in_plain_words_from_request_to_the_end(self):
        self.assertIn("Request received", self.open(self.ticket).text)
        self.assertEqual(self.open(f"{self.ticket}/report.pdf").status_code, 404)
        self.repair.action_take_in()
        page = self.open(self.ticket).text
        self.assertIn("The service centre has your product", page)
        self.assertIn("Promised for", page)
        self.repair.action_wait_for_parts()
        self.assertIn("Waiting for a part", self.open(self.ticket).text)
        self.repair.action_parts_arrived()
        self.repair.action_repair_start()
        self.assertIn("Being repaired", self.open(self.ticket).text)
        self.repair.serial_result = "repaired"
        self.repair.action_repair_end()
        self.assertIn("Ready: please collect it", self.open(self.ticket).text)
        self.repair.action_give_back()
        self.assertIn("Given back to you", self.open(self.ticket).text)
        report = self.open(f"{self.ticket}/report.pdf")
        self.assertEqual(report.headers["Content-Type"], "application/pdf")
        self.assertEqual(report.content[:5], b"%PDF-")

    def test_a_request_is_called_off_before_intake_only(self):
        self.assertIn("Call the repair off", self.open(self.ticket).text)
        answer = self.open(f"{self.ticket}/cancel", {})
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.repair_of().state, "cancel")
        self.assertIn("Called off", self.open(self.ticket).text)
        self.assertIn('name="phone"', self.open(self.path()).text)

    def test_a_unit_that_was_taken_in_is_not_called_off(self):
        self.repair.action_take_in()
        self.assertNotIn("Call the repair off", self.open(self.ticket).text)
        answer = self.open(f"{self.ticket}/cancel", {})
        self.assertIn("has your product already", answer.text)
        self.assertNotEqual(self.repair_of().state, "cancel")

    def test_messages_go_both_ways_with_pictures(self):
        answer = self.url_open(
            f"{self.ticket}/message",
            data={"body": "Please <b>keep</b> my data"},
            files=[("files", ("front.png", PICTURE))],
            allow_redirects=False,
        )
        self.assertEqual(answer.status_code, 303)
        message = self.repair_of().serial_message_ids
        self.assertEqual(message.side, "consumer")
        page = self.open(self.ticket).text
        self.assertIn("Please &lt;b&gt;keep&lt;/b&gt; my data", page)
        (picture,) = re.findall(r'<img[^>]+src="([^"]+/file/\d+)"', page)
        answer = self.open(picture)
        self.assertEqual(answer.content, PICTURE)
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])

    def test_a_ticket_shows_no_file_of_another(self):
        file = self.env["ir.attachment"].create({"name": "x.png", "raw": PICTURE})
        answer = self.open(f"{self.ticket}/file/{file.id}")
        self.assertEqual(answer.status_code, 404)

    def test_an_empty_message_and_bad_files_are_refused(self):
        for data, files in (
            ({"body": " "}, []),
            ({"body": "x"}, [("files", ("run.exe", b"MZ\x90\x00" * 50))]),
        ):
            answer = self.url_open(
                f"{self.ticket}/message", data=data, files=files or None
            )
            self.assertEqual(answer.status_code, 200)
            self.assertIn('role="alert"', answer.text)
        self.assertFalse(self.repair_of().serial_message_ids)

    def test_nothing_is_written_after_the_end(self):
        self.repair._cancel_by_consumer()
        self.assertNotIn("<textarea", self.open(self.ticket).text)
        answer = self.open(f"{self.ticket}/message", {"body": "hello"})
        self.assertIn("This repair has ended", answer.text)

    def test_personal_data_is_read_by_one_group_only(self):
        repair = self.repair.with_user(self.manager)
        self.assertEqual(repair.serial_phone_masked, "+86 138****8000")
        for name in ("serial_phone", "serial_email"):
            self.assertNotIn(name, repair.fields_get())
