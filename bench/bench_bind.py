"""What binding adds to the validation of a delivery, by how many serials are on it.

Stock's own validation is measured in the same run: one delivery with the binding taken
out, one with it, in turns, up to and with the commit. Both whole validations are
compared, and what is spent inside of the binding is measured by itself: that is
sharper, as whole ones differ by more than binding takes.
"""

import gc
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from harness import database, odoo_env, report

# Serials that exist before: a database that is empty plans other queries.
BEFORE = 200_000
# Pairs of deliveries with and without binding, by size: the odd one counts for little.
PAIRS = {1_000: 15, 10_000: 5}
OTHERS = ("stock.quant", "stock.move.line", "stock.move", "stock.picking")


def mint(env, product, count):
    """Return so many new serials."""
    batch_sudo = (
        env["serial.batch"].sudo().create({"product_id": product.id, "quantity": count})
    )
    batch_sudo._reserve()
    batch_sudo.state = "minting"
    while batch_sudo.state == "minting":
        batch_sudo._work({})
    return env["stock.lot"].search([("serial_batch_id", "=", batch_sudo.id)])


def create_product(env):
    """Return a coded product."""
    return env["product.product"].create(
        {
            "name": "Phone",
            "is_storable": True,
            "tracking": "serial",
            "serial_scheme_id": env.ref("serial_dossier.serial_scheme_random").id,
        }
    )


def settle(env):
    """Commit, and let the planner know what is there, as autovacuum does in time."""
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()
    gc.collect()


def prepare(env, count):
    """Return a delivery of serials in stock that is ready to validate."""
    product = create_product(env)
    lots = mint(env, product, count)
    lots._move_to_stage("produced", "produced")
    warehouse = env["stock.warehouse"].search([], limit=1)
    customers = env.ref("stock.stock_location_customers")
    stock = warehouse.lot_stock_id
    ends = {"location_id": stock.id, "location_dest_id": customers.id}
    fill(env, lots, ends["location_id"])
    partner = env["res.partner"].create({"name": "Yuexiu", "channel_tier": "tier1"})
    region = env["serial.channel.region"].search([("parent_id", "!=", False)], limit=1)
    region = region or env["serial.channel.region"].create({"name": "Guangdong"})
    picking = env["stock.picking"].create(
        {
            "picking_type_id": warehouse.out_type_id.id,
            "partner_id": partner.id,
            "serial_region_id": region.id,
            **ends,
        }
    )
    add_move(picking, lots, ends)
    picking.action_confirm()
    picking.move_ids.picked = True
    return picking


def add_move(picking, lots, ends):
    """Put serials on a transfer, a thousand lines at once."""
    env = picking.env
    line = {"product_id": lots.product_id.id, "picking_id": picking.id, **ends}
    move = env["stock.move"].create({**line, "product_uom_qty": len(lots)})
    for start in range(0, len(lots), 1000):
        env["stock.move.line"].create(
            [
                {**line, "move_id": move.id, "lot_id": lot.id, "quantity": 1}
                for lot in lots[start : start + 1000]
            ]
        )


