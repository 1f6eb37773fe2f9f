from odoo.tests import tagged

from .test_transfer import TransferCase

IMEI = "490154203237518"
SSCC = "340123450000000018"


@tagged("post_install", "-at_install")
class TestSearch(TransferCase):
    """Whatever a person types, pastes or scans finds the unit, on every screen."""

    def test_a_number_of_any_kind_finds_its_unit_alone(self):
        lots = self.ship(3)
        lot = lots[1]
        lot.write({"imei": IMEI, "mac": "00:1B:44:11:3A:B7"})
        for typed in (
            lot.name,
            lot.scan_code,
            lot.scan_code_display.lower(),
            f"  {lot.scan_code[:5]} {lot.scan_code[5:]} ",
            f"https://brand.example/sn/{lot.scan_code}",
            "49-015420-323751-8",
            "001b44113ab7",
        ):
            with self.subTest(typed=typed):
                self.assertEqual(self.find(typed), lot)

    def test_an_exact_number_is_not_lost_among_longer_ones(self):
        short, *_longer = self.named("AB1", "AB10", "AB11", "XAB1")
        self.assertEqual(self.find("AB1"), short)

    def test_a_part_of_a_number_finds_all_that_contain_it(self):
        lots = self.named("AB10", "AB11", "XY1")
        self.assertEqual(self.find("AB1"), lots[:2])
        code = lots[0].scan_code_display
        self.assertFalse(self.find("no such serial anywhere"))
        self.assertIn(lots[0], self.find(code[: len(code)]))

    def test_a_carton_finds_its_units_and_those_in_cartons_within(self):
        lots = self.ship(4)
        pallet, carton = self.pack(lots[:3])
        for typed in (SSCC, f"(00){SSCC}", f"00{SSCC}", f"]C100{SSCC}"):
            with self.subTest(typed=typed):
                self.assertEqual(self.find(typed), lots[:3])
        self.assertEqual(self.find(pallet.name), lots[:3])
        self.assertEqual(carton.name, SSCC)

    def test_several_numbers_in_one_field_find_all_of_them(self):
        lots = self.ship(3)
        typed = f"{lots[0].name}, {lots[2].scan_code} nonsense"
        self.assertEqual(self.find(typed), lots[0] | lots[2])

    def test_negation_leaves_out_what_is_named(self):
        lots = self.ship(2)
        seen = self.env["stock.lot"].with_user(self.user)
        found = seen.search(
            [("id", "in", lots.ids), ("serial_lookup", "!=", lots[0].name)]
        )
        self.assertEqual(found, lots[1])

    def test_other_screens_find_by_the_unit(self):
        lot = self.ship()
        self.pack(lot)
        event = lot.event_ids[:1]
        alert = self.env["serial.diversion.alert"].create({"lot_id": lot.id})
        transfer = self.sent(lot)
        assignment = self.live_assignments(lot)
        for record, path in (
            (event, "lot_id"),
            (alert, "lot_id"),
            (assignment, "lot_id"),
            (transfer, "line_ids.lot_id"),
        ):
            model = self.env[record._name].with_user(self.user)
            for typed in (lot.name, lot.scan_code_display, SSCC):
                with self.subTest(model=model._name, typed=typed):
                    found = model.search([(f"{path}.serial_lookup", "ilike", typed)])
                    self.assertIn(record, found)

    def test_every_screen_of_units_looks_up_first(self):
        for model, view in (
            ("stock.lot", "serial_dossier_view_search"),
            ("serial.event", "serial_event_view_search"),
            ("serial.diversion.alert", "serial_diversion_alert_view_search"),
            ("serial.activation", "serial_activation_view_search"),
            ("serial.channel.assignment", "serial_channel_assignment_view_search"),
            ("serial.channel.transfer", "serial_channel_transfer_view_search"),
            ("serial.scan", "serial_scan_view_search"),
        ):
            view_id = self.env.ref(f"serial_dossier.{view}").id
            arch = self.env[model].get_views([(view_id, "search")])
            first = arch["views"]["search"]["arch"].split("<field", 2)[1]
            with self.subTest(model=model):
                self.assertIn("serial_lookup", first)

    def test_choosing_a_serial_offers_the_exact_one_first(self):
        lots = self.named("00AB1", "AB1", "AB10")
        names = self.env["stock.lot"].with_user(self.user)
        offered = [lot_id for lot_id, _name in names.name_search("AB1", limit=2)]
        self.assertEqual(offered, [lots[1].id, lots[0].id])
        offered = names.name_search(lots[2].scan_code_display.lower())
        self.assertEqual([lot_id for lot_id, _name in offered], lots[2].ids)

    def test_units_of_another_company_are_not_found(self):
        lot = self.ship()
        other = self.env["res.company"].create({"name": "Another Brand"})
        self.env.flush_all()
        self.cr.execute(
            "UPDATE stock_lot SET company_id = %s WHERE id = %s", [other.id, lot.id]
        )
        self.env.invalidate_all()
        self.assertFalse(self.find(lot.name))

    def test_finding_by_any_number_takes_two_queries(self):
        lot = self.ship()
        self.find(lot.name)
        self.env.flush_all()
        with self.assertQueryCount(2):
            self.find(lot.scan_code_display)

    # === HELPERS === #

    def find(self, typed):
        """Return what the dossiers show for a text, in the order of their making."""
        lots = self.env["stock.lot"].with_user(self.user)
        domain = [("stage", "!=", False), ("serial_lookup", "ilike", typed)]
        return lots.search(domain, order="id").with_env(self.env)

    def named(self, *names):
        return self.env["stock.lot"].create(
            [{"name": name, "product_id": self.product.id} for name in names]
        )

    def pack(self, lots):
        """Put delivered units into a carton on a pallet; return both."""
        pallet = self.env["stock.package"].create({"name": "PALLET-7"})
        carton = self.env["stock.package"].create(
            {"name": SSCC, "parent_package_id": pallet.id}
        )
        quants = self.env["stock.quant"].search(
            [("lot_id", "in", lots.ids), ("quantity", ">", 0)]
        )
        self.env.flush_all()
        self.cr.execute(
            "UPDATE stock_quant SET package_id = %s WHERE id = ANY(%s)",
            [carton.id, quants.ids],
        )
        self.env.invalidate_all()
        return pallet, carton
