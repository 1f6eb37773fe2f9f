from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..core import code_scheme, epcis_read
from ..core.epcis_rule import Finding

TOLD = 5  # unknown serials that an error names


class SerialCaptureFindMixin(models.AbstractModel):
    """Which serials events are about: a few queries, however many they are."""

    _name = "serial.capture.find.mixin"
    _description = "Look-up for Captured Events"

    def _resolve(self, lines):
        """Return the lines with their serials, and `{row: Finding}` of the others.

        A serial that is not known and one that the caller may not see are the same.
        """
        found = self._find_lots({uri for line in lines for uri in self._get_uris(line)})
        resolved, faults = [], {}
        for line in lines:
            uris = self._get_uris(line)
            unknown = [uri for uri in uris if uri not in found]
            if unknown:
                told = ", ".join(unknown[:TOLD])
                faults[line.id] = Finding("", "unknown_units", {"uris": told})
                if self.error_behaviour == "rollback" or len(unknown) == len(uris):
                    continue
            lot_ids = sorted({lot_id for uri in uris for lot_id in found.get(uri, ())})
            resolved.append(line._replace(lot_ids=tuple(lot_ids)))
        return resolved, faults

    def _get_uris(self, line):
        """Return the URIs of serials, and of cartons, that an event tells of."""
        report = line.report
        if report.type == "AssociationEvent":
            # What is built in need not be one of ours; the unit it is in has to.
            return (report.parent,)
        if report.type == "AggregationEvent" and not report.units:
            return (report.parent,)
        kinds = ("sgtin", "code", "sscc")
        return tuple(
            uri for uri in report.units if epcis_read.key_of(uri).kind in kinds
        )

    def _find_lots(self, uris):
        """Return `{uri: ids of serials}` of those that the caller may see."""
        keys = {uri: epcis_read.key_of(uri) for uri in uris}
        of_kind = defaultdict(dict)
        for uri, key in keys.items():
            of_kind[key.kind][uri] = key
        return {
            **self._find_by_gtin(of_kind["sgtin"]),
            **self._find_by_code(of_kind["code"]),
            **self._find_in_cartons(of_kind["sscc"]),
        }

    def _find_by_gtin(self, keys):
        """Return serials by the GTIN of their product and their number or code."""
        if not keys:
            return {}
        products = self._find_products({key.gtin for key in keys.values()})
        serials = {key.value for key in keys.values()}
        codes = {code for value in serials if (code := code_scheme.canonical(value))}
        hits = defaultdict(set)
        for lot_id, product_id, name, scan_code in self.env.execute_query(
            SQL(
                """
                SELECT lot.id, lot.product_id, lot.name, lot.scan_code
                  FROM stock_lot lot
                 WHERE (lot.name = ANY(%s) OR lot.scan_code = ANY(%s)) AND %s
                """,
                sorted(serials),
                sorted(codes),
                self._get_visible(),
            )
        ):
            hits[product_id, name].add(lot_id)
            hits[product_id, scan_code].add(lot_id)
        found = {}
        for uri, key in keys.items():
            lots = set()
            for product_id in products.get(key.gtin, ()):
                lots |= hits.get((product_id, key.value), set())
                lots |= hits.get((product_id, code_scheme.canonical(key.value)), set())
            if len(lots) == 1:
                found[uri] = tuple(lots)
        return found

    def _find_products(self, gtins):
        """Return `{GTIN: ids of products}`."""
        ways = {
            barcode: gtin for gtin in gtins for barcode in epcis_read.barcodes_of(gtin)
        }
        self.env["product.product"].flush_model(["barcode"])
        products = defaultdict(list)
        for product_id, barcode in self.env.execute_query(
            SQL(
                "SELECT id, barcode FROM product_product WHERE barcode = ANY(%s)",
                sorted(ways),
            )
        ):
            products[ways[barcode]].append(product_id)
        return products

    def _find_by_code(self, keys):
        codes = {uri: code_scheme.canonical(key.value) for uri, key in keys.items()}
        wanted = sorted({code for code in codes.values() if code})
        if not wanted:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT lot.scan_code, lot.id FROM stock_lot lot "
                "WHERE lot.scan_code = ANY(%s) AND %s",
                wanted,
                self._get_visible(),
            )
        )
        known = dict(rows)
        return {uri: (known[code],) for uri, code in codes.items() if code in known}

    def _find_in_cartons(self, keys):
        """Return the serials that lie in cartons, or in cartons on pallets.

        A carton that is known and empty names no serial, but is known.
        """
        if not keys:
            return {}
        for model in ("stock.package", "stock.quant"):
            self.env[model].flush_model()
        names = {uri: key.value for uri, key in keys.items()}
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE box(name, id) AS (
                    SELECT name, id FROM stock_package WHERE name = ANY(%s)
                     UNION ALL
                    SELECT box.name, inside.id
                      FROM box
                      JOIN stock_package inside ON inside.parent_package_id = box.id
                )
                SELECT box.name, array_agg(lot.id) FILTER (WHERE lot.id IS NOT NULL)
                  FROM box
             LEFT JOIN LATERAL (
                    SELECT lot_id FROM stock_quant
                     WHERE package_id = box.id AND quantity > 0
                     UNION
                    -- Once it is in stock, stock knows where it is.
                    SELECT told.id FROM stock_lot told
                     WHERE told.announced_package_id = box.id
                       AND NOT EXISTS (
                           SELECT FROM stock_quant held
                            WHERE held.lot_id = told.id AND held.quantity > 0)
                  ) AS inside ON true
             LEFT JOIN stock_lot lot ON lot.id = inside.lot_id AND %s
              GROUP BY box.name
                """,
                sorted(set(names.values())),
                self._get_visible(),
            )
        )
        inside = {name: tuple(lot_ids or ()) for name, lot_ids in rows}
        return {uri: inside[name] for uri, name in names.items() if name in inside}

    def _get_visible(self):
        """Return which serials, as `lot`, the caller may tell something of."""
        self.env["stock.lot"].flush_model()
        user = self.env.user
        if user.has_group("serial_dossier.serial_dossier_group_user"):
            companies = list(user._get_company_ids())
            return SQL(
                "lot.stage IS NOT NULL AND (lot.company_id IS NULL "
                "OR lot.company_id = ANY(%s))",
                companies,
            )
        partner = user._get_channel_partner()
        return SQL(
            "lot.stage IS NOT NULL AND lot.channel_partner_id = ANY(%s)",
            partner._get_channel_subtree_ids(),
        )
