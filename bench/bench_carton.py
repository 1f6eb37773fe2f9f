"""Deliveries and receipts of serials in cartons: how long stock takes, and how long we
do.

Both reserve the same stock in the same run, in the same database: our code first,
then, after that was undone, stock's own. Whole deliveries and receipts of cartons and
of loose serials are compared as well. Seconds are of CPUs, of Odoo and of its database
session: other work on the machine hardly changes those.
"""

import sys

from bench_bind import create_product, fill, mint, settle, spent

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
    picking = create_picking(
        env,
        product,
        count,
        warehouse.out_type_id,
        warehouse.lot_stock_id,
        env.ref("stock.stock_location_customers"),
    )
    settle(env)
    return picking


def create_picking(env, product, count, picking_type, source, destination):
    """Return the draft of a transfer of so many units."""
    ends = {"location_id": source.id, "location_dest_id": destination.id}
    partner = env["res.partner"].create({"name": "Yuexiu", "channel_tier": "tier1"})
    region = env["serial.channel.region"].create({"name": f"Region {product.id}"})
    picking = env["stock.picking"].create(
        {
            "picking_type_id": picking_type.id,
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
    return picking


def measured(env, function):
    """Return how many seconds a function takes, all of it written to the database."""
    start = spent(env)
    function()
    env.flush_all()
    return spent(env) - start


def reserve(env, picking, own):
    """Return the seconds of reserving and of undoing that; all is rolled back."""
    record = picking.with_context(**{OWN: own})
    env.cr.execute("SAVEPOINT reserve")
    reserved = measured(env, record.action_confirm)
    assert len(picking.move_line_ids) == picking.move_ids.product_uom_qty
    assert all(line.is_entire_pack for line in picking.move_line_ids)
    freed = measured(env, record.do_unreserve)
    env.invalidate_all()
    env.cr.execute("ROLLBACK TO SAVEPOINT reserve")
    env.transaction.clear()
    return reserved, freed


def deliver(env, count, packed):
    """Return the seconds of reserving and of validating a delivery."""
    picking = prepare(env, count, packed)
    reserved = measured(env, picking.action_confirm)
    picking.move_ids.picked = True
    return reserved, validate(env, picking)


def validate(env, picking):
    """Return the seconds of validating a transfer, up to and with the commit."""

    def run():
        picking.button_validate()
        env.cr.commit()

    seconds = measured(env, run)
    assert picking.state == "done"
    return seconds


def receive(env, count, packed, own=False):
    """Return the seconds of validating a receipt of serials that were minted."""
    product = create_product(env)
    lots = mint(env, product, count)
    warehouse = env["stock.warehouse"].search([], limit=1)
    picking = create_picking(
        env,
        product,
        count,
        warehouse.in_type_id,
        env.ref("stock.stock_location_suppliers"),
        warehouse.lot_stock_id,
    ).with_context(**{OWN: own})
    picking.action_confirm()
    lines = picking.move_line_ids.sorted("id")
    for line, lot in zip(lines, lots, strict=True):
        line.lot_id = lot
    for start in range(0, count if packed else 0, SIZE):
        package = env["stock.package"].create({"name": f"IN-{product.id}-{start}"})
        lines[start : start + SIZE].result_package_id = package
    picking.move_ids.picked = True
    settle(env)
    return validate(env, picking)


def measure(env, count):
    """Return a row of each table for so many serials."""
    picking = prepare(env, count)
    ours = reserve(env, picking, own=False)
    alone = reserve(env, picking, own=True)
    reserving = {
        "serials": count,
        "cartons": -(-count // SIZE),
        "reserve: stock (s)": alone[0],
        "ours (s)": ours[0],
        "times as fast": alone[0] / ours[0],
        "unreserve: stock (s)": alone[1],
        "unreserve: ours (s)": ours[1],
    }
    loose, cartons = (deliver(env, count, packed) for packed in (False, True))
    delivery = {
        "serials": count,
        "loose: reserve (s)": loose[0],
        "loose: validate (s)": loose[1],
        "cartons: reserve (s)": cartons[0],
        "cartons: validate (s)": cartons[1],
        "cartons / loose": sum(cartons) / sum(loose),
    }
    receipt = {
        "serials": count,
        "loose (s)": receive(env, count, False),
        "cartons: stock (s)": receive(env, count, True, own=True),
        "cartons: ours (s)": receive(env, count, True),
    }
    receipt["cartons / loose"] = receipt["cartons: ours (s)"] / receipt["loose (s)"]
    return reserving, delivery, receipt


def main():
    sizes = [int(size) for size in sys.argv[1:]] or [200, 1_000, 5_000]
    with database("serial_dossier_bench_carton") as name, odoo_env(name) as env:
        env = env(
            user=env.ref("base.user_admin"),
            context={**env.context, "tracking_disable": True},
        )
        deliver(env, 80, True)  # fills caches
        rows = [measure(env, size) for size in sizes]
    reserving, delivery, receipt = zip(*rows, strict=True)
    report(
        "Reservation of whole cartons",
        reserving,
        "CPU seconds. Confirming and reserving one delivery, written but not "
        "committed. Goal: 5,000 serials in 125 cartons in 1/20 of what stock itself "
        "takes, with the same rows.",
    )
    report(
        "Whole delivery, in cartons and loose",
        delivery,
        "CPU seconds. Goal: cartons no slower than loose serials.",
    )
    report("Receipt, in cartons and loose", receipt, "CPU seconds of the validation.")


if __name__ == "__main__":
    main()
