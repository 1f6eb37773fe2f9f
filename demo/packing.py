"""A pallet that left by one scan, and what stands in the warehouse."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command

PREFIX = "0614141"
PACKED = "AX"  # whose units go into cartons
IN_CARTON = 10


def pack(story, today):
    """Pack cartons and pallets: one is shipped, one stands ready, one is open."""
    env = story.env
    env.company.serial_gs1_prefix = PREFIX
    code = next(code for code in story.stock if code.startswith(PACKED))
    units = story.stock[code]
    count = min(len(units) // 3 // IN_CARTON, 4) * IN_CARTON
    if not count:
        return
    taken = [units.pop() for _unit in range(count + IN_CARTON // 2)]
    user, half = story.users["user"], count // 2
    with freeze_time(today - timedelta(days=6)):
        gone = _pack_pallet(env, user, taken[:half])
        _pack_pallet(env, user, taken[half:count])
    with freeze_time(today - timedelta(days=4)):
        _send(env, story, gone)
    with freeze_time(today):
        _leave_open(env, user, taken[count:])


def _pack_pallet(env, user, lots):
    packing = env["serial.packing"].with_user(user)
    state = packing.act("new_pallet", {})
    bench = {"pallet_id": state["pallet"]["id"], "carton_full": IN_CARTON}
    for lot in lots:
        state = packing.scan(lot.scan_code, bench)
        bench["carton_id"] = state["carton"] and state["carton"]["id"]
    packing.act("close_pallet", bench)
    return env["stock.package"].browse(bench["pallet_id"])


def _send(env, story, packages):
    """Deliver packages as the warehouse does: by scanning them."""
    warehouse = env["stock.warehouse"].search([], limit=1)
    ends = {
        "location_id": warehouse.lot_stock_id.id,
        "location_dest_id": env.ref("stock.stock_location_customers").id,
    }
    lots = packages.contained_quant_ids.lot_id
    picking = env["stock.picking"].create(
        {
            "picking_type_id": warehouse.out_type_id.id,
            "partner_id": next(iter(story.distributors.values())).id,
            "move_ids": [
                Command.create(
                    {
                        "product_id": lots.product_id.id,
                        "product_uom_qty": len(lots),
                        **ends,
                    }
                )
            ],
            **ends,
        }
    )
    picking.action_confirm()
    for package in packages:
        picking.serial_scan(package.name)
    picking.button_validate()


def _leave_open(env, user, lots):
    packing = env["serial.packing"].with_user(user)
    bench = {"carton_full": IN_CARTON}
    for lot in lots:
        state = packing.scan(lot.scan_code, bench)
        bench["carton_id"] = state["carton"]["id"]
