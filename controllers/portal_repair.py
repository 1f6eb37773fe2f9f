from odoo import http
from odoo.http import request

from ..models.serial_service_portal import FILTERS
from .answer import PDF, send_file, send_picture
from .form import read_files, read_storable_texts
from .portal import SerialPortalController
from .portal_route import attempt, centre_route, found

MAX_FILES = 40 * 1024 * 1024


class SerialPortalRepairController(SerialPortalController):
    """A service centre's pages under /my: intake, work, settlement sheets."""

    @http.route()
    def home(self, **kwargs):
        """Show a centre how many units wait for it."""
        response = super().home(**kwargs)
        if self._is_centre():
            portal = request.env["serial.service.portal"]
            response.qcontext["serial_repair_count"] = portal._count_repairs("open")
        return response

    def _prepare_portal_layout_values(self):
        values = super()._prepare_portal_layout_values()
        values["is_service_centre"] = self._is_centre()
        return values

    def _is_centre(self):
        return bool(request.env.user._get_service_centre())

    def _ensure_centre(self):
        found(self._is_centre())

    # === LIST, INTAKE === #

    @centre_route("/my/repairs", is_paged=True)
    def repairs(self, page=1, state="open", **_query):
        """Show the centre's repairs, with the field that takes a unit in."""
        return self._show_repairs(page, state)

    def _show_repairs(self, page=1, state="open", error=None, form=None):
        portal = request.env["serial.service.portal"]
        state = state if state in FILTERS else "open"
        pages = self._turn_to(
            page, "/my/repairs", portal._count_repairs(state), {"state": state}
        )
        return self._render(
            "portal_repairs",
            "serial_repairs",
            repairs=portal._get_repairs(state, pages["offset"], self._items_per_page),
            state=state,
            counts={name: portal._count_repairs(name) for name in FILTERS},
            faults=portal._get_faults(),
            pager=pages,
            error=error,
            form=form or {},
        )

    @centre_route("/my/repairs", "POST")
    def take_in(self, **form):
        """Take in the unit that was scanned, and go on with its repair."""
        form = read_storable_texts(form)
        texts = [line.strip() for line in form.get("texts", "").split("\n")]
        text = next(filter(None, texts), "")[:200]
        take_in = request.env["serial.service.portal"]._take_in_scanned
        repair, error = attempt(take_in, text, form)
        if error:
            return self._show_repairs(error=error, form=form)
        return request.redirect(f"/my/repairs/{repair.id}")

    # === ONE REPAIR === #

    @centre_route("/my/repairs/<int:repair_id>")
    def repair(self, repair_id, **_query):
        """Show a repair with what may be done with it."""
        return self._show_repair(repair_id)

    def _show_repair(self, repair_id, error=None, form=None):
        repair = found(request.env["serial.service.portal"]._get_repair(repair_id))
        return self._render(
            "portal_repair",
            "serial_repair",
            repair=repair,
            error=error,
            form=form or {},
        )

    @centre_route(
        "/my/repairs/<int:repair_id>/<any(take_in,diagnose,part,remove_part,wait,"
        "arrived,finish,give_back,message,photos):step>",
        "POST",
        max_content_length=MAX_FILES,
    )
    def act_on_repair(self, repair_id, step, **form):
        """Do one thing with a repair, and show what became of it."""
        portal = request.env["serial.service.portal"]
        found(portal._find_repair(repair_id))
        form = read_storable_texts(form)
        refusal, error = attempt(portal._act, repair_id, step, form, read_files())
        if error := error or refusal:
            return self._show_repair(repair_id, error=error, form=form)
        return request.redirect(f"/my/repairs/{repair_id}")

    @centre_route("/my/repairs/<int:repair_id>/report.pdf", website=False)
    def repair_report(self, repair_id, **_query):
        """Send the report of one repair."""
        portal = request.env["serial.service.portal"]
        name, pdf = found(portal._get_report(repair_id))
        return send_file(pdf, f"{name.replace('/', '-')}.pdf", PDF)

    @centre_route("/my/repairs/<int:repair_id>/file/<int:file_id>", website=False)
    def repair_file(self, repair_id, file_id, **_query):
        """Send a picture of one repair."""
        portal = request.env["serial.service.portal"]
        return send_picture(found(portal._get_file(repair_id, file_id)))

    # === SETTLEMENT === #

    @centre_route("/my/settlements")
    def settlements(self, **_query):
        """Show the settlement sheets of the centre."""
        sheets = request.env["serial.service.portal"]._get_settlements()
        return self._render("portal_settlements", "serial_settlements", sheets=sheets)

    @centre_route("/my/settlements/<int:sheet_id>.pdf", website=False)
    def settlement(self, sheet_id, **_query):
        """Send one settlement sheet."""
        portal = request.env["serial.service.portal"]
        name, pdf = found(portal._get_settlement(sheet_id))
        return send_file(pdf, f"{name}.pdf", PDF)
