from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestWarranty(SerialCase):
    def test_units_are_found_by_the_state_of_their_warranty(self):
        lots = self.produce(4)
        sold_long_ago, sold, activated, unsold = lots
        sold_long_ago.sudo().sale_date = "2025-03-01"
        sold.sudo().sale_date = "2025-03-03"
        activated.sudo().activated_at = "2025-04-01 10:00:00"
        found = {
            state: self.env["stock.lot"].search(
                [("warranty_state", "=", state), ("id", "in", lots.ids)]
            )
            for state in ("none", "not_started", "running", "expired")
        }
        self.assertEqual(found["expired"], sold_long_ago)
        self.assertEqual(found["running"], sold + activated)
        self.assertEqual(found["not_started"], unsold)
        self.assertFalse(found["none"])
        for state, units in found.items():
            for lot in units:
                self.assertEqual(lot.warranty_state, state)

    def test_units_of_a_product_without_months_have_no_warranty(self):
        lots = self.produce(1)
        self.product.serial_warranty_months = 0
        self.assertIn(
            lots, self.env["stock.lot"].search([("warranty_state", "=", "none")])
        )

    def test_a_new_time_zone_of_the_company_counts_at_once(self):
        lot = self.produce(1)
        lot.sudo().activated_at = "2025-04-01 17:00:00"
        partner = self.company.partner_id
        for zone, start in (("UTC", "2025-04-01"), ("Asia/Shanghai", "2025-04-02")):
            partner.tz = zone
            lot.invalidate_recordset()
            self.assertEqual(str(lot.warranty_start), start)
