from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import UserError
from odoo.http import Response, content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from .form import read_files

FILTERS = ("search", "state", "product", "holder", "shipment")
SAVED = "saved"


class SerialPortalController(CustomerPortal):
    """A distributor's pages under /my: parse, call one method of a model, render."""

    @http.route()
    def home(self, **kwargs):
        """Show a distributor how much of what he has, on the cards themselves."""
        response = super().home(**kwargs)
        if self._is_distributor():
            response.qcontext.update(request.env["serial.portal"]._get_counters())
        return response

    def _prepare_portal_layout_values(self):
        values = super()._prepare_portal_layout_values()
        values["is_distributor"] = self._is_distributor()
        return values

    def _is_distributor(self):
        return bool(request.env.user._get_channel_partner())

    def _render(self, template, page_name, **values):
        """Answer with a page of the portal; 404 to who is no distributor."""
        return request.render(
            f"serial_dossier.{template}",
            {
                **self._prepare_portal_layout_values(),
                "page_name": page_name,
                **values,
            },
        )

    def _ensure_distributor(self):
        if not self._is_distributor():
            raise request.not_found()

    # === UNITS === #

    @http.route(
        ["/my/serials", "/my/serials/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def units(self, page=1, **query):
        """Show the distributor's units, searched and filtered."""
        self._ensure_distributor()
        portal = request.env["serial.portal"]
        filters = self._read_filters(query)
        count = portal._count_units(filters)
        pages = pager(
            "/my/serials",
            count,
            page=page,
            step=self._items_per_page,
            url_args=filters,
        )
        return self._render(
            "portal_units",
            "serial_units",
            filters=filters,
            query=urlencode(filters),
            units=portal._get_units(filters, pages["offset"], self._items_per_page),
            unit_count=count,
            states=portal._get_state_labels(),
            state_counts=portal._get_unit_counts(),
            pager=pages,
            **portal._get_choices(),
        )

    @http.route(
        "/my/serials/export", type="http", auth="user", methods=["GET"], readonly=True
    )
    def export_units(self, **query):
        """Send the distributor's units, filtered as on the page, as a CSV file."""
        self._ensure_distributor()
        text = request.env["serial.portal"]._export_units(self._read_filters(query))
        return self._send_file("".join(text), "serials.csv", "text/csv; charset=utf-8")

    @http.route(
        "/my/serials/<int:lot_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def unit(self, lot_id, **_query):
        """Show one unit with its steps."""
        self._ensure_distributor()
        unit = request.env["serial.portal"]._get_unit(lot_id)
        if not unit:
            raise request.not_found()
        return self._render("portal_unit", "serial_unit", unit=unit)

    def _read_filters(self, query):
        return {
            name: query[name].strip()
            for name in FILTERS
            if isinstance(query.get(name), str) and query[name].strip()
        }

    def _send_file(self, content, name, mimetype):
        return Response(
            content,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    # === ALERTS === #

    @http.route(
        ["/my/serial-alerts", "/my/serial-alerts/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def alerts(self, page=1, **_query):
        """Show the alerts on the distributor's units."""
        self._ensure_distributor()
        portal = request.env["serial.portal"]
        pages = pager(
            "/my/serial-alerts",
            portal._count_alerts(),
            page=page,
            step=self._items_per_page,
        )
        alerts = portal._get_alerts(pages["offset"], self._items_per_page)
        return self._render(
            "portal_alerts", "serial_alerts", alerts=alerts, pager=pages
        )

    @http.route(
        "/my/serial-alerts/<int:alert_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def alert(self, alert_id, **query):
        """Show one alert: its reasons, what was said, and the form for a statement."""
        return self._show_alert(alert_id, saved=SAVED in query)

    def _show_alert(self, alert_id, saved=False, error=None, body=""):
        self._ensure_distributor()
        alert = request.env["serial.portal"]._get_alert(alert_id)
        if not alert:
            raise request.not_found()
        return self._render(
            "portal_alert",
            "serial_alert",
            alert=alert,
            saved=saved,
            error=error,
            body=body,
        )

    @http.route(
        "/my/serial-alerts/<int:alert_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def give_statement(self, alert_id, body="", **form):
        """Record a distributor's statement or appeal with its files."""
        self._ensure_distributor()
        portal = request.env["serial.portal"]
        try:
            with request.env.cr.savepoint():
                given = portal._give_statement(alert_id, body, read_files())
        except UserError as error:
            return self._show_alert(alert_id, error=str(error), body=body)
        if not given:
            raise request.not_found()
        return request.redirect(f"/my/serial-alerts/{alert_id}?{SAVED}=1")

    # === DOWNLOADS === #

    @http.route(
        "/my/serial-downloads",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def downloads(self, **_query):
        """Offer the packing lists of the distributor's shipments."""
        self._ensure_distributor()
        lists = request.env["serial.packing.list"]
        shipments = lists._get_shipments(self._get_subtree_ids(), limit=200)
        return self._render("portal_downloads", "serial_downloads", shipments=shipments)

    @http.route(
        [
            "/my/serial-downloads/<int:picking_id>.<any(pdf,csv):kind>",
        ],
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def packing_list(self, picking_id, kind, **_query):
        """Send the packing list of one shipment."""
        self._ensure_distributor()
        lists = request.env["serial.packing.list"]
        found = lists._get_packing_list(picking_id, self._get_subtree_ids())
        if not found:
            raise request.not_found()
        name = f"{found['name'].replace('/', '-')}.{kind}"
        if kind == "pdf":
            return self._send_file(lists._get_pdf(found), name, "application/pdf")
        return self._send_file(lists._get_csv(found), name, "text/csv; charset=utf-8")

    def _get_subtree_ids(self):
        partner_sudo = request.env["serial.portal"]._get_distributor()
        return partner_sudo._get_channel_subtree_ids()
