from odoo.http import content_disposition, request, route

from .scan import SerialScanController


class SerialWarrantyController(SerialScanController):
    """The warranty card, by the signed link on the public page or in a letter."""

    @route(
        "/sn/<string:code>/card",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
        sitemap=False,
    )
    def warranty_card(self, code, **query):
        page, visit = request.env["serial.page"], self._get_visit(query)
        if wait := page._get_wait(visit):
            return self._make_wait(visit, wait)
        card = page._receive(visit).env["serial.warranty.card"]
        lot_sudo = card._open(code, query.get("token"))
        if not lot_sudo:
            return request.not_found()
        headers = {
            "Content-Type": "application/pdf",
            "Content-Disposition": content_disposition(
                f"{lot_sudo.name}.pdf", disposition_type="inline"
            ),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex, nofollow",
        }
        pdf = card._get_pdf(lot_sudo, with_owner=False)
        return request.make_response(pdf, list(headers.items()))
