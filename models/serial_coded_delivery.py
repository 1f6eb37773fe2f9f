import itertools
from collections import defaultdict
from typing import NamedTuple

from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from .compliance_sql import DUTIES, IN_FORCE, INCOMPLETE, RECEIVER
from .serial_coverage import READS

# Units on the way out, by product and category; only what lacks something. A serial
# number that is typed in on the line gets its code when the delivery is done.
_LACKING = f"""
SELECT move.picking_id, move.product_id, duty.id, duty.identifier_rule,
       coalesce(duty.delivery_rule, company.serial_uncoded_delivery),
       round(sum(line.quantity_product_uom))::integer,
       round(coalesce(sum(line.quantity_product_uom)
           FILTER (WHERE flaw.is_uncoded), 0))::integer,
       round(coalesce(sum(line.quantity_product_uom)
           FILTER (WHERE flaw.is_incomplete), 0))::integer
  FROM stock_move_line line
  JOIN stock_move move ON move.id = line.move_id
  JOIN res_company company ON company.id = move.company_id
  JOIN stock_location source ON source.id = line.location_id
  JOIN stock_location target ON target.id = line.location_dest_id
  JOIN product_product product ON product.id = move.product_id
  JOIN ({DUTIES}) AS duties ON duties.template_id = product.product_tmpl_id
  JOIN serial_compliance_category duty ON duty.id = duties.duty_id
  LEFT JOIN stock_picking picking ON picking.id = move.picking_id
  LEFT JOIN res_partner receiver ON receiver.id = {RECEIVER}
  LEFT JOIN stock_lot lot ON lot.id = line.lot_id
 CROSS JOIN LATERAL (
       SELECT (lot.id IS NULL AND nullif(line.lot_name, '') IS NULL)
              OR (lot.id IS NOT NULL AND (lot.stage IS NULL OR lot.stage = 'void'))
                  AS is_uncoded,
              duty.identifier_rule <> 'none' AND lot.stage IS NOT NULL
              AND ({INCOMPLETE}) AS is_incomplete
  ) AS flaw
 WHERE %(condition)s AND line.quantity > 0
   AND target.usage = 'customer' AND source.usage <> 'customer'
   AND picking.serial_tradein_id IS NULL
   -- A customer's unit in for service goes back to him.
   AND NOT coalesce(lot.in_service, false)
   AND coalesce(duty.delivery_rule, company.serial_uncoded_delivery) <> 'off'
   AND {IN_FORCE.format(day="%(day)s")}
 GROUP BY 1, 2, 3, 4, 5, duty.sequence
HAVING bool_or(flaw.is_uncoded OR flaw.is_incomplete)
 ORDER BY duty.sequence, duty.id, move.product_id
"""  # noqa: S608 (constants)


class Lack(NamedTuple):
    """What units of a product lack on a delivery, for a coded category."""

    picking_id: int
    product_id: int
    duty_id: int
    identifier_rule: str
    rule: str
    unit_count: int
    uncoded_count: int
    incomplete_count: int


class SerialCodedDelivery(models.AbstractModel):
    """Refuses or tells when units of a coded category leave without what they need."""

    _name = "serial.coded.delivery"
    _description = "Delivery of Coded Goods"

    @api.model
    @tools.ormcache()
    def _has_duties(self):
        """Tell whether any goods are under a category: most brands' are under few."""
        categories = self.env["serial.compliance.category"].sudo()
        domain = [
            ("is_unit_coded", "=", True),
            "|",
            ("template_ids", "!=", False),
            ("categ_ids", "!=", False),
        ]
        return bool(categories.search_count(domain, limit=1))

    @api.model
    def _find_lacks(self, condition):
        """Return what units on move lines lack, as tuples of `Lack`; one query.

        :param SQL condition: which move lines, as `line`
        """
        if not self._has_duties():
            return []
        for name in (*READS, "stock.location", "res.company"):
            self.env[name].flush_model()
        coverage = self.env["serial.coverage"]
        parameters = coverage._get_parameters()
        parameters["day"] = coverage._get_day("move.date")
        rows = self.env.execute_query(SQL(_LACKING, condition=condition, **parameters))
        return [Lack(*row) for row in rows]

    @api.model
    def _ensure_coded(self, condition):
        """Refuse a delivery whose units lack what a category wants, where it is so set.

        :param SQL condition: which move lines, as `line`
        """
        self._refuse(self._find_lacks(condition))

    def _refuse(self, lacks):
        refused = [lack for lack in lacks if lack.rule == "block"]
        if refused:
            raise UserError(
                self.env._(
                    "These units may not be delivered: the law wants them coded.\n"
                    "%(units)s",
                    units="\n".join(self._get_texts(refused)),
                )
            )

    @api.model
    def _follow(self, condition):
        """Note on done deliveries which units left without what they need.

        Lots that a transfer made itself, and the parts of kits, are known only now:
        it may still have to be refused.
        """
        found = defaultdict(list)
        for lack in self._find_lacks(condition):
            found[lack.picking_id].append(lack)
        self._refuse(itertools.chain(*found.values()))
        found.pop(None, None)
        for picking in self.env["stock.picking"].browse(found):
            picking.message_post(
                body=self.env._(
                    "Units left without the code that the law wants: %(units)s",
                    units=" ".join(self._get_texts(found[picking.id])),
                )
            )

    @api.model
    def _get_texts(self, lacks):
        """Return what units lack, in words, a sentence each."""
        products = self.env["product.product"].sudo()
        duties = self.env["serial.compliance.category"].sudo()
        for lack in lacks:
            values = {
                "product": products.browse(lack.product_id).display_name,
                "category": duties.browse(lack.duty_id).display_name,
                "total": lack.unit_count,
            }
            if lack.uncoded_count:
                yield self.env._(
                    "%(product)s: %(count)s of %(total)s bear no code (%(category)s).",
                    count=lack.uncoded_count,
                    **values,
                )
            if lack.incomplete_count:
                yield self.env._(
                    "%(product)s: %(count)s of %(total)s lack a GTIN, a serial number, "
                    "a lot or an expiry date (%(category)s).",
                    count=lack.incomplete_count,
                    **values,
                )
