from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..core.territory import overlaps, place_code

# What a unit's activation is judged by: read often, changed rarely, so it is cached.
TERRITORY_FIELDS = {"active", "parent_id", "country_ids", "state_ids", "enforcement"}


class SerialChannelRegion(models.Model):
    """Where a unit may be sold: a tree of countries and their subdivisions."""

    _name = "serial.channel.region"
    _description = "Channel Region"
    _inherit = ["serial.region.preset.mixin"]
    _parent_store = True
    _order = "name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        string="Region Code",
        copy=False,
        help="Yours to choose, for imports and presets.",
    )
    complete_name = fields.Char(
        string="Full Name", compute="_compute_complete_name", recursive=True
    )
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "serial.channel.region", index=True, ondelete="restrict", string="Parent Region"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(
        "serial.channel.region", "parent_id", string="Regions Within"
    )
    country_ids = fields.Many2many(
        "res.country",
        string="Countries",
        help="China is the mainland here; Hong Kong, Macau and Taiwan are named apart.",
    )
    state_ids = fields.Many2many("res.country.state", string="Subdivisions")
    contract_ids = fields.One2many("serial.channel.contract", "region_id")
    partner_ids = fields.Many2many(
        "res.partner",
        string="Distributors",
        compute="_compute_partner_ids",
        search="_search_partner_ids",
        compute_sudo=True,
    )
    date_from = fields.Date(
        string="Valid from", help="The first day. Empty: since ever."
    )
    date_to = fields.Date(
        string="Valid until",
        help="The last day. Empty: without end. Afterwards nothing new is bound to "
        "this region; units that are bound to it stay so.",
    )
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
        string="Enforcement in Effect",
        compute="_compute_effective_enforcement",
        recursive=True,
    )

    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "This code is in use by another region."
    )

    # === COMPUTE === #

    @api.depends("name", "parent_id.complete_name")
    @api.depends_context("lang")
    def _compute_complete_name(self):
        for region in self:
            parent = region.parent_id.complete_name
            region.complete_name = (
                f"{parent} / {region.name}" if parent else region.name
            )

    @api.depends("complete_name", "name")
    @api.depends_context("lang", "serial_short_region")
    def _compute_display_name(self):
        """Return the full name; in narrow columns, the region's own."""
        short = self.env.context.get("serial_short_region")
        for region in self:
            region.display_name = region.name if short else region.complete_name

    @api.depends("enforcement", "parent_id.effective_enforcement")
    def _compute_effective_enforcement(self):
        for region in self:
            region.effective_enforcement = (
                region.enforcement
                or region.parent_id.effective_enforcement
                or "observe"
            )

    @api.depends("contract_ids.state", "contract_ids.active")
    def _compute_partner_ids(self):
        for region in self:
            running = region.contract_ids.filtered(lambda c: c.state == "running")
            region.partner_ids = running.partner_id

    def _search_partner_ids(self, operator, value):
        return self.env["serial.channel.contract"]._search_through(
            "contract_ids", "partner_id", operator, value
        )

    # === CONSTRAINTS === #

    _dates_check = models.Constraint(
        "CHECK (date_to >= date_from)", "A region cannot be valid until before it is."
    )

    @api.constrains("parent_id")
    def _check_no_cycle(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A region cannot lie within itself."))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if TERRITORY_FIELDS & set(vals):
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # === BUSINESS === #

    def _is_valid_today(self):
        """Tell whether units may be bound to this region today."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        begins, ends = self.date_from or today, self.date_to or today
        return self.active and begins <= today <= ends

    def _get_place_codes(self):
        """Return `{region id: frozenset of place codes}`, descendants included.

        A place code is `CC` for a country and `CC-SUB` (ISO 3166-2) for a subdivision,
        as `core.territory` compares them. Archived regions within do not count.
        """
        family = self.sudo().search([("id", "child_of", self.ids)]) | self.sudo()
        iso_codes = self.env["res.country.state"]._get_iso_codes(family.state_ids.ids)
        codes = {region_id: set() for region_id in self.ids}
        for region in family:
            places = {place_code(country.code) for country in region.country_ids}
            places |= {
                place_code(*iso_codes[state_id]) for state_id in region.state_ids.ids
            }
            path = map(int, region.parent_path.split("/")[:-1])
            for region_id in path if region.active else region.ids:
                if region_id in codes:
                    codes[region_id] |= places
        return {region_id: frozenset(places) for region_id, places in codes.items()}

    @api.model
    @tools.ormcache("region_id")
    def _get_territory(self, region_id):
        """Return (enforcement in effect, place codes) of a region."""
        region_sudo = self.sudo().browse(region_id)
        return (
            region_sudo.effective_enforcement,
            region_sudo._get_place_codes()[region_id],
        )

    def _get_covering(self):
        """Return the one of these regions that all the others lie within, or none."""
        for region in self:
            if all(other.parent_path.startswith(region.parent_path) for other in self):
                return region
        return self.browse()

    def _get_neighbours(self):
        """Return `{region id: ids of those of these regions with places in common}`."""
        codes = self._get_place_codes()
        return {
            region_id: [
                other_id
                for other_id, others in codes.items()
                if region_id == other_id or overlaps(places, others)
            ]
            for region_id, places in codes.items()
        }
