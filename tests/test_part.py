from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.serial_part_change_mixin import Change
from .common import NOW, SerialCase


class PartCase(SerialCase):
    """A phone with a battery and a display, both with serials of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.battery = cls._create_product("Battery")
        cls.display = cls._create_product("Display")
        cls.bill = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.product.product_tmpl_id.id,
                "bom_line_ids": [
                    Command.create({"product_id": component.id, "product_qty": 1})
                    for component in (cls.battery, cls.display)
                ],
            }
        )
        cls.parts = cls.env["serial.part"].with_user(cls.user)

    @classmethod
    def create_serial(cls, name, product):
        return cls.env["stock.lot"].create({"name": name, "product_id": product.id})

    @classmethod
    def build_in(cls, unit, name, product=None, **values):
        """Record a part as the factory's file would."""
        return cls.env["serial.part"].create(
            {"lot_id": unit.id, "name": name, "product_id": product and product.id}
            | values
        )

    def status_of(self, text, lot=None, product=None):
        return self.parts._judge([text], lot, product)[text].status


@tagged("post_install", "-at_install")
class TestPartJudge(PartCase):
    """A part's serial, as scanned at a bench, is judged before it is built in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit, cls.other = cls.ship(2)

    def test_each_thing_that_stands_against_a_part_is_told(self):
        self.create_serial("B-NEW", self.battery)
        self.build_in(self.unit, "B-MINE", self.battery)
        self.build_in(self.other, "B-OTHER", self.battery)
        self.build_in(self.other, "B-OUT", self.battery, removed_at=NOW)
        self.create_serial("C-1", self.uncoded_product)
        self.env["serial.part.stolen"].create({"name": "B-STOLEN"})
        expected = {
            "B-NEW": "genuine",
            "B-MINE": "genuine",
            "B-OTHER": "in_other_unit",
            "B-OUT": "replaced_before",
            "C-1": "wrong_product",
            "B-STOLEN": "stolen",
            "B-NOBODY": "unknown",
        }
        judged = self.parts._judge(list(expected), self.unit)
        self.assertEqual({t: j.status for t, j in judged.items()}, expected)
        self.assertEqual(judged["B-OTHER"].seat.unit, self.other.name)

    def test_a_part_is_known_however_it_is_typed(self):
        self.build_in(self.other, "B-OTHER", self.battery)
        for text in (" B-OTHER ", "b-other", "https://part.example/sn/B-OTHER?a=1"):
            self.assertEqual(self.status_of(text, self.unit), "in_other_unit", text)

    def test_a_coded_part_is_known_by_its_public_code(self):
        battery = self._create_product("Cell", serial_scheme_id=self.scheme.id)
        cell = self.ship(1, product=battery)
        judged = self.parts._judge([cell.scan_code.lower()], product=battery)
        self.assertEqual(
            [(one.status, one.component_lot_id) for one in judged.values()],
            [("genuine", cell.id)],
        )

    def test_a_part_of_another_product_than_asked_for_is_wrong(self):
        self.create_serial("D-1", self.display)
        self.assertEqual(self.status_of("D-1", self.unit), "genuine")
        self.assertEqual(
            self.status_of("D-1", self.unit, self.battery), "wrong_product"
        )

    def test_without_a_bill_of_materials_no_product_is_wrong(self):
        self.bill.active = False
        self.create_serial("C-1", self.uncoded_product)
        self.assertEqual(self.status_of("C-1", self.unit), "genuine")

    def test_parts_of_sub_assemblies_belong_into_the_unit(self):
        cell = self._create_product("Cell")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.battery.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": cell.id})],
            }
        )
        self.create_serial("CELL-1", cell)
        self.assertEqual(self.status_of("CELL-1", self.unit), "genuine")

    def test_a_theft_that_was_cleared_up_stops_nothing(self):
        stolen = self.env["serial.part.stolen"].create({"name": " B-1 "})
        self.assertEqual(self.status_of("B-1", self.unit), "stolen")
        stolen.active = False
        self.assertEqual(self.status_of("B-1", self.unit), "unknown")

    def test_every_judgement_has_words_and_outsiders_read_no_other_unit(self):
        self.build_in(self.other, "B-OTHER", self.battery)
        (judged,) = self.parts._judge(["B-OTHER"], self.unit).values()
        self.assertIn(self.other.name, self.parts._get_judgement_text(judged))
        text = self.parts._get_judgement_text(judged, with_unit=False)
        self.assertIn("B-OTHER", text)
        self.assertNotIn(self.other.name, text)

    def test_many_parts_are_judged_with_the_queries_of_one(self):
        for count in (1, 100):
            texts = [f"N{count}-{number}" for number in range(count)]
            self.env.invalidate_all()
            with self.assertQueryCount(8):
                self.parts._judge(texts, self.unit)


@tagged("post_install", "-at_install")
class TestPartChange(PartCase):
    """A repair puts one part in the place of another; the unit's past keeps both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit, cls.other = cls.ship(2)
        cls.old = cls.build_in(cls.unit, "B-1", cls.battery)
        cls.create_serial("B-2", cls.battery)

    def replace(self, old, new, **values):
        return self.parts._replace(self.unit.with_user(self.user), old, new, **values)

    def assert_refused(self, words, old, new, **values):
        with self.assertRaisesRegex(UserError, words):
            self.replace(old, new, **values)
        self.assertEqual(self.unit.part_ids.filtered("name"), self.old)
        self.assertFalse(self.old.removed_at)

    def test_a_new_part_takes_the_place_of_the_old_one(self):
        repair = self.env["repair.order"].create({"product_id": self.product.id})
        new = self.replace("b-1", "b-2", document=repair)
        self.assertEqual((new.name, new.product_id), ("B-2", self.battery))
        self.assertEqual((new.source, new.installed_by), ("repair", repair.name))
        self.assertEqual((self.old.removed_at, self.old.removed_by), (NOW, repair.name))
        self.assertEqual(self.old.replaced_by_id, new)
        self.assertEqual(self.unit.part_ids, self.old + new)

    def test_the_change_is_an_event_that_tells_the_public_no_serial(self):
        repair = self.env["repair.order"].create({"product_id": self.product.id})
        self.replace("B-1", "B-2", document=repair)
        event = self.unit.event_ids.sorted("sequence")[-1]
        self.assertEqual(
            (event.kind, event.document_name), ("part_changed", repair.name)
        )
        self.assertEqual(event.data["public"], {"parts": ["Battery"]})
        self.assertEqual(event.data["private"]["reason"], "B-1 → B-2")
        self.assertFalse(self.env["serial.event"]._get_broken_chains(self.unit.ids))

    def test_a_part_with_a_dossier_has_the_change_in_its_own_past(self):
        battery = self._create_product("Cell", serial_scheme_id=self.scheme.id)
        cell = self.ship(1, product=battery)
        self.replace("", cell.name, product=battery)
        self.assertEqual(self.kinds_of(cell)[-1], "part_changed")
        self.assertEqual(cell.used_in_ids.lot_id, self.unit)

    def test_a_part_that_nobody_recorded_becomes_history(self):
        new = self.replace("D-OLD", "B-2", product=self.battery)
        gone = self.unit.part_ids.filtered("removed_at")
        self.assertEqual((gone.name, gone.replaced_by_id), ("D-OLD", new))
        self.assertFalse(self.old.removed_at)

    def test_parts_are_added_and_taken_out_alone(self):
        self.assertEqual(self.replace("", "B-2").name, "B-2")
        self.assertFalse(self.replace("B-1", ""))
        self.assertEqual(self.unit.part_ids.filtered("removed_at"), self.old)

    def test_a_part_that_may_not_be_built_in_is_named_and_nothing_changes(self):
        self.build_in(self.other, "B-OTHER", self.battery)
        self.env["serial.part.stolen"].create({"name": "B-STOLEN"})
        self.create_serial("C-1", self.uncoded_product)
        self.assert_refused(f"B-OTHER.*{self.other.name}", "B-1", "B-OTHER")
        self.assert_refused("B-STOLEN.*stolen", "B-1", "B-STOLEN")
        self.assert_refused("C-1.*Cable", "B-1", "C-1")
        self.assert_refused("itself", "B-1", "B-1")

    def test_a_part_recorded_in_another_unit_cannot_have_been_taken_out_here(self):
        self.build_in(self.other, "B-OTHER", self.battery)
        self.assert_refused("B-OTHER", "B-OTHER", "B-2")

    def test_a_part_is_taken_out_once(self):
        self.replace("B-1", "B-2")
        with self.assertRaisesRegex(UserError, "already"):
            self.replace("B-1", "B-3", product=self.battery)

    def test_the_same_change_said_twice_is_one(self):
        self.replace("B-1", "B-2")
        events = self.unit.event_count
        self.assertFalse(self.replace("B-1", "B-2"))
        self.assertEqual(len(self.unit.part_ids), 2)
        self.assertEqual(self.unit.event_count, events)

    def test_a_part_that_was_taken_out_may_go_into_another_unit(self):
        self.replace("B-1", "B-2")
        again = self.parts._replace(self.other, "", "B-1", self.battery)
        self.assertEqual(again.lot_id, self.other)
        self.assertEqual(self.status_of("B-1", self.unit), "in_other_unit")

    def test_many_changes_cost_the_queries_of_one(self):
        counts = []
        for unit, size in ((self.unit, 1), (self.other, 30)):
            changes = [
                Change(f"O{size}-{i}", f"N{size}-{i}", self.battery.id)
                for i in range(size)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.parts._change_parts(unit, changes)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
        self.assertLessEqual(counts[1], 30)

    def test_the_database_keeps_a_part_in_one_unit(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.build_in(self.other, "B-1", self.battery)
