from io import BytesIO

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools.pdf import PdfReader

from .repairing import RepairCase


@tagged("post_install", "-at_install")
class TestRepairParts(RepairCase):
    """Parts, labour and exchange: what they cost and what the dossier keeps of them."""

    def start(self, **values):
        repair = self.open_repair(**values)
        repair.action_take_in()
        repair.action_repair_start()
        return repair

    def build_in(self, lot, name):
        return self.env["serial.part"].create(
            {"lot_id": lot.id, "name": name, "product_id": self.battery.id}
        )

    # === PARTS === #

    def test_a_part_of_another_unit_is_refused_and_the_unit_is_named(self):
        other = self.sell()
        self.build_in(other, "BAT-1")
        with self.assertRaisesRegex(UserError, other.name):
            self.add_part(self.start(), serial_new_part="BAT-1")

    def test_a_stolen_part_is_refused(self):
        self.env["serial.part.stolen"].create({"name": "BAT-9"})
        with self.assertRaisesRegex(UserError, "stolen"):
            self.add_part(self.start(), serial_new_part="BAT-9")

    def test_an_unknown_part_is_named_and_may_be_used(self):
        line = self.add_part(self.start(), serial_new_part="BAT-2")
        self.assertEqual(line.serial_part_verdict, "unknown")

    def test_a_part_of_a_batch_is_kept_in_the_dossier_of_every_unit(self):
        cell = self.env["product.product"].create(
            {"name": "Cell", "is_storable": True, "tracking": "lot"}
        )
        batch = self.env["stock.lot"].create({"name": "C-7", "product_id": cell.id})
        quants = self.env["stock.quant"]
        quants._update_available_quantity(cell, self.stock_location, 9, lot_id=batch)
        for lot in (self.lot, self.sell()):
            repair = self.start(lot=lot)
            line = self.add_part(repair, product_id=cell.id)
            line.lot_ids = batch
            repair.action_repair_end()
            self.assertEqual(lot.part_ids.component_lot, "C-7")
        used_in = self.env["serial.part"].search([("part_lookup", "=", "C-7")]).lot_id
        self.assertIn(self.lot, used_in)
        self.assertEqual(len(used_in), 2)

    def test_a_serial_picked_from_stock_is_noted_on_the_line(self):
        cell = self.env["product.product"].create(
            {"name": "Cell", "is_storable": True, "tracking": "serial"}
        )
        serial = self.env["stock.lot"].create({"name": "S-7", "product_id": cell.id})
        quants = self.env["stock.quant"]
        quants._update_available_quantity(cell, self.stock_location, 1, lot_id=serial)
        repair = self.start()
        line = self.add_part(repair, product_id=cell.id)
        line.lot_ids = serial
        repair.action_repair_end()
        self.assertEqual(line.serial_new_part, "S-7")
        self.assertEqual(self.lot.part_ids.component_lot_id, serial)

    def test_what_stock_has_none_of_is_used_all_the_same(self):
        repair, other = self.start(), self.start(lot=self.sell())
        cell = self.env["product.product"].create({"name": "Cell", "is_storable": True})
        for order, name in ((repair, "N-1"), (other, "N-2")):
            self.add_part(order, product_id=cell.id, serial_new_part=name)
        for order, name in ((repair, "N-1"), (other, "N-2")):
            order.action_repair_end()
            self.assertEqual(order.lot_id.part_ids.name, name)

    def test_a_replaced_part_takes_the_old_ones_place_in_the_dossier(self):
        old = self.build_in(self.lot, "BAT-OLD")
        repair = self.start()
        self.add_part(repair, serial_old_part="BAT-OLD", serial_new_part="BAT-NEW")
        repair.action_repair_end()
        self.assertTrue(old.removed_at)
        live = self.lot.part_ids.filtered(lambda part: not part.removed_at)
        self.assertEqual(live.name, "BAT-NEW")

    def test_the_part_that_was_used_leaves_our_stock(self):
        repair = self.start()
        self.add_part(repair)
        repair.action_repair_end()
        self.assertEqual(self.battery.qty_available, 9)

    def test_what_was_done_is_told_to_the_public_without_details(self):
        repair = self.start(serial_fault_id=self.code("fault_battery_drains").id)
        repair.serial_action_id = self.code("action_replace_battery")
        repair.action_repair_end()
        event = self.lot.event_ids.filtered(lambda event: event.kind == "repaired")
        self.assertEqual(event.data["public"], {"work": "replace_battery"})
        self.assertEqual(repair.serial_result, "repaired")

    def test_what_could_not_be_repaired_is_not_told_as_repaired(self):
        repair = self.start(serial_result="not_repairable")
        repair.action_repair_end()
        self.assertNotIn("repaired", self.kinds_of(self.lot))
        self.assertTrue(repair.serial_failed)

    # === COST === #

    def test_what_a_repair_costs_and_what_we_bear(self):
        self.company.serial_repair_rate = 60
        repair = self.start()
        self.add_part(repair)
        repair.serial_labour_ids.create(
            {
                "repair_id": repair.id,
                "action_id": self.code("action_replace_battery").id,
            }
        )
        self.assertEqual(repair.serial_parts_cost, 80)
        self.assertEqual(repair.serial_labour_cost, 30)
        self.assertEqual(repair.serial_covered_cost, 110)

    def test_out_of_warranty_we_bear_nothing(self):
        repair = self.start(lot=self.sell("2025-01-10"))
        line = self.add_part(repair)
        self.assertFalse(line.serial_covered)
        self.assertEqual(repair.serial_cost, 80)
        self.assertEqual(repair.serial_covered_cost, 0)

    def test_who_supplied_the_part_is_to_pay_for_it(self):
        supplier = self.env["res.partner"].create({"name": "Cell Works"})
        self.battery.seller_ids = [(0, 0, {"partner_id": supplier.id, "price": 80})]
        repair = self.start()
        self.add_part(repair)
        repair.action_repair_end()
        self.assertEqual(repair.serial_supplier_id, supplier)
        self.assertEqual(repair.serial_recovery_amount, 80)
        self.assertEqual(repair.serial_recovery_state, "to_claim")

    def test_nothing_is_claimed_for_what_the_customer_pays(self):
        repair = self.start(lot=self.sell("2025-01-10"))
        self.add_part(repair)
        repair.action_repair_end()
        self.assertFalse(repair.serial_recovery_state)

    # === EXCHANGE === #

    def exchange(self, **values):
        new = self.produce()
        repair = self.start(serial_exchange_lot_id=new.id, **values)
        repair.action_exchange()
        return repair, new

    def test_both_dossiers_name_the_other_unit(self):
        _repair, new = self.exchange()
        self.assertEqual(self.lot.exchanged_for_id, new)
        self.assertEqual(new.replaces_id, self.lot)
        self.assertIn("exchanged", self.kinds_of(self.lot))
        self.assertEqual(self.kinds_of(new)[-2:], ["sold", "exchanged"])

    def test_the_customer_has_the_new_unit_and_the_old_one_is_scrapped(self):
        repair, new = self.exchange()
        self.assertEqual(new.location_id, self.customer_location)
        self.assertEqual(new.sale_date.isoformat(), "2026-03-02")
        self.assertEqual(self.lot.stage, "retired")
        self.assertFalse(self.lot.in_service)
        self.assertEqual(repair.serial_stage, "closed")
        self.assertEqual(repair.serial_result, "exchanged")

    def test_an_old_unit_kept_for_refurbishing_comes_back_to_stock(self):
        repair, _new = self.exchange(serial_old_unit_to="stock")
        self.assertEqual(self.lot.stage, "produced")
        self.assertEqual(self.lot.location_id, repair.recycle_location_id)
        self.assertEqual(self.kinds_of(self.lot)[-2:], ["exchanged", "returned"])

    def test_a_used_unit_is_not_given_in_exchange(self):
        repair = self.start()
        repair.serial_exchange_lot_id = self.sell()
        with self.assertRaisesRegex(UserError, "not new"):
            repair.action_exchange()

    def test_the_number_of_the_other_unit_is_not_for_the_public(self):
        self.exchange()
        event = self.lot.event_ids.filtered(lambda event: event.kind == "exchanged")
        self.assertFalse(event.data["public"])

    # === THE WHOLE STORY === #

    def test_two_failed_repairs_are_counted(self):
        fault = self.code("fault_screen_fault").id
        for day in ("2026-03-02", "2026-04-20", "2026-07-01"):
            with freeze_time(f"{day} 08:00:00"):
                repair = self.open_repair(serial_fault_id=fault)
                repair.action_take_in()
                if day < "2026-07-01":
                    repair.action_repair_start()
                    repair.action_repair_end()
                    repair.action_give_back()
        self.assertEqual(repair.serial_failed_count, 2)

    # === REPORT === #

    def print_report(self, repair, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.user)
        pdf, kind = reports._render_qweb_pdf(
            "serial_dossier.serial_repair_report", repair.ids
        )
        self.assertEqual(kind, "pdf")
        return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)

    def test_the_report_names_the_unit_the_fault_and_the_parts(self):
        repair = self.start(serial_fault_id=self.code("fault_battery_drains").id)
        self.add_part(repair, serial_new_part="BAT-77")
        text = self.print_report(repair)
        for part in (repair.name, self.lot.name, "Battery runs down", "BAT-77"):
            self.assertIn(part, text)

    def test_whoever_may_not_read_a_repair_may_not_print_it(self):
        repair = self.start()
        portal = new_test_user(self.env, "serial_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self.print_report(repair, portal)
