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
