from odoo import fields
from odoo.http import request

from .portal import SerialPortalController
from .portal_route import attempt, distributor_route, found

SHOWN = 200  # units on a page; the file has them all


class SerialPortalTransferController(SerialPortalController):
    """Shipments to acknowledge, transfers to partners, declared sales."""

    # === LISTS === #

    @distributor_route("/my/serial-shipments", is_paged=True)
    def shipments(self, page=1, **_query):
        """Show what is on its way to the distributor, what waits for him first."""
        return self._show_transfers("serial_shipments", "incoming", page)

    @distributor_route("/my/serial-transfers", is_paged=True)
    def transfers(self, page=1, **_query):
        """Show what the distributor sends, and what his partners send each other."""
        return self._show_transfers("serial_transfers", "outgoing", page)

    @distributor_route("/my/serial-shipments", "POST")
    def receive(self, text="", **_form):
        """Receive what one scan names: a pallet, a carton or a unit."""
        receipt = request.env["serial.portal"]._receive_scan(str(text))
        return self._show_transfers("serial_shipments", "incoming", 1, receipt=receipt)

    def _show_transfers(self, page_name, direction, page, receipt=None):
        portal = request.env["serial.portal"]
        pages = self._turn_to(
            page,
            f"/my/{page_name.replace('_', '-')}",
            portal._count_transfers(direction),
        )
        rows = portal._get_transfers(direction, pages["offset"], self._items_per_page)
        return self._render(
            "portal_transfers",
            page_name,
            transfers=rows,
            direction=direction,
            receipt=receipt,
            pager=pages,
        )

    # === A NEW TRANSFER === #

    @distributor_route("/my/serial-transfers/new")
    def new_transfer(self, **_query):
        """Ask to whom units go."""
        return self._show_new_transfer()

    def _show_new_transfer(self, error=None):
        receivers_sudo = request.env["serial.channel.transfer"]._portal_get_receivers()
        return self._render(
            "portal_transfer_new",
            "serial_transfer_new",
            receivers=[(partner.id, partner.name) for partner in receivers_sudo],
            error=error,
        )

    @distributor_route("/my/serial-transfers/new", "POST")
    def create_transfer(self, receiver="", note="", **_form):
        """Create a draft and go on with its units."""
        receiver_id = request.env["serial.portal"]._read_id(receiver)
        create = request.env["serial.channel.transfer"]._portal_create
        transfer, error = attempt(create, receiver_id, str(note)[:2000])
        if error:
            return self._show_new_transfer(error)
        return request.redirect(f"/my/serial-transfers/{transfer.id}")

    # === ONE TRANSFER === #

    @distributor_route("/my/serial-transfers/<int:transfer_id>")
    def transfer(self, transfer_id, **_query):
        """Show a transfer with its units and what may be done with it."""
        return self._show_transfer(transfer_id)

    def _show_transfer(self, transfer_id, rows=(), error=None, texts="", done=None):
        transfer = found(request.env["serial.portal"]._get_transfer(transfer_id, SHOWN))
        return self._render(
            "portal_transfer",
            "serial_transfer",
            transfer=transfer,
            rows=rows,
            error=error,
            texts=texts,
            done=done,
        )

    @distributor_route(
        "/my/serial-transfers/<int:transfer_id>/<any(add,remove,send,cancel,receive,"
        "receive_all,close,dispute,settle):action>",
        "POST",
    )
    def act(self, transfer_id, action, texts="", note="", line="", **_form):
        """Do one thing with a transfer, and show what became of it."""
        portal = request.env["serial.portal"]
        found(portal._find_transfer(transfer_id))
        texts = texts if isinstance(texts, str) else ""
        form = {
            "texts": texts,
            "note": str(note),
            "line_id": portal._read_id(line),
            "file": self._read_file(),
        }
        answer, error = attempt(portal._act, transfer_id, action, form)
        if error:
            return self._show_transfer(transfer_id, error=error, texts=texts)
        return self._show_transfer(transfer_id, answer["rows"], done=action)

    def _read_file(self):
        file = request.httprequest.files.get("file")
        return file.read() if file and file.filename else None

    # === SALES === #

    @distributor_route("/my/serial-sales")
    def sales(self, **_query):
        """Ask which units were sold to consumers, and when."""
        return self._show_sales()

    def _show_sales(self, rows=(), error=None, texts="", date=None):
        today = fields.Date.context_today(request.env.user)
        return self._render(
            "portal_sales",
            "serial_sales",
            rows=rows,
            error=error,
            texts=texts,
            date=date or fields.Date.to_string(today),
            today=fields.Date.to_string(today),
        )

    @distributor_route("/my/serial-sales", "POST")
    def declare_sales(self, texts="", date="", **_form):
        """Record sales to consumers: the warranty runs from that day."""
        texts = texts if isinstance(texts, str) else ""
        declare = request.env["serial.portal"]._declare_sales
        rows, error = attempt(declare, texts, date, self._read_file())
        if error:
            return self._show_sales(error=error, texts=texts)
        return self._show_sales(rows, date=date)
