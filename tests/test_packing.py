from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .packing import BenchCase


@tagged("post_install", "-at_install")
class TestPacking(BenchCase):
    """A worker with a scanner: units into cartons, cartons onto pallets."""

    def test_a_carton_opens_with_its_first_unit_and_closes_when_it_is_full(self):
        lots = self.produce(3)
        state = self.scan(lots[0].scan_code)
        self.assertTrue(state["carton"]["is_open"])
        self.assertEqual(state["carton"]["count"], 1)
        self.assertEqual(state["carton"]["name"][1:8], "0614141")
        self.assertFalse(lots.quant_ids.package_id)
        state = self.scan(lots[1].name, lots[2].scan_code)
        self.assertFalse(state["carton"])
        [label] = state["print"]
        carton = self.env["stock.package"].browse(label["id"])
        self.assertEqual(carton.contained_quant_ids.lot_id, lots)
        self.assertEqual(carton.serial_state, "closed")
        self.assertFalse(carton.packing_line_ids)
        self.assertEqual(self.kinds_of(lots[0])[-1], "packed")
        self.assertEqual(
            self.data_of(lots[0], "packed"),
            [{"parent": carton.name, "level": "carton"}],
        )

    def test_cartons_go_onto_the_open_pallet_and_it_closes_when_it_is_full(self):
        lots = self.produce(6)
        state = self.act("new_pallet")
        pallet = self.env["stock.package"].browse(state["pallet"]["id"])
        state = self.scan(*lots[:3].mapped("scan_code"))
        self.assertEqual(state["pallet"]["count"], 1)
        self.assertEqual(state["pallet"]["units"], 3)
        state = self.scan(*lots[3:].mapped("scan_code"))
        self.assertFalse(state["pallet"])
        self.assertEqual(len(state["print"]), 2)
        self.assertEqual(pallet.child_package_ids.quant_ids.lot_id, lots)
        self.assertEqual(pallet.location_id, self.stock_location)
        carton = lots[0].quant_ids.filtered("package_id").package_id
        self.assertEqual(
            self.data_of(lots[0], "packed")[-1],
            {"parent": pallet.name, "level": "pallet", "child": carton.name},
        )

    def test_what_may_not_go_in_is_refused_with_its_reason(self):
        lots = self.produce(4)
        minted = self.mint()
        other = self.produce(
            1, self._create_product("Tablet", serial_scheme_id=self.scheme.id)
        )
        self.scan(lots[0].name)
        for text, words in (
            (lots[0].name, "in this carton already"),
            (minted.name, "not in stock"),
            (other.name, "Another product"),
            ("NO-SUCH", "Nothing is known"),
        ):
            self.assert_told(self.scan(text), "danger", words)
        colleague, self.bench = self.bench, {}
        state = self.scan(lots[0].name)
        name = self.env["stock.package"].browse(colleague["carton_id"]).name
        self.assert_told(state, "danger", f"in another carton: {name}")

    def test_a_mixed_carton_takes_several_products(self):
        other = self.produce(
            1, self._create_product("Tablet", serial_scheme_id=self.scheme.id)
        )
        lots = self.produce(1)
        self.bench["is_mixed"] = True
        state = self.scan(lots.name, other.name)
        self.assertEqual(
            [(row["name"], row["count"]) for row in state["carton"]["products"]],
            [("Tablet", 1), ("Phone", 1)],
        )
        self.act("close_carton")
        package = lots.quant_ids.filtered("package_id").package_id
        self.assertEqual(
            package.quant_ids.product_id, lots.product_id | other.product_id
        )

    def test_a_unit_is_taken_out_of_an_open_and_of_a_closed_carton(self):
        lots = self.produce(3)
        self.scan(lots[0].name, lots[1].name)
        state = self.act("take_out", lots[0].id)
        self.assertEqual([row["id"] for row in state["carton"]["units"]], lots[1].ids)
        self.assertNotIn("packed", self.kinds_of(lots[0]))
        self.scan(lots[0].name, lots[2].name)
        carton = lots[0].quant_ids.filtered("package_id").package_id
        state = self.scan(carton.name)
        self.assert_told(state, "info", "packed")
        self.act("take_out", lots[0].id)
        self.assertEqual(carton.quant_ids.lot_id, lots[1:])
        self.assertEqual(self.kinds_of(lots[0])[-1], "unpacked")

    def test_a_carton_is_unpacked_and_its_units_packed_again(self):
        lots = self.produce(3)
        self.scan(*lots.mapped("name"))
        first = lots[0].quant_ids.filtered("package_id").package_id
        self.scan(first.name)
        state = self.act("unpack")
        self.assertFalse(state["carton"])
        self.assertFalse(first.quant_ids)
        self.scan(*lots.mapped("name"))
        second = lots[0].quant_ids.filtered("package_id").package_id
        self.assertNotEqual(second, first)
        self.assertEqual(self.kinds_of(lots[0])[-3:], ["packed", "unpacked", "packed"])
        self.assertEqual(
            first.packing_entry_ids.sorted("id").mapped("kind"),
            ["packed", "closed", "unpacked"],
        )

    def test_a_closed_carton_is_opened_again_and_comes_off_its_pallet(self):
        lots = self.produce(4)
        self.act("new_pallet")
        self.scan(*lots[:3].mapped("name"))
        carton = lots[0].quant_ids.filtered("package_id").package_id
        pallet = carton.parent_package_id
        self.act("put_away", pallet.id)
        self.bench["carton_full"] = 4
        self.scan(carton.name)
        state = self.act("reopen")
        self.assertTrue(state["carton"]["is_open"])
        self.assertFalse(carton.parent_package_id)
        self.assertEqual(self.data_of(lots[0], "unpacked")[0]["parent"], pallet.name)
        self.scan(lots[3].name)
        self.assertEqual(carton.quant_ids.lot_id, lots)

    def test_a_pallet_takes_no_carton_from_another_place_and_no_pallet(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock_location.id}
        )
        here, there = self.produce(1), self.produce(1)
        self.transfer(there, self.stock_location, shelf)
        self.packed(here)
        carton, far = self.packed(here), self.packed(there)
        full = self.stacked(carton)
        self.act("new_pallet")
        self.assert_told(
            self.scan(carton.name), "danger", f"on another pallet: {full.name}"
        )
        carton._unstack()
        self.scan(carton.name)
        self.assert_told(self.scan(far.name), "danger", "another place")
        self.assert_told(self.scan(full.name), "danger", "Close the one in hand first")

    def test_a_label_printed_before_names_the_carton(self):
        lots = self.produce(1)
        empty = self.env["stock.package"].create(
            {"package_type_id": self.carton_type.id}
        )
        state = self.scan(f"]C100{empty.name}")
        self.assertEqual(state["carton"]["id"], empty.id)
        state = self.scan(lots.name)
        self.assertEqual(state["carton"]["name"], empty.name)

    def test_who_comes_back_finds_what_was_left_open(self):
        lots = self.produce(1)
        state = self.scan(lots.name)
        packing = self.env["serial.packing"].with_user(self.packer)
        self.assertEqual(packing.get_state()["carton"]["id"], state["carton"]["id"])
        colleague = new_test_user(
            self.env, login="serial_packer_2", groups="stock.group_stock_user"
        )
        self.assertFalse(packing.with_user(colleague).get_state()["carton"])

    def test_without_a_company_prefix_the_screen_says_what_is_missing(self):
        lots = self.produce(1)
        self.company.serial_gs1_prefix = False
        state = self.scan(lots.name)
        self.assert_told(state, "danger", "no GS1 company prefix")
        self.assertFalse(state["carton"])

    def test_a_label_is_drawn_for_a_carton(self):
        carton = self.packed(self.produce(1))
        action = carton.with_user(self.stock_user).action_print_serial_label()
        report = self.env["ir.actions.report"].with_user(self.stock_user)
        pdf, kind = report._render_qweb_pdf(action["report_name"], carton.ids)
        self.assertEqual((pdf[:5], kind), (b"%PDF-", "pdf"))
        plain = self.env["stock.package"].create({"name": "BOX 7"})
        with self.assertRaisesRegex(UserError, "no SSCC"):
            plain.action_print_serial_label()

    def test_who_has_no_business_with_stock_may_not_pack(self):
        for user in (self.sales_user, self.auditor):
            with self.assertRaises(AccessError):
                self.env["serial.packing"].with_user(user).get_state()

    def test_a_unit_s_dossier_names_its_carton_and_pallet_and_is_found_by_both(self):
        lots = self.produce(2)
        carton = self.packed(lots[0])
        pallet = self.stacked(carton)
        dossiers = lots.with_user(self.user)
        self.assertEqual(dossiers.mapped("carton_id.name"), [carton.name])
        self.assertEqual(dossiers[0].pallet_id, pallet)
        for box in (carton, pallet):
            found = dossiers.search([("carton_id", "in", box.ids)])
            self.assertEqual(found, dossiers[0])

    def test_cores_own_button_unpacks_for_the_dossier_too(self):
        lots = self.produce(2)
        carton = self.packed(lots)
        carton.with_user(self.stock_user).unpack()
        self.assertFalse(lots.quant_ids.package_id)
        self.assertEqual(self.kinds_of(lots[1])[-2:], ["packed", "unpacked"])

    def test_queries_do_not_grow_with_the_units_of_a_pallet(self):
        small = self.stacked(self.packed(self.produce(2)))
        large = self.stacked(self.packed(self.produce(8)))
        counts = []
        for pallet in (small, large):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            pallet.child_package_ids._unstack()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
