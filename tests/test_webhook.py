import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

import requests

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import NOW, SerialCase


class Receiver(ThreadingHTTPServer):
    """Another system: keeps what it is sent and answers as it is told."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received = []  # (message id, type, code) of what it accepted
        self.requests = []  # (headers, body) of every try
        self.answer_to = lambda message: 200

    @property
    def url(self):
        """Return the address to post to."""
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message = json.loads(body)
        self.server.requests.append((dict(self.headers), body))
        status = self.server.answer_to(message)
        if status == 200:
            self.server.received.append(
                (self.headers["webhook-id"], message["type"], message["data"])
            )
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Keep quiet."""


@tagged("post_install", "-at_install")
class TestWebhook(SerialCase):
    """Other systems hear of activations and alerts: all, in order, once in effect."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receiver = Receiver()
        threading.Thread(target=cls.receiver.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.receiver.server_close)
        cls.addClassCleanup(cls.receiver.shutdown)
        cls.webhook = (
            cls.env["serial.webhook"]
            .with_user(cls.manager)
            .create({"name": "Service desk", "url": cls.receiver.url})
        )

    def setUp(self):
        super().setUp()
        self.receiver.received.clear()
        self.receiver.requests.clear()
        self.receiver.answer_to = lambda message: 200

    def activate(self, lots):
        """Activate units as a device cloud does."""
        items = [{"code": lot.scan_code} for lot in lots]
        self.env["serial.activation"].with_user(self.user)._activate(items, "api")

    def send(self, after=0):
        """Let the background job run, some seconds from now."""
        self.env.flush_all()
        with (
            freeze_time(NOW + timedelta(seconds=after)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref(
                "serial_dossier.ir_cron_serial_webhook_send"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def heard(self):
        """Return the codes that the receiver heard of, in order."""
        return [data["code"] for _id, _type, data in self.receiver.received]

    def waiting(self):
        """Return the messages that the receiver does not have."""
        return self.webhook.message_ids.filtered(lambda m: m.state == "pending")

    # === WHAT IS SENT === #

    def test_an_activation_is_told_without_personal_data(self):
        lot = self.ship(1)
        self.env["serial.activation"].with_user(self.user)._activate(
            [{"code": lot.scan_code, "account": "li.wei", "ip": "203.0.113.7"}], "api"
        )
        self.send()
        self.assertEqual(self.heard(), [lot.scan_code])
        body = self.receiver.requests[0][1].decode()
        self.assertNotIn("li.wei", body)
        self.assertNotIn("203.0.113", body)

    def test_the_receiver_can_prove_that_a_message_is_ours(self):
        self.activate(self.ship(1))
        self.send()
        headers, body = self.receiver.requests[0]
        headers = {name.lower(): value for name, value in headers.items()}
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode()
        secret = self.webhook.with_user(self.manager).secret.removeprefix("whsec_")
        digest = hmac.new(base64.b64decode(secret), signed + body, hashlib.sha256)
        expected = "v1," + base64.b64encode(digest.digest()).decode()
        self.assertEqual(headers["webhook-signature"], expected)

    def test_an_alert_is_told_after_its_activation(self):
        self.guangdong.enforcement = "alert"
        lot = self.ship(1)
        item = {
            "code": lot.scan_code,
            "latitude": 30.66,
            "longitude": 104.06,
        }
        self.env["serial.activation"].with_user(self.user)._activate([item], "api")
        self.send()
        kinds = [kind for _id, kind, _data in self.receiver.received]
        self.assertEqual(kinds, ["serial.activated", "diversion.alert"])

    def test_nothing_is_written_for_who_does_not_listen(self):
        self.webhook.on_activation = False
        self.activate(self.ship(1))
        self.assertFalse(self.webhook.message_ids)

    def test_another_companys_webhook_hears_nothing(self):
        company = self.env["res.company"].create({"name": "Another Brand"})
        other = self.webhook.sudo().copy({"company_id": company.id})
        self.activate(self.ship(1))
        self.assertFalse(other.message_ids)
        self.assertTrue(self.webhook.message_ids)

    # === RECEIVERS THAT FAIL === #

    def test_while_the_receiver_answers_500_nothing_is_lost(self):
        lots = self.ship(5)
        self.receiver.answer_to = lambda message: 500
        self.activate(lots)
        self.send()
        self.assertEqual(len(self.waiting()), 5)
        self.assertEqual(self.webhook.last_error, "HTTP 500")
        self.receiver.answer_to = lambda message: 200
        self.send(after=7200)
        self.assertEqual(sorted(self.heard()), sorted(lots.mapped("scan_code")))
        self.assertFalse(self.webhook.failed_at)

    def test_a_receiver_that_is_down_is_left_alone_for_a_while(self):
        self.receiver.answer_to = lambda message: 503
        self.activate(self.ship(30))
        self.send()
        tries = len(self.receiver.requests)
        self.assertLess(tries, 30)
        self.send(after=1)
        self.assertEqual(len(self.receiver.requests), tries)

    def test_a_closed_port_is_a_failed_try(self):
        self.webhook.url = "http://127.0.0.1:9/hook"
        self.activate(self.ship(1))
        self.send()
        self.assertEqual(self.waiting().attempts, 1)
        self.assertIn("Connection", self.waiting().last_error)

    def test_a_slow_receiver_stops_no_other_and_loses_nothing(self):
        other = Receiver()
        threading.Thread(target=other.serve_forever, daemon=True).start()
        self.addCleanup(other.server_close)
        self.addCleanup(other.shutdown)
        self.webhook.copy({"name": "Z", "url": other.url})
        lot = self.ship(1)
        self.activate(lot)
        post, slow = requests.Session.post, self.receiver.url

        def post_slowly(session, url, **options):
            if url == slow:
                raise requests.ReadTimeout("no answer within ten seconds")
            return post(session, url, **options)

        with patch.object(requests.Session, "post", post_slowly):
            self.send()
        codes = [data["code"] for *_rest, data in other.received]
        self.assertEqual(codes, [lot.scan_code])
        self.assertIn("ReadTimeout", self.waiting().last_error)
        self.send(after=60)
        self.assertEqual(self.heard(), [lot.scan_code])

    def test_messages_of_one_unit_keep_their_order_and_others_go_on(self):
        first, second = self.ship(2)
        model = self.env["serial.webhook.message"].sudo()
        for lot, number in ((first, 1), (first, 2), (second, 3)):
            model._insert(
                [
                    model._prepare_row(
                        self.webhook.id,
                        "serial.activated",
                        lot.id,
                        {"code": lot.scan_code, "number": number},
                    )
                ]
            )
        self.receiver.answer_to = lambda m: 500 if m["data"]["number"] == 1 else 200
        self.send()
        self.assertEqual([data["number"] for *_x, data in self.receiver.received], [3])
        self.receiver.answer_to = lambda message: 200
        self.send(after=3600)
        numbers = [data["number"] for *_x, data in self.receiver.received]
        self.assertEqual(numbers, [3, 1, 2])

    def test_a_message_sent_again_has_the_same_id(self):
        self.activate(self.ship(1))
        self.send()
        # the server died before it wrote down that the message had arrived
        self.webhook.message_ids.sudo().write({"state": "pending", "sent_at": False})
        self.send()
        ids = [message_id for message_id, *_rest in self.receiver.received]
        self.assertEqual(len(ids), 2)
        self.assertEqual(len(set(ids)), 1)

    def test_a_receiver_that_is_gone_is_archived(self):
        self.receiver.answer_to = lambda message: 410
        self.activate(self.ship(1))
        self.send()
        self.assertFalse(self.webhook.active)
        self.assertEqual(len(self.waiting()), 1)

    # === THE SCREEN === #

    def test_a_test_message_arrives(self):
        self.webhook.with_user(self.manager).action_send_test()
        self.send()
        self.assertEqual([kind for _id, kind, _d in self.receiver.received], ["test"])

    def test_only_managers_read_the_secret(self):
        with self.assertRaises(AccessError):
            self.webhook.with_user(self.auditor).read(["secret"])
        with self.assertRaises(AccessError):
            self.webhook.with_user(self.auditor).action_rotate_secret()

    def test_addresses_that_are_none_are_refused(self):
        for url in ("ftp://x.example", "javascript:1", "https://", "https://a:b@x.cn"):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.webhook.url = url

    def test_many_activations_cost_as_many_queries_as_few(self):
        def count(lots):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.activate(lots)
            return self.env.cr.sql_log_count - before

        warm, few, many = self.ship(2), self.ship(2), self.ship(12)
        for lot in warm:
            count(lot)
        queries = count(few)
        self.assertLessEqual(count(many), queries)
