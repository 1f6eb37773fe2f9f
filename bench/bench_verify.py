"""`POST /verify` among many serials, its key checked each time, beside `/web/health`.

Goals: at least 0.7 of /web/health, 99 of 100 within 25 ms, a batch of 1,000 within
0.25 s. Beside the requests a second it tells the CPU time of the server and its
database a request: that ratio stays when the machine carries other load.
SERIAL_DOSSIER_BENCH_LOTS sets how many serials the database holds.
"""

import json
import os
import random
import statistics
from datetime import timedelta
from pathlib import Path

from bench_scan import LOTS, create_product, settle

from harness import database, load, mint, odoo_env, report, server

ROUNDS = 9
SECONDS = 3
ASKED = 20_000
STORES = 2_000
BATCH = 1_000


def create_channel(env):
    """Create distributors in two tiers, who keep stores; return them."""
    partners = env["res.partner"].create(
        [
            {"name": f"Distributor {number}", "is_company": True, "channel_tier": tier}
            for number, tier in enumerate(["tier1"] * 20 + ["tier2"] * 180)
        ]
    )
    for number, retailer in enumerate(partners[20:]):
        retailer.channel_parent_id = partners[number % 20]
    platform = env.ref("serial_dossier.serial_channel_platform_tmall")
    env["serial.channel.store"].create(
        [
            {
                "platform_id": platform.id,
                "store_id": str(number),
                "name": f"Store {number}",
                "partner_id": partners[number % 200].id,
            }
            for number in range(STORES)
        ]
    )
    return partners


def fill(env):
    """Let distributors hold serials and keep stores; return the codes and a key."""
    batch = mint(env, create_product(env), LOTS)
    partners = create_channel(env)
    lots = env["stock.lot"].search(
        [("serial_batch_id", "=", batch.id)], limit=min(ASKED, LOTS)
    )
    for number in range(20):
        part = lots[number::20]
        part._move_to_stage("produced", "produced")
        holder = {"channel_partner_id": partners[20 + number].id}
        part._move_to_stage("shipped", "shipped", lot_values=holder)
    key = make_key(env)
    env.cr.commit()
    settle(env)
    return lots.mapped("scan_code"), key


def make_key(env):
    """Return a key as the brand makes it for a platform."""
    group = env.ref("serial_dossier.serial_dossier_group_user")
    user = env["res.users"].create(
        {"name": "Platform", "login": "platform", "group_ids": [(4, group.id)]}
    )
    end = env.cr.now() + timedelta(days=1)
    keys = env["serial.api.key"].sudo(False).with_user(2)
    plenty = {"units_per_minute": 10**9, "units_per_day": 10**9}
    return keys._generate("Bench", user, end, **plenty)


class Processes:
    """The CPU time of a server and of its database's sessions."""

    def __init__(self, env):
        self.env = env

    def read(self):
        """Return seconds of CPU by all but us so far."""
        self.env.cr.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
        pids = {pid for (pid,) in self.env.cr.fetchall()} | set(self._find_workers())
        self.env.cr.rollback()
        return sum(map(self._read_one, pids))

    def _find_workers(self):
        """Return the ids of the processes that serve: all below us."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(stat.parent.name)] = int(fields[1])
        found = {os.getpid()}
        while more := {p for p, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {os.getpid()}

    def _read_one(self, pid):
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            times = [int((t / "schedstat").read_text().split()[0]) for t in tasks]
        except OSError:
            return 0
        return sum(times) / 1e9


def make_cases(url, codes, key):
    """Return name -> a function that sends requests for some seconds."""
    draw = random.Random(1)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}

    def post(path, make_body, **options):
        return lambda: load(
            f"{url}/api/serial/v1{path}",
            "POST",
            lambda _number: json.dumps(make_body()),
            headers,
            seconds=SECONDS,
            **options,
        )

    def ask(some, store=None):
        question = {"code": draw.choice(some)}
        if store:
            store = {"platform": "tmall", "store_id": str(draw.randrange(2 * STORES))}
            question["store"] = store
        return question

    return {
        "/web/health": lambda: load(f"{url}/web/health", seconds=SECONDS),
        "/verify": post("/verify", lambda: ask(codes)),
        "/verify with a shop": post("/verify", lambda: ask(codes, store=True)),
        f"/verify/batch of {BATCH:,}": post(
            "/verify/batch",
            lambda: {"items": [ask(codes, store=True) for _ in range(BATCH)]},
            clients=1,
            warm=2,
        ),
    }


def measure(env, cases):
    """Return name -> list of (rate, CPU seconds a request), a round each."""
    processes = Processes(env)
    for case in cases.values():
        case()
    results = {name: [] for name in cases}
    for _round in range(ROUNDS):
        for name, case in cases.items():
            before = processes.read()
            rate = case()
            requests = rate.req_s * SECONDS
            results[name].append((rate, (processes.read() - before) / requests))
    return results


def summarise(rounds, healthy):
    """Return the row of a case: medians, and ratios by round."""
    rates = [rate for rate, _cpu in rounds]
    pairs = list(zip(rounds, healthy, strict=True))
    return {
        "req/s": statistics.median(rate.req_s for rate in rates),
        "of /web/health": statistics.median(a[0].req_s / b[0].req_s for a, b in pairs),
        "of its CPU": statistics.median(b[1] / a[1] for a, b in pairs),
        "CPU ms": statistics.median(cpu for _rate, cpu in rounds) * 1000,
        "p50 ms": statistics.median(rate.p50 for rate in rates),
        "p99 ms": statistics.median(rate.p99 for rate in rates),
        "bytes": round(statistics.median(rate.size for rate in rates)),
    }


def main():
    """Measure and print."""
    with database() as name, odoo_env(name) as env:
        codes, key = fill(env)
        with server(name, options=["--proxy-mode"]) as url:
            results = measure(env, make_cases(url, codes, key))
    healthy = results["/web/health"]
    report(
        f"POST /verify among {LOTS:,} serials",
        [
            {"route": route, **summarise(rounds, healthy)}
            for route, rounds in results.items()
        ],
        "Goals: 0.7 of /web/health, p99 25 ms, a batch within 250 ms. Ratios are "
        f"medians of {ROUNDS} interleaved rounds; `of its CPU` is the CPU time of "
        "/web/health, server and database, over that of the route.",
    )


if __name__ == "__main__":
    main()
