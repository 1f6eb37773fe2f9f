from odoo.http import request

from .answer import PDF, send_file
from .public_route import visit_route
from .scan import SerialScanController


class SerialWarrantyController(SerialScanController):
    """The warranty card, by the signed link on the public page or in a letter."""

    @visit_route("/sn/<string:code>/card")
    def warranty_card(self, page, visit, query, code):
        card = page._receive(visit).env["serial.warranty.card"]
        lot_sudo = card._open(code, query.get("token"))
        if not lot_sudo:
            return request.not_found()
        pdf = card._get_pdf(lot_sudo, with_owner=False)
        return send_file(pdf, f"{lot_sudo.name}.pdf", PDF, is_inline=True)
