from urllib.parse import quote

from odoo.http import Controller, request, route

# The page runs no script but the camera's, loads nothing from elsewhere and tells
# nobody which code was looked at.
_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'sha256-%s'; "
    "script-src 'self'; connect-src 'self'; media-src 'self' blob: mediastream:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Type": "text/html; charset=utf-8",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


class SerialScanController(Controller):
    """The public page behind a QR code, and the one that takes a typed code.

    Unknown, void and malformed codes answer like known ones: status 200 and the same
    layout. In-app browsers replace the body of other statuses by pages of their own.
    """

    @route(
        "/sn/<path:code>",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
        sitemap=False,
    )
    def unit(self, code, **kwargs):
        page = request.env["serial.page"]
        return self._respond(page._get_unit_page(code, self._get_visit(kwargs)))

    @route(
        "/sn/<path:code>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,  # there is no session to ride on; the form is signed instead
        max_content_length=16_384,
        save_session=False,
        sitemap=False,
    )
    def activate(self, code, **form):
        page = request.env["serial.page"]
        form = {name: value for name, value in form.items() if isinstance(value, str)}
        visit = self._get_visit(form)
        return self._respond(page._get_activated_page(code, form, visit))

    @route(
        "/sn",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
        sitemap=True,
    )
    def entry(self, code=None, **kwargs):
        if code and code.strip():
            lang = kwargs.get("lang")
            suffix = f"?lang={quote(lang)}" if lang else ""
            return request.redirect(f"/sn/{quote(code.strip()[:256], safe='')}{suffix}")
        page = request.env["serial.page"]
        return self._respond(page._get_entry_page(self._get_visit(kwargs)))

    def _get_visit(self, kwargs):
        """Return the facts of this request that the page needs."""
        http_request = request.httprequest
        return {
            "ip": http_request.remote_addr,
            "user_agent": http_request.user_agent.string,
            "languages": list(http_request.accept_languages.values()),
            "lang": kwargs.get("lang"),
        }

    def _respond(self, html):
        policy = _POLICY % request.env["serial.page"]._get_style_hash()
        headers = {**_HEADERS, "Content-Security-Policy": policy}
        return request.make_response(html, list(headers.items()))
