import functools
import json
import re

from werkzeug.exceptions import HTTPException, abort

from odoo import http
from odoo.http import request

from ..core.json_schema import mismatch
from ..core.openapi import Operation, document
from ..models.serial_api_problem import API_ROOT
from .api_schema import PROBLEM
from .endpoint import PATH_PARAMETER, get_path_names, stand_in

MAX_BODY = 2 * 1024 * 1024
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")

# Every operation of the API, in the order of its declaration: what the document says
# and what a wrong method is told.
OPERATIONS = []


def api_route(
    path, method, *, answer, body=None, auth="serial", max_body=MAX_BODY, **about
):
    """Declare an operation of the API: JSON in, JSON out, no cookies.

    The schema of the body is checked before the operation is called, with the
    document as its argument `body`; the same schema is published.

    :param str auth: `serial` checks the key first; `serial_deferred` leaves it to the
        operation's own statement (see `serial.api.key`); `none` needs no key
    :param int max_body: how many bytes a body may have
    :param about: what else the document says, see `core.openapi.Operation`; of it,
        `scope` is what a key must have been made for
    """
    names = get_path_names(path)
    about.update(parameters=names, is_open=auth == "none")
    template = PATH_PARAMETER.sub(r"{\1}", path)
    operation = Operation(template, method, answer, body, **about)
    OPERATIONS.append(operation)

    def decorate(function):
        @http.route(
            API_ROOT + path,
            type="http",
            auth=auth,
            methods=[method],
            csrf=False,
            save_session=False,
            max_content_length=max_body,
            readonly=operation.is_reading,
        )
        @stand_in(function)
        def endpoint(self, **params):
            values = {name: params[name] for name in names}
            return _answer(operation, functools.partial(function, self, **values))

        return endpoint

    return decorate


def _answer(operation, function):
    """Call an operation for whoever may, with a body of the shape that is told."""
    if request.httprequest.method == "OPTIONS":
        return _tell_options(operation)
    values = {}
    try:
        ensure_scope(operation.scope)
        ensure_quota(1, requests=1)
        if operation.body:
            values["body"] = read_body(operation.body)
            ensure_quota(count_items(values["body"]) - 1)
        response = function(**values)
    except HTTPException:
        ensure_key()
        raise
    ensure_key()
    return finish(response)


def _tell_options(operation):
    """Answer which methods an address takes, and the limits it has."""
    there = [one for one in OPERATIONS if one.path == operation.path]
    allow = ", ".join([*(one.method for one in there), "OPTIONS"])
    headers = [header for one in there for header in one.option_headers]
    return finish(request.make_response("", [("Allow", allow), *headers]))


def get_document():
    """Return the OpenAPI document of all operations."""
    return document(
        OPERATIONS,
        title="Serial Dossier",
        version=API_ROOT.rpartition("/v")[2],
        root=API_ROOT,
        schemas={"Problem": PROBLEM},
    )


def ensure_key():
    """End the request if its key, still unchecked, does not stand."""
    key = getattr(request, "serial_key", None)
    if key and not key.is_confirmed:
        request.env["ir.http"]._confirm_serial_key()


def ensure_scope(scope):
    """End the request if its key was not made for what is called."""
    if scope and scope not in request.serial_key.proven.scopes:
        refuse("insufficient_scope", scope=scope)


def ensure_quota(units, requests=0):
    """End the request if its key has spent what it may, or missed too much."""
    key = getattr(request, "serial_key", None)
    if not key or not units:
        return
    keys = request.env["serial.api.key"]
    refusal = keys._admit(key.proven.record_id, units, requests)
    if refusal:
        abort(
            request.env["serial.api.problem"]._get_response(
                refusal.reason,
                headers=[
                    ("Retry-After", str(refusal.seconds)),
                    *keys._get_quota_headers(key.proven.record_id).items(),
                ],
            )
        )


def count_items(body):
    """Return how many items a body has; at least one."""
    items = body.get("items") if isinstance(body, dict) else None
    return len(items) or 1 if isinstance(items, list) else 1


def charge_misses(count):
    """Make the key pay for codes that do not exist or are not the caller's."""
    if count:
        record_id = request.serial_key.proven.record_id
        request.env["serial.api.key"]._charge_misses(record_id, count)


def finish(response):
    """Tell the caller in an answer what is left of its quota."""
    key = getattr(request, "serial_key", None)
    if key:
        keys = request.env["serial.api.key"]
        response.headers.extend(keys._get_quota_headers(key.proven.record_id))
    return response


def refuse(code, **extra):
    """End the request with a problem."""
    abort(request.env["serial.api.problem"]._get_response(code, **extra))


def read_body(schema):
    """Return the JSON document of the request's body, which is of the schema."""
    document = _read_json()
    found = mismatch(document, schema)
    if found and found.rule == "maxItems":
        refuse("too_many_items", path=found.path, maximum=found.expected)
    if found:
        refuse("invalid_body", path=found.path, expected=found.expected)
    return document


def _read_json():
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


def answer_once(make_answer, status=200):
    """Answer with JSON; a repeat of a request with an Idempotency-Key as before."""
    key = request.httprequest.headers.get("Idempotency-Key")
    if key is None:
        return respond(make_answer(), status=status)
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        refuse("bad_idempotency_key")
    store_sudo = request.env["serial.api.request"].sudo()
    called = request.httprequest
    body_hash = store_sudo._get_body_hash(called.path, called.get_data())
    key_id = request.serial_key.key_id
    stored = store_sudo._get_answer(key_id, key)
    if not stored:
        answer = make_answer()
        store_sudo._store(key_id, key, body_hash, answer)
        return respond(answer, status=status)
    if stored[0] != body_hash:
        refuse("idempotency_key_reused")
    return respond(stored[1], ("Idempotency-Replayed", "true"), status=status)


def respond(answer, *headers, status=200):
    """Answer with JSON that nobody keeps."""
    return request.make_response(
        json.dumps(answer, ensure_ascii=False, separators=(",", ":")),
        [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Cache-Control", "no-store"),
            *headers,
        ],
        status=status,
    )
