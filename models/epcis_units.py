"""Serials, parts and cartons as the URIs that EPCIS knows them by."""

import json
import re
from urllib.parse import quote

from odoo.tools import SQL

from ..core.code_scheme import canonical
from ..core.epcis_hash import canonical_value

GS1 = "https://id.gs1.org"
# What a serial number of GS1 may hold (AI 21), and what of it needs no escape.
_SERIAL = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")
_PLAIN = re.compile(r"[-._0-9A-Za-z]{1,20}")
_MOST_SERIALS = 50_000


class EpcisUnits:
    """The URIs of serials: Digital Links where their product has a GTIN."""

    def __init__(self, env):
        self._env = env
        self._base = env["serial.epcis"]._get_base()
        self._links = {}  # by product: the start of its Digital Links, or ""
        self._uris = {}  # by serial: its URI in JSON, and as it is hashed

    def learn(self, lot_ids):
        """Look up serials; one query whatever their number."""
        unknown = lot_ids - self._uris.keys()
        if not unknown:
            return
        if len(self._uris) > _MOST_SERIALS:
            self._uris.clear()
            unknown = lot_ids
        rows = self._env.execute_query(
            SQL(
                "SELECT id, product_id, name, scan_code FROM stock_lot "
                "WHERE id = ANY(%s)",
                sorted(unknown),
            )
        )
        self._learn_products({product_id for _id, product_id, *_texts in rows})
        for lot_id, product_id, name, code in rows:
            self._uris[lot_id] = self._make(self._links[product_id], name, code)

    def _learn_products(self, product_ids):
        unknown = product_ids - self._links.keys()
        products = self._env["product.product"].sudo().browse(unknown)
        for product in products:
            gtin = self._env["serial.epcis"]._get_gtin(product)
            self._links[product.id] = f"{GS1}/01/{gtin}" if gtin else ""

    def _make(self, link, name, code):
        """Return the URI of a serial: the key in its label's Digital Link."""
        if link and code and (canonical(name) == code or not _SERIAL.fullmatch(name)):
            name = code
        if link and _PLAIN.fullmatch(name):
            uri = f"{link}/21/{name}"
            return f'"{uri}"', uri
        if link and _SERIAL.fullmatch(name):
            uri = f"{link}/21/{quote(name, safe='')}"
        else:
            uri = f"{self._base}/sn/{quote(code or name, safe='')}"
        return _written(uri)

    def get(self, lot_ids):
        """Return the URIs of serials as JSON, and as they are hashed."""
        return zip(*map(self._uris.__getitem__, lot_ids), strict=True)

    def get_uri(self, lot_id):
        """Return the URI of one serial."""
        return json.loads(self._uris[lot_id][0])

    # === PARTS AND CARTONS === #

    def get_parts(self, lot_id, private):
        """Return the URIs of the parts that a step names, as `get` does."""
        names = json.loads(private)["parts"]
        parts = self._env["serial.part"].sudo()
        found = {
            part.display_name: part
            for part in parts.search([("lot_id", "=", lot_id)], order="id desc")
        }
        self.learn(set(parts.union(*found.values()).component_lot_id.ids))
        return zip(
            *(self._get_part(name, found.get(name)) for name in names), strict=True
        )

    def _get_part(self, name, part):
        if part and part.component_lot_id and part.name:
            return self._uris[part.component_lot_id.id]
        gtin = part and self._env["serial.epcis"]._get_gtin(part.product_id)
        if gtin and _SERIAL.fullmatch(name):
            ai = "21" if part.name else "10"
            uri = f"{GS1}/01/{gtin}/{ai}/{quote(name, safe='')}"
        else:
            uri = f"{self._base}/epcis/part/{quote(name, safe='')}"
        return _written(uri)

    def get_package(self, name):
        """Return the URI of a carton or pallet, by its SSCC or else its name."""
        if re.fullmatch(r"\d{18}", name):
            return f"{GS1}/00/{name}"
        return f"{self._base}/epcis/package/{quote(name, safe='')}"

    def get_child(self, name):
        """Return the URI of a carton in a pallet, as `get` does."""
        written, hashed = _written(self.get_package(name))
        return [written], [hashed]


def _written(uri):
    """Return a URI as JSON, and as it is hashed."""
    return json.dumps(uri), canonical_value(uri)
