"""How fast the public page answers among many serials, its view logged each time.

Goals: at least half as many requests a second as /web/health, four times as many as
/web/login, 99 of 100 within 50 ms, at most 40 kB on the first visit.
"""

import base64
import gzip
import io
import os
import random
import urllib.request
from datetime import datetime, timedelta

from PIL import Image

from harness import (
    database,
    in_rounds,
    load,
    medians,
    mint,
    odoo_env,
    ratio,
    report,
    server,
)

LOTS = int(os.environ.get("SERIAL_DOSSIER_BENCH_LOTS", 1_000_000))
LOOKED_AT = 20_000
ROUNDS = 15
SECONDS = 1.5
NOW = datetime.now().replace(microsecond=0)
PHONE = {
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
    "User-Agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/129 Mobile",
    "X-Forwarded-For": "113.108.1.77",
    "X-Forwarded-Host": "127.0.0.1",
}


def create_product(env):
    """Return a coded product with a picture and a warranty policy."""
    picture = io.BytesIO()
    Image.new("RGB", (600, 600), "#3366cc").save(picture, "PNG")
    return env["product.product"].create(
        {
            "name": "Phone",
            "is_storable": True,
            "tracking": "serial",
            "serial_scheme_id": env.ref("serial_dossier.serial_scheme_random").id,
            "serial_policy_id": env.ref(
                "serial_dossier.serial_warranty_policy_cn_phone"
            ).id,
            "image_1920": base64.b64encode(picture.getvalue()),
        }
    )


def settle(env):
    """Do what autovacuum does in time, so that it does not in the middle."""
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr.execute("CHECKPOINT")
    env.cr._cnx.autocommit = False


def live(env, batch):
    """Let some of the serials be shipped and half of them activated; return codes."""
    env.cr.execute(
        "SELECT min(id) FROM stock_lot WHERE serial_batch_id = %s", [batch.id]
    )
    first, count = env.cr.fetchone()[0], min(LOOKED_AT, LOTS)
    step = LOTS // count
    lots = env["stock.lot"].browse([first + number * step for number in range(count)])
    for stage, days, part in (
        ("produced", 90, lots),
        ("shipped", 60, lots),
        ("activated", 20, lots[: count // 2]),
    ):
        moment = NOW - timedelta(days=days)
        values = {"activated_at": moment} if stage == "activated" else None
        part._move_to_stage(stage, stage, event_time=moment, lot_values=values)
    care(env, lots[: count // 2])
    env.cr.commit()
    settle(env)
    codes = lots.mapped("scan_code")
    return {"activated": codes[: count // 2], "to activate": codes[count // 2 :]}


def care(env, lots):
    """Register the warranty of units, and the two parts that sit in each."""
    env["serial.warranty"]._stamp_declared(lots.ids)
    env["serial.part"].create(
        [
            {"lot_id": lot.id, "name": f"{kind}-{lot.id}", "position": kind}
            for lot in lots
            for kind in ("battery", "display")
        ]
    )


def fill(name):
    """Fill the database; return the codes to look at."""
    with odoo_env(name) as env:
        env["res.lang"]._activate_lang("zh_CN")
        module = env["ir.module.module"].search([("name", "=", "serial_dossier")])
        module._update_translations(["zh_CN"])
        env.company.country_id = env.ref("base.cn")
        env.company.serial_page_phone = "+86 400 820 1234"
        return live(env, mint(env, create_product(env), LOTS))


def visit(url, codes):
    """Return the load of pages of codes drawn at random."""
    draw = random.Random(1)

    def address(_number):
        return f"{url}/sn/{draw.choice(codes)}"

    return lambda: load(address, headers=PHONE, seconds=SECONDS)


def first_visit(url, code):
    """Return the bytes of a page as a proxy sends it, compressed."""
    request = urllib.request.Request(f"{url}/sn/{code}", headers=PHONE)
    with urllib.request.urlopen(request) as answer:
        return len(gzip.compress(answer.read()))


def measure(name, codes):
    """Return what the routes can do, in turns on one server, and the page's size."""
    # Few and again and again: an address that asks for many is made to wait.
    unknown = ["".join(random.choices("23456789ABCDEFGH", k=13)) for _ in range(10)]
    with server(name, options=["--proxy-mode"]) as url:
        cases = {
            "/web/health": lambda: load(f"{url}/web/health", seconds=SECONDS),
            "/web/login": lambda: load(f"{url}/web/login", seconds=SECONDS),
            **{f"/sn, {kind}": visit(url, some) for kind, some in codes.items()},
            "/sn, unknown": visit(url, unknown),
        }
        return in_rounds(cases, ROUNDS), first_visit(url, codes["to activate"][0])


def main():
    """Measure and print."""
    with database() as name:
        codes = fill(name)
        results, size = measure(name, codes)
    report(
        f"Public page among {LOTS:,} serials",
        [
            {
                "route": route,
                "req/s": round(rate.req_s),
                "÷ health": ratio(results, route, "/web/health"),
                "÷ login": ratio(results, route, "/web/login"),
                "p50 ms": rate.p50,
                "p99 ms": rate.p99,
                "bytes": round(rate.size),
            }
            for route, rate in medians(results).items()
        ],
        f"First visit, compressed: {size / 1000:.1f} kB, all of it in one answer. "
        f"Medians of {ROUNDS} rounds. "
        "Goals: 0.5 × health, 4 × login, p99 50 ms, 40 kB.",
    )


if __name__ == "__main__":
    main()
