import json
from http import HTTPStatus

from psycopg2 import OperationalError
from werkzeug.exceptions import HTTPException

from odoo import api, models
from odoo.exceptions import AccessDenied, AccessError, ConcurrencyError, UserError
from odoo.http import Response
from odoo.tools import LazyTranslate

API_ROOT = "/api/serial/v1"

_lt = LazyTranslate(__name__)

# Stable code -> status and text. Codes are never renamed.
PROBLEMS = {
    "malformed_json": (400, _lt("The body is not JSON.")),
    "invalid_body": (400, _lt("The body does not have the shape of this call.")),
    "bad_idempotency_key": (
        400,
        _lt("The Idempotency-Key must have 1 to 255 visible ASCII characters."),
    ),
    "invalid_document": (400, _lt("The document is not valid EPCIS 2.0.")),
    "bad_header": (400, _lt("A header of the request has a wrong value.")),
    "unknown_parameter": (400, _lt("There is no such parameter.")),
    "bad_parameter": (400, _lt("A parameter has a value it cannot have.")),
    "bad_request": (400, _lt("The request cannot be understood.")),
    "missing_key": (401, _lt("Send an API key: Authorization: Bearer …")),
    "invalid_key": (401, _lt("The API key is wrong, expired or revoked.")),
    "insufficient_scope": (403, _lt("The key was not made for this call.")),
    "key_suspended": (
        403,
        _lt("The key is suspended. Ask those who gave it to you to lift this."),
    ),
    "insufficient_rights": (403, _lt("The key's user may not do this.")),
    "not_found": (404, _lt("There is nothing at this address.")),
    "unknown_serial": (404, _lt("No unit that you may see has this number.")),
    "unknown_capture": (404, _lt("You have no capture of this ID.")),
    "method_not_allowed": (405, _lt("This address does not take this method.")),
    "unsupported_version": (406, _lt("This version of EPCIS or CBV is not spoken.")),
    "ambiguous": (409, _lt("Several units have this number: send the public code.")),
    "tradein_refused": (409, _lt("This unit or person cannot trade in.")),
    "quote_expired": (410, _lt("The quote has expired.")),
    "body_too_large": (413, _lt("The body is too large.")),
    "too_many_events": (413, _lt("The document has too many events: split it.")),
    "too_many_matches": (413, _lt("More events match than were asked for at most.")),
    "unsupported_media_type": (415, _lt("Send the body as application/json.")),
    "too_many_items": (422, _lt("Too many items in one request.")),
    "idempotency_key_reused": (
        422,
        _lt("This Idempotency-Key was used with another body."),
    ),
    "invalid_quote": (422, _lt("The quote is none of ours, or was changed.")),
    "bad_answer": (422, _lt("A question or answer is none of the programme's.")),
    "bad_person_id": (
        422,
        _lt("This is no number of an identity card or telephone."),
    ),
    "other_currency": (
        422,
        _lt("The price is in another currency than the programme."),
    ),
    "refused": (422, _lt("The request was refused.")),
    "quota_exceeded": (429, _lt("Too many requests.")),
    "too_many_misses": (
        429,
        _lt("Too many codes that do not exist or are not yours."),
    ),
    # No text: translating one may need the database, which may be what failed.
    "internal_error": (500, None),
    "try_again": (503, None),
}
_CODE_OF_STATUS = {
    400: "bad_request",
    401: "invalid_key",
    403: "insufficient_rights",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "quota_exceeded",
}


class SerialApiProblem(models.AbstractModel):
    """Errors of the API as RFC 9457 problems."""

    _name = "serial.api.problem"
    _description = "API Problem"

    @api.model
    def _get_response(self, code, detail=None, headers=(), **extra):
        """Return the response for a problem; `extra` members go into its body."""
        status, text = PROBLEMS[code]
        body = {
            "type": f"{API_ROOT}/problems#{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail or (self.env._(text) if text else None),
            "code": code,
            **extra,
        }
        headers = [("Cache-Control", "no-store"), *headers]
        if status == 401:
            headers.append(("WWW-Authenticate", "Bearer"))
        return Response(
            json.dumps(body, ensure_ascii=False),
            status=status,
            headers=headers,
            mimetype="application/problem+json",
        )

    @api.model
    def _get_response_of(self, error):
        """Return the response for whatever went wrong; never a trace of the code."""
        if isinstance(error, HTTPException):
            if error.response is not None:
                return error.response
            code = _CODE_OF_STATUS.get(error.code)
            return self._get_response(code or "bad_request")
        if isinstance(error, AccessDenied):
            return self._get_response("invalid_key")
        if isinstance(error, AccessError):
            return self._get_response("insufficient_rights")
        if isinstance(error, (OperationalError, ConcurrencyError)):
            return self._get_response("try_again", headers=[("Retry-After", "2")])
        if isinstance(error, UserError):
            return self._get_response("refused", detail=str(error))
        return self._get_response("internal_error")
