"""Listings by API: 1,000 a request, judged by store and floor, leads raised.

One in five stands in a store nobody answers for, one in three is under its floor.
SERIAL_DOSSIER_BENCH_LISTINGS sets how many listings are kept before.
"""

import itertools
import json
import os
from datetime import timedelta

from harness import database, interleaved, load, odoo_env, report, server

KEPT = int(os.environ.get("SERIAL_DOSSIER_BENCH_LISTINGS", 200_000))
BATCH = 1_000
ROUNDS = 3
PRODUCTS, STORES = 100, 400


def create_stores(env):
    """Create the stores of one distributor."""
    partner = env["res.partner"].create(
        {"name": "Yuehai", "is_company": True, "channel_tier": "tier1"}
    )
    platform = env.ref("serial_dossier.serial_channel_platform_jd")
    env["serial.channel.store"].create(
        [
            {
                "name": f"Store {number}",
                "store_id": str(number),
                "platform_id": platform.id,
                "partner_id": partner.id,
            }
            for number in range(STORES)
        ]
    )


def fill(env):
    """Create products with floors, stores and listings; return a key of the API."""
    products = env["product.product"].create(
        [{"name": f"P{n}", "default_code": f"SKU-{n}"} for n in range(PRODUCTS)]
    )
    env["serial.diversion.floor"].create(
        [{"product_id": product.id, "price": 100} for product in products]
    )
    create_stores(env)
    user = env["res.users"].create(
        {
            "name": "Price crawler",
            "login": "price_crawler",
            "group_ids": [(4, env.ref("serial_dossier.serial_dossier_group_user").id)],
        }
    )
    numbers = itertools.count()
    currency = env.company.currency_id.name
    for _batch in range(KEPT // BATCH):
        env["serial.diversion.listing"]._report(make_items(numbers, currency))
        env.cr.commit()
    env.cr.execute("ANALYZE")
    end = env.cr.now() + timedelta(days=1)
    key = env["serial.api.key"].sudo(False).with_user(2)._generate("Bench", user, end)
    env.cr.commit()
    return key, numbers, currency


def make_items(numbers, currency):
    """Return a thousand listings that were never reported."""
    return [
        {
            "platform": "jd",
            "store_id": str(number % (STORES * 5 // 4)),
            "sku": f"SKU-{number % PRODUCTS}",
            "url": f"https://item.example.com/{number}.html",
            "price": {"amount": f"{80 + number % 60}.50", "currency": currency},
            "observed_at": "2026-03-01T08:00:00+08:00",
        }
        for number in itertools.islice(numbers, BATCH)
    ]


def main():
    with database() as name:
        with odoo_env(name) as env:
            key, numbers, currency = fill(env)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        with server(name) as url:

            def body(_number):
                return json.dumps({"items": make_items(numbers, currency)})

            def post():
                address = f"{url}/api/serial/v1/listings"
                return load(address, "POST", body, headers, clients=1, warm=2)

            rates = interleaved({"1,000 listings": post}, rounds=ROUNDS)
    report(
        f"POST /listings, {KEPT:,} kept before",
        [
            {
                "what": name,
                "req/s": rate.req_s,
                "items/s": rate.req_s * BATCH,
                "p50 ms": rate.p50,
                "p99 ms": rate.p99,
            }
            for name, rate in rates.items()
        ],
        note="Goal: 1,000 listings in a second.",
    )


if __name__ == "__main__":
    main()
