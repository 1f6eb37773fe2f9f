import json
from datetime import timedelta
from random import Random
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..controllers.api_route import MAX_BODY
from ..models.serial_activation_mixin import SerialActivationMixin
from ..models.serial_api_quota_mixin import DEFAULTS
from .test_activate import BEIJING_IP, ActivationCase

URL = "/api/serial/v1/activations"

FIELDS = (
    "code",
    "occurred_at",
    "ip",
    "latitude",
    "longitude",
    "device_id",
    "account",
    "items",
)
ATOMS = (
    None,
    True,
    0,
    -1,
    10**400,
    1e308,
    float("inf"),
    "",
    "\x00",
    "\ud800",
    "💥",
    "2026-03-01T00:00:00Z",
    "2026-02-30T25:61:61+99:99",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:60-23:59",
    "::1",
    "1.2.3.4",
    "' OR 1=1 --",
    "%s",
    "x" * 200,
)


def make_value(random, depth=0):
    """Return anything that JSON can say."""
    kind = random.randrange(6) if depth < 3 else 0
    if kind == 1:
        return [make_value(random, depth + 1) for _ in range(random.randrange(3))]
    if kind == 2:
        names = random.sample(FIELDS, random.randrange(len(FIELDS)))
        return {name: make_value(random, depth + 1) for name in names}
    if kind == 3:
        return random.uniform(-200, 200)
    return random.choice(ATOMS)


