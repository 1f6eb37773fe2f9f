from odoo import Command, api, models
from odoo.tools import SQL

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
# Of the European Economic Area, but not of the European Union.
EEA_BESIDE_EU = ("IS", "LI", "NO")
# Markets of their own: what is sold on the mainland is not meant for them.
APART = ("HK", "MO", "TW")


class SerialRegionPresetMixin(models.AbstractModel):
    """Regions that come with the module: China's provinces, Europe's countries."""

    _name = "serial.region.preset.mixin"
    _description = "Presets of Regions"

    # === ACTIONS === #

    def action_load_china(self):
        """Create what is missing of China's provinces and show the list anew."""
        self._create_china_presets()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_load_europe(self):
        """Create what is missing of Europe's markets and show the list anew."""
        self._create_europe_presets()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

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

    @api.model
    def _create_europe_presets(self):
        """Create the European Economic Area and a region a country; return them.

        A distributor there may not be kept from selling in another of its countries:
        places are not compared, until someone who knows better says so.
        """
        europe = self._create_preset(
            "EEA", "European Economic Area", "欧洲经济区", enforcement="off"
        )
        installed = dict(self.env["res.lang"].get_installed())
        chinese = "zh_CN" if "zh_CN" in installed else "en_US"
        countries = self.env.ref("base.europe").country_ids
        countries |= countries.search([("code", "in", EEA_BESIDE_EU)])
        regions = europe
        for country in countries.sorted("code"):
            regions |= self._create_preset(
                country.code,
                country.with_context(lang="en_US").name,
                country.with_context(lang=chinese).name,
                parent_id=europe.id,
                country_ids=[Command.set(country.ids)],
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
