import json

from odoo import models
from odoo.tools import SQL

from ..core import epcis
from .epcis_units import EpcisUnits

# What a dossier holds beside its steps, as it is on the serial.
UNIT_COLUMNS = (
    *("name", "scan_code", "stage", "in_service", "recalled", "blocked"),
    *("plant", "production_line", "machine", "production_date", "expiry_date"),
    *("imei", "imei2", "meid", "eid", "mac"),
    *("shipped_at", "sale_date", "activated_at"),
)
PART_COLUMNS = (
    *("name", "component_lot", "position", "source"),
    *("installed_at", "installed_by", "removed_at", "removed_by"),
)


class SerialEpcisUnitMixin(models.AbstractModel):
    """What serials are, told beside what happened to them: EPCIS has no word for it."""

    _name = "serial.epcis.unit.mixin"
    _description = "Serials in EPCIS Documents"

    def _get_units(self, last, limit):
        """Return the next serials of an export: (ID, element of a vocabulary)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id, lot.product_id,
                       json_strip_nulls(json_build_object(
                           %(pairs)s,
                           'distributor', partner.name,
                           'distributor_gln', partner.global_location_number,
                           'region', region.name->>'en_US',
                           'product', coalesce(product.default_code,
                                               template.name->>'en_US'),
                           'parts', (%(parts)s)
                       ))::text
                  FROM stock_lot lot
                  JOIN product_product product ON product.id = lot.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
             LEFT JOIN res_partner partner ON partner.id = lot.channel_partner_id
             LEFT JOIN serial_channel_region region ON region.id = lot.channel_region_id
                 WHERE lot.id > %(last)s AND %(condition)s
              ORDER BY lot.id LIMIT %(limit)s
                """,
                pairs=SQL(", ").join(
                    SQL("%s::text, %s", name, SQL.identifier("lot", name))
                    for name in UNIT_COLUMNS
                ),
                parts=self._get_parts_query(),
                last=last,
                condition=self._get_units_condition(),
                limit=limit,
            )
        )
        units = EpcisUnits(self.env)
        units.learn({lot_id for lot_id, *_values in rows})
        return [
            (lot_id, _element(units.get_uri(lot_id), values))
            for lot_id, _product, values in rows
        ]

    def _get_parts_query(self):
        """Return a query of the parts of `lot`, as JSON."""
        return SQL(
            """
            SELECT json_agg(json_build_object(
                       %s, 'barcode', own.barcode, 'product', own.default_code
                   ) ORDER BY part.id)
              FROM serial_part part
         LEFT JOIN product_product own ON own.id = part.product_id
             WHERE part.lot_id = lot.id
            """,
            SQL(", ").join(
                SQL("%s::text, %s", name, SQL.identifier("part", name))
                for name in PART_COLUMNS
            ),
        )

    def _get_units_condition(self):
        """Return the condition on `lot`: the serials whose steps are exported."""
        lots = self._get_lots_condition()
        if self.scope != "period":
            return lots
        return SQL(
            "%s AND EXISTS (SELECT FROM serial_event event WHERE event.lot_id = lot.id "
            "AND event.event_time >= %s AND event.event_time < %s)",
            lots,
            self.date_from,
            self.date_to,
        )


def _element(uri, values):
    attribute = {"id": f"{epcis.NAMESPACE}unit", "attribute": values}
    return json.dumps({"id": uri, "attributes": [attribute]}, ensure_ascii=False)
