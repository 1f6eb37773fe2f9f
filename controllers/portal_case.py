from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager

from .form import read_files
from .portal import SAVED, SerialPortalController


class SerialPortalCaseController(SerialPortalController):
    """The cases that a distributor is asked about under /my, and his word on them."""

    @http.route(
        ["/my/serial-cases", "/my/serial-cases/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def cases(self, page=1, **_query):
        """Show the cases that the distributor is asked about."""
        self._ensure_distributor()
        portal = request.env["serial.portal"]
        pages = pager(
            "/my/serial-cases",
            portal._count_cases(),
            page=page,
            step=self._items_per_page,
        )
        cases = portal._get_cases(pages["offset"], self._items_per_page)
        return self._render("portal_cases", "serial_cases", cases=cases, pager=pages)

    @http.route(
        "/my/serial-cases/<int:case_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def case(self, case_id, **query):
        """Show one case: the question, the units, what was said, and the form."""
        return self._show_case(case_id, saved=SAVED in query)

    def _show_case(self, case_id, body="", **values):
        self._ensure_distributor()
        case = request.env["serial.portal"]._get_case(case_id)
        if not case:
            raise request.not_found()
        return self._render(
            "portal_case", "serial_case", case=case, body=body, **values
        )

    @http.route(
        "/my/serial-cases/<int:case_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def give_case_statement(self, case_id, body="", **_form):
        """Record a distributor's statement or appeal with its files."""
        self._ensure_distributor()
        portal = request.env["serial.portal"]
        try:
            with request.env.cr.savepoint():
                given = portal._give_case_statement(case_id, body, read_files())
        except UserError as error:
            return self._show_case(case_id, error=str(error), body=body)
        if not given:
            raise request.not_found()
        return request.redirect(f"/my/serial-cases/{case_id}?{SAVED}=1")
