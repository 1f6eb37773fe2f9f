from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .repairing import RepairCase


@tagged("post_install", "-at_install")
class TestRepair(RepairCase):
    """A customer's unit comes in, is repaired and goes back; it stays his."""

    # === CUSTODY === #

    def test_a_unit_taken_in_is_in_service_and_stays_sold(self):
        repair = self.open_repair()
        repair.action_take_in()
        self.assertTrue(self.lot.in_service)
        self.assertEqual(self.kinds_of(self.lot)[-1], "in_service")
        self.assertEqual(self.lot.location_id, self.in_service)
        self.assertEqual(self.lot.stage, "shipped")
        self.assertTrue(self.lot.sale_date)
        self.assertEqual(repair.serial_stage, "taken_in")

    def test_a_customers_unit_is_never_our_stock(self):
        self.open_repair().action_take_in()
        self.assertEqual(self.product.qty_available, 0)

    def test_a_repaired_unit_goes_back_to_where_it_came_from(self):
        repair = self.open_repair()
        self.finish(repair)
        self.assertFalse(self.lot.in_service)
        self.assertEqual(self.lot.location_id, self.customer_location)
        self.assertEqual(self.kinds_of(self.lot)[-1], "out_of_service")
        self.assertEqual(self.lot.stage, "shipped")
        self.assertEqual(repair.serial_stage, "closed")

    def test_a_distributors_unit_stays_bound_while_it_is_repaired(self):
        lot = self.ship()
        self.finish(self.open_repair(lot, partner_id=self.distributor.id))
        self.assertEqual(lot.channel_partner_id, self.distributor)
        self.assertEqual(len(self.live_assignments(lot)), 1)

    def test_a_recalled_unit_can_be_repaired_and_given_back(self):
        self.env["serial.event"]._record(
            self.lot.ids, "recalled", lot_values={"recalled": True}
        )
        repair = self.open_repair()
        self.assertEqual(repair.serial_coverage, "recall")
        self.finish(repair)
        self.assertEqual(self.lot.location_id, self.customer_location)

    def test_a_unit_of_ours_is_repaired_without_leaving_stock(self):
        lot = self.produce()
        repair = self.open_repair(lot, partner_id=False)
        repair.action_take_in()
        self.assertFalse(lot.in_service)
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual(lot.location_id, self.stock_location)
        self.assertEqual(repair.serial_stage, "closed")

    def test_a_unit_is_in_for_service_once_only(self):
        first = self.open_repair()
        first.action_take_in()
        with self.assertRaisesRegex(UserError, first.name):
            self.open_repair().action_take_in()

    def test_a_void_unit_is_not_taken_in(self):
        lot = self.mint()
        lot._move_to_stage("void", "voided")
        with self.assertRaisesRegex(UserError, "ended its life"):
            self.open_repair(lot).action_take_in()

    def test_a_cancelled_repair_gives_the_unit_back_as_well(self):
        repair = self.open_repair()
        repair.action_take_in()
        repair.action_repair_cancel()
        self.assertEqual(repair.serial_stage, "ready")
        repair.action_give_back()
        self.assertFalse(self.lot.in_service)
        self.assertEqual(repair.serial_stage, "cancelled")

    def test_a_unit_is_not_given_back_before_the_repair_ends(self):
        repair = self.open_repair()
        repair.action_take_in()
        with self.assertRaisesRegex(UserError, "End or cancel"):
            repair.action_give_back()

    def test_what_is_promised_and_passed_is_late(self):
        repair = self.open_repair()
        repair.action_take_in()
        self.assertFalse(repair.serial_is_late)
        repair.serial_promised_at = "2026-03-01 00:00:00"
        late = self.env["repair.order"].search([("serial_is_late", "=", True)])
        self.assertIn(repair, late)

    def test_days_without_parts_are_counted(self):
        repair = self.open_repair()
        repair.action_take_in()
        repair.action_wait_for_parts()
        self.assertEqual(repair.serial_stage, "waiting_parts")
        with freeze_time("2026-03-12 08:00:00"):
            repair.action_parts_arrived()
        self.assertEqual(repair.serial_parts_days, 10)

    def test_who_may_read_repairs_can_open_their_screens(self):
        repair = self.open_repair()
        repair.action_take_in()
        for user in (self.auditor, self.user, self.stock_user):
            repairs = self.env["repair.order"].with_user(user)
            views = repairs.get_views([(False, "form"), (False, "list")])
            shown = {
                name: {}
                for view in views["views"].values()
                for name in views["models"]["repair.order"]["fields"]
                if f'name="{name}"' in view["arch"]
            }
            with self.subTest(user=user.login):
                self.assertTrue(repairs.browse(repair.id).web_read(shown))

    # === COVERAGE === #

    def test_a_unit_in_warranty_is_covered(self):
        repair = self.open_repair()
        self.assertEqual(repair.serial_coverage, "in_warranty")
        self.assertTrue(repair.under_warranty)
        self.assertIn("01/09/2027", repair.serial_coverage_reason)

    def test_a_unit_out_of_warranty_is_not_covered(self):
        repair = self.open_repair(self.sell("2025-01-10"))
        self.assertEqual(repair.serial_coverage, "out")
        self.assertFalse(repair.under_warranty)

    def test_a_cause_that_the_warranty_excludes_is_paid_for(self):
        repair = self.open_repair(serial_cause_id=self.code("cause_liquid").id)
        self.assertEqual(repair.serial_coverage, "excluded")
        self.assertIn("Liquid", repair.serial_coverage_reason)

    def test_coverage_is_decided_otherwise_with_a_reason_only(self):
        repair = self.open_repair(self.sell("2025-01-10"))
        with self.assertRaises(ValidationError):
            repair.serial_coverage_override = "goodwill"
        repair.write(
            {
                "serial_coverage_override": "goodwill",
                "serial_coverage_override_reason": "A week late only",
            }
        )
        self.assertTrue(repair.under_warranty)

    def test_a_warranty_that_ends_on_the_workbench_still_covers(self):
        repair = self.open_repair(self.sell("2025-03-05"))
        repair.action_take_in()
        with freeze_time("2026-04-01 08:00:00"):
            repair.action_repair_start()
            self.assertEqual(repair.serial_coverage, "in_warranty")

    def test_the_customer_pays_for_what_is_not_covered(self):
        repair = self.open_repair(
            self.sell("2025-01-10"),
            move_ids=[
                Command.create(
                    {
                        "product_id": self.battery.id,
                        "product_uom_qty": 1,
                        "repair_line_type": "add",
                    }
                )
            ],
        )
        self.battery.lst_price = 199
        repair.sudo().action_create_sale_order()
        line = repair.sale_order_id.order_line
        self.assertEqual(line.price_unit, 199)
        repair.write(
            {
                "serial_coverage_override": "goodwill",
                "serial_coverage_override_reason": "A week late only",
            }
        )
        self.assertEqual(line.price_unit, 0)

    # === FAILED REPAIRS === #

    def test_a_repair_whose_fault_is_back_did_not_last(self):
        screen = self.code("fault_screen_fault").id
        first = self.open_repair(serial_fault_id=screen)
        self.finish(first)
        with freeze_time("2026-07-02 08:00:00"):
            second = self.open_repair(serial_fault_id=screen)
            second.action_take_in()
        self.assertTrue(first.serial_failed)
        self.assertEqual(second.serial_failed_count, 1)


