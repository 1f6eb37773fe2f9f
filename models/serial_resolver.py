from odoo import api, models
from odoo.fields import Domain

from ..core import code_scheme, digital_link, gs1, resolver, scanned
from ..core.check_digit import ALPHABET

# Pages of ours about a unit: the type of link, and what follows its page's address.
_UNIT_LINKS = {
    "defaultLink": "",
    "traceability": "",
    "registerProduct": "#activation",
    "recallStatus": "",
    "serviceInfo": "/service",
}
_PRODUCT_LINKS = {"defaultLink": "", "pip": ""}


class SerialResolver(models.AbstractModel):
    """Answers GS1 Digital Links, after the GS1-Conformant Resolver standard.

    It never looks a unit up: whether a code exists is told by the code's own page
    alone, which counts who asks. What it tells of a product is public: its name, its
    picture and the links kept for it.
    """

    _name = "serial.resolver"
    _description = "Digital Link Resolver"

    @api.model
    def _resolve(self, uri, query, base_url):
        """Return what a Digital Link leads to, as a dict.

        `kind` is `linkset` (with `linkset`), `link` (with `location`), `page` (with
        `product`) or `error` (with `status` and `reason`); `anchor` is the link
        without what is not GS1's.

        :param str uri: the address as it was asked for, nothing unescaped
        :param dict query: `link_type`, `languages` and `media_types` asked for
        """
        try:
            elements = digital_link.parse(uri)
            if elements[0][0] != "01":
                raise gs1.Gs1Error("gs1_no_key")
        except gs1.Gs1Error as error:
            return {"kind": "error", "status": 400, "error": error}
        values = dict(elements)
        product_sudo = self._find_product(values["01"])
        code = self._get_code(values, product_sudo)
        if not (product_sudo or code):
            error = gs1.Gs1Error("unknown_product", "01")
            return {"kind": "error", "status": 404, "error": error}
        own_page = digital_link.build((("01", values["01"]),), base_url)
        if code:
            own_page = f"{base_url}/sn/{code}"
        links = self._get_links(product_sudo, values, code, own_page)
        facts = {
            "anchor": self._get_anchor(uri, elements, base_url),
            "product": product_sudo,
            "links": links,
        }
        return {**facts, **self._pick(query, facts, not code and own_page)}

    def _get_anchor(self, uri, elements, base_url):
        """Return the link in its usual form, without what is not GS1's."""
        try:
            return digital_link.build(elements, base_url)
        except gs1.Gs1Error:  # a branch of qualifiers that only an address can tell
            return uri.partition("#")[0].partition("?")[0]

    def _pick(self, query, facts, page):
        """Return the part of the answer that the type of link decides.

        :param page: the address whose page is shown here, without leading elsewhere
        """
        anchor, links = facts["anchor"], facts["links"]
        media_types = query["media_types"]
        wanted = resolver.read_type(query["link_type"] or "")
        if wanted in (resolver.LINKSET, "all") or (
            not wanted and resolver.LINKSET_TYPE in media_types[:1]
        ):
            return {"kind": "linkset", "linkset": resolver.linkset(anchor, links)}
        link = resolver.pick(
            links, wanted or resolver.DEFAULT, query["languages"], media_types
        )
        if link is None:
            error = gs1.Gs1Error("no_such_link")
            return {"kind": "error", "status": 404, "error": error}
        if link.href == page and not wanted:
            return {"kind": "page"}
        return {"kind": "link", "location": link.href}

    @api.model
    def _find_product(self, gtin):
        """Return the product (sudo) of a GTIN, among those that labels speak of."""
        barcodes = [gtin]
        while len(barcodes[-1]) > 8 and barcodes[-1].startswith("0"):
            barcodes.append(barcodes[-1][1:])
        spoken_of = Domain(
            "product_tmpl_id", "any", self.env["stock.lot"].sudo()._get_coded_domain()
        ) | Domain("serial_link_ids", "!=", False)
        products_sudo = (
            self.env["product.product"]
            .sudo()
            .search(Domain("barcode", "in", barcodes) & spoken_of)
        )
        company = self.env.company
        return products_sudo.sorted(lambda one: one.company_id != company)[:1]

    @api.model
    def _find_page(self, text):
        """Return the address here that a typed or scanned text leads to.

        None where it is no GS1 message, and may be a code itself.
        """
        elements = scanned.read_gs1(text)
        if not elements or "01" not in elements:
            return None
        product_sudo = self._find_product(elements["01"])
        if code := self._get_code(elements, product_sudo):
            return f"/sn/{code}"
        return f"/01/{elements['01']}" if product_sudo else None

    @api.model
    def _get_code(self, values, product_sudo):
        """Return the public code that a link gives, "" where it gives none.

        It is in AI 91, or is the serial number itself. A serial number that can be
        guessed is none, so that nobody reads dossiers by counting.
        """
        if "91" in values:
            return self._read_code(values["91"])
        if product_sudo:
            scheme_sudo = product_sudo.product_tmpl_id._get_serial_scheme()
            if scheme_sudo.kind == "structured":
                return ""
        return self._read_code(values.get("21", ""))

    def _read_code(self, text):
        code = code_scheme.canonical(text)
        usable = set(code) <= set(ALPHABET) and len(code) - 1 in code_scheme.LENGTHS
        return (
            code if usable and code_scheme.is_well_formed(code, len(code) - 1) else ""
        )

    def _get_links(self, product_sudo, values, code, page):
        """Return the links of a product or unit: those kept for it, then our own.

        :param page: the address of our own page about it
        """
        kept = []
        if product_sudo:
            fields = {"gtin": values["01"], "lot": values.get("10")}
            fields |= {"serial": values.get("21"), "code": code}
            kept = product_sudo.serial_link_ids._prepare_links(fields)
        if code:
            # A person is shown the unit's dossier, whatever page its product has.
            kept = [link for link in kept if link.link_type != resolver.DEFAULT]
        own = _UNIT_LINKS if code else _PRODUCT_LINKS
        taken = {link.link_type for link in kept}
        named = product_sudo and product_sudo.with_context(display_default_code=False)
        title = named.display_name if named else code
        ours = [
            resolver.Link(name, page + suffix, title)
            for name, suffix in own.items()
            if name not in taken
        ]
        return kept + ours

    @api.model
    def _describe(self, base_url):
        """Return the description file of this resolver."""
        return {
            "name": self.env.company.sudo().name,
            "resolverRoot": base_url,
            "supportedPrimaryKeys": ["01"],
            "supportedLinkType": [{"namespace": resolver.VOCABULARY, "prefix": "gs1:"}],
            "linkTypeDefaultCanBeLinkset": True,
            "validatesSyntax": True,
        }
