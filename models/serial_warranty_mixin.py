from odoo import api, fields, models

from ..core.warranty import coverage


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
            covered = coverage(
                lot.sale_date,
                fields.Date.to_date(lot.activated_at),
                lot.product_id.product_tmpl_id.serial_warranty_months,
                today,
            )
            lot.warranty_start = covered.start
            lot.warranty_end = covered.end
            lot.warranty_state = covered.state
