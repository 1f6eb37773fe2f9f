from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..core import serial_list
from .serial_code_mixin import IDENTIFIERS, kind_of

UNCODED = SQL("lot.stage IS NOT NULL")


class Found(NamedTuple):
    """The units that a text names; those of a carton are many."""

    lot_ids: tuple = ()
    is_carton: bool = False


class SerialFindMixin(models.AbstractModel):
    """Finds many units at once by whatever people type, scan or paste."""

    _name = "serial.find.mixin"
    _description = "Look-up of Many Serials"

    @api.model
    def _find_units(self, texts, condition=UNCODED):
        """Return {text: the units it names}, those in a carton included; one query.

        :param SQL condition: which units, as `lot`
        """
        keys = {text: serial_list.keys_of(text) for text in texts}
        if not keys:
            return {}
        for model, names in (
            ("stock.lot", None),
            ("stock.package", ["name", "parent_package_id"]),
            ("stock.quant", ["lot_id", "package_id", "quantity"]),
        ):
            self.env[model].flush_model(names)
        hits = {}
        query = self._get_find_query(keys.values(), condition)
        for column, key, lot_id in self.env.execute_query(query):
            hits.setdefault((column, key), set()).add(lot_id)
        self._drop_other_products(keys.values(), hits)
        return {text: self._pick(wanted, hits) for text, wanted in keys.items()}

    def _drop_other_products(self, keys, hits):
        """Leave out serials of products that a GS1 message does not mean.

        A product without a GTIN of its own may be meant.
        """
        named = {one.name for one in keys if one.gtin}
        lot_ids = {lot_id for name in named for lot_id in hits.get(("name", name), ())}
        if not lot_ids:
            return
        lots_sudo = self.env["stock.lot"].sudo().browse(sorted(lot_ids))
        gtins = {lot.id: lot.product_id._get_gtin() for lot in lots_sudo}
        for one in keys:
            if one.gtin:
                hits["name", one.name, one.gtin] = {
                    lot_id
                    for lot_id in hits.get(("name", one.name), ())
                    if gtins[lot_id] in ("", one.gtin)
                }

    def _pick(self, keys, hits):
        """Return what one text names: single units before a carton of that name."""
        name = ("name", keys.name, keys.gtin) if keys.gtin else ("name", keys.name)
        lot_ids = set(hits.get(name, ()))
        if keys.code:
            lot_ids |= hits.get(("scan_code", keys.code), set())
        for column in IDENTIFIERS:
            number = keys.identifiers.get(kind_of(column))
            lot_ids |= hits.get((column, number), set())
        if lot_ids:
            return Found(tuple(sorted(lot_ids)))
        for carton in keys.cartons:
            lot_ids |= hits.get(("carton", carton), set())
        return Found(tuple(sorted(lot_ids)), bool(lot_ids))

    def _get_find_query(self, keys, condition):
        """Return a query of column, key and unit, by the columns texts fit."""
        wanted = {
            "name": {one.name for one in keys},
            "scan_code": {one.code for one in keys if one.code},
        }
        for column in IDENTIFIERS:
            kind = kind_of(column)
            wanted[column] = {
                one.identifiers[kind] for one in keys if kind in one.identifiers
            }
        branches = [
            SQL(
                "SELECT %s, lot.%s, lot.id FROM stock_lot lot "
                "WHERE lot.%s = ANY(%s) AND %s",
                column,
                SQL.identifier(column),
                SQL.identifier(column),
                sorted(texts),
                condition,
            )
            for column, texts in wanted.items()
            if texts
        ]
        cartons = sorted({carton for one in keys for carton in one.cartons})
        branches.append(self._get_carton_query(cartons, condition))
        return SQL(" UNION ALL ").join(branches)

    def _get_carton_query(self, names, condition):
        """Return a query of the units that left in cartons, or in cartons in them."""
        return SQL(
            """
            (WITH RECURSIVE box(name, id) AS (
                SELECT name, id FROM stock_package WHERE name = ANY(%s)
                 UNION ALL
                SELECT box.name, inside.id
                  FROM box
                  JOIN stock_package inside ON inside.parent_package_id = box.id
            )
            SELECT 'carton', box.name, lot.id
              FROM box
              JOIN stock_quant quant ON quant.package_id = box.id AND quant.quantity > 0
              JOIN stock_lot lot ON lot.id = quant.lot_id
             WHERE %s)
            """,
            names,
            condition,
        )
