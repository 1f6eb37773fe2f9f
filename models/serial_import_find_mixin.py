from dataclasses import fields as dataclass_fields
from dataclasses import replace

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core import code_scheme
from ..core.cell import RowError
from ..core.factory_plan import Known, Taken
from ..core.factory_row import Part

# Columns of stock_lot that tell whether a row says something new.
KNOWN_COLUMNS = [
    field.name
    for field in dataclass_fields(Known)
    if field.name not in ("lot_id", "parts")
]


class SerialImportFindMixin(models.AbstractModel):
    """What we know already about the units of a chunk: four queries, however many."""

    _name = "serial.import.find.mixin"
    _description = "Look-up for Factory Files"

    # === PRODUCTS === #

    def _find_products(self, units):
        """Return the units with a usable product, `{row: product}`, and the errors.

        A row without a product has an empty one: its serial may be known. Components
        get the id of their product in place of its code.
        """
        refs = {unit.product for unit in units if unit.product}
        refs |= {part.product for unit in units for part in unit.parts if part.product}
        found = self._search_products(refs)
        good, products, errors = [], {}, []
        for unit in units:
            wrong = [
                RowError(unit.row, self._get_product_reason(found[ref]), column, ref)
                for column, ref in self._get_refs(unit)
                if len(found[ref]) != 1
            ]
            errors += wrong
            if not wrong:
                products[unit.row] = found.get(unit.product, self.product_id)
                good.append(replace(unit, parts=self._with_ids(unit.parts, found)))
        return good, products, errors

    def _get_refs(self, unit):
        refs = [("product", unit.product)] if unit.product else []
        return refs + [("part", part.product) for part in unit.parts if part.product]

    def _get_product_reason(self, products):
        return "ambiguous_product" if products else "unknown_product"

    def _with_ids(self, parts, found):
        return tuple(
            Part(part.serial, str(found[part.product].id) if part.product else "")
            for part in parts
        )

    def _search_products(self, refs):
        """Return `{reference: products}`: by internal reference, barcode, else name."""
        names = ("default_code", "barcode", "name")
        domain = Domain.OR(Domain(name, "in", list(refs)) for name in names)
        domain &= Domain("company_id", "in", [False, self.company_id.id])
        products = self.env["product.product"].search(domain)
        found = dict.fromkeys(refs, products.browse())
        for name in reversed(names):
            found.update(products.filtered(name).grouped(name))
        return {ref: found[ref] for ref in refs}

    # === SERIALS === #

    def _find_lots(self, units, products):
        """Return `{row: Known or None}` of the good rows, and the others' errors."""
        by_code, by_name = self._search_lots(units)
        known, errors = {}, []
        for unit in units:
            product = products[unit.row]
            code = code_scheme.canonical(unit.serial)
            candidates = by_code.get(code) or [
                lot
                for lot in by_name.get(unit.serial, [])
                if not product or lot["product_id"] == product.id
            ]
            reason, values = self._get_lot_reason(product, candidates)
            if reason:
                errors.append(RowError(unit.row, reason, "serial", unit.serial, values))
            else:
                known[unit.row] = self._to_known(candidates)
        return known, errors

    def _search_lots(self, units):
        """Return the lots that may be meant: `{scan code: lots}`, `{name: lots}`."""
        names = [unit.serial for unit in units]
        codes = [code for code in map(code_scheme.canonical, names) if code]
        self.env["stock.lot"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT id, scan_code, product_id, company_id, %(columns)s
                  FROM stock_lot
                 WHERE name = ANY(%(names)s) OR scan_code = ANY(%(codes)s)
                """,
                columns=SQL(", ").join(map(SQL.identifier, KNOWN_COLUMNS)),
                names=names,
                codes=codes,
            )
        )
        by_code, by_name = {}, {}
        for row in rows:
            by_code.setdefault(row["scan_code"], []).append(row)
            by_name.setdefault(row["name"], []).append(row)
        return by_code, by_name

    def _get_lot_reason(self, product, lots):
        """Return why a row cannot mean these lots or a new one, and the values."""
        if not lots:
            return self._get_new_reason(product)
        if len(lots) > 1:
            return "ambiguous_serial", {}
        lot = lots[0]
        if lot["company_id"] not in (None, self.company_id.id):
            return "other_company", {}
        if product and lot["product_id"] != product.id:
            other = self.env["product.product"].browse(lot["product_id"])
            return "other_product", {"product": other.sudo().display_name}
        if lot["stage"] is None:
            return self._get_new_reason(product.browse(lot["product_id"]))
        return "", {}

    def _get_new_reason(self, product):
        """Return why a product's serial cannot be coded, if it cannot."""
        if not product:
            return "missing_product", {}
        if product.tracking != "serial":
            return "product_not_serial", {"product": product.display_name}
        if not product.product_tmpl_id._get_serial_scheme():
            return "product_not_coded", {"product": product.display_name}
        return "", {}

    def _to_known(self, lots):
        if not lots:
            return None
        lot = lots[0]
        return Known(lot_id=lot["id"], **{name: lot[name] for name in KNOWN_COLUMNS})

    # === WHO HOLDS A NUMBER === #

    def _find_taken(self, units):
        """Return who holds the identifiers and components of these units already."""
        return Taken(self._search_identifiers(units), self._search_parts(units))

    def _search_identifiers(self, units):
        """Return `{(space, number): (lot id, serial)}`; both IMEIs are one space."""
        wanted = {
            "imei": [n for unit in units for n in (unit.imei, unit.imei2) if n],
            **{
                name: [n for unit in units if (n := getattr(unit, name))]
                for name in ("meid", "eid", "mac")
            },
        }
        selects = [
            SQL(
                "SELECT %s, %s, id, name FROM stock_lot WHERE %s = ANY(%s)",
                space,
                SQL.identifier(column),
                SQL.identifier(column),
                wanted[space],
            )
            for column, space in (
                ("imei", "imei"),
                ("imei2", "imei"),
                ("meid", "meid"),
                ("eid", "eid"),
                ("mac", "mac"),
            )
        ]
        rows = self.env.execute_query(SQL(" UNION ALL ").join(selects))
        return {(space, number): (lot, name) for space, number, lot, name in rows}

    def _search_parts(self, units):
        """Return `{part: (lot id, serial)}` of the components that sit in a unit."""
        self.env["serial.part"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT part.name, coalesce(part.product_id::text, ''), lot.id, lot.name
                  FROM serial_part part
                  JOIN stock_lot lot ON lot.id = part.lot_id
                 WHERE part.removed_at IS NULL AND part.name = ANY(%s)
                """,
                [part.serial for unit in units for part in unit.parts],
            )
        )
        return {
            Part(serial, product): (lot, name) for serial, product, lot, name in rows
        }
