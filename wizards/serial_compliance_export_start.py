from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models.serial_compliance_export import KINDS

OF_EXPORT = (
    "kind",
    "compliance_id",
    "product_id",
    "lot_id",
    "date_from",
    "date_to",
)


class SerialComplianceExportStart(models.TransientModel):
    """Asks what a file for a regulator or an auditor shall be of."""

    _name = "serial.compliance.export.start"
    _description = "Write a Compliance File"

    kind = fields.Selection(KINDS, required=True, default="coverage")
    compliance_id = fields.Many2one(
        "serial.compliance.category", string="Coded Category"
    )
    product_id = fields.Many2one("product.product")
    lot_id = fields.Many2one("stock.lot", string="Serial")
    date_from = fields.Date(
        string="From",
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=-1),
    )
    date_to = fields.Date(string="Until", default=fields.Date.context_today)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for start in self:
            if start.date_from and start.date_to and start.date_to < start.date_from:
                raise ValidationError(self.env._("A period ends after it begins."))

    def action_start(self):
        """Begin to write the file and show how far it is."""
        self.ensure_one()
        # What the user may not read is in no file of his.
        for name in ("compliance_id", "product_id", "lot_id"):
            self[name].check_access("read")
        values = self._convert_to_write({name: self[name] for name in OF_EXPORT})
        if self.kind.startswith("regulator") and not self.compliance_id:
            raise ValidationError(
                self.env._("A regulator's file is of one coded category: choose it.")
            )
        if self.kind != "audit":
            values["lot_id"] = False
        elif self.lot_id:
            values.update(product_id=False, date_from=False, date_to=False)
        export = self.env["serial.compliance.export"]._start(values)
        return {
            "type": "ir.actions.act_window",
            "res_model": export._name,
            "res_id": export.id,
            "view_mode": "form",
        }
