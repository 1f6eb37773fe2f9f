from odoo import fields, models


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

    def _get_digital_link_stem(self):
        """Return the address that this product's Digital Links begin with."""
        self.ensure_one()
        website_sudo = self.sudo().serial_website_id
        if website_sudo.domain:
            return website_sudo.domain.rstrip("/")
        company = self.sudo().company_id or self.env.company
        return company.get_base_url().rstrip("/")
