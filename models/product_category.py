from odoo import api, fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    serial_scheme_id = fields.Many2one(
        "serial.scheme",
        help="Products of this category and below are coded by this scheme, unless "
        "they name their own.",
    )

    serial_compliance_ids = fields.Many2many(
        "serial.compliance.category",
        "serial_compliance_categ_rel",
        "categ_id",
        "duty_id",
        string="Coded Categories",
        help="What law or programme wants units of this category and below coded.",
    )
    serial_policy_id = fields.Many2one(
        "serial.warranty.policy",
        string="Warranty Policy",
        index="btree_not_null",
        ondelete="restrict",
        help="For products of this category and below, unless they name their own.",
    )

    serial_retention_years = fields.Integer(
        string="Keep Dossiers (years)",
        help="For products of this category and below, unless they say otherwise. "
        "Zero: as the parent category says, else the company.",
    )

    _serial_retention_check = models.Constraint(
        "CHECK (serial_retention_years >= 0)",
        "Dossiers are kept for some years, or as the parent category says.",
    )

    def _get_retention_years(self):
        """Return the years of the nearest category upwards that says some, else 0."""
        return self._get_nearest("serial_retention_years")

    def _get_warranty_policy(self):
        """Return the policy of the nearest category upwards that names one."""
        return self._get_nearest("serial_policy_id")

    def _get_serial_scheme(self):
        """Return the scheme of the nearest category upwards that names one."""
        return self._get_nearest("serial_scheme_id")

    def _get_compliance_categories(self):
        """Return what wants units of this category coded, those of all above too."""
        found, category = self.serial_compliance_ids, self
        while category := category.parent_id:
            found |= category.serial_compliance_ids
        return found

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        categories._note_warranty_rules(vals_list)
        return categories

    def write(self, vals):
        done = super().write(vals)
        self._trigger_codes([vals])
        self._note_warranty_rules([vals])
        return done

    def unlink(self):
        done = super().unlink()
        self.env.registry.clear_cache()
        return done

    def _note_warranty_rules(self, vals_list):
        """Have workers read the warranty rules anew, and sold units be registered."""
        names = {"serial_policy_id", "serial_compliance_ids", "parent_id"}
        if any(names & set(vals) for vals in vals_list):
            self.env.registry.clear_cache()
        if any(vals.get("serial_policy_id") for vals in vals_list):
            self.env["serial.warranty"]._trigger_registration()

    def _trigger_codes(self, vals_list):
        """Have serials that exist already coded in the background."""
        if any(vals.get("serial_scheme_id") for vals in vals_list):
            cron = self.env.ref("serial_dossier.ir_cron_stock_lot_give_codes")
            cron.sudo()._trigger()

    def _get_nearest(self, name):
        """Return a field of the nearest category upwards in which it is set."""
        category = self
        while category and not category[name]:
            category = category.parent_id
        return category[name]
