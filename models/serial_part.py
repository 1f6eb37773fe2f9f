from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core import serial_list

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
    _inherit = [
        "serial.part.judge.mixin",
        "serial.part.change.mixin",
        "serial.part.hand.mixin",
    ]
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
    part_lookup = fields.Char(
        string="Serial, code or batch",
        store=False,
        search="_search_part_lookup",
        help="For searches: a part by its serial, public code or batch; if it names "
        "nothing, the parts whose serial contains it.",
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

    # === SEARCH === #

    @api.model
    def _search_part_lookup(self, operator, value):
        if operator not in ("in", "ilike", "like"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else value
        texts = [text.strip() for text in texts if text]
        domain = self._get_lookup_domain(texts)
        if operator == "in" or self.search_count(domain, limit=1):
            return domain
        return Domain.OR(
            Domain("name", operator, text) | Domain("component_lot", operator, text)
            for text in texts
        )

    @api.model
    def _get_lookup_domain(self, texts):
        """Return the domain of parts that texts name exactly, a scanner's too."""
        clean = [serial_list.clean(text) for text in texts]
        names = {*clean, *map(str.upper, clean)}
        found = self.env["stock.lot"]._find_units(names, SQL("true"))
        lot_ids = {
            lot_id
            for units in found.values()
            if not units.is_carton
            for lot_id in units.lot_ids
        }
        return (
            Domain("name", "in", sorted(names))
            | Domain("component_lot", "in", sorted(names))
            | Domain("component_lot_id", "in", sorted(lot_ids))
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
