import json
from collections import defaultdict
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..core import code_scheme, epcis_read
from .bulk_sql import audit_columns, names_of
from .serial_epcis_unit_mixin import PART_COLUMNS, UNIT_COLUMNS
from .serial_lifecycle_mixin import STAGES


class Held(NamedTuple):
    """Units that one distributor has, as an assignment opens them."""

    lot_ids: list
    partner_id: int
    region_id: int
    picking_id: int
    date: object


class SerialRestoreUnitMixin(models.AbstractModel):
    """Makes serials as a complete export tells them, with their parts and holders."""

    _name = "serial.restore.unit.mixin"
    _description = "Restoring of Serials"

    def _insert_units(self, units):
        """Make the serials that are not here, with their parts and holders.

        :param units: (canonical URI, values) each
        """
        rows = [row for row in map(self._read_unit, units) if row]
        products = self._find_unit_products(rows)
        rows = [(products.get(key), values) for key, values in rows]
        rows = [(product, values) for product, values in rows if product]
        self.env.cr.execute(
            self._get_insert_query(
                [product for product, _values in rows],
                [
                    json.dumps(values).replace("\\u0000", "")
                    for _product, values in rows
                ],
            )
        )
        made = [lot_id for (lot_id,) in self.env.cr.fetchall()]
        if made:
            self._insert_unit_parts(made, [values for _product, values in rows])
            self._open_assignments(made)

    def _get_insert_query(self, product_ids, texts):
        audit = audit_columns(self.env)
        return SQL(
            """
            WITH given AS (
                SELECT product_id, text::json AS told,
                       json_populate_record(NULL::stock_lot, text::json) AS unit
                  FROM unnest(%(products)s::integer[], %(texts)s::text[])
                       AS row(product_id, text)
            )
            INSERT INTO stock_lot (
                product_id, company_id, event_count, %(names)s,
                channel_partner_id, channel_region_id, %(audited)s
            )
            SELECT given.product_id, template.company_id, 0, %(values)s,
                   (%(holder)s), (%(region)s), %(audit)s
              FROM given
              JOIN product_product product ON product.id = given.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE NOT EXISTS (
                       SELECT FROM stock_lot lot
                        WHERE lot.product_id = given.product_id
                          AND lot.name = (given.unit).name
                   )
                ON CONFLICT DO NOTHING
         RETURNING id
            """,
            products=product_ids,
            texts=texts,
            names=names_of(UNIT_COLUMNS),
            values=SQL(", ").join(
                SQL("(given.unit).%s", SQL.identifier(name)) for name in UNIT_COLUMNS
            ),
            holder=self._get_holder_query(),
            region=SQL(
                "SELECT id FROM serial_channel_region "
                "WHERE name->>'en_US' = given.told->>'region' ORDER BY id LIMIT 1"
            ),
            audited=names_of(audit),
            audit=SQL(", ").join(audit.values()),
        )

    def _get_holder_query(self):
        """Return a query of the distributor that `given` names, by GLN or by name."""
        return SQL(
            """
            SELECT id FROM res_partner
             WHERE channel_tier IS NOT NULL
               AND (global_location_number = given.told->>'distributor_gln'
                    OR name = given.told->>'distributor')
          ORDER BY global_location_number = given.told->>'distributor_gln'
                       DESC NULLS LAST, id
             LIMIT 1
            """
        )

    def _read_unit(self, unit):
        """Return the product's key and the values of a serial, or None."""
        uri, values = unit
        code, name = values.get("scan_code"), values.get("name")
        if values.get("stage") not in dict(STAGES) or not isinstance(name, str):
            return None
        if not isinstance(code, str) or code_scheme.canonical(code) != code:
            return None
        gtin = epcis_read.key_of(uri).gtin
        return (gtin, values.get("product") or ""), values

    def _find_unit_products(self, rows):
        """Return {key: product's ID}: by GTIN, else by internal reference or name."""
        gtins = {gtin for (gtin, _name), _values in rows if gtin}
        by_gtin = self._find_products(gtins) if gtins else {}
        found = {}
        for gtin, name in {key for key, _values in rows}:
            ids = by_gtin.get(gtin) if gtin else self._find_by_name(name)
            if ids:
                found[gtin, name] = ids[0]
        return found

    def _find_by_name(self, name):
        products = self.env["product.product"].sudo()
        for field in ("default_code", "name"):
            domain = [(field, "=", name), ("tracking", "=", "serial")]
            if found := products.search(domain, limit=1):
                return found.ids
        return []

    # === PARTS AND HOLDERS === #

    def _insert_unit_parts(self, lot_ids, units):
        """Build parts into serials that were made; one statement."""
        told = [
            {**part, "code": values["scan_code"]}
            for values in units
            for part in values.get("parts") or ()
            if isinstance(part, dict)
        ]
        if not told:
            return
        audit = audit_columns(self.env)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_part (
                    lot_id, product_id, component_lot_id, %(names)s, %(audited)s
                )
                SELECT lot.id, product.id,
                       (SELECT id FROM stock_lot own WHERE own.name = part.name
                           AND own.product_id = product.id ORDER BY id LIMIT 1),
                       %(values)s, %(audit)s
                  FROM json_array_elements(%(told)s::json) AS one
            CROSS JOIN json_populate_record(NULL::serial_part, one) AS part
                  JOIN stock_lot lot
                    ON lot.scan_code = one->>'code' AND lot.id = ANY(%(lots)s)
             LEFT JOIN LATERAL (
                    SELECT id FROM product_product
                     WHERE barcode = one->>'barcode'
                        OR default_code = one->>'product' ORDER BY id LIMIT 1
                  ) AS product ON true
                    ON CONFLICT DO NOTHING
                """,
                names=names_of(PART_COLUMNS),
                values=SQL(", ").join(
                    SQL("part.%s", SQL.identifier(name)) for name in PART_COLUMNS
                ),
                told=json.dumps(told),
                audited=names_of(audit),
                audit=SQL(", ").join(audit.values()),
                lots=lot_ids,
            )
        )

    def _open_assignments(self, lot_ids):
        """Bind serials that were made to the distributors who hold them."""
        groups = defaultdict(list)
        for lot_id, *holder in self.env.execute_query(
            SQL(
                "SELECT id, channel_partner_id, channel_region_id, "
                "coalesce(shipped_at, %s) FROM stock_lot "
                "WHERE id = ANY(%s) AND channel_partner_id IS NOT NULL",
                fields.Datetime.now(),
                lot_ids,
            )
        ):
            groups[tuple(holder)].append(lot_id)
        if groups:
            self.env["serial.channel.assignment"].sudo()._open(
                [
                    Held(lot_ids, partner_id, region_id, None, date)
                    for (partner_id, region_id, date), lot_ids in groups.items()
                ]
            )
