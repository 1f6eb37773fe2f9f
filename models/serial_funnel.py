from odoo import fields, models
from odoo.tools import SQL

from .serial_lifecycle_mixin import STAGES

# How far a unit has come: the number of the last step it took. A return takes a unit
# back; the end of a life does not, so its traces tell. A void code has been produced
# only if an event says so.
_REACHED = """
CASE WHEN lot.stage IN ('activated', 'traded_in') OR lot.activated_at IS NOT NULL THEN 4
     WHEN lot.stage = 'shipped' OR lot.shipped_at IS NOT NULL
          OR lot.sale_date IS NOT NULL THEN 3
     WHEN lot.stage = 'minted' THEN 1
     WHEN lot.stage <> 'void' OR EXISTS (
              SELECT FROM serial_event event
               WHERE event.lot_id = lot.id AND event.kind = 'produced') THEN 2
     ELSE 1 END
"""

# Serials are counted once, whatever the steps; what they have in common is repeated
# for each step they took.
_FUNNEL = """
SELECT row_number() OVER () AS id, step.name AS step, counted.*
  FROM (
    SELECT {reached} AS reached, lot.stage, lot.product_id, lot.company_id,
           lot.serial_batch_id AS batch_id, lot.plant, lot.production_line,
           lot.channel_partner_id, lot.channel_region_id,
           date_trunc('month', lot.create_date)::date AS coded_month,
           count(*)::integer AS unit_count
      FROM stock_lot lot
     WHERE lot.stage IS NOT NULL
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  ) AS counted
  JOIN (VALUES ('minted', 1), ('produced', 2), ('shipped', 3), ('activated', 4))
       AS step(name, number) ON step.number <= counted.reached
"""


class SerialFunnel(models.Model):
    """How many units came how far: each counts for every step it has taken.

    So no step has more units than the one before it, whatever skipped one: a unit that
    was activated straight from its code has been made and shipped.
    """

    _name = "serial.funnel"
    _inherit = ["serial.order.mixin"]
    _description = "Funnel of Serials"
    _auto = False
    _order = "id"
    _rec_name = "step"
    _listed_order = frozenset({"step", "stage"})

    step = fields.Selection(
        STAGES[:4],
        readonly=True,
        help="Units that came at least so far and were not returned since.",
    )
    stage = fields.Selection(STAGES, string="Present Stage", readonly=True)
    unit_count = fields.Integer(string="Units", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    batch_id = fields.Many2one("serial.batch", readonly=True)
    plant = fields.Char(readonly=True)
    production_line = fields.Char(string="Line", readonly=True)
    channel_partner_id = fields.Many2one(
        "res.partner", string="Distributor", readonly=True
    )
    channel_region_id = fields.Many2one(
        "serial.channel.region", string="Target Region", readonly=True
    )
    coded_month = fields.Date(string="Coded in", readonly=True)

    @property
    def _table_query(self):
        self.env["stock.lot"].flush_model()
        return SQL(_FUNNEL.replace("{reached}", _REACHED))
