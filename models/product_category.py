from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    serial_scheme_id = fields.Many2one(
        "serial.scheme",
        help="Products of this category and below are coded by this scheme, unless "
        "they name their own.",
    )

    def _get_serial_scheme(self):
        """Return the scheme of the nearest category upwards that names one."""
        category = self
        while category and not category.serial_scheme_id:
            category = category.parent_id
        return category.serial_scheme_id

    def write(self, vals):
        done = super().write(vals)
        self._trigger_codes([vals])
        return done

    def _trigger_codes(self, vals_list):
        """Have serials that exist already coded in the background."""
        if any(vals.get("serial_scheme_id") for vals in vals_list):
            cron = self.env.ref("serial_dossier.ir_cron_stock_lot_give_codes")
            cron.sudo()._trigger()
