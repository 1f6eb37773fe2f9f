from odoo.http import request

from .form import read_files
from .portal import SAVED, SerialPortalController
from .portal_route import attempt, distributor_route, found


class SerialPortalCaseController(SerialPortalController):
    """The cases that a distributor is asked about under /my, and his word on them."""

    @distributor_route("/my/serial-cases", is_paged=True)
    def cases(self, page=1, **_query):
        """Show the cases that the distributor is asked about."""
        portal = request.env["serial.portal"]
        pages = self._turn_to(page, "/my/serial-cases", portal._count_cases())
        cases = portal._get_cases(pages["offset"], self._items_per_page)
        return self._render("portal_cases", "serial_cases", cases=cases, pager=pages)

    @distributor_route("/my/serial-cases/<int:case_id>")
    def case(self, case_id, **query):
        """Show one case: the question, the units, what was said, and the form."""
        return self._show_case(case_id, saved=SAVED in query)

    def _show_case(self, case_id, body="", **values):
        case = found(request.env["serial.portal"]._get_case(case_id))
        return self._render(
            "portal_case", "serial_case", case=case, body=body, **values
        )

    @distributor_route("/my/serial-cases/<int:case_id>", "POST")
    def give_case_statement(self, case_id, body="", **_form):
        """Record a distributor's statement or appeal with its files."""
        give = request.env["serial.portal"]._give_case_statement
        given, error = attempt(give, case_id, body, read_files())
        if error:
            return self._show_case(case_id, error=error, body=body)
        found(given)
        return request.redirect(f"/my/serial-cases/{case_id}?{SAVED}=1")
