from odoo.http import request

from .answer import PDF, send_file, send_picture
from .form import read_files, read_storable_texts, without_nul
from .public_route import public_route, visit_route
from .scan import SerialScanController

# Pictures of one request or message, all together.
MAX_FILES = 40 * 1024 * 1024
SERVICE_STYLES = ("scan.css", "service.css")
WITH_POSITION = "camera=(self), geolocation=(self), microphone=()"


class SerialServiceController(SerialScanController):
    """Asking for a repair on the public page, and following it by a signed link."""

    @visit_route("/sn/<string:code>/service", read=read_storable_texts)
    def ask_for_service(self, page, visit, query, code):
        return self._respond_service(page._get_service_page(code, query, visit))

    @visit_route(
        "/sn/<string:code>/service",
        "POST",
        read=read_storable_texts,
        max_content_length=MAX_FILES,
    )
    def request_service(self, page, visit, form, code):
        path, html = page._request_service(code, form, self._read_photos(), visit)
        if path:
            return self._redirect_to(path, visit, new="1")
        return self._respond_service(html)

    @visit_route("/service/ticket/<string:token>")
    def ticket(self, page, visit, query, token):
        html = page._get_ticket_page(token, visit, is_new="new" in query)
        return self._respond_service(html)

    @visit_route(
        "/service/ticket/<string:token>/<any(message,cancel):action>",
        "POST",
        read=read_storable_texts,
        max_content_length=MAX_FILES,
    )
    def act_on_ticket(self, page, visit, form, token, action):
        files = self._read_photos()
        done, html = page._act_on_ticket(token, action, form, files, visit)
        if done:
            return self._redirect_to(f"/service/ticket/{token}", visit)
        return self._respond_service(html)

    @public_route("/service/ticket/<string:token>/file/<int:file_id>")
    def ticket_file(self, token, file_id, **_query):
        file = request.env["serial.page"]._get_ticket_file(token, file_id)
        if not file:
            raise request.not_found()
        return send_picture(file, Cache_Control="private, max-age=3600")

    @public_route("/service/ticket/<string:token>/report.pdf")
    def ticket_report(self, token, **query):
        visit = self._get_visit(query)
        pdf = request.env["serial.page"]._get_ticket_report(token, visit)
        if not pdf:
            raise request.not_found()
        return send_file(pdf, "repair.pdf", PDF)

    def _read_photos(self):
        return [(without_nul(name), content) for name, content in read_files()]

    def _respond_service(self, html):
        """Answer with a page that may ask where the visitor is, if he wants."""
        return self._respond(html, SERVICE_STYLES, Permissions_Policy=WITH_POSITION)
