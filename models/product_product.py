from odoo import models

from ..core import identifier
from ..core.errors import SerialError


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_gtin(self):
        """Return the barcode as a GTIN of 14 digits, "" if it is none."""
        self.ensure_one()
        try:
            return identifier.normalise("gtin", self.barcode or "")
        except SerialError:
            return ""

    def _get_digital_link_stem(self):
        """Return the address that this product's Digital Links begin with."""
        return self.product_tmpl_id._get_digital_link_stem()

    def _get_digital_link_keys(self):
        """Return {id: (what its Digital Links begin with, its GTIN or "")}."""
        products_sudo = self.sudo().with_context(active_test=False)
        return {
            product.id: (product._get_digital_link_stem(), product._get_gtin())
            for product in products_sudo
        }

    def action_view_serial_recalls(self):
        """Open the recalls of this product."""
        return self.product_tmpl_id.action_view_serial_recalls()
