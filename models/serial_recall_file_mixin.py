import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.spreadsheet import BOM, csv_text

CHUNK = 50_000


class SerialRecallFileMixin(models.AbstractModel):
    """The list of a recall's units as a file, and the products on it."""

    _name = "serial.recall.file.mixin"
    _description = "File of a Recall's Units"

    affected_product_ids = fields.Many2many(
        "product.product",
        "serial_recall_affected_rel",
        string="Products on the List",
        readonly=True,
        copy=False,
    )
    units_csv = fields.Binary(compute="_compute_units_csv")

    def _compute_units_csv(self):
        """Write the file when it is asked for: a million units are a minute's work."""
        for recall in self:
            text = "".join(recall._write_units()) if recall.computed_at else ""
            recall.units_csv = base64.b64encode(text.encode())

    # === ACTIONS === #

    def action_download_units(self):
        """Download the list of units."""
        self.ensure_one()
        self.check_access("read")
        if not self.computed_at:
            raise UserError(self.env._("The list is not made yet."))
        name = f"{self.name.replace('/', '-')}.csv"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/units_csv/{name}"
            "?download=true",
            "target": "download",
        }

    # === BUSINESS === #

    def _find_products(self):
        """Note which products the list has units of; one statement."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT lot.product_id FROM serial_recall_unit unit "
                "JOIN stock_lot lot ON lot.id = unit.lot_id WHERE unit.recall_id = %s",
                self.id,
            )
        )
        self.affected_product_ids = [
            fields.Command.set([product_id for (product_id,) in rows])
        ]

    def _write_units(self):
        """Yield the list of units as the text of a CSV file, bit by bit."""
        self.env["serial.recall.unit"].flush_model()
        self.env["stock.lot"].flush_model()
        yield BOM + csv_text([self._get_unit_columns()])
        labels, last = self._get_unit_labels(), 0
        while rows := self._fetch_units(last):
            last = rows[-1][0]
            yield csv_text(
                [*row[1:4], *map(labels.get, row[4:7], row[4:7]), *row[7:]]
                for row in rows
            )

    def _get_unit_columns(self):
        return [
            self.env._("Serial Number"),
            self.env._("Code"),
            self.env._("IMEI"),
            self.env._("Product"),
            self.env._("Stage"),
            self.env._("State"),
            self.env._("Affected Part"),
            self.env._("Distributor"),
            self.env._("Notified on"),
            self.env._("Remedied on"),
        ]

    def _get_unit_labels(self):
        """Return the words for what rows have as ids and keys."""
        units, lots = self.env["serial.recall.unit"], self.env["stock.lot"]
        products_sudo = self.sudo().affected_product_ids
        return {
            **{product.id: product.display_name for product in products_sudo},
            **dict(lots._fields["stage"]._description_selection(self.env)),
            **dict(units._fields["state"]._description_selection(self.env)),
        }

    def _get_day_sql(self, column):
        """Return the day of a moment where the user is."""
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            SQL.identifier("unit", column),
            str(self.env.tz),
        )

    def _fetch_units(self, last):
        """Return the next units behind the lot `last`, as rows."""
        return self.env.execute_query(
            SQL(
                """
                SELECT lot.id, lot.name, lot.scan_code, lot.imei, lot.product_id,
                       lot.stage, unit.state, part.name, dealer.name,
                       %(notified)s, %(remedied)s
                  FROM serial_recall_unit unit
                  JOIN stock_lot lot ON lot.id = unit.lot_id
             LEFT JOIN serial_part part ON part.id = unit.part_id
             LEFT JOIN res_partner dealer ON dealer.id = lot.channel_partner_id
                 WHERE unit.recall_id = %(recall)s AND unit.lot_id > %(last)s
              ORDER BY unit.lot_id LIMIT %(chunk)s
                """,
                notified=self._get_day_sql("notified_at"),
                remedied=self._get_day_sql("remedied_at"),
                recall=self.id,
                last=last,
                chunk=CHUNK,
            )
        )