def fill(env, lots, location_id):
    """Put serials into stock as an import would: receiving them is not measured."""
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO stock_quant (product_id, lot_id, location_id, company_id, quantity,
                                 reserved_quantity, in_date, create_uid, write_uid,
                                 create_date, write_date)
        SELECT product_id, id, %s, %s, 1, 0, now(), 1, 1, now(), now()
          FROM stock_lot WHERE id = ANY(%s)
        """,
        [location_id, env.company.id, lots.ids],
    )
    env.invalidate_all()


class Run(NamedTuple):
    """One validation: seconds of a clock and of CPUs, and those inside of the binding
    (or of what stock does in its stead), with the binding's queries.
    """

    clock: float
    cpu: float
    inside: float
    queries: int


def validate(env, count, bind):
    """Validate a delivery with binding or without, and return the Run."""
    picking = prepare(env, count)
    settle(env)
    inside = Inside(env, bind)
    with inside:
        clock, cpu = time.perf_counter(), spent(env)
        picking.button_validate()
        env.cr.commit()
        cpu, clock = spent(env) - cpu, time.perf_counter() - clock
    stages = set(picking.move_line_ids.lot_id.mapped("stage"))
    assert stages == {"shipped" if bind else "produced"}, stages
    return Run(clock, cpu, inside.seconds, inside.queries)


def spent(env):
    """Return the CPU seconds that this process and its database session have used.

    Other work on the machine changes how long things take, but hardly these.
    """
    env.cr.execute("SELECT pg_backend_pid()")
    stat = Path(f"/proc/{env.cr.fetchone()[0]}/schedstat").read_text()
    return time.process_time() + int(stat.split()[0]) / 1e9


class Inside(ExitStack):
    """Measures the binding; or takes it out and measures what it saves stock.

    Binding writes the location of the serials, which stock would compute otherwise.
    """

    def __init__(self, env, bind):
        super().__init__()
        self.env = env
        self.model = type(env["serial.binding"])
        self.bind = bind
        self.seconds = 0.0
        self.queries = 0
        self.depth = 0

    def __enter__(self):
        for name in ("_bind", "_ensure_deliverable"):
            method = self._wrap(getattr(self.model, name), name)
            self.enter_context(patch.object(self.model, name, method))
        return super().__enter__()

    def _wrap(self, method, name):
        def measured(model, *args, **kwargs):
            if self.depth:
                return method(model, *args, **kwargs)
            # What stock left to be written is written here or later: not ours.
            for other in OTHERS:
                model.env[other].flush_model()
            self.depth += 1
            start, queries = spent(self.env), model.env.cr.sql_log_count
            try:
                if self.bind:
                    return method(model, *args, **kwargs)
                if name == "_bind":
                    model.env["stock.lot"].flush_model()
            finally:
                self.queries += model.env.cr.sql_log_count - queries
                self.seconds += spent(self.env) - start
                self.depth -= 1

        return measured


def measure(env, count):
    """Return the row of the table for deliveries of so many serials."""
    runs = {False: [], True: []}
    for number in range(PAIRS.get(count, 3)):
        # Whichever goes second finds the machine warmer.
        for bind in (False, True) if number % 2 else (True, False):
            runs[bind].append(validate(env, count, bind))
    stock, bound = (
        Run(*map(statistics.median, zip(*runs[bind], strict=True)))
        for bind in (False, True)
    )
    return {
        "serials": count,
        "stock alone": stock.cpu,
        "binding": bound.inside,
        "binding (%)": 100 * bound.inside / stock.cpu,
        "spared to stock": stock.inside,
        "added (%)": 100 * (bound.inside - stock.inside) / stock.cpu,
        "whole, CPU (%)": _compared(runs, "cpu"),
        "whole, clock (%)": _compared(runs, "clock"),
        "queries": bound.queries,
    }


def _compared(runs, name):
    """Return by how many percent binding prolongs a validation: the pairs' median."""
    return statistics.median(
        100 * (getattr(bound, name) / getattr(stock, name) - 1)
        for stock, bound in zip(runs[False], runs[True], strict=True)
    )


def main():
    sizes = [int(size) for size in sys.argv[1:]] or PAIRS
    with database("serial_dossier_bench_bind") as name, odoo_env(name) as env:
        # A person, as in life: the events name him.
        env = env(
            user=env.ref("base.user_admin"),
            context={**env.context, "tracking_disable": True},
        )
        mint(env, create_product(env), BEFORE)
        validate(env, 50, True)  # fills caches
        rows = [measure(env, size) for size in sizes]
    report(
        "Binding on delivery",
        rows,
        "CPU seconds of Odoo and of its database session, medians. Goal: binding takes "
        "at most 2 % of stock's own validation, and as many queries whatever the "
        "number of serials. It also writes the serials' location, which spares stock "
        "computing it: with that taken off, it adds the next share. Whole validations "
        "with binding and without, in pairs, differ by the last two.",
    )


if __name__ == "__main__":
    main()
