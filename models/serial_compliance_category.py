from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.randomness import LIMIT
from .window import list_window

RULES = [
    ("off", "Say nothing"),
    ("warn", "Warn"),
    ("block", "Refuse the delivery"),
]
IDENTIFIERS = [
    ("none", "A code of its own"),
    ("dscsa", "Product identifier (DSCSA)"),
    ("fmd", "Unique identifier (EU, medicines)"),
]


class SerialComplianceCategory(models.Model):
    """Goods that a law or a programme wants coded: where, since when, and how."""

    _name = "serial.compliance.category"
    _inherit = ["serial.preset.mixin", "serial.compliance.scheme.mixin"]
    _description = "Coded Category"

    country_ids = fields.Many2many(
        "res.country",
        "serial_compliance_country_rel",
        "duty_id",
        "country_id",
        string="Countries",
        help="Of the receiver. Empty, without a group too: everywhere.",
    )

    # === LAW === #
    source = fields.Char(help="The law or programme that wants it, with its number.")
    source_date = fields.Date(string="As of", help="Day of what the source says.")
    scope = fields.Text(translate=True, help="Which goods, and what is asked of them.")
    date_from = fields.Date(
        string="In Force from", help="Units that leave earlier need no code."
    )
    date_to = fields.Date(string="In Force until")

    # === RULE === #
    is_unit_coded = fields.Boolean(
        string="Each Unit Needs a Code",
        default=True,
        tracking=True,
        help="Off: the law wants a code of the model or certificate only. Such goods "
        "are listed, and not counted as uncoded.",
    )
    delivery_rule = fields.Selection(
        RULES,
        string="Uncoded Units",
        tracking=True,
        help="What becomes of a delivery with units that lack what they need. Empty: "
        "as the settings say.",
    )
    identifier_rule = fields.Selection(
        IDENTIFIERS,
        string="A Unit Bears",
        required=True,
        default="none",
        tracking=True,
        help="A product identifier is GTIN, serial number, lot and expiry date.",
    )
    is_random = fields.Boolean(
        string="Serials Must Not Be Guessed",
        tracking=True,
        help="The chance to guess a serial number that lives has a limit.",
    )
    guess_limit = fields.Float(
        string="Chance of a Guess below",
        digits=(12, 10),
        default=LIMIT,
        help="0.0001 is one in ten thousand.",
    )

    retention_years = fields.Integer(
        string="Keep Dossiers (years)",
        help="That the law wants at least, whatever products, categories and the "
        "company say. Zero: it wants none.",
    )

    # === GOODS === #
    template_ids = fields.Many2many(
        "product.template",
        "serial_compliance_template_rel",
        "duty_id",
        "template_id",
        string="Products",
    )
    categ_ids = fields.Many2many(
        "product.category",
        "serial_compliance_categ_rel",
        "duty_id",
        "categ_id",
        string="Product Categories",
        help="With all categories below them.",
    )
    product_count = fields.Integer(compute="_compute_product_count")
    uncoded_count = fields.Integer(
        compute="_compute_uncoded_count",
        groups="serial_dossier.serial_dossier_group_user,"
        "serial_dossier.serial_dossier_group_auditor",
    )

    _guess_limit_range = models.Constraint(
        "CHECK (guess_limit > 0 AND guess_limit <= 1)",
        "The chance of a guess is more than 0 and at most 1.",
    )

    _retention_check = models.Constraint(
        "CHECK (retention_years >= 0)", "Dossiers are kept for some years, or none."
    )

    # === COMPUTE === #

    @api.depends("template_ids", "categ_ids")
    def _compute_product_count(self):
        for category in self:
            category.product_count = self.env["product.template"].search_count(
                category._get_goods_domain()
            )

    def _get_goods_domain(self):
        """Return the domain of the products (templates) of a coded category."""
        self.ensure_one()
        return fields.Domain("id", "in", self.template_ids.ids) | fields.Domain(
            "categ_id", "child_of", self.categ_ids.ids
        )

    def _compute_uncoded_count(self):
        rows = self.env["serial.coverage"]._read_group(
            [("compliance_id", "in", self.ids)],
            ["compliance_id"],
            ["uncoded_count:sum"],
        )
        counts = {category.id: count for category, count in rows}
        for category in self:
            category.uncoded_count = counts.get(category.id, 0)

    # === CONSTRAINTS === #

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for category in self:
            if (
                category.date_from
                and category.date_to
                and category.date_to < category.date_from
            ):
                raise ValidationError(
                    self.env._("A category ends after it comes into force.")
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        self.env.registry.clear_cache()
        return categories

    def write(self, vals):
        done = super().write(vals)
        self.env.registry.clear_cache()
        return done

    # === ACTIONS === #

    def action_view_products(self):
        """Open the products of this category."""
        self.ensure_one()
        return list_window(
            "product.template",
            self.env._("Goods: %(category)s", category=self.name),
            list(self._get_goods_domain()),
        )

    def action_view_coverage(self):
        """Open what left of this category."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_coverage_action"
        )
        return {
            **action,
            "domain": [("compliance_id", "=", self.id)],
            "context": {"search_default_uncoded": 1},
        }
