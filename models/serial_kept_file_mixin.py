from odoo import api, models


class SerialKeptFileMixin(models.AbstractModel):
    """Records whose `attachment_ids` are read by whoever reads the record.

    An uploaded file is its uploader's first. What belongs to another record stays with
    those who read that one.
    """

    _name = "serial.kept.file.mixin"
    _description = "Files Kept with Records"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._keep_files()
        return records

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._keep_files()
        return result

    def _keep_files(self):
        """Let those see a file who see its record: first it was its uploader's."""
        for record in self.sudo():
            loose = record.attachment_ids.filtered(
                lambda file: not file.res_id and file.create_uid.id == self.env.uid
            )
            loose.write({"res_model": self._name, "res_id": record.id})
