from odoo import api, models
from odoo.tools import SQL

from ..core import identifier
from ..core.errors import SerialError
from .compliance_sql import DUTIES


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_gtin(self):
        """Return the barcode as a GTIN of 14 digits, "" if it is none."""
        self.ensure_one()
        try:
            return identifier.normalise("gtin", self.barcode or "")
        except SerialError:
            return ""

    def _get_gtin_problem(self):
        """Return in words what follows from barcodes that are no GTIN."""
        barcodes = ", ".join(self[:3].filtered("barcode").mapped("barcode"))
        if not barcodes:
            return self.env._(
                "Without a barcode that is a GTIN, labels carry the address of the "
                "public page instead of a Digital Link."
            )
        return self.env._(
            "%(barcodes)s is no valid GTIN: labels carry the address of the public "
            "page instead of a Digital Link.",
            barcodes=barcodes,
        )

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

    @api.model
    def _get_retention_years(self, company):
        """Return {product id: years its dossiers are kept}, of all coded products.

        A product says it, else its nearest category that does, else the company; a
        law it is coded for may want more. Zero keeps them for good.
        """
        products_sudo = (
            self.sudo().with_context(active_test=False).search(self._get_coded_domain())
        )
        of_category = {
            category: category._get_retention_years()
            for category in products_sudo.categ_id
        }
        of_law = self._get_lawful_years()
        own = {
            product: product.serial_retention_years
            or of_category.get(product.categ_id)
            or company.sudo().serial_retention_years
            for product in products_sudo
        }
        return {
            product.id: years and max(years, of_law.get(product.product_tmpl_id.id, 0))
            for product, years in own.items()
        }

    @api.model
    def _get_lawful_years(self):
        """Return {product template id: years} of those that a law wants kept."""
        self.env["serial.compliance.category"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT goods.template_id, max(duty.retention_years)
                  FROM (%s) AS goods (template_id, duty_id)
                  JOIN serial_compliance_category duty ON duty.id = goods.duty_id
                 WHERE duty.active AND duty.retention_years > 0
              GROUP BY goods.template_id
                """,
                SQL(DUTIES),
            )
        )
        return dict(rows)

    def _get_coded_domain(self):
        """Return the domain of products that may have coded serials."""
        return [("tracking", "!=", "none")]
