from odoo import models


class IrBinary(models.AbstractModel):
    """Who opens a picture that a consumer sent to prove his purchase is noted."""

    _inherit = "ir.binary"

    def _find_record(self, *args, **kwargs):
        record = super()._find_record(*args, **kwargs)
        if record._name == "ir.attachment" and not self.env.su:
            file_sudo = record.sudo()
            proofs = self.env["serial.activation.proof"]
            if file_sudo.res_model == proofs._name:
                self.env["serial.access.log"]._note(
                    proofs.browse(file_sudo.res_id), {"attachment_ids"}, "read"
                )
        return record
