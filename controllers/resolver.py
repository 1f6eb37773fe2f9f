import json

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from odoo.http import request

from ..core import resolver
from .form import without_nul
from .public_route import public_route
from .scan import SerialScanController

_CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"


class SerialResolverController(SerialScanController):
    """GS1 Digital Links of products and units: pages for people, lists for programs."""

    @public_route("/01/<path:rest>", cors="*")
    def resolve(self, rest, **kwargs):
        base_url = self._get_base_url()
        environ = request.httprequest.environ
        path = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
        path = path if path.startswith("/") else request.httprequest.full_path
        visit = self._get_visit(kwargs)
        lang = request.env["serial.page"]._negotiate(visit)
        answer = (
            request.env["serial.resolver"]
            .with_context(lang=lang)
            ._resolve(
                base_url + without_nul(path), self._get_query(visit, kwargs), base_url
            )
        )
        if answer["kind"] == "error":
            return self._refuse(answer, visit)
        response = self._make_answer(answer, visit)
        link = f'<{answer["anchor"].partition("?")[0]}?linkType=linkset>; rel="linkset"'
        response.headers["Link"] = f'{link}; type="{resolver.LINKSET_TYPE}"'
        response.headers["Vary"] = "Accept, Accept-Language"
        return response

    @public_route("/.well-known/gs1resolver", cors="*")
    def describe(self, **_kwargs):
        description = request.env["serial.resolver"]._describe(self._get_base_url())
        return self._respond_json(description, "application/json")

    def _make_answer(self, answer, visit):
        if answer["kind"] == "linkset":
            return self._respond_json(answer["linkset"], resolver.LINKSET_TYPE)
        if answer["kind"] == "link":
            response = request.redirect(answer["location"], code=307, local=False)
            response.headers["Cache-Control"] = "no-store"
            response.headers["Referrer-Policy"] = "no-referrer"
            return response
        page = request.env["serial.page"]
        return self._respond(
            page._get_product_page(answer["product"], answer["links"], visit)
        )

    def _refuse(self, answer, visit):
        """Say what is wrong: to a person on the page that takes a typed code."""
        error = answer["error"]
        if self._get_media_types()[:1] in (
            (resolver.LINKSET_TYPE,),
            ("application/json",),
        ):
            reason = request.env["serial.reason"]._get_gs1_text(error)
            body = {"title": reason, "status": answer["status"], "reason": error.reason}
            response = self._respond_json(body, "application/problem+json")
        else:
            page = request.env["serial.page"]
            response = self._respond(page._get_entry_page(visit, is_wrong_link=True))
        response.status_code = answer["status"]
        return response

    def _respond_json(self, body, media_type):
        headers = [
            ("Content-Type", media_type),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(json.dumps(body, ensure_ascii=False), headers)

    def _get_query(self, visit, kwargs):
        """Return what the reader asks for."""
        wanted = kwargs.get("linkType")
        return {
            "link_type": without_nul(wanted)[:128] if isinstance(wanted, str) else None,
            "languages": tuple(
                tag.replace("_", "-")
                for tag in (visit["lang"], *visit["languages"])
                if tag
            ),
            "media_types": self._get_media_types(),
        }

    def _get_media_types(self):
        header = request.httprequest.headers.get("Accept", "")
        return tuple(parse_accept_header(header[:1024], MIMEAccept).values())

    def _get_base_url(self):
        return request.httprequest.host_url.rstrip("/")
