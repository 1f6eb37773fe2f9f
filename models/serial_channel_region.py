from odoo import api, fields, models


class SerialChannelRegion(models.Model):
    """Where a unit may be sold: a tree of countries and their subdivisions."""

    _name = "serial.channel.region"
    _description = "Channel Region"
    _parent_store = True
    _order = "complete_name, id"
    _rec_name = "complete_name"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", recursive=True, store=True
    )
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "serial.channel.region", index=True, ondelete="restrict", string="Parent Region"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("serial.channel.region", "parent_id")
    country_ids = fields.Many2many("res.country", string="Countries")
    state_ids = fields.Many2many("res.country.state", string="Subdivisions")
    enforcement = fields.Selection(
        [
            ("off", "Off"),
            ("observe", "Observe"),
            ("alert", "Alert"),
            ("hold", "Hold"),
        ],
        help="What happens when a unit of this region is activated elsewhere. "
        "Empty: as the parent region. Restricting parallel trade is unlawful in "
        "some markets.",
    )
    effective_enforcement = fields.Selection(
        selection=lambda self: self._fields["enforcement"].selection,
        compute="_compute_effective_enforcement",
        recursive=True,
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for region in self:
            parent = region.parent_id.complete_name
            region.complete_name = (
                f"{parent} / {region.name}" if parent else region.name
            )

    @api.depends("enforcement", "parent_id.effective_enforcement")
    def _compute_effective_enforcement(self):
        for region in self:
            region.effective_enforcement = (
                region.enforcement
                or region.parent_id.effective_enforcement
                or "observe"
            )

    def _get_place_codes(self):
        """Return `{region id: frozenset of place codes}`, descendants included.

        A place code is `CC` for a country and `CC-SUB` (ISO 3166-2) for a subdivision,
        as `core.territory` compares them.
        """
        raise NotImplementedError