class ApiCase(ActivationCase, HttpCase):
    # Requests run under the server's clock: the key must not be expired there.
    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = new_test_user(
            cls.env, "device_cloud", groups="serial_dossier.serial_dossier_group_user"
        )
        cls.key = cls.make_key(cls.machine)
        # Hostile bodies and wrong codes by the hundred are what tests send.
        for name in DEFAULTS:
            cls.env["ir.config_parameter"].set_param(name, 10**9)

    @classmethod
    def make_key(cls, user, days=30, manager=None):
        """Return a new key of the API for a user, made by a manager."""
        keys = cls.env["serial.api.key"].with_user(manager or cls.manager)
        end = fields.Datetime.now() + timedelta(days=days)
        return keys._generate("Device cloud", user, end)

    def post(self, body, key=None, url=URL, **headers):
        """Send a body as the device cloud does; return the response."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {key or self.key}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        headers = {name: value for name, value in headers.items() if value is not None}
        return self.url_open(url, data=data, headers=headers, method="POST")

    def assertProblem(self, response, status, code):
        self.assertEqual(response.status_code, status, response.text)
        media_type = response.headers["Content-Type"]
        self.assertEqual(media_type.partition(";")[0], "application/problem+json")
        body = response.json()
        self.assertLessEqual(
            {"type", "title", "status", "detail", "code"}, set(body), body
        )
        self.assertEqual((body["status"], body["code"]), (status, code))
        self.assertNotIn("Traceback", response.text)
        return body


@tagged("post_install", "-at_install")
class TestApiHttp(ApiCase):
    # === ANSWERS === #

    def test_batch_answers_in_order_one_result_an_item(self):
        lots = self.ship(3)
        first, second, third = lots
        asked = [
            (self.item(first), "activated"),
            ({"code": "X8K29M4PLQ7RW"}, "unknown"),
            (self.item(second, account="u1", device_id="d1"), "activated"),
            (self.item(third), "activated"),
            (self.item(third), "already_activated"),
            ({"code": first.scan_code, "occurred_at": "soon"}, "refused"),
            ("not an object", "refused"),
        ]
        response = self.post({"items": [item for item, _result in asked]})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertNotIn("Set-Cookie", response.headers)
        items = response.json()["items"]
        self.assertEqual(
            [item["result"] for item in items], [result for _item, result in asked]
        )
        self.assertEqual(
            [item["code"] for item in items[:6]],
            [item["code"] for item, _result in asked[:6]],
        )
        self.assertEqual(set(lots.mapped("stage")), {"activated"})
        for item in items:
            self.assertLessEqual(
                {"code", "result", "activated_at", "verdict", "reasons"}, set(item)
            )

    def test_an_item_tells_when_and_where_a_unit_was_activated(self):
        first, wrong_place = self.ship(2)
        moment = "2026-03-01T08:00:00+08:00"
        response = self.post(
            {
                "items": [
                    self.item(first, occurred_at=moment),
                    self.item(wrong_place, BEIJING_IP),
                ]
            }
        )
        items = response.json()["items"]
        self.assertEqual(items[0]["activated_at"], "2026-03-01T00:00:00Z")
        self.assertEqual([i["verdict"] for i in items], ["inside", "outside"])
        self.assertIn("outside_region", items[1]["reasons"])
        self.assertEqual(first.activation_ids.source, "api")
        self.assertEqual(first.activation_ids.create_uid, self.machine)
        self.assertTrue(self.alerts_of(wrong_place))

    def test_empty_batch_has_an_empty_answer(self):
        response = self.post({"items": []})
        self.assertEqual((response.status_code, response.json()), (200, {"items": []}))

    def test_session_of_another_user_does_not_matter(self):
        self.authenticate("serial_auditor", "serial_auditor")
        lot = self.ship()
        self.assertEqual(self.post({"items": [self.item(lot)]}).status_code, 200)
        self.assertEqual(lot.activation_ids.create_uid, self.machine)

    # === ERRORS OF THE BODY === #

    def test_body_that_is_not_json_is_told_where(self):
        problem = self.assertProblem(self.post(b'{"items": [}'), 400, "malformed_json")
        self.assertEqual(problem["at"], "line 1, column 12")
        bodies = [
            b"",
            b"\xff\xfe",
            b"\xef\xbb\xbf{}",
            b'{"items": [NaN]}',
            b'{"items": [-Infinity]}',
            b"[" * 100_000,
            b'{"items": [' + b"9" * 5_000 + b"]}",
        ]
        for body in bodies:
            with self.subTest(body=body[:20]):
                self.assertProblem(self.post(body), 400, "malformed_json")

    def test_body_of_another_shape_is_told_the_path(self):
        for body, path in (
            ([], ""),
            ("items", ""),
            (None, ""),
            ({}, "/items"),
            ({"items": None}, "/items"),
            ({"items": {"code": "A"}}, "/items"),
        ):
            with self.subTest(body=body):
                problem = self.assertProblem(self.post(body), 400, "invalid_body")
                self.assertEqual(problem["path"], path)

    def test_too_many_items_and_too_many_bytes_are_refused(self):
        problem = self.assertProblem(
            self.post({"items": [{}] * 1_001}), 422, "too_many_items"
        )
        self.assertEqual(problem["maximum"], 1_000)
        body = b'{"items": ["' + b"x" * MAX_BODY + b'"]}'
        self.assertProblem(self.post(body), 413, "body_too_large")

    def test_other_media_types_are_refused(self):
        for media_type in ("text/plain", "application/x-www-form-urlencoded", None):
            with self.subTest(media_type=media_type):
                response = self.post({"items": []}, Content_Type=media_type)
                self.assertProblem(response, 415, "unsupported_media_type")

    def test_wrong_paths_and_methods_are_problems_too(self):
        self.assertProblem(self.post({}, url=f"{URL}/9"), 404, "not_found")
        self.assertProblem(self.url_open("/api/serial/v1"), 404, "not_found")
        response = self.url_open(URL)
        self.assertProblem(response, 405, "method_not_allowed")
        self.assertEqual(response.headers["Allow"], "POST")

    def test_unforeseen_error_is_a_problem_without_a_trace(self):
        with (
            patch.object(SerialActivationMixin, "_activate", side_effect=KeyError("x")),
            mute_logger("odoo.http"),
        ):
            response = self.post({"items": []})
        self.assertProblem(response, 500, "internal_error")

    @mute_logger("odoo.http")
    def test_whatever_the_body_holds_is_answered_below_500(self):
        random = Random(20260302)
        lots = self.ship(100)
        for lot in lots:
            items = [make_value(random) for _ in range(3)]
            named = {name: make_value(random, 3) for name in FIELDS[1:]}
            body = {"items": [*items, {**named, "code": lot.scan_code}]}
            response = self.post(random.choice([body, body, body, items[0]]))
            with self.subTest(body=body):
                self.assertIn(response.status_code, (200, 400))
                if response.status_code == 200:
                    self.assertEqual(len(response.json()["items"]), 4)

    @mute_logger("odoo.http")
    def test_whatever_bytes_come_are_answered_below_500(self):
        random = Random(20260302)
        for media_type in ("json", "x-www-form-urlencoded", "%", ""):
            for size in (0, 1, 10, 200, 3000):
                response = self.post(
                    random.randbytes(size), Content_Type=f"application/{media_type}"
                )
                self.assertIn(response.status_code, (400, 415))
