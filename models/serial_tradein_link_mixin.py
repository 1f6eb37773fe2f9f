from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_amount
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..core.errors import SerialError

LINK_SCOPE = "serial_dossier.tradein_link"
MAX_TOKEN = 512
PATH = "/tradein/"


class SerialTradeinLinkMixin(models.AbstractModel):
    """The signed link by which a consumer follows his claim without logging in."""

    _name = "serial.tradein.link.mixin"
    _description = "Signed Link of a Trade-in"

    # === THE LINK === #

    def _get_path(self):
        """Return the address of a claim's own page; it cannot be guessed."""
        self.ensure_one()
        return PATH + hash_sign(self.env(su=True), LINK_SCOPE, [self.id])

    def _get_file_name(self):
        """Return a claim's number as a file can be called."""
        return self.name.replace("/", "-")

    def _get_link(self):
        """Return the whole address, for a QR code."""
        return self.get_base_url() + self._get_path()

    @api.model
    def _find_by_link(self, token):
        """Return the claim (sudo) that a token is of, or none."""
        nothing = self.sudo().browse()
        token = str(token or "").strip().rpartition(PATH)[2]
        if not token or len(token) > MAX_TOKEN:
            return nothing
        try:
            signed = verify_hash_signed(self.env(su=True), LINK_SCOPE, token)
        except (ValueError, IndexError):
            return nothing
        return nothing.browse(signed).exists() if signed else nothing

    @api.model
    def _find_by_voucher(self, text):
        """Return the claim (sudo) that somebody scanned or typed a voucher of."""
        found = self._find_by_link(text)
        number = (text or "").strip().upper()
        if found or not number:
            return found
        domain = [
            ("name", "=", number),
            ("company_id", "in", self.env.companies.ids),
        ]
        return self.sudo().search(domain, limit=1)

    def _decide_by_link(self, decision):
        """Take what a consumer decides on his page; raise where it is not open."""
        self.ensure_one()
        if decision == "withdraw":
            self._withdraw()
        elif decision in ("agree", "decline"):
            self._decide_offer(decision == "agree")
        else:
            raise UserError(self.env._("Please choose one of the buttons."))

    @api.model
    def _get_quoted_answers(self, quote):
        """Return the answers that a quote stands on, None if it is none of ours."""
        try:
            return self._read_quote(quote)["answers"]
        except SerialError:
            return None

    # === WORDS === #

    def _get_news(self):
        """Return what is true of a claim now, in words for its consumer."""
        if self.state == "inspected" and self.offer_state:
            return self._get_offer_news()
        return {
            "accepted": self.env._(
                "We have accepted your trade-in. Bring the unit and this voucher to a "
                "store, or send it in. What you get is settled when it was inspected."
            ),
            "received": self.env._("We have your unit and inspect it now."),
            "inspected": self.env._(
                "The unit is as described. You can use the voucher for a new one."
            ),
            "credited": self.env._("The voucher was used for your order."),
            "done": self.env._("Your new unit was handed over. Thank you."),
            "cancelled": self.env._("This trade-in was called off."),
            "refused": self.env._("We could not take your unit in."),
            "clawed_back": self.env._(
                "The new unit was returned, so the credit was taken back. We contact "
                "you about your old unit."
            ),
        }[self.state]

    def _get_offer_news(self):
        return {
            "asked": self.env._(
                "The inspection found something else than described. Please look at "
                "our new offer."
            ),
            "agreed": self.env._(
                "You agreed to the new offer. You can use the voucher for a new unit."
            ),
            "declined": self.env._(
                "You declined the new offer. We give your unit back to you."
            ),
        }[self.offer_state]

    def _get_moments(self):
        """Return (code, moment) of what happened to a claim, in order."""
        moments = [
            ("accepted", self.accepted_at),
            ("received", self.received_at),
            ("inspected", self.inspected_at),
            ("credited", self.credited_at),
            ("given_back", self.given_back_at),
            ("clawed_back", self.clawed_back_at),
            ("closed", not self.given_back_at and self.closed_at),
        ]
        return sorted(
            [(code, moment) for code, moment in moments if moment],
            key=lambda pair: pair[1],
        )

    def _format_amount(self, amount):
        return self._show_money(amount, self.currency_id)

    @api.model
    def _show_money(self, amount, currency):
        return format_amount(self.env, float(amount), currency)
