from odoo.http import request

from .answer import CSV, send_file
from .portal import SAVED, SerialPortalController
from .portal_route import distributor_route, found


class SerialPortalRecallController(SerialPortalController):
    """The recalls of a distributor's units under /my."""

    @distributor_route("/my/recalls")
    def recalls(self, **_query):
        """Show the recalls that reach the distributor's units."""
        recalls = request.env["serial.portal"]._get_portal_recalls()
        return self._render("portal_recalls", "serial_recalls", recalls=recalls)

    @distributor_route("/my/recalls/<int:recall_id>")
    def recall(self, recall_id, **query):
        """Show one recall: what to do, and with which units."""
        recall = found(request.env["serial.portal"]._get_portal_recall(recall_id))
        return self._render(
            "portal_recall", "serial_recall", recall=recall, saved=SAVED in query
        )

    @distributor_route("/my/recalls/<int:recall_id>.csv", website=False)
    def recall_units(self, recall_id, **_query):
        """Send the distributor's units of a recall as a file."""
        text = found(request.env["serial.portal"]._export_recall(recall_id))
        return send_file(text, "recall.csv", CSV)

    @distributor_route("/my/recalls/<int:recall_id>", "POST")
    def acknowledge_recall(self, recall_id, **_form):
        """Note that the distributor has read it."""
        found(request.env["serial.portal"]._acknowledge_recall(recall_id))
        return request.redirect(f"/my/recalls/{recall_id}?{SAVED}=1")
