from odoo.tests import tagged

from .capturing import GTIN, SSCC, CaptureCase

NUMBER = SSCC.rpartition("/")[2]
PALLET = "https://id.gs1.org/00/069012340000000029"


@tagged("post_install", "-at_install")
class TestCaptureFill(CaptureCase):
    """Aggregations fill cartons, associations fill units with parts."""

    # === CARTONS === #

    def test_units_in_stock_are_moved_into_the_carton(self):
        lots = self.produce(3)
        job = self.capture(self.aggregation(lots))
        self.assertEqual((job.state, job.unit_count), ("done", 3))
        quants = lots.quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertEqual(set(quants.package_id.mapped("name")), {NUMBER})
        for lot in lots:
            step = self.last_event(lot)
            self.assertEqual((step.kind, step.biz_step), ("packed", "packing"))
            self.assertEqual(step.data["private"]["parent"], NUMBER)
            self.assertEqual(str(step.event_time), "2026-03-01 00:00:00")
            self.assertEqual(lot.event_ids.mapped("kind").count("packed"), 1)

    def test_units_are_taken_out_again(self):
        lots = self.produce(2)
        self.capture(self.aggregation(lots))
        self.capture(
            self.aggregation(lots[:1], action="DELETE", bizStep="unpacking"),
        )
        quants = lots.quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertEqual(quants.package_id.quant_ids.lot_id, lots[1])
        self.assertEqual(self.last_event(lots[0]).kind, "unpacked")

    def test_a_carton_is_emptied_without_naming_its_units(self):
        lots = self.produce(2)
        self.capture(self.aggregation(lots))
        self.capture(
            self.aggregation([], childEPCs=None, action="DELETE", bizStep="unpacking")
        )
        self.assertFalse(lots.quant_ids.filtered("quantity").package_id)
        self.assertEqual(
            [self.last_event(lot).kind for lot in lots], ["unpacked", "unpacked"]
        )

    def test_units_still_at_the_factory_are_known_by_their_carton(self):
        lots = self.mint(3)
        self.capture(self.aggregation(lots))
        self.assertEqual(lots.announced_package_id.name, NUMBER)
        self.assertEqual(self.last_event(lots[0]).kind, "packed")
        self.capture(
            self.event(
                epcList=[SSCC],
                action="OBSERVE",
                bizStep="shipping",
                disposition="in_transit",
                eventTime="2026-03-01T09:00:00+08:00",
            )
        )
        steps = [self.last_event(lot).biz_step for lot in lots]
        self.assertEqual(steps, ["shipping"] * 3)
        # One is received, without its carton: there it is no longer.
        self.receive(lots[0])
        seen = self.event(epcList=[SSCC], action="OBSERVE", bizStep="storing")
        self.assertEqual(self.capture(seen).unit_count, 2)

    def test_cartons_go_onto_a_pallet_with_what_is_in_them(self):
        lots = self.mint(1) | self.produce(1)
        self.capture(self.aggregation(lots))
        self.capture(self.aggregation([], parentID=PALLET, childEPCs=[SSCC]))
        carton = self.env["stock.package"].search([("name", "=", NUMBER)])
        self.assertEqual(carton.parent_package_id.name, PALLET.rpartition("/")[2])
        for lot in lots:
            self.assertEqual(lot.event_ids.mapped("kind").count("packed"), 2)
        seen = self.event(epcList=[PALLET], action="OBSERVE", bizStep="storing")
        self.assertEqual(self.capture(seen).unit_count, 2)

    def test_an_unknown_carton_is_told_of(self):
        job = self.capture(self.event(epcList=[SSCC], action="OBSERVE"))
        self.assertEqual((job.state, job.event_ids.reason), ("failed", "unknown_units"))

    # === PARTS === #

    def test_parts_are_built_into_the_unit(self):
        component = self._create_product("Battery", barcode="6901234000016")
        [lot] = self.mint()
        battery = self.env["stock.lot"].create(
            {"name": "BAT-1", "product_id": component.id}
        )
        self.capture(
            self.association(
                lot,
                [
                    "https://id.gs1.org/01/06901234000016/21/BAT-1",
                    "https://id.gs1.org/01/06901234000016/10/LOT-7",
                    "https://id.gs1.org/8004/6901234CAM5",
                ],
            )
        )
        parts = lot.part_ids
        self.assertEqual(len(parts), 3)
        self.assertEqual(parts.filtered("component_lot_id").component_lot_id, battery)
        self.assertEqual(parts.filtered("component_lot").component_lot, "LOT-7")
        self.assertEqual(self.last_event(lot).kind, "assembled")

    def test_a_part_of_another_unit_is_refused(self):
        lots = self.mint(2)
        part = [f"https://id.gs1.org/01/{GTIN}/21/CAM-1"]
        self.capture(self.association(lots[0], part))
        job = self.capture(self.association(lots[1], part), behaviour="proceed")
        self.assertEqual(job.event_ids.reason, "part_elsewhere")
        self.assertFalse(lots[1].part_ids)
        again = self.capture(self.association(lots[1], part), behaviour="proceed")
        self.assertEqual(again.event_ids.reason, "part_elsewhere")

    def test_parts_are_taken_out_of_the_unit(self):
        [lot] = self.mint()
        part = [f"https://id.gs1.org/01/{GTIN}/21/CAM-2"]
        self.capture(self.association(lot, part))
        self.capture(
            self.association(lot, part, action="DELETE", bizStep="disassembling")
        )
        self.assertFalse(lot.part_ids.filtered(lambda one: not one.removed_at))
        self.assertEqual(self.last_event(lot).kind, "part_changed")
