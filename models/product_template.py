from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    serial_scheme_id = fields.Many2one(
        "serial.scheme",
        help="How the serials of this product are coded. Empty: as the category says.",
    )
    serial_warranty_months = fields.Integer(
        string="Warranty (months)",
        default=12,
        help="Counted from the sale date, else from activation.",
    )

    def _get_serial_scheme(self):
        """Return the scheme that codes this product's serials, or an empty record."""
        self.ensure_one()
        return self.serial_scheme_id or self.categ_id._get_serial_scheme()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._trigger_codes(vals_list)
        return records

    def write(self, vals):
        done = super().write(vals)
        self._trigger_codes([vals])
        return done

    def _trigger_codes(self, vals_list):
        """Have serials that exist already coded in the background."""
        if any(vals.get("serial_scheme_id") for vals in vals_list):
            cron = self.env.ref("serial_dossier.ir_cron_stock_lot_give_codes")
            cron.sudo()._trigger()
