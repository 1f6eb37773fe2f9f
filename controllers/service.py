from odoo import http
from odoo.http import request, route

from .form import read_files, read_storable_texts, without_nul
from .scan import SerialScanController

# Pictures of one request or message, all together.
MAX_FILES = 40 * 1024 * 1024
SERVICE_STYLES = ("scan.css", "service.css")
WITH_POSITION = "camera=(self), geolocation=(self), microphone=()"


class SerialServiceController(SerialScanController):
    """Asking for a repair on the public page, and following it by a signed link."""

    @route(
        "/sn/<string:code>/service",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def ask_for_service(self, code, **query):
        page = request.env["serial.page"]
        query, visit = read_storable_texts(query), self._get_visit(query)
        if wait := page._get_wait(visit):
            return self._make_wait(visit, wait)
        return self._respond_service(page._get_service_page(code, query, visit))

    @route(
        "/sn/<string:code>/service",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,  # there is no session to ride on; the form is signed instead
        max_content_length=MAX_FILES,
        save_session=False,
        sitemap=False,
    )
    def request_service(self, code, **form):
        page = request.env["serial.page"]
        form = read_storable_texts(form)
        visit = self._get_visit(form)
        if wait := page._get_wait(visit):
            return self._make_wait(visit, wait)
        path, html = page._request_service(code, form, self._read_photos(), visit)
        if path:
            return self._redirect_to(path, visit, new="1")
        return self._respond_service(html)

    @route(
        "/service/ticket/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def ticket(self, token, **query):
        page, visit = request.env["serial.page"], self._get_visit(query)
        if wait := page._get_wait(visit):
            return self._make_wait(visit, wait)
        html = page._get_ticket_page(token, visit, is_new="new" in query)
        return self._respond_service(html)

    @route(
        "/service/ticket/<string:token>/<any(message,cancel):action>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,  # the link is the right to write
        max_content_length=MAX_FILES,
        save_session=False,
        sitemap=False,
    )
    def act_on_ticket(self, token, action, **form):
        page, form = request.env["serial.page"], read_storable_texts(form)
        visit = self._get_visit(form)
        if wait := page._get_wait(visit):
            return self._make_wait(visit, wait)
        files = self._read_photos()
        done, html = page._act_on_ticket(token, action, form, files, visit)
        if done:
            return self._redirect_to(f"/service/ticket/{token}", visit)
        return self._respond_service(html)

    @route(
        "/service/ticket/<string:token>/file/<int:file_id>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def ticket_file(self, token, file_id, **_query):
        file = request.env["serial.page"]._get_ticket_file(token, file_id)
        if not file:
            raise request.not_found()
        headers = {
            "Content-Type": file.mimetype,
            "Content-Security-Policy": "default-src 'none'",
            "Cache-Control": "private, max-age=3600",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }
        return request.make_response(file.raw, list(headers.items()))

    @route(
        "/service/ticket/<string:token>/report.pdf",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def ticket_report(self, token, **query):
        visit = self._get_visit(query)
        pdf = request.env["serial.page"]._get_ticket_report(token, visit)
        if not pdf:
            raise request.not_found()
        headers = {
            "Content-Type": "application/pdf",
            "Content-Disposition": http.content_disposition("repair.pdf"),
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex",
        }
        return request.make_response(pdf, list(headers.items()))

    def _read_photos(self):
        return [(without_nul(name), content) for name, content in read_files()]

    def _redirect_to(self, path, visit, **query):
        """Show a page anew, so that nothing is sent twice by reloading."""
        if visit["lang"]:
            query["lang"] = visit["lang"]
        response = request.redirect_query(path, query, code=303)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _respond_service(self, html):
        """Answer with a page that may ask where the visitor is, if he wants."""
        return self._respond(html, SERVICE_STYLES, Permissions_Policy=WITH_POSITION)
