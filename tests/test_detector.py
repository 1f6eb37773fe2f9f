from collections import Counter
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..core.rule_set import DETECTORS, RuleSet
from ..models import serial_detector_clone_mixin
from .common import NOW
from .detecting import PROVINCES, RULES, DetectorCase


@tagged("post_install", "-at_install")
class TestClones(DetectorCase):
    def setUp(self):
        super().setUp()
        self.lot = self.ship()

    def get_crowds(self):
        """Return how many units so many people looked at."""
        self.env.flush_all()
        self.detector._gather_seen()
        with patch.object(serial_detector_clone_mixin, "ENOUGH", 0):
            return Counter(self.detector._get_crowds())

    def test_a_code_seen_all_over_the_country_is_a_copy(self):
        self.activate(self.lot, account="a")
        self.look(self.lot, PROVINCES * 2, hours=1)
        alert = self.run_rules("clone")
        self.assertEqual((alert.lot_id, alert.kind), (self.lot, "clone"))
        self.assertTold(alert, self.lot.name, "km apart", "copy")
        self.assertGreaterEqual(alert.score, 90)

    def test_claims_of_many_owners_are_copies(self):
        self.activate(self.lot, account="a", days=20)
        for number in range(5):
            answer = self.activate(self.lot, days=15 - number, account=f"b{number}")
            self.assertEqual(answer[0]["result"], "already_activated")
        self.assertEqual(self.run_rules("clone").lot_id, self.lot)

    def test_one_owner_who_moves_house_has_no_copy(self):
        self.activate(self.lot, account="a")
        self.look(self.lot, ["GD"] * 4 + ["SC"] * 4, hours=48)
        self.assertFalse(self.run_rules("clone"))

    def test_who_looked_is_told_by_telephones_rather_than_addresses(self):
        before = self.get_crowds()
        copied, bought, unnamed = self.ship(), self.ship(), self.ship()
        for lot in copied + bought + unnamed:
            self.activate(lot, account=lot.name)
            for number in range(5):
                model = {copied: f"M{number}", bought: "V2183A"}.get(lot)
                seen = {"device_model": model, "ip_prefix": f"36.{number}.0.0/24"}
                self.look(lot, ["GD"], days=50 - number, **seen)
        self.activate(copied, days=5, account="another")
        # Of the copied one a second owner's telephone is left out; the activation of
        # the unnamed one came from an address too.
        self.assertEqual(self.get_crowds() - before, {4: 1, 1: 1, 6: 1})

    def test_a_detector_that_is_off_finds_nothing(self):
        self.look(self.lot, PROVINCES * 2, hours=1)
        rules = RuleSet(enabled=frozenset(DETECTORS) - {"clone"})
        self.assertNotIn("clone", self.detector._run(rules).mapped("kind"))

    def test_what_was_seen_at_a_fair_is_no_copy(self):
        self.activate(self.lot, account="a")
        self.env["serial.diversion.whitelist"].create(
            {"name": "Fair", "reason": "shown", "lot_ids": self.lot.ids}
        )
        self.look(self.lot, PROVINCES * 2, hours=1)
        self.assertFalse(self.run_rules("clone"))

    def test_nothing_new_is_not_looked_at_again(self):
        self.activate(self.lot, account="a")
        self.look(self.lot, PROVINCES * 2, hours=1)
        self.assertFalse(self.run_rules("clone", since=NOW - timedelta(days=1)))

    def test_the_number_of_queries_does_not_grow_with_units(self):
        counts = []
        for count in (1, 5):
            lots = self.ship(count)
            for lot in lots:
                self.look(lot, PROVINCES * 2, hours=1)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.detector._find_clone(RULES, NOW - timedelta(days=400))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])


@tagged("post_install", "-at_install")
class TestClaims(DetectorCase):
    def setUp(self):
        super().setUp()
        self.lot = self.ship()
        self.activate(self.lot, account="a", device_id="d")

    def claims(self):
        return self.env["serial.activation.claim"].search([])

    def test_whoever_activated_may_ask_again_and_again(self):
        for _try in range(3):
            self.activate(self.lot, days=10, account="a", device_id="d")
        self.assertFalse(self.claims())

    def test_another_owner_is_noted_once_and_not_by_name(self):
        for _try in range(2):
            self.activate(self.lot, days=10, account="Somebody", ip="113.108.1.1")
        claim = self.claims()
        self.assertRecordValues(
            claim,
            [{"lot_id": self.lot.id, "source": "api", "ip_prefix": "113.108.1.0/24"}],
        )
        self.assertNotIn("Somebody", str(claim.read()))

    def test_another_device_of_the_same_owner_is_no_claim(self):
        self.activate(self.lot, days=10, account="a", device_id="e")
        self.assertFalse(self.claims())


@tagged("post_install", "-at_install")
class TestUsedUnits(DetectorCase):
    def test_a_used_unit_that_came_back_and_is_activated_by_another(self):
        lot = self.ship()
        self.activate(lot, account="a", days=70)
        self.take_back(lot, self.distributor)
        self.deliver(lot, self.other_distributor)
        self.activate(lot, account="b", days=0)
        alert = self.run_rules("refurbished_as_new")
        self.assertEqual(alert.lot_id, lot)
        self.assertEqual(alert.partner_id, self.other_distributor)
        self.assertTold(alert, lot.name, "in use already", "came back")

    def test_its_owner_gets_it_back(self):
        lot = self.ship()
        self.activate(lot, account="a", days=70)
        self.take_back(lot, self.distributor)
        self.deliver(lot, self.distributor)
        self.activate(lot, account="a", days=0)
        self.assertFalse(self.run_rules("refurbished_as_new"))

    def test_a_second_owner_without_a_return_is_told_only_if_the_rules_say_so(self):
        lot = self.ship()
        self.activate(lot, account="a", days=70)
        self.activate(lot, account="b", days=5)
        self.assertFalse(self.run_rules("refurbished_as_new"))
        rules = RuleSet(thresholds={"reuse_unrecorded_score": 55})
        alert = self.detector._run(rules)
        self.assertEqual((alert.lot_id, alert.score), (lot, 55))
        self.assertTold(alert, "second-hand")
