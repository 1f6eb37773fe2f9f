"""Activations by API: in batches of 1,000, and one by one beside `/web/health`.

Every unit is activated once, from an address in a Chinese network, and is bound to a
region that raises alerts: one in ten comes from elsewhere. Judging, events and alerts
are part of what is measured.
SERIAL_DOSSIER_BENCH_LOTS sets how many serials the database holds.
"""

import itertools
import json
import os
import random
import threading
from datetime import timedelta

import maxminddb

from odoo.tools import config

from harness import database, interleaved, load, mint, odoo_env, report, server

LOTS = int(os.environ.get("SERIAL_DOSSIER_BENCH_LOTS", 1_000_000))
SHIPPED = min(LOTS, 250_000)
BATCH = 1_000
ROUNDS = 3
ELSEWHERE = 0.1
# First octets of addresses that are nearly all Chinese.
NETWORKS = (36, 42, 58, 60, 61, 112, 113, 114, 115, 117, 119, 120, 121, 123, 124, 183)


def fill(env):
    """Mint serials, ship some of them to a distributor; return a key of the API."""
    scheme = env["serial.scheme"].create({"name": "Bench"})
    product = env["product.product"].create(
        {
            "name": "Phone",
            "is_storable": True,
            "tracking": "serial",
            "serial_scheme_id": scheme.id,
        }
    )
    batch = mint(env, product, LOTS)
    ship(env, batch)
    user = env["res.users"].create(
        {
            "name": "Device cloud",
            "login": "device_cloud",
            "group_ids": [(4, env.ref("serial_dossier.serial_dossier_group_user").id)],
        }
    )
    end = env.cr.now() + timedelta(days=1)
    keys = env["serial.api.key"].sudo(False).with_user(2)
    plenty = {"units_per_minute": 10**9, "units_per_day": 10**9}
    key = keys._generate("Bench", user, end, **plenty)
    env.cr.commit()
    return key


def ship(env, batch):
    """Bind serials to Guangdong as a delivery binds them."""
    region = env["serial.channel.region"].create(
        {
            "name": "Guangdong",
            "enforcement": "alert",
            "state_ids": [(4, env.ref("base.state_cn_GD").id)],
        }
    )
    lots = env["stock.lot"].search([("serial_batch_id", "=", batch.id)], limit=SHIPPED)
    for start in range(0, SHIPPED, 10_000):
        env["serial.event"]._record(
            lots[start : start + 10_000].ids,
            "shipped",
            stage="shipped",
            lot_values={"channel_region_id": region.id},
        )
        env.cr.commit()
    env.cr.execute("ANALYZE")


def read_codes(env):
    env.cr.execute("SELECT scan_code FROM stock_lot WHERE stage = 'shipped'")
    codes = [row[0] for row in env.cr.fetchall()]
    random.Random(1).shuffle(codes)
    return iter(codes)


def find_addresses(count):
    """Return addresses in Guangdong and others, in the proportion of the benchmark."""
    generator = random.Random(2)
    wanted = {False: round(count * ELSEWHERE), True: count - round(count * ELSEWHERE)}
    found = []
    with maxminddb.open_database(config["geoip_city_db"]) as reader:
        while any(wanted.values()):
            octets = [generator.choice(NETWORKS)]
            octets += [generator.randrange(256) for _ in range(3)]
            address = ".".join(map(str, octets))
            parts = (reader.get(address) or {}).get("subdivisions")
            inside = bool(parts) and parts[0].get("iso_code") in ("GD", "44")
            if parts and wanted[inside]:
                wanted[inside] -= 1
                found.append(address)
    generator.shuffle(found)
    return found


class Bodies:
    """Bodies of requests: no unit twice, whichever thread asks."""

    def __init__(self, codes):
        self.codes = codes
        self.addresses = itertools.cycle(find_addresses(20_000))
        self.lock = threading.Lock()

    def make(self, count):
        with self.lock:
            codes = list(itertools.islice(self.codes, count))
            if len(codes) < count:
                raise ValueError("more units are needed for this benchmark")
            return json.dumps({"items": [self._make_item(code) for code in codes]})

    def _make_item(self, code):
        return {
            "code": code,
            "occurred_at": "2026-03-01T08:00:00+08:00",
            "ip": next(self.addresses),
            "device_id": code[::-1],
            "account": f"account-{code[:5]}",
        }


def main():
    with database() as name:
        with odoo_env(name) as env:
            key = fill(env)
            bodies = Bodies(read_codes(env))
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        with server(name) as url:
            post = {
                "url": f"{url}/api/serial/v1/activations",
                "method": "POST",
                "headers": headers,
            }
            rates = interleaved(
                {
                    "health": lambda: load(f"{url}/web/health"),
                    "no items": lambda: load(**post, body='{"items": []}'),
                    "one item": lambda: load(**post, body=lambda _n: bodies.make(1)),
                    "batch": lambda: load(
                        **post, body=lambda _n: bodies.make(BATCH), clients=2, warm=2
                    ),
                },
                rounds=ROUNDS,
            )
        with odoo_env(name) as env:
            alerts = env["serial.diversion.alert"].search_count([])
            activations = env["serial.activation"].search_count([])
    show(rates, alerts / activations)


def show(rates, alerted):
    """Print the table."""
    items = {"health": 0, "no items": 0, "one item": 1, "batch": BATCH}
    report(
        f"POST /activations, {LOTS:,} serials",
        [
            {
                "what": name,
                "req/s": rate.req_s,
                "items/s": rate.req_s * items[name],
                "of /web/health": rate.req_s / rates["health"].req_s,
                "p50 ms": rate.p50,
                "p99 ms": rate.p99,
            }
            for name, rate in rates.items()
        ],
        note=f"Goal: 2,000 items/s in batches of {BATCH:,}. "
        f"{alerted:.0%} of the activations raised an alert.",
    )


if __name__ == "__main__":
    main()
