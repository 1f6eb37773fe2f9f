from odoo import api, models
from odoo.fields import Domain


class SerialPortalCertificateMixin(models.AbstractModel):
    """The certificate of a unit for the distributor who holds it: his part of it."""

    _name = "serial.portal.certificate.mixin"
    _description = "Certificate in the Portal"

    @api.model
    def _get_certificate(self, lot_id):
        """Return (serial, PDF) of a unit of the distributor, None if not his."""
        domain = self._get_subtree_domain() & Domain("id", "=", lot_id)
        lot_sudo = self.env["stock.lot"].sudo().search(domain, limit=1)
        if not lot_sudo:
            return None
        pdf = self.env["serial.certificate"]._get_pdf(
            lot_sudo, self._get_shown_events(lot_sudo)
        )
        return lot_sudo.name, pdf

    def _get_shown_events(self, lot_sudo):
        """Return the steps of a unit that a distributor may see, the oldest first.

        Nothing of what happened before the brand shipped it, and no other party.
        """
        own = set(self._get_distributor()._get_channel_subtree_ids())
        shown = self._get_shown_kinds()
        return lot_sudo.event_ids.filtered(
            lambda event: (
                event.kind in shown
                and (not event.partner_id or event.partner_id.id in own)
            )
        ).sorted("sequence")

    def _get_shown_kinds(self):
        return {
            "shipped",
            "received",
            "rebound",
            "sold",
            "activated",
            "returned",
            "recalled",
            "recall_lifted",
            "in_service",
            "out_of_service",
        }
