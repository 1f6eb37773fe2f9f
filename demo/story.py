"""Builds the demo: a brand, its channel, and units in every situation of their life.

Everything goes through the steps a person or a machine would take (batches, receipts,
deliveries, activations), at the hour it would have happened.
"""

import random
from datetime import datetime, timedelta

from freezegun import freeze_time
from stdnum import luhn

from odoo import Command

from . import data, passing, pictures
from .price_watch import watch_prices
from .scans import Visits
from .summary import write_summary
from .transfer import transfer

TODAY = datetime.now().replace(hour=8, minute=0, second=0, microsecond=0)


def build(env):
    """Fill an empty database and write `.odoo/demo.json`."""
    env = env(context={**env.context, "lang": "en_US", "tz": "Asia/Shanghai"})
    story = Story(env)
    story.set_up_company()
    story.create_users()
    story.create_products()
    story.create_channel()
    story.mint_and_produce()
    story.ship()
    story.activate()
    story.return_and_void()
    story.pass_on()
    story.scan()
    watch_prices(story, TODAY)
    write_summary(env, story.users, story.codes)
    env.cr.commit()


class Story:
    """The demo's cast and what happens to it, in order."""

    def __init__(self, env):
        self.env = env
        self.random = random.Random(9520)
        self.products = {}
        self.distributors = {}
        self.codes = {}

    # === CAST === #

    def set_up_company(self):
        """Make the main company the brand, in China."""
        china = self.env.ref("base.cn")
        self.env.company.write(
            {
                **data.COMPANY,
                "country_id": china.id,
                "state_id": self.env.ref("base.state_cn_GD").id,
                "serial_page_phone": data.COMPANY["phone"],
                "logo": pictures.draw_logo(),
            }
        )
        website = self.env["website"].search([], limit=1)
        website.write({"name": data.COMPANY["name"], "logo": pictures.draw_logo()})
        self.env.ref("base.user_admin").tz = "Asia/Shanghai"

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

    # === MINTED, PRODUCED === #

    def mint_and_produce(self):
        """Mint a batch a product and receive most of it from the factory."""
        self.stock = {}
        for index, (code, product) in enumerate(self.products.items()):
            line = data.PRODUCTS[index][6]
            day = TODAY - timedelta(days=120 - index)
            with freeze_time(day):
                batch = self.env["serial.batch"].create(
                    {
                        "product_id": product.id,
                        "quantity": data.MINTED[code],
                        "plant": "SZ1",
                        "production_line": line,
                        "production_date": day.date(),
                    }
                )
                batch.with_user(self.users["user"]).action_mint()
            lots = self.env["stock.lot"].search([("serial_batch_id", "=", batch.id)])
            if code.startswith("AX"):
                self._give_imeis(lots, 86_952_000 + index)
            self._keep("minted", lots[: data.NEVER_PRODUCED])
            with freeze_time(day + timedelta(days=2)):
                transfer(lots[data.NEVER_PRODUCED :], "in")
            self.stock[code] = list(lots[data.NEVER_PRODUCED :])

    def _give_imeis(self, lots, tac):
        for number, lot in enumerate(lots):
            values = {}
            for name, offset in (("imei", 0), ("imei2", 500_000)):
                body = f"{tac:08}{number + offset:06}"
                values[name] = body + luhn.calc_check_digit(body)
            lot.write(values)

    # === SHIPPED === #

    def ship(self):
        """Deliver to the distributors of six provinces."""
        self.sent = {}
        self.homes = {}
        for index, (iso, shipments) in enumerate(data.SHIPMENTS.items()):
            for code, count, activated in shipments:
                day = TODAY - timedelta(days=100 - 3 * index)
                lots = self._deliver(iso, code, count, day)
                self.sent[iso, code] = lots
                self.homes[iso, code] = activated
        iso, code, count, _seen = data.LEAK
        self.leak = self._deliver(iso, code, count, TODAY - timedelta(days=75))

    def _deliver(self, iso, code, count, day):
        lots = self.env["stock.lot"].union(
            *(self.stock[code].pop(0) for _unit in range(count))
        )
        with freeze_time(day):
            picking = transfer(lots, "out", partner_id=self.distributors[iso].id)
        if iso not in data.SLOW:
            with freeze_time(day + timedelta(hours=20)):
                picking.transfer_ids._receive()
        return lots

    # === ACTIVATED === #

    def activate(self):
        """Activate units at home, and the leaked ones elsewhere."""
        items = []
        for (iso, code), lots in self.sent.items():
            count = self.homes[iso, code]
            items += [(lot, iso) for lot in lots[:count]]
            self._keep("activated", lots[:count])
            self._keep("shipped", lots[count:])
        leaked = data.LEAK[3]
        items += list(zip(self.leak, leaked, strict=False))
        self._keep("diverted", self.leak[: len(leaked)])
        self._keep("shipped", self.leak[len(leaked) :])
        self.random.shuffle(items)
        self.consumers = items
        self.env["serial.activation"].sudo()._activate(
            [self._get_item(lot, iso) for lot, iso in items], "api"
        )

    def _get_item(self, lot, iso):
        shipped = lot.shipped_at
        span = int((datetime.now() - shipped).total_seconds()) - 3600
        moment = shipped + timedelta(seconds=self.random.randint(86_400, span))
        network = self.random.choice(data.NETWORKS[iso])
        return {
            "code": lot.scan_code,
            "occurred_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "ip": network + str(self.random.randint(2, 250)),
            "device_id": f"demo-{lot.id}",
        }

    def return_and_void(self):
        """Take two units back, and void codes that the factory spoilt."""
        lots = self.sent["ZJ", "AX1-128"][:2]
        transfer(lots, "back", partner_id=self.distributors["ZJ"].id)
        spoilt = self.env["stock.lot"].union(
            *(self.stock["PC-10K"].pop() for _unit in range(data.VOID))
        )
        spoilt._move_to_stage(
            "void", "voided", data={"private": {"reason": "label printed twice"}}
        )
        self._keep("void", spoilt)
        self.codes["activated"] = [
            code
            for code in self.codes["activated"]
            if code not in lots.mapped("scan_code")
        ]

    # === PASSED ON === #

    def pass_on(self):
        """Let distributors supply their stores; a delivery is on its way to one."""
        passing.pass_on(self, TODAY)
        code, count = data.INCOMING
        lots = self.env["stock.lot"].union(
            *(self.stock[code].pop(0) for _unit in range(count))
        )
        with freeze_time(TODAY - timedelta(days=1)):
            transfer(lots, "out", partner_id=self.distributors["GD"].id)

    # === SCANNED === #

    def scan(self):
        """Have consumers look at the page in the last weeks, and others too."""
        visits = Visits(self.env, self.random, TODAY)
        for lot, iso in self.consumers:
            visits.add_consumer(lot, iso)
        shipped = [code for code in self.codes["shipped"] if self.random.random() < 0.4]
        for code in [*shipped, *self.codes["void"], *self.codes["minted"][:5]]:
            visits.add_passer_by(code)
        for code in data.MADE_UP:
            visits.add_passer_by(code)
        for bot in data.BOTS:
            visits.add_bot(self.random.choice(self.codes["shipped"]), bot)
        visits.make()

    def _keep(self, situation, lots):
        self.codes.setdefault(situation, []).extend(lots.mapped("scan_code"))
