from odoo import http
from odoo.http import request

from ..core.errors import SerialError
from ..models.serial_api_problem import API_ROOT
from ..models.serial_capture_api_mixin import MAX_EVENTS
from . import api_schema_epcis as shapes
from .api_route import answer_once, api_route, ensure_quota, refuse, respond
from .form import without_nul

MAX_DOCUMENT = 128 * 1024 * 1024
MEDIA = ("application/json", "application/ld+json")
# Events that cost as much as one code.
EVENTS_A_UNIT = 100
VERSIONS = (("GS1-EPCIS-Version", "2.0.0"), ("GS1-CBV-Version", "2.0.0"))
LIMITS = (
    ("GS1-EPCIS-Capture-Limit", str(MAX_EVENTS)),
    ("GS1-EPCIS-Capture-File-Size-Limit", str(MAX_DOCUMENT)),
)
PAGE = 30


class SerialCaptureApi(http.Controller):
    """What partners tell: EPCIS 2.0 documents, recorded in the background."""

    @api_route(
        "/capture",
        "POST",
        answer=shapes.JOB,
        problems=("400", "406", "413", "415", "422"),
        success="202",
        name="capture",
        scope="capture",
        summary="Tell what happened, as an EPCIS 2.0 document; a job records it",
        description=shapes.ABOUT_CAPTURE,
        is_idempotent=True,
        max_body=MAX_DOCUMENT,
        option_headers=(*VERSIONS, *LIMITS),
    )
    def capture(self):
        """Take a document in; its events are recorded in the background."""
        self._ensure_version()
        behaviour = self._get_behaviour()
        document = self._read_document()
        captures = request.env["serial.capture"]
        faults = captures._find_faults(document, behaviour)
        if faults:
            self._refuse_document(faults)
        ensure_quota(captures._count_events(document) // EVENTS_A_UNIT)
        response = answer_once(
            lambda: captures._take(document, behaviour)._get_report(), status=202
        )
        token = response.get_json()["captureID"]
        response.headers["Location"] = f"{API_ROOT}/capture/{token}"
        response.headers.extend([*VERSIONS, ("GS1-Capture-Error-Behaviour", behaviour)])
        return response

    def _ensure_version(self):
        """Refuse what was written for another major version of the standard."""
        headers = request.httprequest.headers
        for name in ("GS1-EPCIS-Version", "GS1-CBV-Version"):
            version = headers.get(name, "2").strip()
            if version.partition(".")[0] != "2":
                refuse("unsupported_version", header=name, supported="2.0.0")

    def _get_behaviour(self):
        name = "GS1-Capture-Error-Behaviour"
        value = request.httprequest.headers.get(name, "rollback").strip().lower()
        if value not in ("rollback", "proceed"):
            refuse("bad_header", header=name, allowed="rollback, proceed")
        return value

    def _read_document(self):
        if request.httprequest.mimetype not in MEDIA:
            refuse("unsupported_media_type", allowed=", ".join(MEDIA))
        try:
            return request.env["serial.capture"]._parse(request.httprequest.get_data())
        except SerialError as error:
            return refuse(error.reason, **error.values)

    def _refuse_document(self, faults):
        """End the request: name each place where the document is wrong, and why."""
        first = faults[0]
        if first.reason == "too_many_events":
            refuse("too_many_events", path=first.path, maximum=MAX_EVENTS)
        events = request.env["serial.capture.event"]
        errors = [
            {
                "path": fault.path,
                "code": fault.reason,
                "detail": events._get_message(fault.reason, fault.values),
            }
            for fault in faults
        ]
        refuse("invalid_document", path=first.path, errors=errors)

    @api_route(
        "/capture",
        "GET",
        answer=shapes.JOBS,
        problems=("400",),
        name="listCaptures",
        scope="capture",
        summary="Your newest capture jobs",
        is_reading=True,
        query=("perPage", "nextPageToken"),
    )
    def captures(self):
        """Answer with the caller's jobs, page by page."""
        values = request.httprequest.args
        limit = self._read_number(values.get("perPage"), PAGE, most=100)
        before = self._read_number(values.get("nextPageToken"), 0)
        jobs = request.env["serial.capture"]._find_all_own(limit + 1, before)
        response = respond([job._get_report() for job in jobs[:limit]], *VERSIONS)
        if len(jobs) > limit:
            token = jobs[limit - 1].id
            url = f"{API_ROOT}/capture?perPage={limit}&nextPageToken={token}"
            response.headers["Link"] = f'<{url}>; rel="next"'
            response.headers["GS1-Next-Page-Token-Expires"] = "never"
        return response

    def _read_number(self, text, default, most=2**31 - 1):
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            refuse("bad_request")
        return min(max(int(text), 1), most)

    @api_route(
        "/capture/<string:code>",
        "GET",
        answer=shapes.JOB,
        problems=("404",),
        name="getCapture",
        scope="capture",
        summary="How far a capture job is, and what was wrong",
        is_reading=True,
    )
    def get_capture(self, code):
        """Answer with one of the caller's jobs."""
        job = request.env["serial.capture"]._find_own(without_nul(code))
        if not job:
            refuse("unknown_capture")
        return respond(job._get_report(), *VERSIONS)
