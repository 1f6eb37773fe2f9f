from .answer import PDF, send_file
from .form import read_files
from .public_route import visit_route
from .scan import SerialScanController

# Pictures of one unit, all together.
MAX_PHOTOS = 40 * 1024 * 1024


class SerialScanTradeinController(SerialScanController):
    """Trading a unit in from its public page, and the page of the claim after that."""

    @visit_route("/sn/<string:code>/tradein")
    def tradein(self, page, visit, _query, code):
        return page._get_tradein_page(code, visit)

    @visit_route("/sn/<string:code>/tradein", "POST", max_content_length=MAX_PHOTOS)
    def take_tradein(self, page, visit, form, code):
        html, path = page._take_tradein(code, form, read_files(), visit)
        # Who reloads the page of his claim accepts nothing twice.
        return self._redirect_to(path, visit) if path else html

    # === A CLAIM === #

    @visit_route("/tradein/<string:token>")
    def tradein_claim(self, page, visit, _query, token):
        return page._get_claim_page(token, visit)

    @visit_route("/tradein/<string:token>", "POST")
    def decide_tradein(self, page, visit, form, token):
        return page._get_claim_page(token, visit, form or {"decision": ""})

    @visit_route("/tradein/<string:token>/voucher")
    def tradein_voucher(self, page, visit, _query, token):
        name, content = page._get_claim_voucher(token, visit)
        return send_file(content, name, PDF) if name else content
