"""What the law wants coded: categories with goods, and chargers that left uncoded."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command

# Distributor, units, days ago: an accessory of which nobody keeps serial numbers.
UNCODED = [("GD", 24, 96), ("ZJ", 12, 70), ("SD", 30, 41), ("GD", 6, 12)]


def comply(story, today):
    """Put the brand's goods under the presets, and write a file of each kind."""
    env = story.env
    charger = env["product.product"].create(
        {
            "name": "Wall Charger 65 W",
            "default_code": "WC-65",
            "barcode": "9520123450069",
            "is_storable": True,
            "tracking": "none",
            "list_price": 129,
        }
    )
    charger.with_context(lang="zh_CN").name = "65 W 充电器"
    ccc = env.ref("serial_dossier.serial_compliance_category_cn_ccc")
    goods = charger.union(*story.products.values()).product_tmpl_id
    ccc.template_ids = [Command.set(goods.ids)]
    online = env.ref("serial_dossier.serial_compliance_category_cn_online")
    online.template_ids = [Command.set(story.products["KT-17"].product_tmpl_id.ids)]
    for iso, count, days in UNCODED:
        with freeze_time(today - timedelta(days=days)):
            _send(story, charger, count, story.distributors[iso])
    _write_files(story, ccc, today)


def _send(story, product, count, partner):
    """Receive so many units and deliver them to a distributor."""
    warehouse = story.env["stock.warehouse"].search([], limit=1)
    source, target = (
        warehouse.lot_stock_id,
        story.env.ref("stock.stock_location_customers"),
    )
    story.env["stock.quant"]._update_available_quantity(product, source, count)
    ends = {"location_id": source.id, "location_dest_id": target.id}
    picking = story.env["stock.picking"].create(
        {
            "picking_type_id": warehouse.out_type_id.id,
            "partner_id": partner.id,
            **ends,
            "move_ids": [
                Command.create(
                    {"product_id": product.id, "product_uom_qty": count, **ends}
                )
            ],
        }
    )
    picking.action_confirm()
    picking.move_ids.write({"quantity": count, "picked": True})
    picking.button_validate()


def _write_files(story, category, today):
    exports = story.env["serial.compliance.export"].with_user(story.users["auditor"])
    period = {
        "date_from": (today - timedelta(days=120)).date(),
        "date_to": today.date(),
    }
    lot = story.env["stock.lot"].search([("stage", "=", "activated")], limit=1)
    exports._start({"kind": "audit", "lot_id": lot.id})
    of_category = {"compliance_id": category.id, **period}
    exports._start({"kind": "regulator_csv", **of_category})
    exports._start({"kind": "coverage", **period})
