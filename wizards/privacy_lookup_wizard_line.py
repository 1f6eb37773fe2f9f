from odoo import models

from ..models.serial_personal_erase_mixin import ERASED


class PrivacyLookupWizardLine(models.TransientModel):
    """What Odoo would delete of ours is erased instead: the unit's record stays."""

    _inherit = "privacy.lookup.wizard.line"

    def action_unlink(self):
        if self.res_model not in ERASED or self.is_unlinked:
            return super().action_unlink()
        requests = self.env["serial.personal.request"]
        record_sudo = self.env[self.res_model].sudo().browse(self.res_id)
        if not requests._get_kept(record_sudo):
            wizard = self.wizard_id
            requests._erase_records(
                record_sudo, {"phone": wizard.serial_phone, "email": wizard.email}
            )
            self.execution_details = self.env._(
                "Erased %(kind)s #%(id)s", kind=self.res_model_id.name, id=self.res_id
            )
            self.is_unlinked = True
        return None
