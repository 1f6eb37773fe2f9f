from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core import serial_list


class SerialPortalTradeinMixin(models.AbstractModel):
    """Trade-ins at a store: scan, quote, accept, take the old unit in.

    A store handles what it began, and what a consumer brings along with the code of
    the unit or a voucher: neither can be guessed.
    """

    _name = "serial.portal.tradein.mixin"
    _description = "Trade-ins in the Distributor Portal"

    # === LIST === #

    def _get_tradeins_domain(self):
        return self._get_subtree_domain("partner_id")

    @api.model
    def _count_tradeins(self, only_open=False):
        """Return how many claims the distributor sees; `only_open`: to take in."""
        domain = self._get_tradeins_domain()
        if only_open:
            domain &= Domain("state", "=", "accepted")
        return self.env["serial.tradein"].sudo().search_count(domain)

    @api.model
    def _get_tradeins(self, offset=0, limit=None):
        """Return the claims the distributor handles as rows, the newest first."""
        claims_sudo = (
            self.env["serial.tradein"]
            .sudo()
            .search(self._get_tradeins_domain(), offset=offset, limit=limit)
        )
        return [self._prepare_tradein(claim) for claim in claims_sudo]

    def _prepare_tradein(self, claim_sudo):
        total = claim_sudo._get_value() + (
            claim_sudo.granted_subsidy or claim_sudo.subsidy
        )
        return {
            "id": claim_sudo.id,
            "name": claim_sudo.name,
            "serial": claim_sudo.lot_id.name,
            "product": claim_sudo.product_id.display_name,
            "holder": claim_sudo.partner_id.name,
            "total": claim_sudo._format_amount(total),
            "accepted_at": claim_sudo.accepted_at,
            "state": claim_sudo.state,
            "state_label": claim_sudo._get_state_label(),
        }

    # === ONE CLAIM === #

    @api.model
    def _find_tradein(self, claim_id):
        """Return a claim (sudo) that the distributor handles, maybe empty."""
        domain = self._get_tradeins_domain() & Domain("id", "=", claim_id)
        return self.env["serial.tradein"].sudo().search(domain, limit=1)

    @api.model
    def _get_tradein(self, claim_id):
        """Return one claim for its page, None if it is not the distributor's."""
        claim_sudo = self._find_tradein(claim_id)
        return claim_sudo and self._prepare_tradein_details(claim_sudo)

    def _prepare_tradein_details(self, claim_sudo):
        money = claim_sudo._format_amount
        subsidy = claim_sudo.granted_subsidy or claim_sudo.subsidy
        is_ours = claim_sudo.partner_id == self._get_distributor()
        return {
            **self._prepare_tradein(claim_sudo),
            "imei": claim_sudo.lot_id.imei or "",
            "value": money(claim_sudo._get_value()),
            "subsidy": subsidy and money(subsidy),
            "answers": (claim_sudo.answer_text or "").split("\n"),
            "revision": claim_sudo.offer_state and claim_sudo._get_revision(),
            "reason": claim_sudo.revision_reason or "",
            "program": claim_sudo.program_id.name,
            "link": claim_sudo._get_path(),
            "photo_count": len(claim_sudo.attachment_ids),
            "received_at": claim_sudo.received_at,
            "may_act": is_ours and claim_sudo.state == "accepted",
        }

    @api.model
    def _act_on_tradein(self, claim_id, action):
        """Do one thing with a claim; return it (sudo), none if it is not his own."""
        claim_sudo = self._find_tradein(claim_id)
        if claim_sudo.partner_id != self._get_distributor():
            return claim_sudo.browse()
        if claim_sudo and action == "receive":
            claim_sudo._receive()
        elif claim_sudo and action == "cancel":
            claim_sudo._withdraw()
        return claim_sudo

    # === INTAKE === #

    @api.model
    def _find_intake(self, text):
        """Return (claim, unit), both with all rights, that a scanned text is of.

        :return: the claim that waits to be taken in, if there is one; the unit
        """
        claims_sudo = self.env["serial.tradein"].sudo()
        lots_sudo = self.env["stock.lot"].sudo()
        lines = [line.strip() for line in str(text or "").split("\n") if line.strip()]
        if not lines:
            return claims_sudo, lots_sudo
        claim_sudo = claims_sudo._find_by_link(lines[-1])
        lot_sudo = claim_sudo.lot_id
        if not lot_sudo:
            code = serial_list.keys_of(lines[-1]).code
            lot_sudo = (code and lots_sudo._resolve_scan_code(code)) or lots_sudo
            live = Domain("lot_id", "in", lot_sudo.ids) & Domain(
                "state", "=", "accepted"
            )
            claim_sudo = claims_sudo.search(live, limit=1)
        if claim_sudo.state != "accepted":
            return claims_sudo.browse(), lot_sudo
        return claim_sudo, lot_sudo

    @api.model
    def _get_intake(self, text, answers=None):
        """Return what a store sees of a unit it scanned: a claim, or a quote."""
        self._get_distributor()
        claim_sudo, lot_sudo = self._find_intake(text)
        if not lot_sudo or lot_sudo.stage in (False, "minted", "void"):
            return {"error": self.env._("We do not know this code.")}
        unit = {
            "code": lot_sudo.scan_code,
            "product": lot_sudo.product_id.display_name,
            "serial": lot_sudo.name,
            "imei": lot_sudo.imei or "",
        }
        if claim_sudo:
            return {**unit, "claim": self._prepare_tradein_details(claim_sudo)}
        claims = self.env["serial.tradein"]
        quote = claims._get_quote(lot_sudo, answers or {})
        if quote["refusal"] == "bad_answer":
            quote = claims._get_quote(lot_sudo)
        if quote["refusal"]:
            return {**unit, "refusal": quote["message"], "kind": quote["refusal"]}
        return {**unit, "quote": quote, "amounts": self._prepare_amounts(quote)}

    def _prepare_amounts(self, quote):
        currency = quote["currency"]

        def money(amount):
            return self.env["serial.tradein"]._show_money(amount, currency)

        return {
            "value": money(quote["value"]),
            "subsidy": quote["subsidy"] and money(quote["subsidy"]),
            "total": money(quote["value"] + quote["subsidy"]),
        }

    @api.model
    def _accept_intake(self, text, answers, quote, person, files=()):
        """Accept a quote at the store; return the claim (sudo), none if it changed."""
        store = self._get_distributor()
        claims = self.env["serial.tradein"]
        _claim, lot_sudo = self._find_intake(text)
        claims._check_files(files)
        if claims._get_quoted_answers(quote) != answers:
            return claims.sudo()
        outcome = claims._accept(
            quote, person, source="portal", partner=store, lot=lot_sudo
        )
        if outcome["refusal"]:
            raise UserError(outcome["message"])
        if files:
            outcome["claim"]._attach(files)
        return outcome["claim"]

    @api.model
    def _adopt_intake(self, text):
        """Take in the unit of a claim that its consumer made on his own."""
        store = self._get_distributor()
        claim_sudo, _lot = self._find_intake(text)
        if not claim_sudo:
            raise UserError(self.env._("No trade-in waits to be taken in."))
        if claim_sudo.partner_id not in (store, store.browse()):
            raise UserError(self.env._("Another store handles this trade-in."))
        claim_sudo._receive(store)
        return claim_sudo
