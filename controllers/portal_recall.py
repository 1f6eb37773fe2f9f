from odoo import http
from odoo.http import request

from .portal import SAVED, SerialPortalController
from .portal_transfer import TYPED_ID


class SerialPortalRecallController(SerialPortalController):
    """The recalls of a distributor's units under /my."""

    @http.route(
        "/my/recalls",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def recalls(self, **_query):
        """Show the recalls that reach the distributor's units."""
        self._ensure_distributor()
        recalls = request.env["serial.portal"]._get_portal_recalls()
        return self._render("portal_recalls", "serial_recalls", recalls=recalls)

    @http.route(
        "/my/recalls/<int:recall_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def recall(self, recall_id, **query):
        """Show one recall: what to do, and with which units."""
        self._ensure_recall_id(recall_id)
        recall = request.env["serial.portal"]._get_portal_recall(recall_id)
        if not recall:
            raise request.not_found()
        return self._render(
            "portal_recall", "serial_recall", recall=recall, saved=SAVED in query
        )

    @http.route(
        "/my/recalls/<int:recall_id>.csv",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def recall_units(self, recall_id, **_query):
        """Send the distributor's units of a recall as a file."""
        self._ensure_recall_id(recall_id)
        text = request.env["serial.portal"]._export_recall(recall_id)
        if text is None:
            raise request.not_found()
        return self._send_file(text, "recall.csv", "text/csv; charset=utf-8")

    @http.route(
        "/my/recalls/<int:recall_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def acknowledge_recall(self, recall_id, **_form):
        """Note that the distributor has read it."""
        self._ensure_recall_id(recall_id)
        if not request.env["serial.portal"]._acknowledge_recall(recall_id):
            raise request.not_found()
        return request.redirect(f"/my/recalls/{recall_id}?{SAVED}=1")

    def _ensure_recall_id(self, recall_id):
        self._ensure_distributor()
        if recall_id >= TYPED_ID:
            raise request.not_found()
