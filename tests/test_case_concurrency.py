from odoo.tests import tagged

from ..models.serial_case_gather_mixin import SerialCaseGatherMixin
from .racing import RaceCase


@tagged("post_install", "-at_install")
class TestCaseConcurrency(RaceCase):
    def make_units(self, count):
        """Return the ids of units of one distributor, committed."""

        def make(env):
            partner = env["res.partner"].create(
                {"name": "Raced", "is_company": True, "channel_tier": "tier1"}
            )
            product = env["product.product"].create(
                {"name": "Raced", "is_storable": True, "tracking": "serial"}
            )
            lots = env["stock.lot"].create(
                [
                    {"name": f"RACE-{partner.id}-{i}", "product_id": product.id}
                    for i in range(count)
                ]
            )
            lots.channel_partner_id = partner
            return lots.ids

        return self.run_in_transaction(make)

    def test_two_who_gather_for_one_key_at_once_find_one_case(self):
        lot_ids = self.make_units(2)

        def raise_one(lot_id):
            def run(env):
                rows = [{"lot_id": lot_id, "score": 90}]
                alerts = env["serial.diversion.alert"]
                return alerts._raise_units("refurbished_as_new", rows).case_id.id

            return run

        first, second = self.race_at(
            SerialCaseGatherMixin,
            "_find_open",
            *map(raise_one, lot_ids),
            is_after=True,
        )
        self.assertTrue(first)
        self.assertEqual(first, second)

        def read(env):
            case = env["serial.diversion.case"].browse(first)
            return len(case.alert_ids), len(case.activity_ids)

        self.assertEqual(self.run_in_transaction(read), (2, 1))
