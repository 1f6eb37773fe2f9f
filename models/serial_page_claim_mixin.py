from odoo import api, models
from odoo.exceptions import UserError

from .serial_page_render_mixin import Text, text


class SerialPageClaimMixin(models.AbstractModel):
    """A consumer's own page of his trade-in, behind a signed link."""

    _name = "serial.page.claim.mixin"
    _description = "Page of a Trade-in Claim"

    @api.model
    def _get_claim_page(self, token, visit, form=None):
        """Return the page of a claim; take first what its consumer decides there.

        Whoever has the link is the consumer: it is signed and cannot be guessed.
        """
        self = self._receive(visit)
        claim_sudo = self._find_claim(token, visit)
        if not claim_sudo:
            return self._render_no_claim()
        error = None
        if form:
            try:
                with self.env.cr.savepoint():
                    claim_sudo._decide_by_link(form.get("decision"))
            except UserError as refusal:
                error = str(refusal)
            self.env.flush_all()
        return self._render("scan_claim", self._prepare_claim(claim_sudo, visit, error))

    @api.model
    def _get_claim_voucher(self, token, visit):
        """Return (name, PDF) of a claim's voucher, or (None, page) without a claim."""
        self = self._receive(visit)
        claim_sudo = self._find_claim(token, visit)
        if not claim_sudo:
            return None, self._render_no_claim()
        if claim_sudo.state in ("cancelled", "refused"):
            values = self._prepare_claim(claim_sudo, visit, None)
            return None, self._render("scan_claim", values)
        return f"{claim_sudo._get_file_name()}.pdf", claim_sudo._get_voucher_pdf()

    def _find_claim(self, token, visit):
        claim_sudo = self.env["serial.tradein"]._find_by_link(token)
        stage = "activated" if claim_sudo else None
        network = self.env["serial.geoip"]._truncate(visit["ip"])
        self._watch(network, token, {"stage": stage})
        return claim_sudo.with_context(lang=self.env.lang)

    def _render_no_claim(self):
        row = self._look_up("")
        values = {**self._prepare_brand(row), "title": Text(row["brand"])}
        return self._render("scan_no_claim", values)

    def _prepare_claim(self, claim_sudo, visit, error):
        """Return what the page shows of a claim; nothing about other people's."""
        code = claim_sudo.lot_id.scan_code
        row = self._look_up(code)
        zone = self._get_time_zone(visit, row)
        unit = self._prepare_unit(code, code, row, visit)["unit"] or {}
        path = claim_sudo._get_path()
        return {
            **self._prepare_brand(row),
            "title": Text(f"{claim_sudo.name} · {row['brand']}"),
            "name": Text(claim_sudo.name),
            "state": claim_sudo.state,
            "state_label": Text(claim_sudo._get_state_label()),
            "news": Text(claim_sudo._get_news()),
            "error": text(error),
            "product": Text(row["product"] or ""),
            "picture": unit.get("picture") or text(None),
            "serial": Text(claim_sudo.lot_id.name),
            "steps": [
                {"code": kind, "date": self._format(self._local_date(moment, zone))}
                for kind, moment in claim_sudo._get_moments()
            ],
            **self._prepare_claim_amounts(claim_sudo),
            "action": Text(path),
            "voucher": Text(f"{path}/voucher"),
        }

    def _prepare_claim_amounts(self, claim_sudo):
        """Return what a claim is worth, was offered before, and was used for."""
        money = claim_sudo._format_amount
        subsidy = claim_sudo.granted_subsidy or claim_sudo.subsidy
        return {
            "value": Text(money(claim_sudo._get_value())),
            "subsidy": text(subsidy and money(subsidy)),
            "was": text(claim_sudo.offer_state and money(claim_sudo.value)),
            "revised": text(
                claim_sudo.offer_state == "asked" and money(claim_sudo.revised_value)
            ),
            "reason": text(claim_sudo.revision_reason),
            "order": text(claim_sudo.order_id.name),
            "new_serial": text(claim_sudo.new_lot_id.name),
        }
