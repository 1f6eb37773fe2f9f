from odoo import api, fields, models
from odoo.fields import Domain


class SerialServiceRate(models.Model):
    """What an hour of a service centre's work is paid, by centre and product."""

    _name = "serial.service.rate"
    _description = "Labour Rate of Service"
    _order = "centre_id, category_id"
    _rec_name = "centre_id"

    centre_id = fields.Many2one(
        "res.partner",
        string="Service Centre",
        domain="[('is_service_centre', '=', True)]",
        index=True,
        ondelete="cascade",
        help="Empty: every centre without a rate of its own.",
    )
    category_id = fields.Many2one(
        "product.category",
        string="Product Category",
        index=True,
        ondelete="cascade",
        help="With those below it, unless they have a rate. Empty: every product.",
    )
    hourly_rate = fields.Monetary(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    _once_uniq = models.UniqueIndex(
        "(company_id, coalesce(centre_id, 0), coalesce(category_id, 0))",
        "There is a rate for this centre and category already.",
    )
    _hourly_rate_positive = models.Constraint(
        "CHECK (hourly_rate >= 0)", "A rate cannot be negative."
    )

    @api.model
    def _get_rate(self, centre, product, company):
        """Return the rate for work of a centre on a product: the most special one.

        A centre's own rate comes before that of all centres, then the nearest category.
        """
        path = product.categ_id.parent_path or ""
        above = [int(part) for part in path.split("/") if part]
        rates = self.search(
            Domain("company_id", "=", company.id)
            & Domain("centre_id", "in", [centre.id, False])
            & Domain("category_id", "in", [*above, False])
        )
        return max(
            rates,
            key=lambda rate: (
                bool(rate.centre_id),
                above.index(rate.category_id.id) + 1 if rate.category_id else 0,
            ),
            default=rates,
        )
