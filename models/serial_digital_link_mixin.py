from urllib.parse import quote

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import code_scheme
from ..core.gs1_rule import has_characters

# What GS1 allows a serial number (AI 21) to have.
MAX_SERIAL = 20


class SerialDigitalLinkMixin(models.AbstractModel):
    """The web address that a unit's label carries: a GS1 Digital Link where it can be.

    A serial number that can be guessed is accompanied by the public code (AI 91):
    without it the resolver shows the product only.
    """

    _name = "serial.digital.link.mixin"
    _description = "Digital Link of a Serial"

    digital_link = fields.Char(
        compute="_compute_digital_link",
        help="What the label's symbol holds: a GS1 Digital Link if the product has a "
        "valid GTIN, else the address of the public page.",
    )

    @api.depends("name", "scan_code", "product_id.barcode")
    def _compute_digital_link(self):
        links = self._origin._get_digital_links()
        for lot in self:
            lot.digital_link = links.get(lot._origin.id, False)

    def _get_digital_link(self):
        """Return the address on this unit's label, False where it can have none."""
        self.ensure_one()
        return self._get_digital_links().get(self.id, False)

    def _get_digital_links(self):
        """Return {id: address on the label} of these serials; one query.

        A Digital Link where the product has a valid GTIN and the serial number fits
        one, else the address of the public page; a unit with neither is left out.
        """
        self.flush_model(["name", "scan_code", "product_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, name, scan_code, product_id FROM stock_lot "
                "WHERE id = ANY(%s)",
                list(self.ids),
            )
        )
        products = self.env["product.product"].browse({row[3] for row in rows})
        keys = products._get_digital_link_keys()
        links = {}
        for lot_id, name, code, product_id in rows:
            stem, gtin = keys[product_id]
            if link := self._make_digital_link(stem, gtin, name, code):
                links[lot_id] = link
        return links

    @api.model
    def _make_digital_link(self, stem, gtin, name, code):
        """Return the address of one unit, "" if there is none."""
        if not gtin:
            return f"{stem}/sn/{code}" if code else ""
        if code and code_scheme.canonical(name) == code:
            return f"{stem}/01/{gtin}/21/{code}"
        if len(name) > MAX_SERIAL or not has_characters("X", name):
            # The public code is a serial number of its own, of the same unit.
            return f"{stem}/01/{gtin}/21/{code}" if code else ""
        link = f"{stem}/01/{gtin}/21/{quote(name, safe='')}"
        return f"{link}?91={code}" if code else link
