from odoo import api, fields, models


class SerialProductLinkMixin(models.AbstractModel):
    """Where the Digital Links of a product lead: its website and its links."""

    _name = "serial.product.link.mixin"
    _description = "Digital Links of a Product"

    serial_website_id = fields.Many2one(
        "website",
        string="Digital Link Website",
        help="Whose domain the labels carry. Empty: the company's website.",
    )
    serial_link_ids = fields.One2many(
        "serial.product.link", "product_tmpl_id", string="Digital Links", copy=False
    )

    serial_gtin_problem = fields.Char(
        string="GTIN Problem", compute="_compute_serial_gtin_problem"
    )

    @api.depends("product_variant_ids.barcode")
    def _compute_serial_gtin_problem(self):
        """Name the barcodes that are no GTIN: labels then carry the page's address."""
        for template in self:
            wrong = template.product_variant_ids.filtered(
                lambda product: not product._get_gtin()
            )
            template.serial_gtin_problem = bool(wrong) and wrong._get_gtin_problem()

    def _get_digital_link_stem(self):
        """Return the address that this product's Digital Links begin with."""
        self.ensure_one()
        website_sudo = self.sudo().serial_website_id
        if website_sudo.domain:
            return website_sudo.domain.rstrip("/")
        company = self.sudo().company_id or self.env.company
        return company.get_base_url().rstrip("/")
