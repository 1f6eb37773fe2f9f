"""What every benchmark needs: a database, an environment, a server, a load, a table.

    from harness import database, interleaved, load, odoo_env, report, server

    with database() as name:
        with odoo_env(name) as env:
            ...  # fill it, env.cr.commit()
        with server(name) as url:
            rates = interleaved({
                "health": lambda: load(url + "/web/health"),
                "page": lambda: load(url + "/sn/X8K29M4PLQ7RW"),
            })
    report("Page", [{"what": "page", "req/s": rates["page"].req_s, ...}])

bin/bench sets the paths and runs bench_*.py; ratios within one run are what counts.
"""

import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from load import Rate, load  # part of the harness's own interface

REPO = Path(__file__).resolve().parents[1]
INSTANCE = REPO / ".odoo"
sys.path.insert(0, str(REPO / "bin" / "setup.d"))

import database as databases  # noqa: E402  (found through the line above)

__all__ = [
    "Rate",
    "database",
    "in_rounds",
    "interleaved",
    "load",
    "measured",
    "medians",
    "mint",
    "odoo_env",
    "ratio",
    "report",
    "server",
]


@contextlib.contextmanager
def database(name="serial_dossier_bench", install=True, keep=False):
    """Yield the name of a fresh database, with our module in it unless `install=False`.

    SERIAL_DOSSIER_BENCH_KEEP=1 keeps it for a look afterwards.
    """
    databases.create(name)
    if install:
        conf = str(INSTANCE / "odoo.conf")
        options = ["-i", "serial_dossier", "--stop-after-init", "--no-http"]
        databases.odoo("-c", conf, "-d", name, *options, "--log-level=warn")
    try:
        yield name
    finally:
        if not keep and not os.environ.get("SERIAL_DOSSIER_BENCH_KEEP"):
            _close_registry(name)
            databases.drop(name)


def _close_registry(name):
    if "odoo" in sys.modules:
        from odoo.modules.registry import Registry
        from odoo.sql_db import close_db

        Registry.delete(name)
        close_db(name)


@contextlib.contextmanager
def odoo_env(name, uid=1, context=None):
    """Yield an Odoo environment in this process; what is not committed is lost."""
    import odoo
    from odoo.modules.registry import Registry

    conf = str(INSTANCE / "odoo.conf")
    odoo.tools.config.parse_config(["-c", conf, "-d", name, "--log-level=warn"])
    with Registry(name).cursor() as cr:
        env = odoo.api.Environment(cr, uid, context or {})
        yield env
        cr.rollback()


def mint(env, product, count):
    """Mint serials of a product, as the background job does; return their batch."""
    batch = env["serial.batch"].create({"product_id": product.id, "quantity": count})
    batch._reserve()
    batch.state = "minting"
    while batch.state == "minting":
        batch._work({})
        env.cr.commit()
    return batch


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(name, workers=2, options=()):
    """Yield the address of an Odoo server on the database, without background jobs."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        sys.executable, str(INSTANCE / "lib" / "odoo-bin"),
        "-c", str(INSTANCE / "odoo.conf"), "-d", name,
        f"--workers={workers}", "--max-cron-threads=0", f"--http-port={port}",
        f"--gevent-port={_free_port()}", "--limit-time-cpu=3600",
        "--limit-time-real=3600", "--limit-request=10000000", "--log-level=warn",
        *options,
    ]  # fmt: skip
    with (INSTANCE / "bench.log").open("w") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(process, url)
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(process, url):
    for _attempt in range(240):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url + "/web/login", timeout=60).read()
            return
        time.sleep(0.25)
    raise RuntimeError(f"the server does not answer: see {INSTANCE / 'bench.log'}")


def measured(function):
    """Return the seconds that one call of `function` takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def interleaved(cases, rounds=3):
    """Run every case once a round, and return the median of each over the rounds.

    A case is a function that returns a number or a Rate. Interleaving spreads the
    machine's moods evenly.
    """
    return medians(in_rounds(cases, rounds))


def in_rounds(cases, rounds):
    """Run every case once a round; return name -> its results, one a round."""
    results = {name: [] for name in cases}
    for _round in range(rounds):
        for name, function in cases.items():
            results[name].append(function())
    return results


def medians(results):
    """Return the median of each case over its rounds."""
    return {name: _median(values) for name, values in results.items()}


def ratio(results, name, reference):
    """Return how many times as fast a case is as another: the median over the rounds.

    The two of one round ran seconds apart, under the same load of the machine. Many
    short rounds leave less to its moods than the medians of few long ones.
    """
    pairs = zip(results[name], results[reference], strict=True)
    return statistics.median(one.req_s / other.req_s for one, other in pairs)


def _median(values):
    if isinstance(values[0], Rate):
        columns = zip(*values, strict=True)
        return Rate(*(statistics.median(column) for column in columns))
    return statistics.median(values)


def _cell(value):
    if isinstance(value, float):
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
        return f"{value:,.{digits}f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def report(title, rows, note=""):
    """Print a Markdown table; every row is a dict with the columns of the first."""
    print(f"\n### {title}\n")
    head = list(rows[0])
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(_cell(row.get(name, "")) for name in head) + " |")
    if note:
        print(f"\n{note}")
    print(flush=True)
