from odoo.tests import tagged

from .test_transfer import TransferCase


@tagged("post_install", "-at_install")
class TestDeclaredSale(TransferCase):
    def declare(self, texts, date="2026-03-02", by=None):
        rows = (
            self.env["stock.lot"]
            .with_user(self.buyer)
            ._declare_sale(texts, date, by or self.distributor)
        )
        return [(row["result"], row["reason"]) for row in rows]

    def test_a_declared_sale_starts_the_warranty(self):
        self.product.serial_warranty_months = 12
        lot = self.ship()
        self.assertEqual(lot.warranty_state, "not_started")
        self.assertEqual(self.declare([lot.scan_code]), [("sold", "")])
        self.assertEqual(str(lot.sale_date), "2026-03-02")
        self.assertEqual(lot.warranty_state, "running")
        self.assertEqual(lot.channel_partner_id, self.distributor)
        self.assertEqual(self.kinds_of(lot)[-1], "sold")

    def test_sales_are_declared_by_the_holder_once_and_for_a_day_that_can_be(self):
        lots = self.ship(3)
        other = self.ship(1, self.other_distributor)
        names = [other.name, lots[0].name, lots[0].scan_code, "NO-SUCH"]
        self.assertEqual(
            self.declare(names),
            [
                ("refused", "not_held"),
                ("sold", ""),
                ("already", "repeated"),
                ("refused", "not_held"),
            ],
        )
        self.assertEqual(self.declare([lots[0].name]), [("refused", "sold")])
        self.assertEqual(
            self.declare([lots[1].name], "2026-03-04"), [("refused", "sold_in_future")]
        )
        self.assertEqual(
            self.declare([lots[1].name], "2026-02-01"),
            [("refused", "sold_before_delivery")],
        )
        self.sent(lots[2])
        self.assertEqual(self.declare([lots[2].name]), [("refused", "in_transfer")])

    def test_a_sale_declared_by_mistake_is_withdrawn_unless_it_was_activated(self):
        lots = self.ship(2)
        self.declare(lots.mapped("name"))
        lots[1]._move_to_stage(
            "activated", "activated", lot_values={"activated_at": "2026-03-02"}
        )
        withdrawn = self.env["stock.lot"]._withdraw_sale(lots, self.distributor)
        self.assertEqual(withdrawn, lots[0])
        self.assertFalse(lots[0].sale_date)
        self.assertTrue(lots[1].sale_date)
        self.assertEqual(lots[0].event_ids.sorted("sequence")[-1].kind, "corrected")
        self.assertFalse(
            self.env["stock.lot"]._withdraw_sale(lots[1], self.other_distributor)
        )