@tagged("post_install", "-at_install")
class TestRepairWarranty(RepairCase):
    """What a repair does to the warranty, and the warranty to a repair."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.use_chinese_policy()

    def test_the_days_in_repair_lengthen_the_warranty(self):
        before = self.lot.warranty_end
        repair = self.open_repair()
        repair.action_take_in()
        repair.action_repair_start()
        with freeze_time("2026-03-12 08:00:00"):
            repair.action_repair_end()
            repair.action_give_back()
        self.assertEqual(self.lot.warranty_id.days_added, 10)
        self.assertGreater(self.lot.warranty_id.end, before)

    def test_a_component_whose_term_is_over_is_paid_for(self):
        lot = self.sell("2025-06-01")
        term = self.policy.component_ids.filtered(lambda line: line.code == "battery")
        term.product_ids = self.battery
        repair = self.open_repair(lot)
        line = self.add_part(repair)
        self.assertEqual(repair.serial_coverage, "in_warranty")
        self.assertFalse(line.serial_covered)

    def test_after_two_failed_repairs_an_exchange_may_be_asked_for(self):
        fault = self.code("fault_screen_fault").id
        for day in ("2026-03-02", "2026-04-20"):
            with freeze_time(f"{day} 08:00:00"):
                self.finish(self.open_repair(serial_fault_id=fault))
        with freeze_time("2026-07-01 08:00:00"):
            repair = self.open_repair(serial_fault_id=fault)
            self.assertNotIn("Exchange", repair.serial_may_ask or "")
            repair.action_take_in()
            self.assertIn("Exchange", repair.serial_may_ask)

    def test_a_warranty_is_registered_when_a_repair_relies_on_it(self):
        lot = self.ship()
        lot.production_date = "2026-01-01"
        self.open_repair(lot).action_take_in()
        self.assertEqual(lot.warranty_id.cause, "repair")

    def test_a_dealers_unsold_unit_gets_no_warranty_by_a_repair(self):
        lot = self.ship()
        self.open_repair(lot, partner_id=self.distributor.id).action_take_in()
        self.assertFalse(lot.warranty_id)

    def test_an_exchange_starts_the_warranty_anew_on_the_other_unit(self):
        new = self.produce()
        repair = self.open_repair(serial_exchange_lot_id=new.id)
        repair.action_take_in()
        repair.action_exchange()
        self.assertEqual(new.warranty_start.isoformat(), "2026-03-02")
        self.assertEqual(self.lot.warranty_ids.state, "replaced")
