"""Purging dossiers: looking for what is due, and removing it with its proof.

Serials are minted, produced and shipped three years ago, each with scans. Both jobs run
as the background worker does, chunk by chunk with a commit each; the purge's first and
last chunks are told apart, as a large purge must not become slower on its way.
SERIAL_DOSSIER_BENCH_LOTS sets how many serials the database holds.
"""

import os
import resource
import statistics
import time
from datetime import timedelta

from bench_bind import create_product, settle

from odoo import fields

from harness import database, mint, odoo_env, report

LOTS = int(os.environ.get("SERIAL_DOSSIER_BENCH_LOTS", 100_000))
SCANS = 3
SCAN = """
INSERT INTO serial_scan (scanned_at, lot_id, product_id, code, result, ip_prefix)
SELECT now() - interval '1 day', lot.id, lot.product_id, lot.scan_code, 'shown',
       '203.0.113.0/24'
  FROM stock_lot lot CROSS JOIN generate_series(1, %s)
 WHERE lot.serial_batch_id = %s
"""


def fill(env):
    """Mint serials, and have happened to them what happened three years ago."""
    product = create_product(env)
    batch = mint(env, product, LOTS)
    lots = env["stock.lot"].search([("serial_batch_id", "=", batch.id)])
    for at in range(0, LOTS, 20_000):
        chunk = lots[at : at + 20_000].ids
        for kind in ("produced", "shipped"):
            env["serial.event"]._record(chunk, kind, stage=kind)
        env.cr.commit()
    env.cr.execute(SCAN, [SCANS, batch.id])
    settle(env)
    return product


def work_off(env, purge):
    """Work as the background does; return the seconds of each chunk."""
    seconds, state = [], purge.state
    while purge.state == state:
        start = time.perf_counter()
        purge._work({})
        env.cr.commit()
        env.invalidate_all()
        seconds.append(time.perf_counter() - start)
    return seconds


def main():
    with database("serial_dossier_bench_purge") as name, odoo_env(name) as env:
        fill(env)
        purge = env["serial.purge"].create({})
        purge._begin_listing()
        purge.as_of = fields.Date.today() + timedelta(days=3 * 366)
        looked = work_off(env, purge)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        due = purge.due_count
        purge.write({"state": "running", "job_total": due, "job_done": 0})
        purged = work_off(env, purge)[:-1]
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert purge.purged_count == due, (purge.purged_count, due)
        tenth = max(len(purged) // 10, 1)
        row = {
            "units": due,
            "looked at a second": LOTS / sum(looked),
            "purged a second": due / sum(purged),
            "events a second": purge.event_count / sum(purged),
            "first chunks (s)": statistics.median(purged[:tenth]),
            "last chunks (s)": statistics.median(purged[-tenth:]),
            "memory grown (MB)": grown / 1024,
        }
    report(f"Purging {LOTS:,} dossiers of 3 events and {SCANS} scans", [row])


if __name__ == "__main__":
    main()
