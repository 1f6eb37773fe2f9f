from odoo import api, fields, models

from ..core.depreciation import Terms, exact


class SerialTradeinValue(models.Model):
    """What a model, new or of an age, is worth to a programme before its condition."""

    _name = "serial.tradein.value"
    _inherit = ["serial.tradein.line.mixin"]
    _description = "Base Value in a Trade-in Programme"

    class_id = fields.Many2one(
        "serial.tradein.class",
        required=True,
        ondelete="cascade",
        domain="[('program_id', '=', program_id)]",
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Product",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        help="Empty: all variants of the product.",
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Category",
        index="btree_not_null",
        ondelete="cascade",
        help="Products of this category and below, but those with a line of their own.",
    )
    age_from = fields.Integer(
        string="From Age (months)",
        help="The line is for units of this age or more, counted from the day of sale, "
        "else of activation.",
    )
    currency_id = fields.Many2one(related="program_id.currency_id")
    amount = fields.Monetary(string="Base Value", required=True)
    floor = fields.Monetary(
        string="At Least", help="What any unit is worth that is taken in at all."
    )

    _goods_check = models.Constraint(
        "CHECK ((product_tmpl_id IS NULL) <> (categ_id IS NULL)"
        " AND (product_id IS NULL OR product_tmpl_id IS NOT NULL))",
        "A base value is of a product or of a category.",
    )
    _amount_check = models.Constraint(
        "CHECK (amount >= 0 AND floor BETWEEN 0 AND amount AND age_from >= 0)",
        "A base value is not negative, and not less than what is paid at least.",
    )
    _line_uniq = models.UniqueIndex(
        "(program_id, coalesce(product_id, 0), coalesce(product_tmpl_id, 0),"
        " coalesce(categ_id, 0), age_from)",
        "The programme has a value for this product and age already.",
    )

    @api.depends("product_id", "product_tmpl_id", "categ_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            goods = line.product_id or line.product_tmpl_id or line.categ_id
            line.display_name = goods.display_name

    def _get_rank(self, product):
        """Return how special a line is for a product; 0 if it is for others."""
        if self.product_id:
            return 1000 if self.product_id == product else 0
        if self.product_tmpl_id:
            return 999 if self.product_tmpl_id == product.product_tmpl_id else 0
        path = (product.categ_id.parent_path or "").split("/")
        own = str(self.categ_id.id)
        return path.index(own) + 1 if own in path else 0

    def _get_terms(self):
        """Return how a unit of this line is valued, see `core.depreciation`."""
        program = self.program_id
        return Terms(
            base=exact(self.amount),
            curve=program._get_curve(self.class_id),
            is_linear=program.curve_kind == "linear",
            floor=exact(self.floor),
            unit=exact(program.rounding_unit),
            mode=program.rounding_mode,
        )
