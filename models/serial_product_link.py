from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core import resolver
from ..core.errors import SerialError


class SerialProductLink(models.Model):
    """A web page about a product, found by the type of link that is asked for."""

    _name = "serial.product.link"
    _description = "Link of a Product"
    _order = "product_tmpl_id, sequence, id"
    _rec_name = "title"

    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Product",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    link_type = fields.Selection(
        [
            ("defaultLink", "Default page"),
            ("pip", "Product information"),
            ("instructions", "Instructions"),
            ("quickStartGuide", "Quick start guide"),
            ("safetyInfo", "Safety information"),
            ("support", "Support"),
            ("serviceInfo", "Service and repair"),
            ("registerProduct", "Registration"),
            ("recallStatus", "Recalls"),
            ("traceability", "Traceability"),
            ("verificationService", "Verification service"),
            ("epcis", "EPCIS repository"),
            ("dpp", "Digital product passport"),
            ("certificationInfo", "Certificates"),
            ("sustainabilityInfo", "Sustainability"),
            ("masterData", "Master data"),
            ("whatsInTheBox", "What is in the box"),
            ("purchaseSuppliesOrAccessories", "Supplies and accessories"),
            ("reportFound", "Report a find"),
        ],
        string="Type",
        required=True,
        default="pip",
        help="Of the GS1 Web Vocabulary. An application asks for it by name: "
        "?linkType=gs1:instructions",
    )
    title = fields.Char(required=True, translate=True)
    url = fields.Char(
        string="Address",
        required=True,
        help="May hold {gtin}, {lot}, {serial} and {code}: what the scanned link says. "
        "A link with a field is offered only where the field has a value.",
    )
    lang_id = fields.Many2one(
        "res.lang", string="Language", help="Of the page. Empty: for all readers."
    )
    media_type = fields.Char(default="text/html", required=True)

    _media_type_form = models.Constraint(
        "CHECK (media_type ~ '^[a-z]+/[a-zA-Z0-9.+-]+$')",
        "A media type reads like text/html or application/pdf.",
    )

    @api.constrains("url")
    def _check_url(self):
        for link in self:
            try:
                resolver.check_template(link.url)
            except SerialError as error:
                raise ValidationError(
                    self.env._(
                        "%(url)s is no web address that can be used here.",
                        url=link.url[:200],
                    )
                ) from error

    def _prepare_links(self, values):
        """Return these links as `core.resolver.Link`s, their fields filled in.

        :param dict values: gtin, lot, serial and code of the link that was scanned
        """
        links = []
        for link in self:
            href = resolver.fill(link.url, values)
            if href:
                language = (link.lang_id.code or "").partition("@")[0].replace("_", "-")
                links.append(
                    resolver.Link(
                        link.link_type, href, link.title, language, link.media_type
                    )
                )
        return links
