from odoo import Command, api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..core.territory import place_code

# Odoo knows China's provinces by their Chinese names only; ISO 3166-2:CN.
PROVINCES = {
    "AH": "Anhui",
    "BJ": "Beijing",
    "CQ": "Chongqing",
    "FJ": "Fujian",
    "GD": "Guangdong",
    "GS": "Gansu",
    "GX": "Guangxi",
    "GZ": "Guizhou",
    "HA": "Henan",
    "HB": "Hubei",
    "HE": "Hebei",
    "HI": "Hainan",
    "HL": "Heilongjiang",
    "HN": "Hunan",
    "JL": "Jilin",
    "JS": "Jiangsu",
    "JX": "Jiangxi",
    "LN": "Liaoning",
    "NM": "Inner Mongolia",
    "NX": "Ningxia",
    "QH": "Qinghai",
    "SC": "Sichuan",
    "SD": "Shandong",
    "SH": "Shanghai",
    "SN": "Shaanxi",
    "SX": "Shanxi",
    "TJ": "Tianjin",
    "XJ": "Xinjiang",
    "XZ": "Tibet",
    "YN": "Yunnan",
    "ZJ": "Zhejiang",
    "HK": "Hong Kong",
    "MO": "Macau",
    "TW": "Taiwan",
}
# What a unit's activation is judged by: read often, changed rarely, so it is cached.
TERRITORY_FIELDS = {"active", "parent_id", "country_ids", "state_ids", "enforcement"}
# Markets of their own: what is sold on the mainland is not meant for them.
APART = ("HK", "MO", "TW")


class SerialChannelRegion(models.Model):
    """Where a unit may be sold: a tree of countries and their subdivisions."""

    _name = "serial.channel.region"
    _description = "Channel Region"
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
    partner_ids = fields.Many2many("res.partner", string="Distributors")
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

    @api.depends("complete_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for region in self:
            region.display_name = region.complete_name

    @api.depends("enforcement", "parent_id.effective_enforcement")
    def _compute_effective_enforcement(self):
        for region in self:
            region.effective_enforcement = (
                region.enforcement
                or region.parent_id.effective_enforcement
                or "observe"
            )

    # === CONSTRAINTS === #

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

    # === ACTIONS === #

    def action_load_china(self):
        """Create what is missing of China's provinces and show the list anew."""
        self._create_china_presets()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === BUSINESS === #

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

    # === PRESETS === #

    @api.model
    def _create_china_presets(self):
        """Create China, its mainland and a region a province; return all of them.

        What is there already, known by its code, is left as it is.
        """
        china = self._create_preset("CN", "China", "中国")
        mainland = self._create_preset(
            "CN-MAINLAND",
            "Mainland",
            "大陆",
            parent_id=china.id,
            country_ids=[Command.set(self.env.ref("base.cn").ids)],
        )
        regions = china | mainland
        for iso, name in PROVINCES.items():
            state = self.env["res.country.state"]._get_state("CN", iso)
            if not state:
                continue
            regions |= self._create_preset(
                f"CN-{iso}",
                name,
                state.name,
                parent_id=(china if iso in APART else mainland).id,
                state_ids=[Command.set(state.ids)],
            )
        return regions

    def _create_preset(self, code, name, chinese_name, **values):
        """Return the region of a code, created with both its names if need be."""
        region = self.with_context(active_test=False).search([("code", "=", code)])
        if region:
            return region
        region = self.with_context(lang="en_US").create(
            {"code": code, "name": name, **values}
        )
        # Written past the ORM, which takes names of installed languages only: the
        # Chinese ones are there when Chinese is installed later.
        region.flush_recordset(["name"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE serial_channel_region
                   SET name = name || jsonb_build_object('zh_CN', %s::text)
                 WHERE id = %s
                """,
                chinese_name,
                region.id,
            )
        )
        region.invalidate_recordset(["name"], flush=False)
        return region.with_env(self.env)
