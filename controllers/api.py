import json
import re

from werkzeug.exceptions import abort

from odoo import http
from odoo.http import request

from ..models.serial_api_problem import API_ROOT

MAX_ITEMS = 1_000
MAX_BODY = 2 * 1024 * 1024
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")

# path below the root -> methods, for the answer to a wrong one
_METHODS = {}


def api_route(path, methods, **options):
    """Declare a route of the API: bearer key, JSON, no cookies."""
    _METHODS.setdefault(path, []).extend(methods)
    return http.route(
        API_ROOT + path,
        type="http",
        auth="serial",
        methods=methods,
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
        **options,
    )


def refuse(code, **extra):
    """End the request with a problem."""
    abort(request.env["serial.api.problem"]._get_response(code, **extra))


def read_json():
    """Return the JSON document of the request's body."""
    if request.httprequest.mimetype != "application/json":
        refuse("unsupported_media_type")
    try:
        text = request.httprequest.get_data().decode("utf-8")
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        return refuse("malformed_json", at=where)
    except (ValueError, RecursionError):
        # not UTF-8, not a number of JSON, or nested too deep
        return refuse("malformed_json")


def _refuse_constant(name):
    raise ValueError(name)


def read_items(document):
    """Return the items of a batch: `{"items": [...]}`."""
    if not isinstance(document, dict):
        refuse("invalid_body", path="", expected="object")
    items = document.get("items")
    if not isinstance(items, list):
        refuse("invalid_body", path="/items", expected="array")
    if len(items) > MAX_ITEMS:
        refuse("too_many_items", path="/items", maximum=MAX_ITEMS)
    return items


def answer_once(make_answer):
    """Answer with JSON; a repeat of a request with an Idempotency-Key as before."""
    key = request.httprequest.headers.get("Idempotency-Key")
    if key is None:
        return respond(make_answer())
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        refuse("bad_idempotency_key")
    store_sudo = request.env["serial.api.request"].sudo()
    called = request.httprequest
    body_hash = store_sudo._get_body_hash(called.path, called.get_data())
    stored = store_sudo._get_answer(request.serial_key_id, key)
    if not stored:
        answer = make_answer()
        store_sudo._store(request.serial_key_id, key, body_hash, answer)
        return respond(answer)
    if stored[0] != body_hash:
        refuse("idempotency_key_reused")
    return respond(stored[1], ("Idempotency-Replayed", "true"))


def respond(answer, *headers):
    """Answer with JSON that nobody keeps."""
    headers = [("Cache-Control", "no-store"), *headers]
    return request.make_json_response(answer, headers=headers)


class SerialApi(http.Controller):
    """The API of machines: parse, call one method of a model, answer."""

    @api_route("/activations", ["POST"])
    def activate(self, **_params):
        """Activate up to 1,000 units; one answer an item, in their order."""
        items = read_items(read_json())
        model = request.env["serial.activation"]
        return answer_once(lambda: {"items": model._activate(items, "api")})

    @api_route("/listings", ["POST"])
    def report_listings(self, **_params):
        """Take up to 1,000 listings of stores; one result an item, in their order."""
        items = read_items(read_json())
        model = request.env["serial.diversion.listing"]
        return answer_once(lambda: {"items": model._report(items)})

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
        allowed = _METHODS.get(f"/{path}")
        if not allowed:
            return request.env["serial.api.problem"]._get_response("not_found")
        return request.env["serial.api.problem"]._get_response(
            "method_not_allowed", headers=[("Allow", ", ".join(allowed))]
        )
