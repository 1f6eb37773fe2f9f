from odoo import fields, models

from ..core import resolver
from .serial_page_render_mixin import Text, text

# Links that a person who looks at the product alone is not offered.
_HIDDEN = frozenset(
    {"defaultLink", "pip", "epcis", "masterData", "verificationService"}
)


class SerialPageProductMixin(models.AbstractModel):
    """The page of a product whose unit is not told by an unguessable code."""

    _name = "serial.page.product.mixin"
    _description = "A Product on the Public Page"

    def _get_product_page(self, product_sudo, links, visit):
        """Return the page of a product: its name, picture and links.

        :param links: `core.resolver.Link`s of it
        """
        self = self._receive(visit)
        row = self._look_up("")
        template_sudo = product_sudo.product_tmpl_id
        version = f"{product_sudo.write_date}{template_sudo.write_date}"
        product = self._get_product(product_sudo.id, version, fields.Date.today())
        return self._render(
            "scan_product",
            {
                **self._prepare_brand(row),
                "title": Text(f"{product['product']} · {row['brand']}"),
                "product": Text(product["product"]),
                "variant": text(product["variant"]),
                "picture": text(product["picture"]),
                "links": self._prepare_product_links(links, visit),
            },
        )

    def _prepare_product_links(self, links, visit):
        """Return the best link of each type for this reader."""
        languages = tuple(filter(None, (visit["lang"], *visit["languages"])))
        languages = tuple(tag.replace("_", "-") for tag in languages)
        kinds = dict.fromkeys(link.link_type for link in links)
        best = (
            resolver.pick(links, kind, languages)
            for kind in kinds
            if kind not in _HIDDEN
        )
        return [{"url": Text(link.href), "title": Text(link.title)} for link in best]
