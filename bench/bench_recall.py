"""Computing a recall: units by product, by a part all have, by a batch of a part.

Every unit has three parts. The list is computed as the background worker does, chunk by
chunk with a commit each, so that progress is seen; then some units are flagged.
SERIAL_DOSSIER_BENCH_LOTS sets how many serials the database holds.
"""

import os
import time

from bench_bind import create_product, settle

from harness import database, mint, odoo_env, report

LOTS = int(os.environ.get("SERIAL_DOSSIER_BENCH_LOTS", 1_000_000))
GOAL = 30.0
BATCHES = 20  # of batteries: a recall of one reaches one unit in twenty

PARTS = """
INSERT INTO serial_part (lot_id, name, product_id, component_lot, position, source,
                         installed_at)
SELECT lot.id, part.kind || lot.id, part.product_id, part.kind || lot.id %% %(batches)s,
       part.kind, 'file', now()
  FROM stock_lot lot
 CROSS JOIN unnest(%(kinds)s::varchar[], %(products)s::integer[])
            AS part(kind, product_id)
 WHERE lot.serial_batch_id = %(batch)s
"""


def fill(env):
    """Mint serials, have them produced, and build three parts into each."""
    product = create_product(env)
    batch = mint(env, product, LOTS)
    env.cr.execute(
        "UPDATE stock_lot SET stage = 'produced' WHERE serial_batch_id = %s",
        [batch.id],
    )
    kinds = ["BAT", "CAM", "LCD"]
    parts = env["product.product"].create([{"name": kind} for kind in kinds])
    env.cr.execute(
        PARTS,
        {
            "batches": BATCHES,
            "kinds": kinds,
            "products": parts.ids,
            "batch": batch.id,
        },
    )
    settle(env)
    return product, parts


def create_recall(env, **scope):
    """Return a draft of a recall."""
    texts = dict.fromkeys(("hazard", "instructions", "remedy"), "Text")
    recall = env["serial.recall"].create({"title": "Bench", **texts, **scope})
    settle(env)
    return recall


def work_off(env, recall):
    """Work as the background does; return (seconds, progress in percent seen)."""
    start, seen = time.perf_counter(), []
    while recall.job:
        recall._work({})
        env.cr.commit()
        env.invalidate_all()
        seen.append(round(recall.progress))
    return time.perf_counter() - start, seen


def compute(env, name, **scope):
    """Return the row of the table for one way to find units."""
    recall = create_recall(env, **scope)
    start = time.perf_counter()
    recall.action_compute()
    env.cr.commit()
    first = time.perf_counter() - start
    seconds, seen = work_off(env, recall)
    assert recall.state == "computed", recall.state
    seconds += first
    row = {
        "by": name,
        "units found": recall.unit_count,
        "seconds": seconds,
        "units looked at a second": recall.job_total / seconds,
        "progress shown": f"{len(seen)} times",
        "goal": f"≤ {GOAL:.0f} s",
    }
    return row, recall


def activate(env, recall):
    """Return the row of flagging a recall's units, an event each."""
    recall.action_activate()
    env.cr.commit()
    seconds, seen = work_off(env, recall)
    return {
        "units flagged": recall.unit_count,
        "seconds": seconds,
        "units a second": recall.unit_count / max(seconds, 0.001),
        "progress shown": f"{len(seen)} times",
    }


def write_file(recall):
    """Return the row of the list as a file."""
    start = time.perf_counter()
    size = sum(len(text) for text in recall._write_units())
    seconds = time.perf_counter() - start
    return {
        "units": recall.unit_count,
        "MB": size / 1e6,
        "seconds": seconds,
    }


def main():
    with database("serial_dossier_bench_recall") as name, odoo_env(name) as env:
        env = env(context={**env.context, "tracking_disable": True})
        product, parts = fill(env)
        every, whole = compute(env, "product", product_ids=product.ids)
        part, _recall = compute(env, "a part", component_product_ids=parts[0].ids)
        batch, recall = compute(env, "a part's batch", component_batch="BAT7")
        flagged = activate(env, recall)
        written = write_file(whole)
    report(f"Computing a recall over {LOTS:,} units of 3 parts", [every, part, batch])
    report("Activating it", [flagged])
    report("Its list as a file", [written])


if __name__ == "__main__":
    main()
