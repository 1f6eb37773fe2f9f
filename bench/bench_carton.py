"""Deliveries of serials in cartons: how long stock takes, and how long we do.

Both reserve the same stock in the same run, in the same database: stock's own code
first, then, after it was undone, ours. Whole deliveries of cartons and of loose serials
are compared as well.
"""

import sys
import time

from bench_bind import create_product, fill, mint, settle

from harness import database, odoo_env, report

SIZE = 40  # serials in a carton
OWN = "serial_stock_own"


def stock(env, lots, location, packed):
    """Put serials into stock, in cartons or loose, as an import would."""
    lots._move_to_stage("produced", "produced")
    fill(env, lots, location.id)
    if packed:
        pack(env, lots, location)


def pack(env, lots, location):
    """Put serials that are in stock into cartons."""
    count = -(-len(lots) // SIZE)
    packages = env["stock.package"].create(
        [{"name": f"BENCH-{lots[0].id}-{number}"} for number in range(count)]
    )
    env.cr.execute(
        """
        UPDATE stock_quant SET package_id = given.package_id
          FROM unnest(%s, %s) AS given(lot_id, package_id)
         WHERE stock_quant.lot_id = given.lot_id
        """,
        [lots.ids, [packages[place // SIZE].id for place in range(len(lots))]],
    )
    env.cr.execute(
        """
        UPDATE stock_package SET location_id = %s, company_id = %s WHERE id = ANY(%s)
        """,
        [location.id, env.company.id, packages.ids],
    )
    env.invalidate_all()


def prepare(env, count, packed=True):
    """Return the draft of a delivery of serials in stock."""
    product = create_product(env)
    warehouse = env["stock.warehouse"].search([], limit=1)
    stock(env, mint(env, product, count), warehouse.lot_stock_id, packed)
    ends = {
        "location_id": warehouse.lot_stock_id.id,
        "location_dest_id": env.ref("stock.stock_location_customers").id,
    }
    partner = env["res.partner"].create({"name": "Yuexiu", "channel_tier": "tier1"})
    region = env["serial.channel.region"].create({"name": f"Region {product.id}"})
    picking = env["stock.picking"].create(
        {
            "picking_type_id": warehouse.out_type_id.id,
            "partner_id": partner.id,
            "serial_region_id": region.id,
            **ends,
        }
    )
    env["stock.move"].create(
        {
            "product_id": product.id,
            "product_uom_qty": count,
            "picking_id": picking.id,
            **ends,
        }
    )
    settle(env)
    return picking


def clocked(env, function):
    """Return how many seconds a function takes, all of it written to the database."""
    start = time.perf_counter()
    function()
    env.flush_all()
    return time.perf_counter() - start


def reserve(env, picking, own):
    """Return the seconds that reserving takes, which is then undone."""
    record = picking.with_context(**{OWN: own})
    env.cr.execute("SAVEPOINT reserve")
    seconds = clocked(env, record.action_confirm)
    assert len(picking.move_line_ids) == picking.move_ids.product_uom_qty
    env.invalidate_all()
    env.cr.execute("ROLLBACK TO SAVEPOINT reserve")
    env.transaction.clear()
    return seconds


def deliver(env, count, packed, own=False):
    """Return the seconds of reserving and of validating a delivery."""
    picking = prepare(env, count, packed).with_context(**{OWN: own})
    reserved = clocked(env, picking.action_confirm)
    picking.move_ids.picked = True

    def validate():
        picking.button_validate()
        env.cr.commit()

    validated = clocked(env, validate)
    assert picking.state == "done"
    return reserved, validated


def measure(env, count):
    """Return the rows of both tables for deliveries of so many serials."""
    picking = prepare(env, count)
    ours = reserve(env, picking, own=False)
    alone = reserve(env, picking, own=True)
    reserving = {
        "serials": count,
        "cartons": -(-count // SIZE),
        "stock alone (s)": alone,
        "ours (s)": ours,
        "times as fast": alone / ours,
    }
    loose, cartons = (deliver(env, count, packed) for packed in (False, True))
    whole = {
        "serials": count,
        "loose: reserve (s)": loose[0],
        "loose: validate (s)": loose[1],
        "cartons: reserve (s)": cartons[0],
        "cartons: validate (s)": cartons[1],
        "cartons / loose": sum(cartons) / sum(loose),
    }
    return reserving, whole


def main():
    sizes = [int(size) for size in sys.argv[1:]] or [200, 1_000, 5_000]
    with database("serial_dossier_bench_carton") as name, odoo_env(name) as env:
        env = env(
            user=env.ref("base.user_admin"),
            context={**env.context, "tracking_disable": True},
        )
        deliver(env, 80, True)  # fills caches
        rows = [measure(env, size) for size in sizes]
    reserving, whole = zip(*rows, strict=True)
    report(
        "Reservation of whole cartons",
        reserving,
        "Confirming and reserving one delivery, written but not committed. Goal: "
        "5,000 serials in 125 cartons in 1/20 of what stock itself takes, with the "
        "same rows.",
    )
    report(
        "Whole delivery, in cartons and loose",
        whole,
        "Goal: cartons no slower than loose serials.",
    )


if __name__ == "__main__":
    main()
