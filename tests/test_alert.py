from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.serial_alert_tell_mixin import KINDS
from .common import SerialCase


class AlertCase(SerialCase):
    """Units of two distributors, and detectors that find something about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.serial_alert_user_id = cls.manager
        cls.lots = cls.ship(3)
        cls.lot = cls.lots[0]
        cls.alerts = cls.env["serial.diversion.alert"]

    @classmethod
    def raise_on(cls, lots, kind="dealer_stock", **values):
        """Raise alerts of a kind on units."""
        return cls.alerts._raise_units(
            kind, [{"lot_id": lot.id, "score": 80, **values} for lot in lots]
        )


@tagged("post_install", "-at_install")
class TestAlertRaising(AlertCase):
    """Detectors raise alerts on units: many at once, each unit once a kind."""

    def test_product_distributor_region_and_company_are_the_units(self):
        alert = self.raise_on(self.lot)
        self.assertEqual(alert.partner_id, self.distributor)
        self.assertEqual(alert.region_id, self.guangdong)
        self.assertEqual(alert.product_id, self.product)
        self.assertEqual(alert.company_id, self.company)
        self.assertEqual(alert.user_id, self.manager)

    def test_a_repetition_renews_the_open_alert(self):
        first = self.raise_on(self.lot, detail={"count": 3}, reasons=["dealer_stock"])
        again = self.raise_on(self.lot, score=91, detail={"count": 5})
        self.assertEqual(again, first)
        self.assertEqual(again.score, 91)
        self.assertEqual(again.detail, {"count": 5})

    def test_another_kind_is_another_alert(self):
        first = self.raise_on(self.lot)
        self.assertNotEqual(self.raise_on(self.lot, "clone"), first)

    def test_a_closed_alert_comes_back_by_much_stronger_evidence_only(self):
        first = self.raise_on(self.lot, score=60)
        first.write({"state": "dismissed", "outcome_note": "A gift."})
        self.assertFalse(self.raise_on(self.lot, score=79))
        self.assertTrue(self.raise_on(self.lot, score=80))

    def test_takes_as_many_queries_for_three_units_as_for_one(self):
        self.raise_on(self.lot, "clone")

        def count(lots, kind):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.raise_on(lots, kind)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(self.lot, "void_code"), count(self.lots, "leak"))

    def test_people_cannot_write_what_was_seen(self):
        alert = self.raise_on(self.lot)
        for values in ({"kind": "clone"}, {"detail": {}}):
            with self.assertRaises(AccessError):
                alert.with_user(self.manager).write(values)


@tagged("post_install", "-at_install")
class TestAlertWords(AlertCase):
    """Every alert says in one sentence what was seen."""

    def test_every_kind_names_the_unit(self):
        for kind, _label in KINDS:
            with self.subTest(kind):
                self.assertIn(self.lot.name, self.raise_on(self.lot, kind).summary)

    def test_a_leak_tells_how_many_of_how_many(self):
        detail = {
            "k": 8,
            "n": 20,
            "expected": 1.2,
            "place": "CN-BJ",
            "group": "WH/OUT/00042",
            "probability": 0.93,
        }
        told = self.raise_on(self.lot, "leak", detail=detail).summary
        self.assertIn("8 of 20 units of WH/OUT/00042", told)
        self.assertIn("93 %", told)
        self.assertNotIn("%%", told)

    def test_a_copy_tells_the_two_places_and_the_distance(self):
        detail = {"places": ["CN-SC", "CN-BJ"], "km": 1516.4, "hours": 2}
        told = self.raise_on(self.lot, "clone", detail=detail).summary
        self.assertIn("1516 km apart, within 2.0 hours", told)
