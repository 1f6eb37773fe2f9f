from odoo import fields, models

REASONS = [
    ("hold", "Legal hold on the unit"),
    ("repair", "The repair is not closed"),
    ("claim", "One trade-in a person: only a code made from the number is kept"),
    ("party", "A company, distributor or service centre, no consumer"),
    ("user", "Has a log-in"),
    ("invoice", "Has invoices, which the law wants kept"),
]


class SerialPersonalLine(models.Model):
    """A record that tells about the person of a request, and what became of it."""

    _name = "serial.personal.line"
    _description = "Record of a Personal-data Request"
    _order = "request_id, id"
    _rec_name = "model"

    request_id = fields.Many2one(
        "serial.personal.request",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    model = fields.Char(required=True, readonly=True)
    model_name = fields.Char(string="Kind", compute="_compute_names")
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="model", required=True, readonly=True
    )
    record_name = fields.Char(string="Record", compute="_compute_names")
    state = fields.Selection(
        [("found", "Found"), ("erased", "Erased"), ("kept", "Kept")],
        default="found",
        required=True,
        readonly=True,
    )
    reason = fields.Selection(REASONS, string="Kept Because", readonly=True)

    def _compute_names(self):
        """Name records past their rules: who handles requests may know of them."""
        for line in self:
            line.model_name = self.env["ir.model"].sudo()._get(line.model).name
            record_sudo = self.env[line.model].sudo().browse(line.res_id).exists()
            line.record_name = record_sudo.display_name or ""
