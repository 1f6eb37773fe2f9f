from odoo import api, fields, models
from odoo.tools import SQL

SOURCES = [
    ("file", "Factory file"),
    ("production", "Manufacturing order"),
    ("pairing", "Pairing"),
    ("repair", "Repair"),
    ("manual", "By hand"),
]


class SerialPart(models.Model):
    """A component built into a unit, as the factory or a repair recorded it.

    It is a serial of its own, which sits in one unit at a time, or some of a batch,
    which many units have. A part that was taken out stays as history.
    """

    _name = "serial.part"
    _inherit = ["serial.part.judge.mixin", "serial.part.change.mixin"]
    _description = "As-built Part"
    _order = "lot_id, removed_at desc, id"
    _rec_name = "name"

    lot_id = fields.Many2one(
        "stock.lot", string="Unit", required=True, index=True, ondelete="cascade"
    )
    unit_product_id = fields.Many2one(
        related="lot_id.product_id", string="Unit's Product"
    )
    name = fields.Char(
        string="Component Serial", help="Empty: the part has a batch, but no serial."
    )
    component_lot = fields.Char(
        string="Component Batch",
        index="btree_not_null",
        help="The batch or lot number its maker gave it.",
    )
    product_id = fields.Many2one("product.product", string="Component")
    position = fields.Char(help="Where in the unit it sits: battery, left camera.")
    component_lot_id = fields.Many2one(
        "stock.lot",
        string="Component's Dossier",
        index="btree_not_null",
        help="Set where the component's serial or batch is one of ours.",
    )
    source = fields.Selection(SOURCES, default="manual", required=True)
    production_id = fields.Many2one(
        "mrp.production",
        string="Manufacturing Order",
        readonly=True,
        index="btree_not_null",
    )
    installed_at = fields.Datetime(
        string="Built in", default=fields.Datetime.now, readonly=True
    )
    installed_by = fields.Char(string="Built in by Document", readonly=True)
    removed_at = fields.Datetime(help="Empty while the part sits in the unit.")
    removed_by = fields.Char(string="Removed by Document", readonly=True)
    replaced_by_id = fields.Many2one(
        "serial.part", string="Replaced by", readonly=True, index="btree_not_null"
    )
    is_stolen = fields.Boolean(
        string="Reported Stolen", compute="_compute_is_stolen", search="_search_stolen"
    )

    # Two components of different products may bear the same number.
    _name_live_uniq = models.UniqueIndex(
        "(name, coalesce(product_id, 0)) WHERE removed_at IS NULL",
        "A component serial can sit in one unit only.",
    )
    _name_idx = models.Index("(name)")
    _named = models.Constraint(
        "CHECK (name IS NOT NULL OR component_lot IS NOT NULL)",
        "A part needs a serial or a batch.",
    )

    # === COMPUTE === #

    @api.depends("name", "component_lot")
    def _compute_display_name(self):
        for part in self:
            part.display_name = part.name or part.component_lot

    @api.depends("name", "product_id")
    def _compute_is_stolen(self):
        found = self._find_parts(set(filter(None, self.mapped("name"))))
        for part in self:
            stolen = found[part.name].stolen if part.name else ()
            part.is_stolen = any(
                not (product_id and part.product_id) or product_id == part.product_id.id
                for product_id in stolen
            )

    def _search_stolen(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = SQL(
            """(
                SELECT part.id
                  FROM serial_part part
                  JOIN serial_part_stolen stolen
                    ON stolen.name = part.name AND stolen.active
                   AND coalesce(stolen.product_id = part.product_id, true)
            )"""
        )
        return [("id", "in" if True in value else "not in", found)]
