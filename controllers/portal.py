from urllib.parse import urlencode

from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from .answer import CSV, PDF, send_file
from .form import read_files
from .portal_route import attempt, distributor_route, found

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
        """Answer with a page of the portal."""
        return request.render(
            f"serial_dossier.{template}",
            {
                **self._prepare_portal_layout_values(),
                "page_name": page_name,
                **values,
            },
        )

    def _ensure_distributor(self):
        found(self._is_distributor())

    def _turn_to(self, page, url, count, url_args=None):
        """Return Odoo's pager of so many records; its `offset` is the page's."""
        step = self._items_per_page
        return pager(url, count, page=page, step=step, url_args=url_args)

    # === UNITS === #

    @distributor_route("/my/serials", is_paged=True)
    def units(self, page=1, **query):
        """Show the distributor's units, searched and filtered."""
        portal = request.env["serial.portal"]
        filters = self._read_filters(query)
        count = portal._count_units(filters)
        pages = self._turn_to(page, "/my/serials", count, filters)
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

    @distributor_route("/my/serials/export", website=False)
    def export_units(self, **query):
        """Send the distributor's units, filtered as on the page, as a CSV file."""
        text = request.env["serial.portal"]._export_units(self._read_filters(query))
        return send_file("".join(text), "serials.csv", CSV)

    @distributor_route("/my/serials/<int:lot_id>")
    def unit(self, lot_id, **_query):
        """Show one unit with its steps."""
        unit = found(request.env["serial.portal"]._get_unit(lot_id))
        return self._render("portal_unit", "serial_unit", unit=unit)

    @distributor_route("/my/serials/<int:lot_id>/certificate.pdf", website=False)
    def certificate(self, lot_id, **_query):
        """Send the certificate of one unit."""
        serial, pdf = found(request.env["serial.portal"]._get_certificate(lot_id))
        return send_file(pdf, f"{serial.replace('/', '-')}.pdf", PDF)

    def _read_filters(self, query):
        return {
            name: query[name].strip()
            for name in FILTERS
            if isinstance(query.get(name), str) and query[name].strip()
        }

    # === ALERTS === #

    @distributor_route("/my/serial-alerts", is_paged=True)
    def alerts(self, page=1, **_query):
        """Show the alerts on the distributor's units."""
        portal = request.env["serial.portal"]
        pages = self._turn_to(page, "/my/serial-alerts", portal._count_alerts())
        alerts = portal._get_alerts(pages["offset"], self._items_per_page)
        return self._render(
            "portal_alerts", "serial_alerts", alerts=alerts, pager=pages
        )

    @distributor_route("/my/serial-alerts/<int:alert_id>")
    def alert(self, alert_id, **query):
        """Show one alert: its reasons, what was said, and the form for a statement."""
        return self._show_alert(alert_id, saved=SAVED in query)

    def _show_alert(self, alert_id, body="", **values):
        alert = found(request.env["serial.portal"]._get_alert(alert_id))
        return self._render(
            "portal_alert", "serial_alert", alert=alert, body=body, **values
        )

    @distributor_route("/my/serial-alerts/<int:alert_id>", "POST")
    def give_statement(self, alert_id, body="", **form):
        """Record a distributor's statement or appeal with its files."""
        give = request.env["serial.portal"]._give_statement
        given, error = attempt(give, alert_id, body, read_files())
        if error:
            return self._show_alert(alert_id, error=error, body=body)
        found(given)
        return request.redirect(f"/my/serial-alerts/{alert_id}?{SAVED}=1")

    # === DOWNLOADS === #

    @distributor_route("/my/serial-downloads")
    def downloads(self, **_query):
        """Offer the packing lists of the distributor's shipments."""
        lists = request.env["serial.packing.list"]
        shipments = lists._get_shipments(self._get_subtree_ids(), limit=200)
        return self._render("portal_downloads", "serial_downloads", shipments=shipments)

    @distributor_route(
        "/my/serial-downloads/<int:picking_id>.<any(pdf,csv):kind>", website=False
    )
    def packing_list(self, picking_id, kind, **_query):
        """Send the packing list of one shipment."""
        lists = request.env["serial.packing.list"]
        shipped = found(lists._get_packing_list(picking_id, self._get_subtree_ids()))
        name = f"{shipped['name'].replace('/', '-')}.{kind}"
        if kind == "pdf":
            return send_file(lists._get_pdf(shipped), name, PDF)
        return send_file(lists._get_csv(shipped), name, CSV)

    def _get_subtree_ids(self):
        partner_sudo = request.env["serial.portal"]._get_distributor()
        return partner_sudo._get_channel_subtree_ids()
