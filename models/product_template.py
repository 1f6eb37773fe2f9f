from odoo import fields, models


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
