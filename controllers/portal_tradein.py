from odoo.http import request

from ..models.serial_page_tradein_mixin import ANSWER
from .answer import PDF, send_file
from .form import read_files, read_texts
from .portal import SerialPortalController
from .portal_route import attempt, distributor_route, found

MAX_TEXT = 2_000


class SerialPortalTradeinController(SerialPortalController):
    """Trade-ins at the counter of a store."""

    @distributor_route("/my/tradeins", is_paged=True)
    def tradeins(self, page=1, **_query):
        """Show the claims that the distributor and his stores handle."""
        portal = request.env["serial.portal"]
        pages = self._turn_to(page, "/my/tradeins", portal._count_tradeins())
        claims = portal._get_tradeins(pages["offset"], self._items_per_page)
        return self._render(
            "portal_tradeins", "serial_tradeins", claims=claims, pager=pages
        )

    # === INTAKE === #

    @distributor_route("/my/tradeins/new")
    def tradein_intake(self, code="", **_query):
        """Ask for a unit, or show what the scanned one is worth."""
        return self._show_intake({"code": code})

    @distributor_route("/my/tradeins/new", "POST")
    def take_intake(self, **form):
        """Quote, accept, or take in what was accepted on the consumer's own phone."""
        form = read_texts(form)
        step = form.get("step")
        claim_sudo, error = attempt(self._do_step, step, form)
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

    @distributor_route("/my/tradeins/<int:claim_id>")
    def tradein(self, claim_id, **_query):
        """Show a claim, and what may be done with it."""
        return self._show_tradein(claim_id)

    def _show_tradein(self, claim_id, error=None):
        claim = found(request.env["serial.portal"]._get_tradein(claim_id))
        return self._render(
            "portal_tradein", "serial_tradein", claim=claim, error=error
        )

    @distributor_route(
        "/my/tradeins/<int:claim_id>/<any(receive,cancel):action>", "POST"
    )
    def act_on_tradein(self, claim_id, action, **_form):
        """Take the unit in, or call the claim off."""
        portal = request.env["serial.portal"]
        found(portal._find_tradein(claim_id))
        done, error = attempt(portal._act_on_tradein, claim_id, action)
        if not done and not error:
            error = request.env._("Another store handles this trade-in.")
        return self._show_tradein(claim_id, error)

    @distributor_route("/my/tradeins/<int:claim_id>/voucher", website=False)
    def tradein_voucher_of_store(self, claim_id, **_query):
        """Send the voucher to print for the consumer."""
        claim_sudo = found(request.env["serial.portal"]._find_tradein(claim_id))
        name = f"{claim_sudo._get_file_name()}.pdf"
        return send_file(claim_sudo._get_voucher_pdf(), name, PDF)
