"""Capture of EPCIS documents: how fast, how much memory, and workers that are killed.

A document with an event a serial is taken in as the API does it, and recorded by
worker processes of which the first ones are killed in the middle of their work. At the
end each serial must have been told exactly once.
"""

import resource
import signal
import subprocess
import sys
import time
from random import Random

from bench_bind import create_product, mint

from harness import INSTANCE, database, odoo_env, report

GTIN = "06901234567892"
KILLED = 4

WORK = """
import time
job = env["serial.capture"].search([], order="id desc", limit=1)
while job.state in ("checking", "running"):
    job._run_chunk(lambda: job._work({}))
    env.cr.commit()
    print("chunk", job.done_count, flush=True)
"""


def document(lots):
    """Return a document that says of each serial that it was made."""
    events = [
        {
            "type": "ObjectEvent",
            "eventTime": f"2026-03-01T08:{number // 60 % 60:02}:{number % 60:02}+08:00",
            "eventTimeZoneOffset": "+08:00",
            "action": "ADD",
            "bizStep": "commissioning",
            "disposition": "active",
            "readPoint": {"id": "https://id.gs1.org/414/6901234000009"},
            "bizTransactionList": [{"type": "prodorder", "bizTransaction": "urn:x:7"}],
            "epcList": [f"https://id.gs1.org/01/{GTIN}/21/{name}"],
        }
        for number, name in enumerate(lots)
    ]
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-02T08:00:00Z",
        "epcisBody": {"eventList": events},
    }


def work(name, until=None):
    """Have a process record; kill it after some seconds, if it still works."""
    command = [
        sys.executable, "-m", "odoo", "shell", "-c", str(INSTANCE / "odoo.conf"),
        "-d", name, "--log-level=error", "--no-http",
    ]  # fmt: skip
    worker = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    worker.stdin.write(WORK)
    worker.stdin.close()
    if until:
        worker.stdout.readline()
        time.sleep(until)
        worker.send_signal(signal.SIGKILL)
        worker.stdout.read()
    else:
        worker.stdout.read()
    return worker.wait()


def verdict(env, product):
    """Return what the dossiers and the job say in the end."""
    env.cr.execute(
        """
        SELECT count(*), count(*) FILTER (WHERE stage = 'produced'),
               count(*) FILTER (WHERE event_count = 2)
          FROM stock_lot WHERE product_id = %s
        """,
        [product.id],
    )
    serials, produced, once = env.cr.fetchone()
    job = env["serial.capture"].search([], order="id desc", limit=1)
    broken = env["serial.event"]._get_broken_chains(
        env["stock.lot"].search([("product_id", "=", product.id)]).ids
    )
    return {
        "serials": serials,
        "produced": produced,
        "told once": once,
        "recorded": job.recorded_count,
        "repeated": job.repeated_count,
        "errors": job.error_count,
        "broken chains": len(broken),
    }


def take_in(env, product, count):
    """Take a document in; return how long the check and the rest took."""
    told = document(mint(env, product, count).mapped("name"))
    captures = env["serial.capture"]
    start = time.perf_counter()
    faults = captures._find_faults(told, "rollback")
    checked = time.perf_counter()
    captures._take(told, "rollback")
    env.cr.commit()
    return {
        "faults": len(faults),
        "check (s)": checked - start,
        "take in (s)": time.perf_counter() - checked,
    }


def record(name, count):
    """Record with workers that are killed and one that is not."""
    random = Random(20260302)
    begun = time.perf_counter()
    killed = sum(
        work(name, random.uniform(0.5, 5)) == -signal.SIGKILL for _n in range(KILLED)
    )
    work(name)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "record (s)": seconds,
        "events/s": count / seconds,
        "workers killed": killed,
        "peak of a worker (MB)": peak,
    }


def main(count=100_000):
    """Take in and record one document, with workers killed on the way."""
    with database() as name:
        with odoo_env(name) as env:
            product = create_product(env)
            product.barcode = GTIN[1:]
            facts = {"events": count, **take_in(env, product, count)}
            product_id = product.id
        facts |= record(name, count)
        with odoo_env(name) as env:
            found = verdict(env, env["product.product"].browse(product_id))
    report("Capture of EPCIS events", [facts])
    report("What the dossiers say then", [found])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
