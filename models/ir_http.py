import re
from urllib.parse import unquote

from werkzeug.exceptions import NotFound, abort

from odoo import models
from odoo.http import Response, request
from odoo.tools import ormcache

from .serial_api_auth_mixin import KeyOfRequest
from .serial_api_problem import API_ROOT

# Pages that strangers open, with a language before them or without.
_PUBLIC = re.compile(r"(/[A-Za-z]{2,3}([_-][A-Za-z@]+)?)?/(sn|01|service|tradein)/")
_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)


def _is_address(path):
    """Tell whether a path is text, without NUL and dot segments, quoted or not."""
    try:
        segments = unquote(path, errors="strict").split("/")
    except UnicodeDecodeError:
        return False
    return "\0" not in path and not {".", ".."}.intersection(segments)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_serial(cls):
        """Let a machine in by its key of scope `serial_dossier`, whatever its cookies.

        The request goes on with the rights of the key's user.
        """
        cls._accept_serial_key(cls._prove_serial_token(cls._get_serial_token()))

    @classmethod
    def _auth_method_serial_deferred(cls):
        """As `serial`, but the key is checked by the first statement of the route.

        That statement holds `KEY_STANDS`, and the route passes what it said of
        `request.serial_key.proven` to `_confirm_serial_key`. Where a route does not,
        `api_route` asks before its answer leaves.
        """
        token = cls._get_serial_token()
        keys = request.env["serial.api.key"]
        proven = keys._recall(token)
        if not proven:
            proven = cls._prove_serial_token(token).proven
        cls._accept_serial_key(KeyOfRequest(proven.key_id, proven.user_id, proven))

    @classmethod
    def _prove_serial_token(cls, token):
        """Return the key that a token is; end the request if it is none of ours."""
        problem, proven = request.env["serial.api.key"]._authenticate(token)
        if problem:
            cls._refuse_serial_key(problem)
        return KeyOfRequest(proven.key_id, proven.user_id, proven, is_confirmed=True)

    @classmethod
    def _accept_serial_key(cls, key):
        request.session.can_save = False
        request.update_env(user=key.user_id)
        request.serial_key = key
        request.env["serial.api.key"]._touch(key.key_id)

    @classmethod
    def _confirm_serial_key(cls, stands=None):
        """Note that the key stands, or end the request; ask if nobody has."""
        key = request.serial_key
        if stands is None:
            stands = request.env["serial.api.key"]._is_standing(key.proven)
        if not stands:
            problem = request.env["serial.api.key"]._get_problem(key.proven)
            cls._refuse_serial_key(problem)
        key.is_confirmed = True

    @classmethod
    def _refuse_serial_key(cls, code):
        request.session.can_save = False
        abort(request.env["serial.api.problem"]._get_response(code))

    @classmethod
    def _get_serial_token(cls):
        match = _BEARER.fullmatch(request.httprequest.headers.get("Authorization", ""))
        if not match:
            cls._refuse_serial_key("missing_key")
        return match[1]

    @classmethod
    def _auth_method_serial_public(cls):
        """Let anybody in, as `public` does, who is of the website that `_match` found.

        `public` looks for the website once more.
        """
        request.is_serial_visit = True
        if not request.env.uid and hasattr(request, "website_routing"):
            find_user = request.env["ir.http"]._get_serial_visitor_id
            request.update_env(user=find_user(request.website_routing))
        else:
            cls._auth_method_public()

    @ormcache("website_id")
    def _get_serial_visitor_id(self, website_id):
        """Return the user that visitors of a website are."""
        website_sudo = self.env["website"].sudo().browse(website_id or [])
        return website_sudo.user_id.id or self.env.ref("base.public_user").id

    @classmethod
    def _match(cls, path_info):
        """Answer plainly where the website's "not found" page would fail.

        It can neither look up nor name an address that is none, nor send a browser to
        one with a line break.
        """
        if {"\r", "\n"}.intersection(path_info) and _PUBLIC.match(path_info):
            abort(Response(status=404, content_type="text/plain"))
        try:
            return super()._match(path_info)
        except NotFound:
            if _is_address(path_info):
                raise
            abort(Response(status=404, content_type="text/plain"))

    @classmethod
    def _dispatch(cls, endpoint):
        """Drop a parameter called `self`: passed on by name, it crashes any route."""
        request.params.pop("self", None)
        return super()._dispatch(endpoint)

    @classmethod
    def _post_dispatch(cls, response):
        """Track nobody on the public page: it says that it sets no cookies."""
        if getattr(request, "is_serial_visit", False):
            return request.dispatcher.post_dispatch(response)
        return super()._post_dispatch(response)

    @classmethod
    def _handle_error(cls, exception):
        """Tell errors of the API as problems, never as a page."""
        if request.httprequest.path.startswith(f"{API_ROOT}/"):
            return request.env["serial.api.problem"]._get_response_of(exception)
        return super()._handle_error(exception)
