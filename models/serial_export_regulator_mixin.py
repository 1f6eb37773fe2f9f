import json

from odoo import fields, models
from odoo.tools import SQL

from ..core.activation import format_time
from ..core.product_identifier import gaps
from ..core.spreadsheet import BOM, csv_text
from .compliance_sql import DUTIES, IN_FORCE, LOT_NUMBER, RECEIVER, WAS_CODED

FORMAT = "serial-dossier-regulator/1"
MOST_ID = 2**31 - 1
COLUMNS = (
    "shipment",
    "shipped_on",
    "receiver",
    "country",
    "product",
    "gtin",
    "serial",
    "lot",
    "production_date",
    "expiry_date",
    "quantity",
    "coded",
    "missing",
)
# A receiver who is a person stays unnamed.
_ROWS = f"""
SELECT line.id, picking.name, %(day)s,
       CASE WHEN party.is_company OR party.channel_tier IS NOT NULL THEN party.name END,
       country.code, product.id, lot.name, {LOT_NUMBER}, lot.production_date,
       lot.expiry_date, line.quantity_product_uom, ({WAS_CODED})
  FROM stock_move_line line
  JOIN stock_move move ON move.id = line.move_id
  JOIN stock_location source ON source.id = move.location_id
  JOIN stock_location target ON target.id = move.location_dest_id
  JOIN product_product product ON product.id = move.product_id
  JOIN ({DUTIES}) AS duties ON duties.template_id = product.product_tmpl_id
  JOIN serial_compliance_category duty ON duty.id = duties.duty_id
  LEFT JOIN stock_picking picking ON picking.id = move.picking_id
  LEFT JOIN res_partner receiver ON receiver.id = {RECEIVER}
  LEFT JOIN res_partner party ON party.id = receiver.commercial_partner_id
  LEFT JOIN res_country country ON country.id = receiver.country_id
  LEFT JOIN stock_lot lot ON lot.id = line.lot_id
 WHERE duty.id = %(duty)s AND move.company_id = %(company)s AND line.id > %(last)s
   AND line.id <= %(until)s
   AND move.state = 'done' AND target.usage = 'customer'
   AND source.usage <> 'customer' AND picking.serial_tradein_id IS NULL
   AND line.quantity > 0 AND %(scope)s
   AND {IN_FORCE.format(day="%(day)s")}
 ORDER BY line.id
"""  # noqa: S608 (constants)


