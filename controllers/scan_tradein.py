from odoo.http import content_disposition, request, route

from .form import read_files, read_texts
from .scan import SerialScanController

# Pictures of one unit, all together.
MAX_PHOTOS = 40 * 1024 * 1024


class SerialScanTradeinController(SerialScanController):
    """Trading a unit in from its public page, and the page of the claim after that."""

    @route(
        "/sn/<string:code>/tradein",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
        sitemap=False,
    )
    def tradein(self, code, **kwargs):
        page, visit = request.env["serial.page"], self._get_visit(kwargs)
        if wait := page._get_wait(visit):
            return self._make_wait(visit, wait)
        return self._respond(page._get_tradein_page(code, visit))

    @route(
        "/sn/<string:code>/tradein",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,  # there is no session to ride on; the form is signed instead
        max_content_length=MAX_PHOTOS,
        save_session=False,
        sitemap=False,
    )
    def take_tradein(self, code, **form):
        page = request.env["serial.page"]
        form = read_texts(form)
        visit = self._get_visit(form)
        if wait := page._get_wait(visit):
            return self._make_wait(visit, wait)
        html, path = page._take_tradein(code, form, read_files(), visit)
        if path:
            # Who reloads the page of his claim accepts nothing twice.
            query = {"lang": visit["lang"]} if visit["lang"] else {}
            return request.redirect_query(path, query)
        return self._respond(html)

    # === A CLAIM === #

    @route(
        "/tradein/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
        sitemap=False,
    )
    def tradein_claim(self, token, **kwargs):
        page, visit = request.env["serial.page"], self._get_visit(kwargs)
        if wait := page._get_wait(visit):
            return self._make_wait(visit, wait)
        return self._respond(page._get_claim_page(token, visit))

    @route(
        "/tradein/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,  # whoever has the link is the consumer: the link is signed
        max_content_length=16_384,
        save_session=False,
        sitemap=False,
    )
    def decide_tradein(self, token, **form):
        page = request.env["serial.page"]
        form = read_texts(form)
        visit = self._get_visit(form)
        if wait := page._get_wait(visit):
            return self._make_wait(visit, wait)
        return self._respond(
            page._get_claim_page(token, visit, form or {"decision": ""})
        )

    @route(
        "/tradein/<string:token>/voucher",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
        sitemap=False,
    )
    def tradein_voucher(self, token, **kwargs):
        page, visit = request.env["serial.page"], self._get_visit(kwargs)
        if wait := page._get_wait(visit):
            return self._make_wait(visit, wait)
        name, content = page._get_claim_voucher(token, visit)
        if not name:
            return self._respond(content)
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
                ("X-Robots-Tag", "noindex, nofollow"),
            ],
        )
