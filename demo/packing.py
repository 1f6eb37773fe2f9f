"""A pallet that left by one scan, and what stands in the warehouse."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command

from .transfer import transfer

PREFIX = "9520123"  # the one of the products' GTINs
PACKED = "PC-10K"
IN_CARTON, CARTONS = 10, 4


def pack(story, today):
    """Pack cartons and pallets: one is shipped, one stands ready, one is open."""
    env, user = story.env, story.users["user"]
    env.company.serial_gs1_prefix = env.company.serial_gs1_prefix or PREFIX
    full, rest = IN_CARTON * CARTONS, IN_CARTON // 2
    lots = _produce(story, full + rest, today - timedelta(days=9))
    half = full // 2
    with freeze_time(today - timedelta(days=6)):
        gone = _pack_pallet(env, user, lots[:half])
        _pack_pallet(env, user, lots[half:full])
    with freeze_time(today - timedelta(days=4)):
        _send(env, story, gone)
    with freeze_time(today):
        _leave_open(env, user, lots[full:])


def _produce(story, count, day):
    """Return new units of a batch of their own, received from the factory."""
    with freeze_time(day):
        batch = story.env["serial.batch"].create(
            {
                "product_id": story.products[PACKED].id,
                "quantity": count,
                "plant": "SZ1",
                "production_date": day.date(),
            }
        )
        batch.with_user(story.users["user"]).action_mint()
        lots = story.env["stock.lot"].search([("serial_batch_id", "=", batch.id)])
        transfer(lots, "in")
    return lots


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