class SerialExportRegulatorMixin(models.AbstractModel):
    """A regulator's file: every unit of a coded category that left in a period."""

    _name = "serial.export.regulator.mixin"
    _description = "Regulator's File"

    def _count_regulator(self):
        [(count,)] = self.env.execute_query(
            SQL("SELECT count(*) FROM (%s) AS row", self._get_rows_query(0, MOST_ID))
        )
        return count

    def _get_rows_query(self, last, until):
        """Return a query of the move lines behind `last` up to `until`."""
        day = self.env["serial.coverage"]._get_day("move.date")
        scope = [SQL("true")]
        if self.product_id:
            scope.append(SQL("move.product_id = %s", self.product_id.id))
        if self.date_from:
            scope.append(SQL("%s >= %s", day, self.date_from))
        if self.date_to:
            scope.append(SQL("%s <= %s", day, self.date_to))
        return SQL(
            _ROWS,
            day=day,
            duty=self.compliance_id.id,
            company=self.company_id.id,
            last=last,
            until=until,
            scope=SQL(" AND ").join(scope),
        )

    def _write_regulator_part(self):
        """Write the next rows; return whether they were the last."""
        self.env.flush_all()
        until, count = self._get_window("stock_move_line")
        found = self.env.execute_query(self._get_rows_query(self.last_id, until))
        rows = [*self._prepare_rows(found)]
        if rows:
            self._add_part(self._write_rows(rows))
        units = sum(row["quantity"] for row in rows)
        coded = sum(row["quantity"] for row in rows if row["coded"])
        self.write(
            {
                "last_id": until,
                "done_count": self.done_count + len(rows),
                "unit_count": self.unit_count + units,
                "uncoded_count": self.uncoded_count + units - coded,
            }
        )
        return count < self._chunk

    def _prepare_rows(self, found):
        """Yield rows as dicts of `COLUMNS`."""
        products = self.env["product.product"].browse({row[5] for row in found})
        names = {product.id: product.display_name for product in products}
        gtins = {product.id: product.barcode or "" for product in products}
        has_identifier = self.compliance_id.identifier_rule != "none"
        for _id, name, day, receiver, country, product_id, serial, lot, *rest in found:
            production_date, expiry_date, quantity, is_coded = rest
            missing = () if is_coded else ("code_missing",)
            if has_identifier:
                missing += gaps(gtins[product_id], serial, lot, expiry_date)
            yield {
                "shipment": name,
                "shipped_on": str(day),
                "receiver": receiver,
                "country": country,
                "product": names[product_id],
                "gtin": gtins[product_id] or None,
                "serial": serial,
                "lot": lot,
                "production_date": production_date and str(production_date),
                "expiry_date": expiry_date and str(expiry_date),
                "quantity": round(quantity),
                "coded": bool(is_coded),
                "missing": [*missing],
            }

    def _write_rows(self, rows):
        if self.kind == "regulator_json":
            lines = (json.dumps(row, ensure_ascii=False) for row in rows)
            return ",\n".join(lines).encode()
        return csv_text(map(self._get_cells, rows)).encode()

    def _get_cells(self, row):
        cells = {
            **row,
            "coded": self.env._("Yes") if row["coded"] else self.env._("No"),
            "missing": " ".join(self._get_gap_texts(row["missing"])),
        }
        return [cells[name] for name in COLUMNS]

    def _get_gap_texts(self, codes):
        """Return what a unit lacks, in words."""
        texts = {
            "code_missing": self.env._("It bears no code."),
            "gtin_missing": self.env._("The product has no GTIN."),
            "gtin_wrong": self.env._("The product's GTIN is wrong."),
            "serial_missing": self.env._("The serial number is missing."),
            "serial_long": self.env._("The serial number is longer than 20 signs."),
            "serial_characters": self.env._("The serial number has signs GS1 refuses."),
            "lot_missing": self.env._("The lot is missing."),
            "lot_long": self.env._("The lot is longer than 20 signs."),
            "lot_characters": self.env._("The lot has signs GS1 refuses."),
            "expiry_missing": self.env._("The expiry date is missing."),
        }
        return [texts[code] for code in codes]

    def _get_titles(self):
        return [
            self.env._("Shipment"),
            self.env._("Shipped on"),
            self.env._("Receiver"),
            self.env._("Country"),
            self.env._("Product"),
            self.env._("GTIN"),
            self.env._("Serial Number"),
            self.env._("Lot"),
            self.env._("Produced on"),
            self.env._("Expires on"),
            self.env._("Quantity"),
            self.env._("With a Code"),
            self.env._("What Is Missing"),
        ]

    def _make_regulator_file(self, file):
        """Put the parts together, with what they are of."""
        if self.kind == "regulator_csv":
            file.write((BOM + csv_text([self._get_titles()])).encode())
            for part in self._read_parts():
                file.write(part)
            return
        head = json.dumps(self._prepare_head(), ensure_ascii=False, indent=1)
        file.write(head.removesuffix("\n}").encode() + b',\n "units": [')
        for number, part in enumerate(self._read_parts()):
            file.write((b",\n" if number else b"\n") + part)
        file.write(b"\n]}\n")

    def _prepare_head(self):
        category, company = self.compliance_id, self.company_id
        return {
            "format": FORMAT,
            "made_at": format_time(fields.Datetime.now()),
            "issuer": {
                "name": company.name,
                "registry": company.company_registry or None,
                "gs1_prefix": company.serial_gs1_prefix or None,
            },
            "category": {
                "code": category.code or None,
                "name": category.name,
                "source": category.source or None,
            },
            "product": self.product_id.display_name or None,
            "from": (self.date_from and str(self.date_from)) or None,
            "until": (self.date_to and str(self.date_to)) or None,
            "unit_count": self.unit_count,
            "uncoded_count": self.uncoded_count,
        }
