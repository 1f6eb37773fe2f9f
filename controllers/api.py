from odoo import http
from odoo.http import request

from ..models.serial_api_problem import API_ROOT
from . import api_schema as shapes
from .api_route import (
    OPERATIONS,
    answer_once,
    api_route,
    charge_misses,
    get_document,
    refuse,
    respond,
)
from .api_schema_dossier import DOSSIER


class SerialApi(http.Controller):
    """The API of machines: parse, call one method of a model, answer."""

    @api_route(
        "/verify",
        "POST",
        auth="serial_deferred",
        body=shapes.QUESTION,
        answer=shapes.VERIFIED,
        name="verify",
        scope="verify",
        summary="Is this unit genuine, and may this shop sell it?",
        is_reading=True,
    )
    def verify(self, body):
        """Answer one code."""
        return respond(self._verify([body])[0])

    @api_route(
        "/verify/batch",
        "POST",
        auth="serial_deferred",
        body=shapes.batch_of(shapes.QUESTION),
        answer=shapes.items_of(shapes.VERIFIED),
        problems=("422",),
        name="verifyBatch",
        scope="verify",
        summary="Verify up to 1,000 units; one answer an item, in their order",
        is_reading=True,
    )
    def verify_batch(self, body):
        """Answer up to 1,000 codes; one answer an item, in their order."""
        return respond({"items": self._verify(body["items"])})

    def _verify(self, items):
        confirm = request.env["ir.http"]._confirm_serial_key
        key = request.serial_key.proven
        answers = request.env["serial.verify"]._verify(items, key, confirm)
        charge_misses(sum(answer["reasons"] == ["not_found"] for answer in answers))
        return answers

    @api_route(
        "/serials/<string:code>",
        "GET",
        answer=DOSSIER,
        problems=("404", "409"),
        name="getSerial",
        scope="serials",
        summary="The dossier of a unit, by its code or any of its numbers",
        is_reading=True,
    )
    def get_serial(self, code):
        """Answer with the dossier of one unit."""
        dossier = request.env["serial.api.dossier"]._get_dossier(code)
        if dossier is None:
            charge_misses(1)
            refuse("unknown_serial")
        if dossier == "ambiguous":
            refuse("ambiguous")
        return respond(dossier)

    @api_route(
        "/openapi.json",
        "GET",
        auth="none",
        answer={"type": "object"},
        name="getOpenapi",
        summary="This document",
        is_reading=True,
    )
    def openapi(self):
        """Answer with the document of this API."""
        return respond(get_document())

    @api_route(
        "/activations",
        "POST",
        body=shapes.batch_of(shapes.ACTIVATION_ITEM),
        answer=shapes.items_of(shapes.ACTIVATED),
        problems=("422",),
        name="activate",
        scope="activations",
        summary="Activate up to 1,000 units; one answer an item, in their order",
        is_idempotent=True,
    )
    def activate(self, body):
        """Activate up to 1,000 units; one answer an item, in their order."""
        return answer_once(lambda: {"items": self._activate(body["items"])})

    def _activate(self, items):
        answers = request.env["serial.activation"]._activate(items, "api")
        charge_misses(sum(answer["result"] == "unknown" for answer in answers))
        return answers

    @api_route(
        "/listings",
        "POST",
        body=shapes.batch_of(shapes.LISTING_ITEM),
        answer=shapes.items_of(shapes.LISTED),
        problems=("422",),
        name="reportListings",
        scope="listings",
        summary="Report up to 1,000 listings of shops; one answer an item",
        is_idempotent=True,
    )
    def report_listings(self, body):
        """Take up to 1,000 listings of shops; one answer an item, in their order."""
        model = request.env["serial.diversion.listing"]
        return answer_once(lambda: {"items": model._report(body["items"])})

    @http.route(
        [API_ROOT, f"{API_ROOT}/<path:path>"],
        type="http",
        auth="none",
        csrf=False,
        save_session=False,
        readonly=True,
    )
    def no_such_call(self, path="", **_params):
        """Answer what no other route takes: a wrong path or a wrong method."""
        allowed = [o.method for o in OPERATIONS if o.is_at(f"/{path}")]
        if not allowed:
            return request.env["serial.api.problem"]._get_response("not_found")
        return request.env["serial.api.problem"]._get_response(
            "method_not_allowed", headers=[("Allow", ", ".join(allowed))]
        )
