"""The demo's warranties: policies, papers, sold extensions, an exclusion."""

from datetime import timedelta

from odoo import Command

# Kettles have none: their months are all there is.
POLICIES = {"AX": "cn_phone", "PC": "cn_power_bank"}


def set_policies(story):
    """Give the products their warranty policies, before anything is sold."""
    for code, product in story.products.items():
        if preset := POLICIES.get(code[:2]):
            product.serial_policy_id = story.env.ref(
                f"serial_dossier.serial_warranty_policy_{preset}"
            )


def keep_papers(story, today):
    """Keep an invoice, sell months on top, and exclude a unit that got wet."""
    env, user = story.env, story.users["user"]
    live = [("state", "=", "live"), ("basis", "=", "activation")]
    running = [*live, ("policy_id.code", "=", "cn_phone")]
    warranties = env["serial.warranty"].search(running, limit=8, order="id")
    for number, warranty in enumerate(warranties[:3], start=1):
        warranty.with_user(user)._prove(
            "invoice",
            "sale",
            warranty.start - timedelta(days=number),
            invoice_number=f"04400{number}",
        )
    sell_extensions(story, warranties[3:6])
    wet = warranties[6:7]
    if wet:
        env["serial.warranty.exclusion"].with_user(user).create(
            {
                "warranty_id": wet.id,
                "kind_id": env.ref(
                    "serial_dossier.serial_warranty_policy_exclusion_misuse"
                ).id,
                "reason": "The liquid marker at the charging port is red.",
                "found_on": today.date(),
            }
        )


def sell_extensions(story, warranties):
    """Sell twelve months on top of some warranties."""
    env = story.env
    product = env["product.product"].create(
        {
            "name": "Lumen Care, 12 months",
            "default_code": "CARE-12",
            "type": "service",
            "list_price": 99,
            "serial_extension_months": 12,
        }
    )
    buyer = env["res.partner"].create({"name": "Lin Yue 林悦"})
    for warranty in warranties:
        order = env["sale.order"].create(
            {
                "partner_id": buyer.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "serial_lot_id": warranty.lot_id.id}
                    )
                ],
            }
        )
        order.action_confirm()
