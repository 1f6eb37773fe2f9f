"""New phones that old ones pay for: sold, handed over, returned."""

from odoo import Command

from . import pictures
from .transfer import transfer

BUYERS = (
    "Wu Tong 吴桐",
    "He Jing 何静",
    "Luo Yang 罗阳",
    "Song Qi 宋琪",
    "Tang Yi 唐怡",
)
ADDRESS = "61.144.56.9"


def buy(story, claim, step):
    """Set a claim off against the order of a new phone, and go on as its step says."""
    order = _order(story, claim)
    claim._credit(order.order_line)
    if step == "credited":
        return
    new_unit = story.stock["AX1-256"].pop(0)
    _hand_over(order, new_unit)
    if step == "delivered":
        return
    order._create_invoices().action_post()
    story.env["serial.activation"].sudo()._activate(
        [{"code": new_unit.scan_code, "ip": ADDRESS}], "api"
    )
    photo = pictures.draw_evidence("AX1-128", f"OLD UNIT {claim.lot_id.scan_code}")
    claim._attach([("old-unit.jpg", photo)])
    if step == "returned":
        claim.subsidy_reported_at = claim.credited_at
        transfer(new_unit, "back", partner_id=order.partner_id.id)


def _order(story, claim):
    """Return the order of a new phone, by a consumer."""
    buyer = story.env["res.partner"].create({"name": BUYERS[claim.id % len(BUYERS)]})
    line = {
        "product_id": story.products["AX1-256"].id,
        "tax_ids": [Command.clear()],
    }
    return story.env["sale.order"].create(
        {"partner_id": buyer.id, "order_line": [Command.create(line)]}
    )


def _hand_over(order, new_unit):
    """Deliver the phone that the buyer takes along."""
    order.action_confirm()
    picking = order.picking_ids
    picking.move_ids.move_line_ids.unlink()
    picking.move_ids.lot_ids = new_unit
    picking.move_ids.picked = True
    picking.button_validate()
