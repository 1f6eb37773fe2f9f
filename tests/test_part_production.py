from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_part import PartCase


class ProductionCase(PartCase):
    """Orders of phones of a battery, a display, glue of a batch and a screw."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.glue = cls._create_product("Glue", tracking="lot")
        cls.screw = cls._create_product("Screw", tracking="none")
        cls.bill.bom_line_ids = [
            Command.create({"product_id": component.id, "product_qty": 1})
            for component in (cls.glue, cls.screw)
        ]
        cls.glue_lot = cls.create_serial("G-1", cls.glue)
        cls.put(cls.glue, 1000, cls.glue_lot)
        cls.put(cls.screw, 1000)

    @classmethod
    def put(cls, product, quantity, lot=None):
        """Have some of a product in stock."""
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.stock_location, quantity, lot_id=lot
        )

    @classmethod
    def stock_parts(cls, product, prefix, count):
        """Return new serials of a component in stock: B-1, B-2..."""
        lots = cls.env["stock.lot"].create(
            [
                {"name": f"{prefix}-{number:03}", "product_id": product.id}
                for number in range(1, count + 1)
            ]
        )
        for lot in lots:
            cls.put(product, 1, lot)
        return lots

    @classmethod
    def order(cls, count, parts=True):
        """Return a confirmed order, and units minted for it."""
        if parts:
            cls.batteries = cls.stock_parts(cls.battery, "B", count)
            cls.displays = cls.stock_parts(cls.display, "D", count)
        order = cls.env["mrp.production"].create(
            {"product_id": cls.product.id, "product_qty": count, "bom_id": cls.bill.id}
        )
        order.action_confirm()
        order.action_assign()
        return order, cls.mint(count)

    @classmethod
    def finish(cls, order, units):
        """Finish an order as stock's own screens do."""
        order.lot_producing_ids = units
        order.qty_producing = len(units)
        order._set_qty_producing()
        order.with_context(skip_backorder=True).button_mark_done()
        assert order.state == "done", order.state

    def pair(self, units, *components):
        """Pair units and parts, the last unit with the first parts."""
        for unit, *parts in zip(units, *map(reversed, components), strict=True):
            for part in parts:
                self.build_in(
                    unit, part.name, part.product_id, component_lot_id=part.id
                )

    def parts_of(self, unit):
        """Return the names of what sits in a unit."""
        parts = unit.part_ids.filtered(lambda part: not part.removed_at)
        return sorted(part.display_name for part in parts)

    def trace(self, unit):
        """Return the serials and batches that stock's report says are in a unit."""
        report = self.env["stock.traceability.report"].with_context(
            active_id=unit.id, model="stock.lot"
        )
        lines = report.get_lines(model_name="stock.lot", model_id=unit.id, level=1)
        (made,) = [line for line in lines if line["unfoldable"]]
        below = report.get_lines(
            made["id"],
            model_name=made["model"],
            model_id=made["model_id"],
            level=2,
        )
        return sorted(line["columns"][3] or line["columns"][1] for line in below)


