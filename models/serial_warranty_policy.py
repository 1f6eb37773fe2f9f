from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .window import list_window


class SerialWarrantyPolicy(models.Model):
    """What the buyers of some goods may ask for, in all markets or in some."""

    _name = "serial.warranty.policy"
    _inherit = [
        "serial.preset.mixin",
        "serial.warranty.rule.mixin",
        "serial.warranty.rules.mixin",
    ]
    _description = "Warranty Policy"

    country_ids = fields.Many2many("res.country", string="Countries")
    market_ids = fields.Many2many(
        "serial.warranty.policy",
        "serial_warranty_policy_market_rel",
        "policy_id",
        "market_id",
        string="Other Markets",
        domain="[('id', '!=', id), '|', ('country_ids', '!=', False), "
        "('country_group_id', '!=', False)]",
        help="Units that are meant for the countries of these policies are under those "
        "instead; one that names a country goes before one that names a group.",
    )
    note = fields.Text(
        string="Words for the Card",
        translate=True,
        help="Stands on the warranty card below what may be asked for.",
    )

    # === TERM === #
    source = fields.Char(help="The law or promise that this policy follows.")
    term_months = fields.Integer(string="Term (months)", default=12, tracking=True)
    first_day_counts = fields.Boolean(
        help="A year from 2 March ends on 1 March. Most laws let it end on 2 March."
    )
    rest_days_roll = fields.Boolean(
        string="Weekends Roll",
        help="A last day on a weekend moves to the next Monday.",
    )
    basis_ids = fields.One2many(
        "serial.warranty.policy.basis",
        "policy_id",
        string="Counted From",
        copy=True,
    )
    unproven = fields.Selection(
        [
            ("none", "Nothing"),
            ("repair", "Repair"),
            ("exchange", "Repair and exchange"),
            ("all", "Everything"),
        ],
        string="Without Papers",
        default="repair",
        required=True,
        help="What may be asked for when the start is not proven.",
    )
    component_ids = fields.One2many(
        "serial.warranty.policy.component",
        "policy_id",
        string="Component Terms",
        copy=True,
    )
    entitlement_ids = fields.One2many(
        "serial.warranty.policy.entitlement",
        "policy_id",
        string="What May Be Asked For",
        copy=True,
    )
    exclusion_ids = fields.Many2many(
        "serial.warranty.policy.exclusion", string="Not Covered"
    )

    # === REPAIRS AND EXCHANGES === #
    repair_extends = fields.Selection(
        [
            ("none", "Nothing"),
            ("days", "The days in repair"),
            ("months", "Months, once"),
        ],
        string="A Repair Adds",
        default="days",
        required=True,
    )
    repair_extension_months = fields.Integer(string="Months a Repair Adds")
    repair_extension_from = fields.Date(
        string="For Sales Since", help="Only goods sold since this day gain months."
    )
    exchange_restarts = fields.Boolean(
        string="An Exchange Restarts the Term", default=True
    )
    transferable = fields.Boolean(
        string="Passes to a New Owner", default=True, tracking=True
    )
    failed_repairs = fields.Integer(
        string="Exchange after Failed Repairs", help="Zero: never."
    )
    same_fault = fields.Boolean(
        string="Of the Same Fault", help="Only repairs of one fault are counted."
    )
    parts_days = fields.Integer(
        string="Exchange after Days without Parts", help="Zero: never."
    )
    repair_days = fields.Integer(
        string="Exchange after Days in Repair",
        help="Days that the repairer answers for, not those without parts. "
        "Zero: never.",
    )
    depreciation_percent = fields.Float(
        string="Depreciation a Day (%)",
        digits=(6, 4),
        help="Taken off a refund that the buyer prefers to an exchange.",
    )

    product_count = fields.Integer(compute="_compute_counts")
    warranty_count = fields.Integer(string="Units", compute="_compute_counts")

    _code_uniq = models.UniqueIndex(
        "(code, coalesce(company_id, 0)) WHERE code IS NOT NULL",
        "Another policy has this code.",
    )
    _numbers_check = models.Constraint(
        "CHECK (term_months >= 0 AND repair_extension_months >= 0 "
        "AND failed_repairs >= 0 AND parts_days >= 0 AND repair_days >= 0 "
        "AND depreciation_percent >= 0)",
        "Terms, days and shares are not negative.",
    )

    # === COMPUTE === #

    def _compute_counts(self):
        products = dict(
            self.env["product.template"]._read_group(
                [("serial_policy_id", "in", self.ids)],
                ["serial_policy_id"],
                ["__count"],
            )
        )
        units = dict(
            self.env["serial.warranty"]._read_group(
                [("policy_id", "in", self.ids), ("state", "=", "live")],
                ["policy_id"],
                ["__count"],
            )
        )
        for policy in self:
            policy.product_count = products.get(policy._origin, 0)
            policy.warranty_count = units.get(policy._origin, 0)

    # === CONSTRAINTS === #

    @api.constrains("market_ids", "country_ids", "country_group_id")
    def _check_markets(self):
        for market in self.market_ids:
            if not market.country_ids and not market.country_group_id:
                raise ValidationError(
                    self.env._(
                        "Say for which countries %(policy)s is.", policy=market.name
                    )
                )

    def _get_component_names(self):
        """Return {code of a component: its name}."""
        return {line.code: line.name for line in self.component_ids}

    # === ACTIONS === #

    def action_view_warranties(self):
        """Open the registrations under this policy."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "serial_dossier.serial_warranty_action"
        )
        return {**action, "domain": [("policy_id", "=", self.id)], "context": {}}

    def action_view_products(self):
        """Open the products that name this policy."""
        self.ensure_one()
        return list_window(
            "product.template",
            self.env._("Products: %(policy)s", policy=self.name),
            [("serial_policy_id", "=", self.id)],
            "list,kanban,form",
        )
