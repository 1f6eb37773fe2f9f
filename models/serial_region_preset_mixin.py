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
# Markets of their own: what is sold on the mainland is not meant for them.
APART = ("HK", "MO", "TW")


class SerialRegionPresetMixin(models.AbstractModel):
    """Regions that come with the module: China's provinces and their tree."""

    _name = "serial.region.preset.mixin"
    _description = "Presets of Regions"

    # === ACTIONS === #

    def action_load_china(self):
        """Create what is missing of China's provinces and show the list anew."""
        self._create_china_presets()
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
