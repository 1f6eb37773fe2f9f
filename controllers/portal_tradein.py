from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.serial_page_tradein_mixin import ANSWER
from .form import read_files, read_texts
from .portal import SerialPortalController, pager
from .portal_transfer import TYPED_ID

MAX_TEXT = 2_000


class SerialPortalTradeinController(SerialPortalController):
    """Trade-ins at the counter of a store."""

    @http.route(
        ["/my/tradeins", "/my/tradeins/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def tradeins(self, page=1, **_query):
        """Show the claims that the distributor and his stores handle."""
        self._ensure_distributor()
        portal = request.env["serial.portal"]
        pages = pager(
            "/my/tradeins",
            portal._count_tradeins(),
            page=page,
            step=self._items_per_page,
        )
        claims = portal._get_tradeins(pages["offset"], self._items_per_page)
        return self._render(
            "portal_tradeins", "serial_tradeins", claims=claims, pager=pages
        )

    # === INTAKE === #

    @http.route(
        "/my/tradeins/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def tradein_intake(self, code="", **_query):
        """Ask for a unit, or show what the scanned one is worth."""
        return self._show_intake({"code": code})

    @http.route(
        "/my/tradeins/new", type="http", auth="user", website=True, methods=["POST"]
    )
    def take_intake(self, **form):
        """Quote, accept, or take in what was accepted on the consumer's own phone."""
        self._ensure_distributor()
        form = read_texts(form)
        error, claim_sudo, step = None, None, form.get("step")
        try:
            with request.env.cr.savepoint():
                claim_sudo = self._do_step(step, form)
        except UserError as refusal:
            error = str(refusal)
        if claim_sudo:
            return request.redirect(f"/my/tradeins/{claim_sudo.id}")
        is_changed = step == "accept" and not error
        return self._show_intake(form, error=error, is_changed=is_changed)

    def _do_step(self, step, form):
        portal, code = request.env["serial.portal"], form.get("code", "")[:MAX_TEXT]
        if step == "adopt":
            return portal._adopt_intake(code)
        if step == "accept":
            return portal._accept_intake(
                code,
                self._read_answers(form),
                form.get("quote"),
                form.get("person"),
                read_files(),
            )
        return None

    def _show_intake(self, form, **values):
        self._ensure_distributor()
        code = form.get("code") if isinstance(form.get("code"), str) else ""
        code = code[:MAX_TEXT]
        intake = None
        if code.strip():
            answers = self._read_answers(form)
            intake = request.env["serial.portal"]._get_intake(code, answers)
        return self._render(
            "portal_tradein_intake",
            "serial_tradein_new",
            code=code,
            intake=intake,
            person=form.get("person", ""),
            **{"error": None, "is_changed": False, **values},
        )

    def _read_answers(self, form):
        return {
            name.removeprefix(ANSWER): value
            for name, value in form.items()
            if name.startswith(ANSWER)
        }

    # === ONE CLAIM === #

    @http.route(
        "/my/tradeins/<int:claim_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def tradein(self, claim_id, **_query):
        """Show a claim, and what may be done with it."""
        return self._show_tradein(claim_id)

    def _show_tradein(self, claim_id, error=None):
        self._ensure_distributor()
        claim = None
        if claim_id < TYPED_ID:
            claim = request.env["serial.portal"]._get_tradein(claim_id)
        if not claim:
            raise request.not_found()
        return self._render(
            "portal_tradein", "serial_tradein", claim=claim, error=error
        )

    @http.route(
        "/my/tradeins/<int:claim_id>/<any(receive,cancel):action>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def act_on_tradein(self, claim_id, action, **_form):
        """Take the unit in, or call the claim off."""
        self._ensure_distributor()
        portal = request.env["serial.portal"]
        if claim_id >= TYPED_ID or not portal._find_tradein(claim_id):
            raise request.not_found()
        error = None
        try:
            with request.env.cr.savepoint():
                if not portal._act_on_tradein(claim_id, action):
                    error = request.env._("Another store handles this trade-in.")
        except UserError as refusal:
            error = str(refusal)
        return self._show_tradein(claim_id, error)

    @http.route(
        "/my/tradeins/<int:claim_id>/voucher",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def tradein_voucher_of_store(self, claim_id, **_query):
        """Send the voucher to print for the consumer."""
        self._ensure_distributor()
        if claim_id >= TYPED_ID:
            raise request.not_found()
        claim_sudo = request.env["serial.portal"]._find_tradein(claim_id)
        if not claim_sudo:
            raise request.not_found()
        return self._send_file(
            claim_sudo._get_voucher_pdf(),
            f"{claim_sudo._get_file_name()}.pdf",
            "application/pdf",
        )
