from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def action_view_serial_recalls(self):
        """Open the recalls of this product."""
        return self.product_tmpl_id.action_view_serial_recalls()
