from odoo import models

from .window import form_window


class SerialWarrantyPrintMixin(models.AbstractModel):
    """Printing and sending the warranty card of a registration."""

    _name = "serial.warranty.print.mixin"
    _description = "Printing of Warranties"

    def _get_warranty_card_pdf(self):
        """Return the card as the bytes of a PDF, in the language of the context."""
        self.ensure_one()
        return self.env["serial.warranty.card"]._get_pdf(self.lot_id.sudo())

    def action_send_card(self):
        """Write a letter with the card to the owner."""
        self.ensure_one()
        self._ensure_user()
        template = self.env.ref("serial_dossier.mail_template_warranty_card")
        return form_window(
            "mail.compose.message",
            self.env._("Send Card"),
            default_model=self._name,
            default_res_ids=self.ids,
            default_template_id=template.id,
            default_composition_mode="comment",
            force_email=True,
        )
