from odoo import Command

from .common import SerialCase


class CoverageCase(SerialCase):
    """Phones and cables are to be coded in China; phones are, cables are not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["serial.compliance.category"].search([]).active = False
        cls.china_country = cls.env.ref("base.cn")
        (cls.distributor | cls.consumer).country_id = cls.china_country
        cls.duty = cls.env["serial.compliance.category"].create(
            {
                "name": "Electronics",
                "country_ids": [Command.set(cls.china_country.ids)],
                "template_ids": [
                    Command.set((cls.product | cls.uncoded_product).product_tmpl_id.ids)
                ],
            }
        )

    def coverage(self, *domain, user=None):
        """Return {product: (units, coded, uncoded, incomplete)}."""
        self.env.flush_all()
        rows = (
            self.env["serial.coverage"]
            .with_user(user or self.auditor)
            ._read_group(
                domain,
                ["product_id"],
                [
                    f"{name}_count:sum"
                    for name in ("unit", "coded", "uncoded", "incomplete")
                ],
            )
        )
        return {product: tuple(counts) for product, *counts in rows}

    def cables(self, count, prefix="C"):
        lots = self.env["stock.lot"].create(
            [
                {"name": f"{prefix}{number}", "product_id": self.uncoded_product.id}
                for number in range(count)
            ]
        )
        self.receive(lots)
        return lots

    def send(self, product, quantity, partner=None):
        """Deliver goods that no serial number is kept of; return the picking."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock_location.id,
                "location_dest_id": self.customer_location.id,
                "partner_id": (partner or self.distributor).id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "quantity": quantity,
                            "picked": True,
                            "location_id": self.stock_location.id,
                            "location_dest_id": self.customer_location.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.with_user(self.stock_user).button_validate()
        return picking
