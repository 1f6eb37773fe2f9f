from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class SerialDiversionFloor(models.Model):
    """The lowest price at which a product should be offered in a region."""

    _name = "serial.diversion.floor"
    _inherit = ["mail.thread"]
    _description = "Floor Price"
    _order = "product_id, region_id, date_from desc, id desc"

    product_id = fields.Many2one(
        "product.product", required=True, index=True, tracking=True
    )
    region_id = fields.Many2one(
        "serial.channel.region",
        index="btree_not_null",
        tracking=True,
        help="Binds stores of distributors of this region. Empty: where no region has "
        "a floor of its own.",
    )
    price = fields.Monetary(string="Floor Price", required=True, tracking=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        tracking=True,
    )
    date_from = fields.Date(
        string="Valid from", tracking=True, help="The first day. Empty: since ever."
    )
    date_to = fields.Date(
        string="Valid until", tracking=True, help="The last day. Empty: without end."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    _price_check = models.Constraint(
        "CHECK (price > 0)", "A floor price is more than nothing."
    )
    _dates_check = models.Constraint(
        "CHECK (date_to >= date_from)", "A floor price cannot end before it begins."
    )

    @api.depends("product_id.display_name", "region_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for floor in self:
            names = (floor.product_id.display_name, floor.region_id.display_name)
            floor.display_name = ", ".join(filter(None, names))

    @api.constrains(
        "product_id",
        "region_id",
        "currency_id",
        "date_from",
        "date_to",
        "active",
        "company_id",
    )
    def _check_overlap(self):
        for floor in self.filtered("active"):
            other = self.search(floor._get_overlap_domain(), limit=1)
            if other:
                raise ValidationError(
                    self.env._(
                        "%(name)s has a floor price in %(currency)s for some of these "
                        "days already.",
                        name=floor.display_name,
                        currency=floor.currency_id.name,
                    )
                )

    def _get_overlap_domain(self):
        domain = Domain(
            [
                ("id", "!=", self.id),
                *(
                    (name, "=", self[name].id)
                    for name in ("product_id", "region_id", "currency_id", "company_id")
                ),
            ]
        )
        if self.date_to:
            domain &= Domain("date_from", "=", False) | Domain(
                "date_from", "<=", self.date_to
            )
        if self.date_from:
            domain &= Domain("date_to", "=", False) | Domain(
                "date_to", ">=", self.date_from
            )
        return domain
