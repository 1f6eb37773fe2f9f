"""Transfers as a person in the warehouse would validate them."""

from odoo import Command


def transfer(lots, direction, **values):
    """Validate a receipt ("in"), a delivery ("out") or a return ("back") of serials."""
    env = lots.env
    warehouse = env["stock.warehouse"].search([], limit=1)
    outside = env.ref(
        "stock.stock_location_suppliers"
        if direction == "in"
        else "stock.stock_location_customers"
    )
    source, target = outside, warehouse.lot_stock_id
    picking_type = warehouse.in_type_id
    if direction == "out":
        source, target = target, source
        picking_type = warehouse.out_type_id
    ends = {"location_id": source.id, "location_dest_id": target.id}
    picking = env["stock.picking"].create(
        {
            "picking_type_id": picking_type.id,
            "move_ids": [Command.create(_prepare_move(lots, ends))],
            **ends,
            **values,
        }
    )
    picking.button_validate()
    return picking


def _prepare_move(lots, ends):
    return {
        "product_id": lots.product_id.id,
        "product_uom_qty": len(lots),
        "move_line_ids": [
            Command.create(
                {
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "picked": True,
                    **ends,
                }
            )
            for lot in lots
        ],
        **ends,
    }