@tagged("post_install", "-at_install")
class TestPartProduction(ProductionCase):
    """What orders built into which unit is recorded as far as it is known."""

    def test_an_order_of_one_unit_tells_its_parts(self):
        order, unit = self.order(1)
        self.finish(order, unit)
        self.assertEqual(self.parts_of(unit), ["B-001", "D-001", "G-1"])
        battery = unit.part_ids.filtered(lambda part: part.name == "B-001")
        self.assertEqual(battery.component_lot_id, self.batteries)
        self.assertEqual(
            (battery.source, battery.production_id, battery.installed_by),
            ("production", order, order.name),
        )
        glue = unit.part_ids - unit.part_ids.filtered("name")
        self.assertEqual((glue.component_lot, glue.product_id), ("G-1", self.glue))

    def test_the_unit_has_an_event_that_names_its_parts(self):
        order, unit = self.order(1)
        self.finish(order, unit)
        self.assertEqual(self.kinds_of(unit), ["minted", "produced", "assembled"])
        event = unit.event_ids.sorted("sequence")[-1]
        self.assertEqual(event.document_name, order.name)
        self.assertEqual(
            event.data,
            {
                "private": {
                    "parts": ["B-001", "D-001", "G-1"],
                    "reason": "B-001, D-001, G-1",
                }
            },
        )

    def test_of_an_order_of_many_only_the_batch_in_all_of_them_is_known(self):
        order, units = self.order(3)
        self.finish(order, units)
        self.assertEqual([self.parts_of(unit) for unit in units], [["G-1"]] * 3)

    def test_paired_units_are_linked_with_their_own_parts_only(self):
        order, units = self.order(3)
        self.pair(units, self.batteries, self.displays)
        self.finish(order, units)
        for number, unit in enumerate(units):
            own = [f"B-00{3 - number}", f"D-00{3 - number}", "G-1"]
            self.assertEqual(self.parts_of(unit), own)
            line = order.move_finished_ids.move_line_ids.filtered(
                lambda line, unit=unit: line.lot_id == unit
            )
            used = line.consume_line_ids
            self.assertEqual(sorted(used.lot_id.mapped("name")), own)
            self.assertEqual(len(used), 4)  # and the screw
            self.assertEqual(self.trace(unit), [*own, "Screw"])

    def test_the_links_of_paired_units_grow_with_their_number_only(self):
        order, units = self.order(8)
        self.pair(units, self.batteries, self.displays)
        self.finish(order, units)
        self.env.flush_all()
        self.cr.execute(
            "SELECT count(*) FROM stock_move_line_consume_rel "
            "WHERE consume_line_id = ANY(%s)",
            [order.move_finished_ids.move_line_ids.ids],
        )
        self.assertEqual(self.cr.fetchone(), (8 * 4,))

    def test_without_pairing_stock_links_all_with_all(self):
        order, units = self.order(3)
        self.finish(order, units)
        for line in order.move_finished_ids.move_line_ids:
            self.assertEqual(line.consume_line_ids, order.move_raw_ids.move_line_ids)

    def test_an_order_consumes_the_paired_parts_not_the_reserved_ones(self):
        others = self.stock_parts(self.battery, "A", 3)
        order, units = self.order(3)
        self.pair(units, self.batteries, self.displays)
        order.lot_producing_ids = units
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.qty_produced, 3)
        consumed = order.move_raw_ids.move_line_ids.lot_id
        self.assertEqual(consumed & (others | self.batteries), self.batteries)

    def test_the_only_unit_that_was_not_paired_has_what_is_left(self):
        order, units = self.order(3)
        self.pair(units[:2], self.batteries[1:], self.displays[1:])
        self.finish(order, units)
        self.assertEqual(self.parts_of(units[2]), ["B-001", "D-001", "G-1"])

    def test_units_that_were_not_paired_may_have_any_of_what_is_left(self):
        order, units = self.order(4)
        self.pair(units[:2], self.batteries[2:], self.displays[2:])
        self.finish(order, units)
        loose = ["B-001", "B-002", "D-001", "D-002", "G-1"]
        for unit in units[2:]:
            self.assertEqual(self.trace(unit), [*loose, "Screw"])
            self.assertEqual(self.parts_of(unit), ["G-1"])

    def test_a_part_that_sits_in_another_unit_is_not_built_in_again(self):
        other = self.ship(1)
        order, unit = self.order(1)
        self.build_in(other, "B-001", self.battery)
        with self.assertRaisesRegex(UserError, f"B-001.*{other.name}"):
            self.finish(order, unit)

    def test_an_unbuilt_unit_gives_its_own_parts_back(self):
        order, units = self.order(3)
        self.pair(units, self.batteries, self.displays)
        self.finish(order, units)
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": self.product.id,
                "mo_id": order.id,
                "lot_id": units[0].id,
                "product_qty": 1,
            }
        )
        unbuild.action_unbuild()
        back = unbuild.produce_line_ids.move_line_ids.lot_id - units
        self.assertEqual(sorted(back.mapped("name")), ["B-003", "D-003", "G-1"])
        self.assertEqual(self.parts_of(units[0]), [])
        self.assertEqual(self.kinds_of(units[0])[-1], "part_changed")
        self.assertEqual(self.status_of("B-003"), "replaced_before")
        self.assertEqual(self.parts_of(units[1]), ["B-002", "D-002", "G-1"])

    def test_our_part_of_finishing_costs_the_same_queries_for_more_units(self):
        counts = []
        for count in (2, 12):
            batteries = self.stock_parts(self.battery, f"B{count}", count)
            displays = self.stock_parts(self.display, f"D{count}", count)
            order, units = self.order(count, parts=False)
            self.pair(units, batteries, displays)
            self.finish(order, units)
            self.env.flush_all()
            lines = order.move_finished_ids.move_line_ids
            used = order.move_raw_ids.move_line_ids
            before = self.cr.sql_log_count
            order._link_exactly(lines, used.ids)
            order._record_as_built()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
