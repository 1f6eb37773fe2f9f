import re

from werkzeug.exceptions import abort

from odoo import models
from odoo.http import request

from .serial_api_problem import API_ROOT

_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_serial(cls):
        """Let a machine in by its key of scope `serial_dossier`, whatever its cookies.

        The request goes on with the rights of the key's user.
        """
        request.session.can_save = False
        problem = request.env["serial.api.problem"]
        match = _BEARER.fullmatch(request.httprequest.headers.get("Authorization", ""))
        if not match:
            abort(problem._get_response("missing_key"))
        keys_sudo = request.env["serial.api.key"].sudo()
        credential = keys_sudo._authenticate(match[1])
        if not credential:
            abort(problem._get_response("invalid_key"))
        if not credential.in_scope:
            abort(problem._get_response("insufficient_scope"))
        request.update_env(user=credential.user_id)
        request.serial_key_id = credential.key_id
        keys_sudo._touch(credential.key_id)

    @classmethod
    def _dispatch(cls, endpoint):
        """Drop a parameter called `self`: passed on by name, it crashes any route."""
        request.params.pop("self", None)
        return super()._dispatch(endpoint)

    @classmethod
    def _handle_error(cls, exception):
        """Tell errors of the API as problems, never as a page."""
        if request.httprequest.path.startswith(f"{API_ROOT}/"):
            return request.env["serial.api.problem"]._get_response_of(exception)
        return super()._handle_error(exception)
