from odoo import api, fields, models
from odoo.fields import Domain

from ..core.warranty import coverage, earliest_running_start


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
        search="_search_warranty_state",
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

    def _search_warranty_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._get_warranty_domain(state) for state in value)

    def _get_warranty_domain(self, state):
        """Return the domain of the units whose warranty is in a state today."""
        months = "product_id.product_tmpl_id.serial_warranty_months"
        unsold = Domain("sale_date", "=", False)
        idle = unsold & Domain("activated_at", "=", False)
        if state == "none":
            return Domain(months, "<=", 0)
        if state == "not_started":
            return Domain(months, ">", 0) & idle
        if state not in ("running", "expired"):
            return Domain.FALSE
        operator = ">=" if state == "running" else "<"
        domains = []
        for term in self._get_warranty_terms():
            first = earliest_running_start(term, fields.Date.context_today(self))
            started = Domain("sale_date", operator, first) | (
                unsold & Domain("activated_at", operator, first)
            )
            domains.append(Domain(months, "=", term) & started)
        return Domain.OR(domains)

    def _get_warranty_terms(self):
        """Return the terms in months that products have."""
        groups = (
            self.env["product.template"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [("serial_warranty_months", ">", 0)], ["serial_warranty_months"]
            )
        )
        return [months for (months,) in groups]
