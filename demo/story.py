"""Builds the demo: a brand, its channel, and units in every situation of their life.

Everything goes through the steps a person or a machine would take (batches, receipts,
deliveries, activations), at the hour it would have happened.
"""

from datetime import datetime, timedelta

from freezegun import freeze_time
from stdnum import luhn

from . import data, parts, passing
from .capturing import capture
from .cast import TODAY, Cast
from .compliance import comply
from .diversion import follow_up
from .epcis import tell_partners
from .fraud import defraud
from .links import keep_links
from .marking import mark
from .packing import pack
from .price_watch import watch_prices
from .privacy import keep_and_forget
from .recall import recall
from .repair import repair
from .scans import Visits, get_address
from .service import ask_and_settle, open_centres
from .summary import write_summary
from .tradein import trade_in
from .transfer import transfer
from .warranty import keep_papers, set_policies


def build(env):
    """Fill an empty database and write `.odoo/demo.json`."""
    env = env(context={**env.context, "lang": "en_US", "tz": "Asia/Shanghai"})
    story = Story(env)
    story.set_up_company()
    story.create_users()
    story.create_products()
    keep_links(story)
    set_policies(story)
    parts.create_components(story)
    story.create_channel()
    story.mint_and_produce()
    story.ship()
    story.activate()
    story.return_and_void()
    story.pass_on()
    story.scan()
    follow(story)
    write_summary(env, story.users, story.codes)
    env.cr.commit()


def follow(story):
    """Let happen to the units what happens to units that are sold."""
    keep_papers(story, TODAY)
    defraud(story, TODAY)
    watch_prices(story, TODAY)
    follow_up(story, TODAY)
    open_centres(story)
    repair(story, TODAY)
    ask_and_settle(story, TODAY)
    recall(story, TODAY)
    trade_in(story, TODAY)
    pack(story, TODAY)
    comply(story, TODAY)
    keep_and_forget(story, TODAY)
    capture(story, TODAY)
    tell_partners(story, TODAY)


class Story(Cast):
    """What happens to the units of the demo's cast, in order."""

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
            mark(self, lots[data.NEVER_PRODUCED :], day)
            if code.startswith("AX"):
                self._give_imeis(lots, 86_952_000 + index)
            self._keep("minted", lots[: data.NEVER_PRODUCED])
            with freeze_time(day + timedelta(days=2)):
                transfer(lots[data.NEVER_PRODUCED :], "in")
            if code.startswith("AX"):
                parts.build_in(self, lots[data.NEVER_PRODUCED :])
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
        self.leaks = [
            self._deliver(iso, code, count, TODAY - timedelta(days=days))
            for iso, code, count, days, *_seen in data.LEAKS
        ]

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
        for lots, leak in zip(self.leaks, data.LEAKS, strict=True):
            home, *_shipment, place, left, stayed = leak
            seen = left + stayed
            items += [(lot, place) for lot in lots[:left]]
            items += [(lot, home) for lot in lots[left:seen]]
            self._keep("diverted", lots[:left])
            self._keep("activated", lots[left:seen])
            self._keep("shipped", lots[seen:])
        self.random.shuffle(items)
        self.consumers = items
        self.env["serial.activation"].sudo()._activate(
            [self._get_item(lot, iso) for lot, iso in items], "api"
        )

    def _get_item(self, lot, iso):
        shipped = lot.shipped_at
        span = int((datetime.now() - shipped).total_seconds()) - 3600
        moment = shipped + timedelta(seconds=self.random.randint(86_400, span))
        return {
            "code": lot.scan_code,
            "occurred_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "ip": get_address(self.env, self.random, iso),
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
