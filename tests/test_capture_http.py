import json
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from ..controllers.api_capture import MAX_DOCUMENT
from ..models import serial_capture_api_mixin as taking
from .capturing import CaptureCase, work_off
from .common import NOW

URL = "/api/serial/v1/capture"


class Announced:
    """A body that is as long as it says, of which nothing is sent."""

    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __iter__(self):
        return iter(())

    # It is no model's `read`.
    # pylint: disable-next=method-required-super
    def read(self, _size=-1):
        return b""


@tagged("post_install", "-at_install")
class TestCaptureHttp(CaptureCase, HttpCase):
    """`POST /capture` takes documents in and says what is wrong with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        keys = cls.env["serial.api.key"].with_user(cls.manager)
        until = NOW.replace(year=2030)
        cls.key = keys._generate("Factory", cls.user, until)

    def call(self, body=None, headers=None, path="", key=None, method=None):
        """Call the API and return the response."""
        headers = {
            "Authorization": f"Bearer {key or self.key}",
            "Content-Type": "application/json",
            **(headers or {}),
        }
        data = json.dumps(body) if isinstance(body, dict) else body
        method = method or ("POST" if data is not None else "GET")
        return self.url_open(URL + path, data=data, headers=headers, method=method)

    def count_jobs(self):
        return self.env["serial.capture"].search_count([("user_id", "=", self.user.id)])

    def test_a_document_is_accepted_and_its_job_can_be_asked_for(self):
        [lot] = self.mint()
        response = self.call(self.document(self.event([lot])))
        self.assertEqual(response.status_code, 202)
        self.assertEqual(response.headers["GS1-EPCIS-Version"], "2.0.0")
        self.assertEqual(response.headers["GS1-Capture-Error-Behaviour"], "rollback")
        report = response.json()
        self.assertEqual((report["running"], report["success"]), (True, True))
        place = response.headers["Location"]
        self.assertEqual(place, f"{URL}/{report['captureID']}")
        job = self.env["serial.capture"].search([("token", "=", report["captureID"])])
        work_off(job)
        self.assertEqual(lot.stage, "produced")
        report = self.call(path=f"/{job.token}").json()
        self.assertEqual((report["running"], report["success"]), (False, True))
        self.assertEqual((report["recordedCount"], report["errors"]), (1, []))
        [listed] = self.call().json()
        self.assertEqual(listed, report)

    def test_a_single_event_in_json_ld_is_accepted(self):
        [lot] = self.mint()
        event = {**self.event([lot]), "@context": "https://example.com/context.jsonld"}
        media = {"Content-Type": "application/ld+json"}
        self.assertEqual(self.call(event, media).status_code, 202)

    def test_a_wrong_document_is_refused_with_each_failing_path(self):
        [lot] = self.mint()
        wrong = self.event([lot], bizStep="flying", eventTime="today")
        response = self.call(self.document(self.event([lot]), wrong))
        self.assertEqual(response.status_code, 400)
        problem = response.json()
        self.assertEqual(problem["code"], "invalid_document")
        start = "/epcisBody/eventList/1"
        self.assertEqual(problem["path"], f"{start}/eventTime")
        paths = [error["path"] for error in problem["errors"]]
        self.assertEqual(paths, [f"{start}/eventTime", f"{start}/bizStep"])
        self.assertFalse(self.count_jobs())

    def test_with_proceed_only_the_frame_has_to_be_right(self):
        [lot] = self.mint()
        proceed = {"GS1-Capture-Error-Behaviour": "proceed"}
        document = self.document(self.event([lot], bizStep="flying"))
        self.assertEqual(self.call(document, proceed).status_code, 202)
        del document["@context"]
        response = self.call(document, proceed)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(response.json()["path"], "/@context")

    def test_what_is_no_request_is_refused(self):
        document = self.document()
        for status, body, headers in (
            (400, "{", {}),
            (400, "[NaN]", {}),
            (400, "[]", {}),
            (400, document, {"GS1-Capture-Error-Behaviour": "perhaps"}),
            (406, document, {"GS1-EPCIS-Version": "1.2"}),
            (415, document, {"Content-Type": "text/plain"}),
            (401, document, {"Authorization": "Bearer none"}),
        ):
            with self.subTest(status=status, body=body, headers=headers):
                response = self.call(body, headers)
                self.assertEqual(response.status_code, status, response.text)

    def test_a_document_that_is_too_large_is_refused_before_it_is_read(self):
        response = self.call(Announced(MAX_DOCUMENT + 1), method="POST")
        self.assertEqual(response.status_code, 413, response.text)
        self.assertEqual(response.json()["code"], "body_too_large")
        self.assertFalse(self.count_jobs())

    def test_a_document_of_too_many_events_is_to_be_split(self):
        lots = self.mint(3)
        document = self.document(*(self.event([lot]) for lot in lots))
        for headers in ({}, {"GS1-Capture-Error-Behaviour": "proceed"}):
            with self.subTest(headers=headers), patch.object(taking, "MAX_EVENTS", 2):
                response = self.call(document, headers)
                self.assertEqual(response.status_code, 413, response.text)
                problem = response.json()
                self.assertEqual(problem["code"], "too_many_events")
                self.assertEqual(problem["path"], "/epcisBody/eventList")
        self.assertFalse(self.count_jobs())
        self.assertEqual(self.call(document).status_code, 202)

    def test_the_same_request_sent_twice_makes_one_job(self):
        [lot] = self.mint()
        once = {"Idempotency-Key": "one"}
        document = self.document(self.event([lot]))
        first, second = self.call(document, once), self.call(document, once)
        self.assertEqual(first.json(), second.json())
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(second.headers["Idempotency-Replayed"], "true")
        self.assertEqual(self.count_jobs(), 1)

    def test_a_job_of_somebody_else_is_unknown(self):
        report = self.call(self.document()).json()
        keys = self.env["serial.api.key"].with_user(self.manager)
        other = keys._generate("Other", self.manager, NOW.replace(year=2030))
        path = f"/{report['captureID']}"
        self.assertEqual(self.call(path=path, key=other).status_code, 404)
        self.assertEqual(self.call(path=path).status_code, 200)
        self.assertEqual(self.call(key=other).json(), [])

    def test_jobs_are_listed_page_by_page(self):
        tokens = [self.call(self.document()).json()["captureID"] for _n in range(3)]
        first = self.call(path="?perPage=2")
        self.assertEqual([job["captureID"] for job in first.json()], tokens[:0:-1])
        link = first.headers["Link"].partition(">")[0].lstrip("<").removeprefix(URL)
        rest = self.call(path=link)
        self.assertEqual([job["captureID"] for job in rest.json()], tokens[:1])
        self.assertNotIn("Link", rest.headers)
        self.assertEqual(self.call(path="?perPage=x").status_code, 400)

    def test_options_tell_the_limits(self):
        response = self.call(method="OPTIONS")
        self.assertEqual(response.headers["GS1-EPCIS-Capture-Limit"], "200000")
        self.assertIn("POST", response.headers["Allow"])
