"""Who takes part in the demo: the brand, its users, products, regions and channel."""

import random
from datetime import datetime, timedelta

from odoo import Command

from . import data, pictures

TODAY = datetime.now().replace(hour=8, minute=0, second=0, microsecond=0)


class Cast:
    """The demo's cast, set up step by step."""

    def __init__(self, env):
        self.env = env
        self.random = random.Random(9520)
        self.products = {}
        self.distributors = {}
        self.codes = {}

    def set_up_company(self):
        """Make the main company the brand, in China."""
        china = self.env.ref("base.cn")
        self.env.company.write(
            {
                **data.COMPANY,
                "country_id": china.id,
                "currency_id": self.env.ref("base.CNY").id,
                "state_id": self.env.ref("base.state_cn_GD").id,
                "serial_page_phone": data.COMPANY["phone"],
                "logo": pictures.draw_logo(),
            }
        )
        self.env["product.pricelist"].search([]).currency_id = self.env.ref("base.CNY")
        website = self.env["website"].search([], limit=1)
        website.write({"name": data.COMPANY["name"], "logo": pictures.draw_logo()})
        self.env["stock.warehouse"].search([], limit=1).name = data.COMPANY["city"]
        self.env.ref("base.user_admin").write(
            {"tz": "Asia/Shanghai", "odoobot_state": "disabled"}
        )

    def create_users(self):
        """Create one user a role; everyone's password is the login."""
        self.users = {}
        for login, name, groups in data.USERS:
            self.users[login] = self._create_user(
                login, name, [f"serial_dossier.{group}" for group in groups]
            )
        self.users["manager"].group_ids = [
            Command.link(self.env.ref(group).id)
            for group in (
                "serial_dossier.serial_dossier_group_personal_data",
                "stock.group_stock_manager",
                "sales_team.group_sale_manager",
            )
        ]
        self.env.company.serial_alert_user_id = self.users["manager"]

    def _create_user(self, login, name, groups, **values):
        return (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "login": login,
                    "password": login,
                    "name": name,
                    "tz": "Asia/Shanghai",
                    # On a phone its greeting would cover the screen.
                    "odoobot_state": "disabled",
                    "group_ids": [
                        Command.set([self.env.ref(group).id for group in groups])
                    ],
                    **values,
                }
            )
        )

    def create_products(self):
        """Create the brand's products, coded by the random scheme."""
        scheme = self.env.ref("serial_dossier.serial_scheme_random")
        for code, name, name_zh, gtin, price, months, _line in data.PRODUCTS:
            product = self.env["product.product"].create(
                {
                    "name": name,
                    "default_code": code,
                    "barcode": gtin,
                    "list_price": price,
                    "is_storable": True,
                    "tracking": "serial",
                    "serial_scheme_id": scheme.id,
                    "serial_warranty_months": months,
                    "image_1920": pictures.draw(code),
                }
            )
            self._translate(product.product_tmpl_id, name_zh)
            self.products[code] = product

    def _translate(self, record, chinese):
        if "zh_CN" in dict(self.env["res.lang"].get_installed()):
            record.with_context(lang="zh_CN").name = chinese

    def create_channel(self):
        """Create regions with their enforcement, and two tiers of distributors."""
        regions = self.env["serial.channel.region"]
        regions._create_china_presets()
        for iso, name, name_zh, city, children in data.DISTRIBUTORS:
            state = self.env.ref(f"base.state_cn_{iso}")
            region = regions.search([("state_ids", "=", state.id)], limit=1)
            region.enforcement = "hold" if iso == "SC" else "alert"
            parent = self._create_partner(name, name_zh, city, state, region, "tier1")
            self.distributors[iso] = parent
            for child, child_zh in children:
                self._create_partner(
                    child, child_zh, city, state, region, "tier2", parent
                )
        for iso, other_iso, begins, ends, exclusive in data.MORE_CONTRACTS:
            region = regions.search([("code", "=", f"CN-{other_iso}")])
            partner = self.distributors[iso]
            self._sign(partner, region, begins, ends, exclusive=exclusive)

    def _create_partner(self, name, name_zh, city, state, region, tier, parent=None):
        partner = self.env["res.partner"].create(
            {
                "name": f"{name} {name_zh}",
                "is_company": True,
                "city": city,
                "state_id": state.id,
                "country_id": state.country_id.id,
                "channel_tier": tier,
                "channel_parent_id": parent.id if parent else False,
            }
        )
        self._sign(partner, region, -400, 330, exclusive=tier == "tier1")
        login = {"GD": "distributor"}.get(self._iso(state)) if tier == "tier1" else None
        if tier == "tier2" and "retailer" not in self.users:
            login = "retailer"
        if login:
            self.users[login] = self._create_user(
                login, f"{name} buyer", ["base.group_portal"]
            )
            self.users[login].partner_id.parent_id = partner
        return partner

    def _sign(self, partner, region, begins, ends, **values):
        """Give a distributor a contract; days count from today."""
        self.env["serial.channel.contract"].create(
            {
                "partner_id": partner.id,
                "region_id": region.id,
                "date_from": TODAY.date() + timedelta(days=begins),
                "date_to": TODAY.date() + timedelta(days=ends),
                **values,
            }
        )

    def _iso(self, state):
        return state.get_external_id()[state.id].rpartition("_")[2]
