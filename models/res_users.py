from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_channel_partner(self):
        """Return the distributor a user works for, with all rights, or none."""
        self.ensure_one()
        company_sudo = self.sudo().partner_id.commercial_partner_id
        return company_sudo if company_sudo.channel_tier else company_sudo.browse()

    def _get_service_centre(self):
        """Return the service centre a user works for, with all rights, or none."""
        self.ensure_one()
        company_sudo = self.sudo().partner_id.commercial_partner_id
        return company_sudo if company_sudo.is_service_centre else company_sudo.browse()
