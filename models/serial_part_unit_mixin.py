from odoo import api, fields, models
from odoo.fields import Domain

from .window import list_window


class SerialPartUnitMixin(models.AbstractModel):
    """The parts of a unit, and the units a component went into."""

    _name = "serial.part.unit.mixin"
    _description = "Parts of a Serial"

    part_ids = fields.One2many("serial.part", "lot_id", string="As-built Parts")
    used_in_ids = fields.One2many("serial.part", "component_lot_id", string="Used in")
    part_lookup = fields.Char(
        string="Part's serial or batch",
        store=False,
        search="_search_part_lookup",
        help="For searches: the units in which this part, or some of this batch, sits.",
    )
    part_count = fields.Integer(string="Parts", compute="_compute_part_counts")
    used_in_count = fields.Integer(
        string="Units with It", compute="_compute_part_counts"
    )

    def _compute_part_counts(self):
        """Count what sits in these units, and where these components sit or sat."""
        for name, inverse, seats in (
            ("part_count", "lot_id", Domain("removed_at", "=", False)),
            ("used_in_count", "component_lot_id", Domain.TRUE),
        ):
            domain = Domain(inverse, "in", self.ids) & seats
            counts = dict(
                self.env["serial.part"]
                .sudo()
                ._read_group(domain, [inverse], ["__count"])
            )
            for lot in self:
                lot[name] = counts.get(lot._origin, 0)

    @api.model
    def _search_part_lookup(self, operator, value):
        """Find the units in which a part sits now, by its serial, code or batch."""
        if operator not in ("in", "ilike", "like"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else value
        domain = self.env["serial.part"]._get_lookup_domain(filter(None, texts))
        return Domain("part_ids", "any", domain & Domain("removed_at", "=", False))

    # === ACTIONS === #

    def action_view_parts(self):
        """Open what was built into this unit, and what was taken out again."""
        self.ensure_one()
        action = self._get_window("serial.part", self.env._("Parts"))
        return action | {"view_mode": "list", "context": {"default_lot_id": self.id}}

    def action_view_used_in(self):
        """Open the units this component, or some of this batch, was built into."""
        self.ensure_one()
        return list_window(
            "serial.part",
            self.env._("Used in: %(serial)s", serial=self.name),
            [("component_lot_id", "=", self.id)],
            "list",
            create=False,
        )
