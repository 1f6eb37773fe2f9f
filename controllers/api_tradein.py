from odoo import http
from odoo.http import request

from ..models.serial_api_problem import PROBLEMS
from . import api_schema as shapes
from .api_route import answer_once, api_route, charge_misses, refuse, respond


class SerialTradeinApi(http.Controller):
    """Trade-ins for machines: a signed quote, and its acceptance."""

    @api_route(
        "/tradein/quotes",
        "POST",
        body=shapes.TRADEIN_QUESTION,
        answer=shapes.TRADEIN_QUOTE,
        problems=("404", "409", "422"),
        success="201",
        name="quoteTradein",
        scope="tradein",
        summary="What is a unit worth today? A signed offer that expires",
        is_reading=True,
    )
    def quote(self, body):
        """Answer with a signed quote for one unit."""
        refusal, answer = request.env["serial.tradein"]._quote_by_api(body)
        if refusal:
            self._refuse(refusal)
        return respond(answer, status=201)

    @api_route(
        "/tradein/orders",
        "POST",
        body=shapes.TRADEIN_ACCEPTANCE,
        answer=shapes.TRADEIN_ORDER,
        problems=("404", "409", "410", "422"),
        success="201",
        name="orderTradein",
        scope="tradein",
        summary="Accept a quote for a person: one claim a unit, so many a person",
        is_idempotent=True,
    )
    def order(self, body):
        """Accept a quote, and answer with the claim."""
        return answer_once(lambda: self._order(body), status=201)

    def _order(self, body):
        refusal, answer = request.env["serial.tradein"]._order_by_api(body)
        if refusal:
            self._refuse(refusal)
        return answer

    def _refuse(self, refusal):
        """End the request: say what is wrong with it, or why it is refused."""
        reason = refusal["refusal"]
        if reason == "unknown_serial":
            charge_misses(1)
        if reason in PROBLEMS:
            refuse(reason)
        refuse(
            "tradein_refused",
            detail=refusal["message"],
            reason=reason,
            since=refusal["since"],
        )
