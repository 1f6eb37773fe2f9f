from odoo import models
from odoo.tools import SQL

# The distributor, region, product and company that most units of a leak have, and the
# files that located them.
_COMPLETE = """
UPDATE serial_diversion_leak leak
   SET partner_id = of_units.partner_id, region_id = of_units.region_id,
       product_id = of_units.product_id, company_id = of_units.company_id,
       picking_id = coalesce(leak.picking_id, of_units.picking_id),
       sources = located.sources
  FROM (
    SELECT line.leak_id,
           -- the units of one carton left together, those of a month did not
           CASE WHEN count(DISTINCT bound.picking_id) = 1
                THEN min(bound.picking_id) END AS picking_id,
           mode() WITHIN GROUP (ORDER BY lot.channel_partner_id) AS partner_id,
           mode() WITHIN GROUP (ORDER BY lot.channel_region_id) AS region_id,
           mode() WITHIN GROUP (ORDER BY lot.product_id) AS product_id,
           mode() WITHIN GROUP (ORDER BY lot.company_id) AS company_id
      FROM serial_diversion_leak_unit line
      JOIN stock_lot lot ON lot.id = line.lot_id
      LEFT JOIN serial_channel_assignment bound
           ON bound.lot_id = line.lot_id AND bound.released_at IS NULL
     WHERE line.leak_id = ANY(%(ids)s)
  GROUP BY line.leak_id
  ) AS of_units
  LEFT JOIN (
    SELECT line.leak_id,
           jsonb_agg(DISTINCT seen -> 'source' ORDER BY seen -> 'source') AS sources
      FROM serial_diversion_leak_unit line
      JOIN serial_activation activation ON activation.id = line.activation_id
      CROSS JOIN jsonb_array_elements(activation.observations) AS seen
     WHERE line.leak_id = ANY(%(ids)s)
       AND jsonb_typeof(activation.observations) = 'array'
  GROUP BY line.leak_id
  ) AS located ON located.leak_id = of_units.leak_id
 WHERE leak.id = of_units.leak_id
"""


class SerialLeakCompleteMixin(models.AbstractModel):
    """What a leak is told by besides its numbers: whose units, and who located them."""

    _name = "serial.leak.complete.mixin"
    _description = "Completing of Leaks"

    def _complete(self, leak_ids):
        """Fill in what the units of leaks have in common."""
        if leak_ids:
            self.env.cr.execute(SQL(_COMPLETE, ids=leak_ids))
