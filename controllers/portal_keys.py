from odoo.http import request

from ..models.serial_portal_key_mixin import DAYS
from .portal import SerialPortalController
from .portal_route import attempt, distributor_route, found


class SerialPortalKeyController(SerialPortalController):
    """A distributor's API keys under /my: made, seen and revoked by his own people."""

    @distributor_route("/my/serial-keys")
    def keys(self, **_query):
        """Show the keys of the distributor, and the form for a new one."""
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

    @distributor_route("/my/serial-keys", "POST")
    def make_key(self, name="", days="", **_form):
        """Make a key and show it, this once."""
        codes = request.httprequest.form.getlist("scope")
        make = request.env["serial.portal"]._make_key
        key, error = attempt(make, name, days, codes)
        if error:
            form = {"name": name, "days": days, "scopes": codes}
            return self._show_keys(error=error, form=form)
        return self._show_keys(new_key=key)

    @distributor_route("/my/serial-keys/<int:key_id>/revoke", "POST")
    def revoke_key(self, key_id, **_form):
        """End a key; it is refused from the next request on."""
        found(request.env["serial.portal"]._revoke_key(key_id))
        return request.redirect("/my/serial-keys")
