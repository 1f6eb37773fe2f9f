from odoo import fields, models


class SerialLabelFile(models.Model):
    """A file of labels, or the part of one that is still being made."""

    _name = "serial.label.file"
    _description = "File of Labels"
    _order = "job_id, id"
    _rec_name = "name"

    job_id = fields.Many2one(
        "serial.label.job",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    name = fields.Char(required=True, readonly=True)
    is_part = fields.Boolean(readonly=True)
    label_count = fields.Integer(string="Labels", readonly=True)
    first_serial = fields.Char(readonly=True)
    last_serial = fields.Char(readonly=True)
    size = fields.Integer(string="Bytes", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", required=True, readonly=True, ondelete="restrict"
    )

    def unlink(self):
        attachments = self.attachment_id.sudo()
        result = super().unlink()
        attachments.unlink()
        return result

    # === ACTIONS === #

    def action_download(self):
        """Download this file."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }
