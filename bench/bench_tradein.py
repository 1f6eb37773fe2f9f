"""From a scan to a signed quote: one request, among many serials.

Goal: within 100 ms on the server at 1,000,000 serials. Each request asks for another
activated unit. SERIAL_DOSSIER_BENCH_LOTS sets how many serials the database holds.
"""

import json
import random
from datetime import timedelta

from bench_scan import LOTS, PHONE, create_product, settle
from bench_verify import make_key

from harness import database, load, medians, mint, odoo_env, report, server

ASKED = 5_000
CLAIMED = 1_000
ROUNDS = 5
SECONDS = 3


def create_program(env, product):
    """Create a programme that takes the product in, with questions and a curve."""
    today = env.cr.now().date()
    program = env["serial.tradein.program"].create(
        {
            "name": "Bench",
            "date_from": today - timedelta(days=2),
            "date_to": today + timedelta(days=30),
            "purchase_price": 2999,
        }
    )
    own = {"program_id": program.id}
    phones = env["serial.tradein.class"].create(
        {**own, "name": "Phones", "code": "phone", "subsidy_percent": 15}
    )
    env["serial.tradein.value"].create(
        {
            **own,
            "class_id": phones.id,
            "product_tmpl_id": product.product_tmpl_id.id,
            "amount": 2000,
        }
    )
    env["serial.tradein.curve"].create(
        [
            {**own, "age_months": months, "percent": 100 - 2 * months}
            for months in range(6, 42, 6)
        ]
    )


def fill(env):
    """Activate units and let some have claims; return the codes and a key."""
    product = create_product(env)
    batch = mint(env, product, LOTS)
    create_program(env, product)
    lots = env["stock.lot"].search(
        [("serial_batch_id", "=", batch.id)], limit=min(ASKED + CLAIMED, LOTS)
    )
    lots._move_to_stage("shipped", "shipped")
    since = {"activated_at": env.cr.now() - timedelta(days=400)}
    lots._move_to_stage("activated", "activated", lot_values=since)
    claims = env["serial.tradein"]
    for number, lot in enumerate(lots[ASKED:]):
        claims._accept(claims._get_quote(lot)["quote"], f"139{number:08}")
    key = make_key(env)
    env.cr.commit()
    settle(env)
    return lots[:ASKED].mapped("scan_code"), key


def measure(url, codes, key):
    """Return name -> the medians of its rounds."""
    draw = random.Random(1)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    cases = {
        "/web/health": lambda: load(f"{url}/web/health", seconds=SECONDS),
        "/tradein/quotes": lambda: load(
            f"{url}/api/serial/v1/tradein/quotes",
            "POST",
            lambda _number: json.dumps({"code": draw.choice(codes)}),
            headers,
            seconds=SECONDS,
            clients=1,
        ),
        "/sn/…/tradein": lambda: load(
            lambda _number: f"{url}/sn/{draw.choice(codes)}/tradein",
            headers=PHONE,
            seconds=SECONDS,
            clients=1,
        ),
    }
    results = {name: [] for name in cases}
    for case in cases.values():
        case()
    for _round in range(ROUNDS):
        for name, case in cases.items():
            results[name].append(case())
    return medians(results)


def main():
    """Measure and print."""
    with database() as name, odoo_env(name) as env:
        codes, key = fill(env)
        with server(name, options=["--proxy-mode"]) as url:
            results = measure(url, codes, key)
    report(
        f"From a scan to a signed quote among {LOTS:,} serials",
        [
            {
                "route": route,
                "req/s": rate.req_s,
                "p50 ms": rate.p50,
                "p99 ms": rate.p99,
            }
            for route, rate in results.items()
        ],
        "Goal: a quote within 100 ms, by API and as a page. One client, one request a "
        "quote, of another unit each time.",
    )


if __name__ == "__main__":
    main()
