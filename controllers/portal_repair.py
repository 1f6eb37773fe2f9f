from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager

from ..models.serial_service_portal import FILTERS
from .form import read_files, read_storable_texts
from .portal import SerialPortalController

TYPED_ID = 10**9
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
        if not self._is_centre():
            raise request.not_found()

    # === LIST, INTAKE === #

    @http.route(
        ["/my/repairs", "/my/repairs/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def repairs(self, page=1, state="open", **_query):
        """Show the centre's repairs, with the field that takes a unit in."""
        return self._show_repairs(page, state)

    def _show_repairs(self, page=1, state="open", error=None, form=None):
        self._ensure_centre()
        portal = request.env["serial.service.portal"]
        state = state if state in FILTERS else "open"
        pages = pager(
            "/my/repairs",
            portal._count_repairs(state),
            page=page,
            step=self._items_per_page,
            url_args={"state": state},
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

    @http.route("/my/repairs", type="http", auth="user", website=True, methods=["POST"])
    def take_in(self, **form):
        """Take in the unit that was scanned, and go on with its repair."""
        self._ensure_centre()
        form = read_storable_texts(form)
        texts = [line.strip() for line in form.get("texts", "").split("\n")]
        portal = request.env["serial.service.portal"]
        try:
            with request.env.cr.savepoint():
                text = next(filter(None, texts), "")
                repair = portal._take_in_scanned(text[:200], form)
        except (AccessError, UserError) as error:
            return self._show_repairs(error=str(error), form=form)
        return request.redirect(f"/my/repairs/{repair.id}")

    # === ONE REPAIR === #

    @http.route(
        "/my/repairs/<int:repair_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def repair(self, repair_id, **_query):
        """Show a repair with what may be done with it."""
        return self._show_repair(repair_id)

    def _show_repair(self, repair_id, error=None, form=None):
        self._ensure_centre()
        if repair_id >= TYPED_ID:
            raise request.not_found()
        repair = request.env["serial.service.portal"]._get_repair(repair_id)
        if not repair:
            raise request.not_found()
        return self._render(
            "portal_repair",
            "serial_repair",
            repair=repair,
            error=error,
            form=form or {},
        )

    @http.route(
        "/my/repairs/<int:repair_id>/<any(take_in,diagnose,part,remove_part,wait,"
        "arrived,finish,give_back,message,photos):step>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        max_content_length=MAX_FILES,
    )
    def act_on_repair(self, repair_id, step, **form):
        """Do one thing with a repair, and show what became of it."""
        self._ensure_centre()
        portal = request.env["serial.service.portal"]
        if repair_id >= TYPED_ID or not portal._find_repair(repair_id):
            raise request.not_found()
        form = read_storable_texts(form)
        try:
            with request.env.cr.savepoint():
                refusal = portal._act(repair_id, step, form, read_files())
        except (AccessError, UserError) as error:
            refusal = str(error)
        if refusal:
            return self._show_repair(repair_id, error=refusal, form=form)
        return request.redirect(f"/my/repairs/{repair_id}")

    @http.route(
        "/my/repairs/<int:repair_id>/report.pdf",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def repair_report(self, repair_id, **_query):
        """Send the report of one repair."""
        self._ensure_centre()
        portal = request.env["serial.service.portal"]
        found = repair_id < TYPED_ID and portal._get_report(repair_id)
        if not found:
            raise request.not_found()
        name, pdf = found
        return self._send_file(pdf, f"{name.replace('/', '-')}.pdf", "application/pdf")

    @http.route(
        "/my/repairs/<int:repair_id>/file/<int:file_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def repair_file(self, repair_id, file_id, **_query):
        """Send a picture of one repair."""
        self._ensure_centre()
        portal = request.env["serial.service.portal"]
        file = repair_id < TYPED_ID and portal._get_file(repair_id, file_id)
        if not file:
            raise request.not_found()
        response = self._send_file(file.raw, file.name, file.mimetype)
        response.headers["Content-Disposition"] = "inline"
        response.headers["Content-Security-Policy"] = "default-src 'none'"
        return response

    # === SETTLEMENT === #

    @http.route(
        "/my/settlements",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def settlements(self, **_query):
        """Show the settlement sheets of the centre."""
        self._ensure_centre()
        sheets = request.env["serial.service.portal"]._get_settlements()
        return self._render("portal_settlements", "serial_settlements", sheets=sheets)

    @http.route(
        "/my/settlements/<int:sheet_id>.pdf",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def settlement(self, sheet_id, **_query):
        """Send one settlement sheet."""
        self._ensure_centre()
        portal = request.env["serial.service.portal"]
        found = sheet_id < TYPED_ID and portal._get_settlement(sheet_id)
        if not found:
            raise request.not_found()
        name, pdf = found
        return self._send_file(pdf, f"{name}.pdf", "application/pdf")
