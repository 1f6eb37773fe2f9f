"""Files of EPCIS events: 1,000,000 steps written in the background, in flat memory.

Where many serials take a step together they are one EPCIS event; each activation is an
event of its own. SERIAL_DOSSIER_BENCH_LOTS sets how many serials the database holds.
"""

import os
import resource
import time
from datetime import timedelta

from bench_bind import create_product, settle

from odoo import fields

from harness import database, mint, odoo_env, report

LOTS = int(os.environ.get("SERIAL_DOSSIER_BENCH_LOTS", 250_000))
STEPS = 4
GOAL = 10_000
# Serials that take a step together.
TOGETHER = 200


def fill(env):
    """Mint serials; have them produced and shipped in lots, activated one by one."""
    product = create_product(env)
    product.barcode = "9506000134352"
    partner = env["res.partner"].create(
        {"name": "Yuexiu", "is_company": True, "channel_tier": "tier1"}
    )
    batch = mint(env, product, LOTS)
    env.cr.execute("SELECT id FROM stock_lot WHERE serial_batch_id = %s", [batch.id])
    ids = [row[0] for row in env.cr.fetchall()]
    start = fields.Datetime.now() - timedelta(days=9)
    for first in range(0, LOTS, TOGETHER):
        live(env, ids[first : first + TOGETHER], partner, first, start)
        if not first // TOGETHER % 50:
            env.cr.commit()
            env.invalidate_all()
    settle(env)


def live(env, lots, partner, number, start):
    """Have serials produced, shipped and activated."""
    moment = start + timedelta(seconds=number)
    document = {"document_name": f"WH/{number}"}
    events = env["serial.event"]
    events._record(lots, "produced", "produced", event_time=moment, **document)
    events._record(
        lots,
        "shipped",
        "shipped",
        event_time=moment + timedelta(days=1),
        partner_id=partner.id,
        **document,
    )
    events._record(
        lots,
        "activated",
        "activated",
        per_lot={
            lot_id: {"event_time": moment + timedelta(days=2, seconds=index)}
            for index, lot_id in enumerate(lots)
        },
    )


def write_file(env, **values):
    """Write a file as the background does; return its row of the table."""
    now, days = fields.Datetime.now(), timedelta(days=60)
    period = {"scope": "period", "date_from": now - days, "date_to": now + days}
    export = env["serial.epcis.export"].create({**period, **values})
    early, start, writers = 0, time.perf_counter(), {}
    export._start_drafts()
    while export.state == "running":
        export._work(writers)
        env.cr.commit()
        env.invalidate_all()
        if not early and export.done_count > export.total_count / 10:
            early = memory()
    seconds = time.perf_counter() - start
    assert export.state == "done", export.error
    return {
        "file": "complete" if export.is_complete else "for partners",
        "steps": export.done_count,
        "EPCIS events": export.event_count,
        "MB": export.file_size / 1e6,
        "seconds": seconds,
        "steps a second": export.done_count / seconds,
        "EPCIS events a second": export.event_count / seconds,
        "most memory after a tenth, at the end (MB)": f"{early:.0f}, {memory():.0f}",
        "goal": f"≥ {GOAL:,} a second",
    }


def memory():
    """Return the most memory this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    with database("serial_dossier_bench_epcis") as name, odoo_env(name) as env:
        env = env(context={**env.context, "tracking_disable": True})
        fill(env)
        rows = [write_file(env), write_file(env, is_complete=True)]
    report(f"Files of EPCIS events, {LOTS:,} serials of {STEPS} steps", rows)


if __name__ == "__main__":
    main()
