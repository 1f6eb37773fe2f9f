from functools import lru_cache
from urllib.parse import quote

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from odoo.http import Controller, request

from ..core import code_scheme
from .form import read_files, without_nul
from .public_route import public_route, visit_route

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

# Pictures and PDFs of one proof of purchase, all together.
MAX_PROOF = 20 * 1024 * 1024


@lru_cache
def _parse_languages(header):
    """Return the tags of an Accept-Language, the best first. Few headers are sent."""
    return tuple(parse_accept_header(header, LanguageAccept).values())


class SerialScanController(Controller):
    """The public page behind a QR code, and the one that takes a typed code.

    Unknown, void and malformed codes answer like known ones: status 200 and the same
    layout. In-app browsers replace the body of other statuses by pages of their own.
    """

    @visit_route("/sn/<path:code>")
    def unit(self, page, visit, _query, code):
        return page._get_unit_page(code.rstrip("/"), visit)

    @visit_route("/sn/<path:code>", "POST")
    def activate(self, page, visit, form, code):
        return page._get_activated_page(code.rstrip("/"), form, visit)

    @visit_route("/sn/<string:code>/proof", "POST", max_content_length=MAX_PROOF)
    def give_proof(self, page, visit, form, code):
        return page._get_proof_page(code, form, read_files(), visit)

    @public_route("/sn", sitemap=True)
    def entry(self, code=None, **kwargs):
        page = request.env["serial.page"]
        visit = self._get_visit(kwargs)
        canonical = code_scheme.canonical(code or "")
        path = request.env["serial.resolver"]._find_page(code or "")
        if path or canonical.isalnum():
            return self._redirect_to(path or f"/sn/{quote(canonical)}", visit)
        if wait := code and page._get_wait(visit):
            return self._make_wait(visit, wait)
        if code and code.strip():
            return self._respond(page._get_unit_page(code, visit))
        return self._respond(page._get_entry_page(visit))

    def _get_visit(self, kwargs):
        """Return the facts of this request that the page needs."""
        http_request = request.httprequest
        return {
            "ip": http_request.remote_addr,
            "user_agent": self._get_header("User-Agent"),
            "languages": _parse_languages(self._get_header("Accept-Language")),
            "lang": kwargs.get("lang"),
        }

    def _make_wait(self, visit, wait):
        """Tell a visitor to wait; the only page that is no 200."""
        response = self._respond(request.env["serial.page"]._get_wait_page(visit))
        response.status_code = 429
        response.headers["Retry-After"] = str(wait)
        return response

    def _redirect_to(self, path, visit, **query):
        """Show a page anew, so that nothing is sent twice by reloading."""
        if visit["lang"]:
            query["lang"] = visit["lang"]
        response = request.redirect_query(path, query)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _get_header(self, name):
        """Return a header as the database can take it: without NUL."""
        return without_nul(request.httprequest.headers.get(name, ""))

    def _respond(self, html, styles=("scan.css",), **headers):
        """Answer with a page that has these styles inline.

        :param headers: names with `_` for `-`, in place of the usual ones
        """
        get_hash = request.env["serial.page"]._get_style_hash
        policy = _POLICY % "' 'sha256-".join(map(get_hash, styles))
        usual = {**_HEADERS, "Content-Security-Policy": policy}
        for name, value in headers.items():
            usual[name.replace("_", "-")] = value
        return request.make_response(html, list(usual.items()))
