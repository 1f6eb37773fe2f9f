from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.product_identifier import CSET_82, is_gtin
from .compliance_sql import (
    DUTIES,
    IN_FORCE,
    INCOMPLETE,
    RECEIVER,
    WAS_CODED,
)

# A move of goods under several categories counts once, for the first of them: the
# report is about units. What was traded in and given back did not leave anew.
_LEFT = f"""
SELECT DISTINCT ON (move.id)
       move.id, move.picking_id, move.product_id, template.id AS product_tmpl_id,
       template.categ_id, move.company_id, move.date,
       receiver.commercial_partner_id AS partner_id, receiver.country_id,
       duty.id AS compliance_id, duty.identifier_rule
  FROM stock_move move
  JOIN stock_location source ON source.id = move.location_id
  JOIN stock_location target ON target.id = move.location_dest_id
  JOIN product_product product ON product.id = move.product_id
  JOIN product_template template ON template.id = product.product_tmpl_id
  JOIN ({DUTIES}) AS duties ON duties.template_id = template.id
  JOIN serial_compliance_category duty ON duty.id = duties.duty_id
  LEFT JOIN stock_picking picking ON picking.id = move.picking_id
  LEFT JOIN res_partner receiver ON receiver.id = {RECEIVER}
 WHERE move.state = 'done' AND target.usage = 'customer'
   AND source.usage <> 'customer' AND picking.serial_tradein_id IS NULL
   AND {IN_FORCE.format(day="%(day)s")}
 ORDER BY move.id, duty.sequence, duty.id
"""  # noqa: S608 (constants)
_COVERAGE = f"""
SELECT shipped.*, units.*, units.unit_count - units.coded_count AS uncoded_count,
       round(100.0 * units.coded_count / nullif(units.unit_count, 0), 2)
           AS coded_share
  FROM ({_LEFT}) AS shipped
 CROSS JOIN LATERAL (
       SELECT coalesce(round(sum(line.quantity_product_uom)), 0)::integer
                  AS unit_count,
              coalesce(round(sum(line.quantity_product_uom)
                  FILTER (WHERE {WAS_CODED})), 0)::integer AS coded_count,
              coalesce(round(sum(line.quantity_product_uom)
                  FILTER (WHERE lot.stage IS NOT NULL
                            AND move.identifier_rule <> 'none'
                            AND ({INCOMPLETE}))), 0)::integer AS incomplete_count
         FROM (SELECT shipped.date, shipped.product_id, shipped.identifier_rule)
              AS move
         JOIN stock_move_line line ON line.move_id = shipped.id
    LEFT JOIN stock_lot lot ON lot.id = line.lot_id
  ) AS units
"""  # noqa: S608 (constants)
READS = {
    "stock.move": ("state", "date", "picking_id", "partner_id", "product_id"),
    "stock.move.line": ("move_id", "lot_id", "quantity_product_uom"),
    "stock.lot": ("stage", "expiry_date", "ref", "name", "serial_batch_id"),
    "stock.picking": ("partner_id", "serial_tradein_id"),
    "product.template": ("categ_id",),
    "product.category": ("parent_path",),
    "res.partner": ("commercial_partner_id", "country_id"),
    "serial.compliance.category": (
        "active",
        "company_id",
        "country_ids",
        "country_group_id",
        "date_from",
        "date_to",
        "identifier_rule",
        "is_unit_coded",
        "sequence",
        "template_ids",
        "categ_ids",
    ),
}


class SerialCoverage(models.Model):
    """What left of coded categories: how many units, and how many without a code.

    One row a stock move. A unit counts as coded if its serial bore a code when it
    left; goods without a serial number count as uncoded.
    """

    _name = "serial.coverage"
    _description = "Coverage of Codes"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "picking_id"
    _depends = {model: list(names) for model, names in READS.items()}

    date = fields.Datetime(string="Left on", readonly=True)
    picking_id = fields.Many2one("stock.picking", string="Shipment", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_tmpl_id = fields.Many2one("product.template", string="Model", readonly=True)
    categ_id = fields.Many2one(
        "product.category", string="Product Category", readonly=True
    )
    compliance_id = fields.Many2one(
        "serial.compliance.category", string="Coded Category", readonly=True
    )
    partner_id = fields.Many2one("res.partner", string="Receiver", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    unit_count = fields.Integer(string="Units", readonly=True)
    coded_count = fields.Integer(string="With a Code", readonly=True)
    uncoded_count = fields.Integer(string="Without a Code", readonly=True)
    incomplete_count = fields.Integer(
        string="Incomplete Identifier",
        readonly=True,
        help="Coded units that lack part of their product identifier: GTIN, serial "
        "number, lot or expiry date.",
    )
    coded_share = fields.Float(
        string="Coded (%)", readonly=True, digits=(5, 2), aggregator="avg"
    )

    @property
    def _table_query(self):
        return SQL(_COVERAGE, **self._get_parameters())

    @api.model
    def _get_parameters(self):
        """Return what the queries on coverage have in common."""
        return {
            "day": self._get_day("move.date"),
            "gtin_ids": self._get_gtin_products(),
            "cset": f"^{CSET_82}+$",
        }

    @api.model
    def _get_day(self, column):
        """Return the day of a moment where the user is, as SQL."""
        table, name = column.split(".")
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            SQL.identifier(table, name),
            str(self.env.tz),
        )

    @api.model
    def _get_midnight(self, day, after=False):
        """Return when a day begins where the user is, or ends (`after`), as UTC."""
        zone = pytz.timezone(str(self.env.tz))
        start = datetime.combine(day + timedelta(days=int(after)), time.min)
        return zone.localize(start).astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_gtin_products(self):
        """Return the ids of the products under a product identifier whose GTIN holds.

        There are few of them, and a check digit is not for SQL.
        """
        categories = self.env["serial.compliance.category"].sudo()
        wanted = categories.search([("identifier_rule", "!=", "none")])
        templates = self.env["product.template"].sudo()
        domain = fields.Domain.OR(duty._get_goods_domain() for duty in wanted)
        products = templates.search(domain).product_variant_ids if wanted else ()
        return [product.id for product in products if is_gtin(product.barcode)]

    def _read_group_select(self, aggregate_spec, query):
        """The share of a group is that of its units, not the mean of its moves."""
        if aggregate_spec != "coded_share:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100.0 * SUM(%(coded)s) / NULLIF(SUM(%(units)s), 0)",
            coded=self._field_to_sql(self._table, "coded_count", query),
            units=self._field_to_sql(self._table, "unit_count", query),
        )

    # === ACTIONS === #

    def action_view_picking(self):
        """Open the shipment."""
        self.ensure_one()
        return self.picking_id._get_records_action()
