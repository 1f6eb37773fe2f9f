from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class SerialWarrantyMixin(models.AbstractModel):
    """Warranty of a unit: so many months from its sale, else from its activation."""

    _name = "serial.warranty.mixin"
    _description = "Warranty of a Serial"

    warranty_start = fields.Date(compute="_compute_warranty")
    warranty_end = fields.Date(compute="_compute_warranty")
    warranty_state = fields.Selection(
        [
            ("none", "No warranty"),
            ("not_started", "Not started"),
            ("running", "In warranty"),
            ("expired", "Expired"),
        ],
        compute="_compute_warranty",
    )

    @api.depends(
        "sale_date", "activated_at", "product_id.product_tmpl_id.serial_warranty_months"
    )
    def _compute_warranty(self):
        today = fields.Date.context_today(self)
        for lot in self:
            months = lot.product_id.product_tmpl_id.serial_warranty_months
            start = lot.sale_date or fields.Date.to_date(lot.activated_at)
            end = start and months and start + relativedelta(months=months, days=-1)
            lot.warranty_start = start if months else False
            lot.warranty_end = end
            if not months:
                lot.warranty_state = "none"
            elif not start:
                lot.warranty_state = "not_started"
            else:
                lot.warranty_state = "running" if end >= today else "expired"
