from odoo import api, fields, models


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = [
        "product.template",
        "serial.recall.product.mixin",
        "serial.product.link.mixin",
    ]

    serial_scheme_id = fields.Many2one(
        "serial.scheme",
        help="How the serials of this product are coded. Empty: as the category says.",
    )
    serial_compliance_ids = fields.Many2many(
        "serial.compliance.category",
        "serial_compliance_template_rel",
        "template_id",
        "duty_id",
        string="Coded Categories",
        help="What law or programme wants its units coded, beside those of the product "
        "category.",
    )
    serial_warranty_months = fields.Integer(
        string="Warranty (months)",
        default=12,
        help="Counted from the sale date, else from activation. A warranty policy "
        "takes its place.",
    )
    serial_policy_id = fields.Many2one(
        "serial.warranty.policy",
        string="Warranty Policy",
        index="btree_not_null",
        ondelete="restrict",
        help="What buyers may ask for, and until when. Empty: as the category says.",
    )
    serial_no_like_model = fields.Boolean(
        string="No Like Model Left",
        help="Neither this model nor one like it is left: who may ask for an exchange "
        "asks for the price instead, where the policy says so.",
    )
    serial_extension_months = fields.Integer(
        string="Lengthens Warranties by (months)",
        help="Who buys this product gets so many months more on a serial sold on the "
        "same order, or on the one that the order line names.",
    )

    _serial_extension_check = models.Constraint(
        "CHECK (serial_extension_months >= 0)",
        "A product lengthens warranties by some months, or by none.",
    )
    serial_energy_level = fields.Integer(
        string="Energy Level",
        help="Of China's energy label: 1 is the best, 5 the worst. 0: it has none. "
        "Programmes of trade-ins ask for it.",
    )

    serial_retention_years = fields.Integer(
        string="Keep Dossiers (years)",
        help="After the expiry of a unit, its last event and the end of its warranty, "
        "whichever is last. Zero: as the category says, else the company.",
    )

    serial_retention_applied = fields.Integer(
        string="Dossiers Kept (years)",
        compute="_compute_serial_retention_applied",
        help="What the product, its category, the company and the law come to. Zero: "
        "for good.",
    )

    _serial_retention_check = models.Constraint(
        "CHECK (serial_retention_years >= 0)",
        "Dossiers are kept for some years, or as the category says.",
    )

    @api.depends("serial_retention_years", "categ_id")
    @api.depends_context("company")
    def _compute_serial_retention_applied(self):
        products = self.env["product.product"]
        years = products._get_retention_years(self.env.company)
        for template in self:
            variant = template.product_variant_ids[:1]._origin
            template.serial_retention_applied = years.get(variant.id, 0)

    def _get_serial_scheme(self):
        """Return the scheme that codes this product's serials, or an empty record."""
        self.ensure_one()
        return self.serial_scheme_id or self.categ_id._get_serial_scheme()

    def _get_compliance_categories(self):
        """Return what wants this product's units coded: its own, and its category's."""
        self.ensure_one()
        return self.serial_compliance_ids | self.categ_id._get_compliance_categories()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._trigger_codes(vals_list)
        records._note_warranty_rules(vals_list)
        return records

    def write(self, vals):
        done = super().write(vals)
        self._trigger_codes([vals])
        self._note_warranty_rules([vals])
        return done

    def _note_warranty_rules(self, vals_list):
        """Have workers read the warranty rules anew, and sold units be registered."""
        kept = {
            "serial_extension_months",
            "serial_no_like_model",
            "serial_compliance_ids",
        }
        if any(
            not kept.isdisjoint(vals) or vals.get("serial_policy_id")
            for vals in vals_list
        ):
            self.env.registry.clear_cache()
        if any(vals.get("serial_policy_id") for vals in vals_list):
            self.env["serial.warranty"]._trigger_registration()

    def _trigger_codes(self, vals_list):
        """Have serials that exist already coded in the background."""
        if any(vals.get("serial_scheme_id") for vals in vals_list):
            cron = self.env.ref("serial_dossier.ir_cron_stock_lot_give_codes")
            cron.sudo()._trigger()
