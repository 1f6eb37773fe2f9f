from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.serial_portal_key_mixin import DAYS
from .portal import SerialPortalController


class SerialPortalKeyController(SerialPortalController):
    """A distributor's API keys under /my: made, seen and revoked by his own people."""

    @http.route(
        "/my/serial-keys",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def keys(self, **_query):
        """Show the keys of the distributor, and the form for a new one."""
        self._ensure_distributor()
        return self._show_keys()

    def _show_keys(self, error=None, new_key=None, form=None):
        portal = request.env["serial.portal"]
        response = self._render(
            "portal_keys",
            "serial_keys",
            keys=portal._get_keys(),
            scopes=portal._get_key_scopes(),
            durations=DAYS,
            error=error,
            new_key=new_key,
            form=form or {},
        )
        # The page that shows a key once is kept nowhere.
        response.headers["Cache-Control"] = "no-store"
        return response

    @http.route(
        "/my/serial-keys",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def make_key(self, name="", days="", **_form):
        """Make a key and show it, this once."""
        self._ensure_distributor()
        codes = request.httprequest.form.getlist("scope")
        try:
            with request.env.cr.savepoint():
                key = request.env["serial.portal"]._make_key(name, days, codes)
        except UserError as error:
            form = {"name": name, "days": days, "scopes": codes}
            return self._show_keys(error=str(error), form=form)
        return self._show_keys(new_key=key)

    @http.route(
        "/my/serial-keys/<int:key_id>/revoke",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def revoke_key(self, key_id, **_form):
        """End a key; it is refused from the next request on."""
        self._ensure_distributor()
        if not request.env["serial.portal"]._revoke_key(key_id):
            raise request.not_found()
        return request.redirect("/my/serial-keys")
