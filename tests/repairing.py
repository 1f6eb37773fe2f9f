from odoo.tests import freeze_time

from .common import SerialCase

CODES = "serial_dossier.serial_repair_code_"


class RepairCase(SerialCase):
    """A phone sold to a consumer, which a user of the lowest rights repairs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.product_tmpl_id.serial_warranty_months = 12
        cls.battery = cls.env["product.product"].create(
            {"name": "Battery", "is_storable": True, "standard_price": 80}
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.battery, cls.stock_location, 10
        )
        cls.in_service = cls.env.ref("serial_dossier.stock_location_in_service")

    def setUp(self):
        super().setUp()
        self.lot = self.sell()

    def sell(self, day="2026-01-10", partner=None):
        """Return a unit sold to a consumer on a day."""
        with freeze_time(f"{day} 02:00:00"):
            lot = self.produce()
            self.deliver(lot, partner or self.consumer)
        return lot

    def open_repair(self, lot=None, **values):
        lot = lot or self.lot
        return (
            self.env["repair.order"]
            .with_user(self.user)
            .create(
                {
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "partner_id": self.consumer.id,
                    **values,
                }
            )
        )

    def code(self, name):
        return self.env.ref(CODES + name)

    def add_part(self, repair, **values):
        """Add a battery to a repair; return its line."""
        return (
            self.env["stock.move"]
            .with_user(self.user)
            .create(
                {
                    "repair_id": repair.id,
                    "product_id": self.battery.id,
                    "product_uom_qty": 1,
                    "quantity": 1,
                    "repair_line_type": "add",
                    "company_id": self.company.id,
                    **values,
                }
            )
        )

    def finish(self, repair):
        """Take a unit in, repair it and give it back."""
        repair.action_take_in()
        repair.action_repair_start()
        repair.action_repair_end()
        repair.action_give_back()
