from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from .portal import SerialPortalController, pager

SHOWN = 200  # units on a page; the file has them all
TYPED_ID = 10**9


class SerialPortalTransferController(SerialPortalController):
    """Shipments to acknowledge, transfers to partners, declared sales."""

    # === LISTS === #

    @http.route(
        ["/my/serial-shipments", "/my/serial-shipments/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def shipments(self, page=1, **_query):
        """Show what is on its way to the distributor, what waits for him first."""
        return self._show_transfers("serial_shipments", "incoming", page)

    @http.route(
        ["/my/serial-transfers", "/my/serial-transfers/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def transfers(self, page=1, **_query):
        """Show what the distributor sends, and what his partners send each other."""
        return self._show_transfers("serial_transfers", "outgoing", page)

    @http.route(
        "/my/serial-shipments",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def receive(self, text="", **_form):
        """Receive what one scan names: a pallet, a carton or a unit."""
        self._ensure_distributor()
        receipt = request.env["serial.portal"]._receive_scan(str(text))
        return self._show_transfers("serial_shipments", "incoming", 1, receipt=receipt)

    def _show_transfers(self, page_name, direction, page, receipt=None):
        self._ensure_distributor()
        portal = request.env["serial.portal"]
        pages = pager(
            f"/my/{page_name.replace('_', '-')}",
            portal._count_transfers(direction),
            page=page,
            step=self._items_per_page,
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

    @http.route(
        "/my/serial-transfers/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def new_transfer(self, **_query):
        """Ask to whom units go."""
        return self._show_new_transfer()

    def _show_new_transfer(self, error=None):
        self._ensure_distributor()
        receivers_sudo = request.env["serial.channel.transfer"]._portal_get_receivers()
        return self._render(
            "portal_transfer_new",
            "serial_transfer_new",
            receivers=[(partner.id, partner.name) for partner in receivers_sudo],
            error=error,
        )

    @http.route(
        "/my/serial-transfers/new",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def create_transfer(self, receiver="", note="", **_form):
        """Create a draft and go on with its units."""
        self._ensure_distributor()
        receiver_id = request.env["serial.portal"]._read_id(receiver)
        try:
            transfer = request.env["serial.channel.transfer"]._portal_create(
                receiver_id, str(note)[:2000]
            )
        except (AccessError, UserError) as error:
            return self._show_new_transfer(str(error))
        return request.redirect(f"/my/serial-transfers/{transfer.id}")

    # === ONE TRANSFER === #

    @http.route(
        "/my/serial-transfers/<int:transfer_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def transfer(self, transfer_id, **_query):
        """Show a transfer with its units and what may be done with it."""
        return self._show_transfer(transfer_id)

    def _show_transfer(self, transfer_id, rows=(), error=None, texts="", done=None):
        self._ensure_distributor()
        if transfer_id >= TYPED_ID:
            raise request.not_found()
        transfer = request.env["serial.portal"]._get_transfer(transfer_id, SHOWN)
        if not transfer:
            raise request.not_found()
        return self._render(
            "portal_transfer",
            "serial_transfer",
            transfer=transfer,
            rows=rows,
            error=error,
            texts=texts,
            done=done,
        )

    @http.route(
        "/my/serial-transfers/<int:transfer_id>/<any(add,remove,send,cancel,receive,"
        "receive_all,close,dispute,settle):action>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def act(self, transfer_id, action, texts="", note="", line="", **_form):
        """Do one thing with a transfer, and show what became of it."""
        self._ensure_distributor()
        portal = request.env["serial.portal"]
        if transfer_id >= TYPED_ID or not portal._find_transfer(transfer_id):
            raise request.not_found()
        texts = texts if isinstance(texts, str) else ""
        form = {
            "texts": texts,
            "note": str(note),
            "line_id": portal._read_id(line),
            "file": self._read_file(),
        }
        try:
            with request.env.cr.savepoint():
                answer = portal._act(transfer_id, action, form)
        except (AccessError, UserError) as error:
            return self._show_transfer(transfer_id, error=str(error), texts=texts)
        return self._show_transfer(transfer_id, answer["rows"], done=action)

    def _read_file(self):
        file = request.httprequest.files.get("file")
        return file.read() if file and file.filename else None

    # === SALES === #

    @http.route(
        "/my/serial-sales",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def sales(self, **_query):
        """Ask which units were sold to consumers, and when."""
        return self._show_sales()

    def _show_sales(self, rows=(), error=None, texts="", date=None):
        self._ensure_distributor()
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

    @http.route(
        "/my/serial-sales", type="http", auth="user", website=True, methods=["POST"]
    )
    def declare_sales(self, texts="", date="", **_form):
        """Record sales to consumers: the warranty runs from that day."""
        self._ensure_distributor()
        texts = texts if isinstance(texts, str) else ""
        try:
            with request.env.cr.savepoint():
                rows = request.env["serial.portal"]._declare_sales(
                    texts, date, self._read_file()
                )
        except UserError as error:
            return self._show_sales(error=str(error), texts=texts)
        return self._show_sales(rows, date=date)
