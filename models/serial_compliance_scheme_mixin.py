from odoo import api, fields, models
from odoo.exceptions import UserError


class SerialComplianceSchemeMixin(models.AbstractModel):
    """Whether the schemes that code a category's goods are random enough for it."""

    _name = "serial.compliance.scheme.mixin"
    _description = "Randomness of a Category's Serials"

    scheme_ids = fields.Many2many(
        "serial.scheme", string="Schemes of Its Goods", compute="_compute_schemes"
    )
    guessable_text = fields.Char(
        string="Serials That Can Be Guessed", compute="_compute_schemes"
    )

    @api.depends("template_ids", "categ_ids", "is_random", "guess_limit")
    def _compute_schemes(self):
        for category in self:
            schemes = category._get_schemes()
            category.scheme_ids = schemes
            refused = schemes.filtered(
                lambda scheme, duty=category: not scheme._judge(duty.guess_limit).holds
            )
            category.guessable_text = (
                ", ".join(refused.mapped("name")) if category.is_random else False
            )

    def _get_schemes(self):
        """Return the schemes that code the goods of a category."""
        templates = self.env["product.template"].search(self._get_goods_domain())
        own = templates.serial_scheme_id
        others = templates.filtered(lambda template: not template.serial_scheme_id)
        return own.union(
            *(category._get_serial_scheme() for category in others.categ_id)
        )

    def _ensure_random(self, scheme, more):
        """Refuse so many more codes of a scheme where they could be guessed too easily.

        Only categories that stop deliveries stop the minting of codes as well; others
        name the scheme on their form.
        """
        for category in self.filtered("is_random"):
            rule = category.delivery_rule or self.env.company.serial_uncoded_delivery
            if rule != "block" or scheme._judge(category.guess_limit, more).holds:
                continue
            raise UserError(
                self.env._(
                    "The serial numbers of %(scheme)s can be guessed too easily for "
                    "%(category)s, which wants a chance below %(limit)s. Choose a "
                    "random scheme with longer codes.",
                    scheme=scheme.name,
                    category=category.name,
                    limit=f"1/{1 / category.guess_limit:,.0f}",
                )
            )
