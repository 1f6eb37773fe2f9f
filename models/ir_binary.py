from odoo import models

# Records that keep what proves a purchase: names and addresses stand on it.
WITH_PROOFS = ("serial.activation.proof", "serial.warranty")


class IrBinary(models.AbstractModel):
    """Who opens a file that proves a consumer's purchase is noted."""

    _inherit = "ir.binary"

    def _find_record(self, *args, **kwargs):
        record = super()._find_record(*args, **kwargs)
        if record._name == "ir.attachment" and not self.env.su:
            file_sudo = record.sudo()
            if file_sudo.res_model in WITH_PROOFS:
                proven = self.env[file_sudo.res_model].browse(file_sudo.res_id)
                self.env["serial.access.log"]._note(proven, {"attachment_ids"}, "read")
        return record
