from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_part_production import ProductionCase


class PairingCase(ProductionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = new_test_user(
            cls.env, login="serial_worker", groups="mrp.group_mrp_user"
        )

    def scan(self, *texts, order=None, unit=None, user=None):
        """Scan one text after the other; return what the screen shows in the end."""
        bench = self.env["serial.pairing"].with_user(user or self.worker)
        order_id, unit_id = order and order.id, unit and unit.id
        for text in texts:
            state = bench.scan(text, order_id, unit_id)
            unit_id = state["unit"] and state["unit"]["id"]
        return state

    def assert_told(self, state, kind, words):
        self.assertEqual(state["message"]["type"], kind, state["message"])
        self.assertIn(words, state["message"]["text"])


@tagged("post_install", "-at_install")
class TestPairing(PairingCase):
    """A worker with a scanner: a unit, its parts, the next unit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.making, cls.units = cls.order(3)

    def test_a_unit_and_its_parts_are_paired_by_scanning_them(self):
        first, second = self.units[:2]
        state = self.scan(first.scan_code, order=self.making)
        self.assertEqual(
            state["unit"]["missing"],
            [{"product": "Battery", "count": 1}, {"product": "Display", "count": 1}],
        )
        state = self.scan("B-002", order=self.making, unit=first)
        self.assert_told(state, "success", "Battery")
        self.assertFalse(state["unit"]["complete"])
        state = self.scan("D-001", order=self.making, unit=first)
        self.assertTrue(state["unit"]["complete"])
        self.assertEqual(state["order"]["paired"], 1)
        state = self.scan(second.name, "B-001", order=self.making, unit=first)
        self.assertEqual(state["unit"]["name"], second.name)
        self.assertEqual(self.parts_of(first), ["B-002", "D-001"])
        self.assertEqual(self.parts_of(second), ["B-001"])
        self.assertEqual(self.making.lot_producing_ids, first + second)
        self.assertEqual(first.part_ids.mapped("source"), ["pairing"] * 2)

    def test_the_order_uses_what_was_scanned_and_tells_each_unit_once(self):
        for unit, number in zip(self.units, (2, 3, 1), strict=True):
            texts = (unit.scan_code, f"B-00{number}", f"D-00{number}")
            self.scan(*texts, order=self.making)
        self.making.with_user(self.worker).button_mark_done()
        self.assertEqual(self.making.state, "done")
        for unit, number in zip(self.units, (2, 3, 1), strict=True):
            own = [f"B-00{number}", f"D-00{number}", "G-1"]
            self.assertEqual(self.trace(unit), [*own, "Screw"])
            self.assertEqual(self.parts_of(unit), own)
            self.assertEqual(self.kinds_of(unit), ["minted", "produced", "assembled"])

    def test_what_does_not_fit_is_refused_with_the_reason(self):
        unit = self.units[0]
        other = self.ship(1)
        self.build_in(other, "B-003", self.battery)
        self.create_serial("C-1", self.uncoded_product)
        self.env["serial.part.stolen"].create({"name": "D-003"})
        for text, words in (
            ("B-003", other.name),
            ("C-1", "Cable"),
            ("D-003", "stolen"),
        ):
            state = self.scan(text, order=self.making, unit=unit)
            self.assert_told(state, "danger", words)
        self.scan("B-001", order=self.making, unit=unit)
        state = self.scan("B-001", order=self.making, unit=unit)
        self.assert_told(state, "warning", "already")
        state = self.scan("B-002", order=self.making, unit=unit)
        self.assert_told(state, "danger", "Battery")
        self.assertEqual(self.parts_of(unit), ["B-001"])

    def test_units_that_the_order_cannot_make_are_refused(self):
        state = self.scan("B-001", order=self.making)
        self.assert_told(state, "danger", "unit first")
        state = self.scan(self.ship(1).scan_code, order=self.making)
        self.assert_told(state, "danger", "made already")
        self.making.lot_producing_ids = self.units
        state = self.scan(self.mint(1).scan_code, order=self.making)
        self.assert_told(state, "danger", "All units")
        order, _units = self.order(1, parts=False)
        state = self.scan(self.units[0].scan_code, order=order)
        self.assert_told(state, "danger", "Another order")

    def test_an_unknown_part_is_refused_where_stock_keeps_all_serials(self):
        unit = self.units[0]
        state = self.scan("X-1", order=self.making, unit=unit)
        self.assert_told(state, "warning", "not among our parts")
        self.assertEqual(self.parts_of(unit), ["X-1"])
        self.bill.bom_line_ids.filtered(
            lambda line: line.product_id == self.screw
        ).unlink()
        order, units = self.order(1, parts=False)
        state = self.scan(units.scan_code, "X-2", order=order)
        self.assert_told(state, "danger", "not among our parts")
        self.assertEqual(self.parts_of(units), [])

    def test_a_batch_goes_into_many_units(self):
        for unit in self.units[:2]:
            state = self.scan(unit.scan_code, "G-1", order=self.making)
            self.assert_told(state, "success", "Glue")
            self.assertEqual(self.parts_of(unit), ["G-1"])
        state = self.scan("G-1", order=self.making, unit=self.units[1])
        self.assert_told(state, "warning", "already")

    def test_a_mistake_is_taken_back(self):
        unit = self.units[0]
        state = self.scan("B-001", order=self.making, unit=unit)
        bench = self.env["serial.pairing"].with_user(self.worker)
        part_id = state["unit"]["parts"][0]["id"]
        state = bench.take_out(part_id, self.making.id, unit.id)
        self.assertEqual(state["unit"]["parts"], [])
        self.assertFalse(unit.part_ids)
        # as a part of another unit it is left alone
        part = self.build_in(self.units[1], "B-001", self.battery)
        bench.take_out(part.id, self.making.id, unit.id)
        self.assertTrue(part.exists())

    def test_after_the_order_is_done_each_scan_makes_the_links_exact(self):
        self.finish(self.making, self.units)
        self.assertEqual(len(self.trace(self.units[0])), 8)
        for unit, number in zip(self.units, (2, 3, 1), strict=True):
            texts = (unit.scan_code, f"B-00{number}", f"D-00{number}")
            self.scan(*texts, order=self.making)
        for unit, number in zip(self.units, (2, 3, 1), strict=True):
            own = [f"B-00{number}", f"D-00{number}", "G-1", "Screw"]
            self.assertEqual(self.trace(unit), own)
        self.assertEqual(self.kinds_of(self.units[0])[-2:], ["assembled"] * 2)

    def test_a_done_order_takes_only_what_it_consumed(self):
        self.finish(self.making, self.units)
        (more,) = self.stock_parts(self.battery, "A", 1)
        state = self.scan(more.name, order=self.making, unit=self.units[0])
        self.assert_told(state, "danger", "did not consume")
        state = self.scan(self.ship(1).name, order=self.making)
        self.assert_told(state, "danger", "did not make")

    def test_units_are_paired_without_an_order_too(self):
        unit, following = self.ship(2)
        state = self.scan(unit.scan_code, "B-001", "D-001", user=self.user)
        self.assertTrue(state["unit"]["complete"])
        self.assertFalse(state["order"])
        state = self.scan(following.scan_code, unit=unit, user=self.user)
        self.assertEqual(state["unit"]["name"], following.name)
        self.assertEqual(self.kinds_of(unit)[-2:], ["assembled"] * 2)

    def test_who_neither_makes_goods_nor_keeps_dossiers_pairs_nothing(self):
        for user in (self.auditor, self.stock_user):
            with self.assertRaises(AccessError):
                self.scan("B-001", order=self.making, user=user)

    def test_a_scan_costs_the_same_in_a_big_order(self):
        counts = []
        for count in (2, 20):
            batteries = self.stock_parts(self.battery, f"Q{count}", count)
            order, units = self.order(count, parts=False)
            order.lot_producing_ids = units
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.scan(batteries[0].name, order=order, unit=units[0])
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLessEqual(counts[1], 60)


@tagged("post_install", "-at_install")
class TestPartByHand(PairingCase):
    """Who records parts by hand is held to the same rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit, cls.other = cls.ship(2)
        cls.create_serial("B-1", cls.battery)

    def record(self, **values):
        return self.parts.create({"lot_id": self.unit.id, **values})

    def test_a_part_recorded_by_hand_is_linked_and_told(self):
        part = self.record(name="b-1", source="repair")
        self.assertEqual((part.name, part.product_id), ("B-1", self.battery))
        self.assertEqual(part.component_lot_id.name, "B-1")
        self.assertEqual(part.source, "manual")
        self.assertEqual(self.kinds_of(self.unit)[-1], "assembled")

    def test_a_part_of_another_unit_is_refused(self):
        self.build_in(self.other, "B-1", self.battery)
        with self.assertRaisesRegex(Exception, self.other.name):
            self.record(name="B-1")

    def test_history_is_neither_changed_nor_deleted_by_hand(self):
        part = self.record(name="B-1")
        for values in ({"name": "B-2"}, {"removed_at": False}, {"lot_id": 1}):
            with self.assertRaises(AccessError):
                part.write(values)
        with self.assertRaises(AccessError):
            part.unlink()
        part.position = "Left"

    def test_a_part_taken_out_by_hand_is_an_event(self):
        part = self.record(name="B-1")
        part.action_take_out()
        self.assertTrue(part.removed_at)
        self.assertEqual(self.kinds_of(self.unit)[-1], "part_changed")
        self.record(name="B-1")
        self.assertEqual(self.unit.part_count, 1)

    def test_a_part_finds_its_unit(self):
        self.record(name="B-1")
        self.build_in(self.other, False, self.glue, component_lot="LOT-7")
        self.build_in(self.unit, "B-0", self.battery, removed_at="2026-01-01")
        lots = self.env["stock.lot"].with_user(self.auditor)
        for text, found in (
            ("b-1", self.unit),
            ("LOT-7", self.other),
            ("B-0", self.unit.browse()),
            ("NONE", self.unit.browse()),
        ):
            self.assertEqual(lots.search([("part_lookup", "ilike", text)]), found, text)
        parts = self.env["serial.part"].with_user(self.auditor)
        self.assertEqual(len(parts.search([("part_lookup", "ilike", "B-0")])), 1)
        self.assertEqual(len(parts.search([("part_lookup", "ilike", "B-")])), 2)

    def test_a_component_says_where_it_is_used(self):
        part = self.record(name="B-1")
        component = part.component_lot_id.with_user(self.auditor)
        self.assertEqual((component.used_in_count, self.unit.part_count), (1, 1))
        action = component.action_view_used_in()
        self.assertEqual(self.parts.search(action["domain"]), part)

    def test_stolen_parts_are_found_among_those_built_in(self):
        part = self.record(name="B-1")
        self.env["serial.part.stolen"].with_user(self.user).create({"name": "B-1"})
        self.env.invalidate_all()
        self.assertTrue(part.is_stolen)
        self.assertEqual(self.parts.search([("is_stolen", "=", True)]), part)
        self.assertNotIn(part, self.parts.search([("is_stolen", "=", False)]))
