from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from ..core.rule_set import DETECTORS, RuleSet
from .common import NOW, SerialCase

RULES = RuleSet()
PROVINCES = ["GD", "BJ", "HL", "XJ", "YN", "ZJ", "SC", "SD"]


class DetectorCase(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.detector = cls.env["serial.diversion.detector"]
        cls.activations = cls.env["serial.activation"].sudo()
        scans = cls.env["serial.scan"]
        for months in range(4):
            month = (NOW - relativedelta(months=months, day=1)).date()
            if month not in scans._get_partitions():
                scans._create_partition(month)

    @classmethod
    def ship(cls, count=1, partner=None):
        lots = cls.produce(count)
        cls.deliver(lots, partner or cls.distributor)
        past = NOW - timedelta(days=80)
        lots.write({"shipped_at": past, "production_date": past.date()})
        return lots

    def activate(self, lots, days=60, seconds=0, **item):
        """Activate units some days ago, one after the other."""
        begin = NOW - timedelta(days=days)
        items = [
            {
                "code": lot.scan_code,
                "occurred_at": f"{begin + timedelta(seconds=seconds * i):%FT%TZ}",
                **item,
            }
            for i, lot in enumerate(lots)
        ]
        return self.activations._activate(items, "api")

    def look(self, lot, places, hours=24, days=50, **values):
        """Log a view of a unit's page in each of these provinces."""
        begin = NOW - timedelta(days=days)
        for number, place in enumerate(places):
            state = self.env.ref(f"base.state_cn_{place}")
            row = {
                "scanned_at": begin + timedelta(hours=hours * number),
                "lot_id": lot.id or None,
                "product_id": lot.product_id.id or None,
                "country_id": state.country_id.id,
                "state_id": state.id,
                "radius_km": 50,
                "network": "fixed",
                "ip_prefix": f"14.{lot.id % 200}.{number}.0/24",
                "session_key": f"{lot.id}-{number}",
                "code": lot.scan_code or None,
                "result": "known",
                "is_bot": False,
                "is_repeat": False,
                **values,
            }
            names = ", ".join(row)
            marks = ", ".join(f"%({name})s" for name in row)
            self.env.cr.execute(
                f"INSERT INTO serial_scan ({names}) VALUES ({marks})",  # noqa: S608
                row,
            )

    def run_rules(self, *codes, since=None):
        """Run detectors; return the alerts of a test's kinds."""
        rules = RuleSet(enabled=frozenset(codes)) if codes else RULES
        return self.detector._run(rules, since)

    def assertTold(self, alert, *words):
        for word in words:
            self.assertIn(word, alert.summary)


@tagged("post_install", "-at_install")
class TestClones(DetectorCase):
    def setUp(self):
        super().setUp()
        self.lot = self.ship()

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
        self.assertTold(alert, lot.name, "in use before", "came back")

    def test_its_owner_gets_it_back(self):
        lot = self.ship()
        self.activate(lot, account="a", days=70)
        self.take_back(lot, self.distributor)
        self.deliver(lot, self.distributor)
        self.activate(lot, account="a", days=0)
        self.assertFalse(self.run_rules("refurbished_as_new"))

    def test_a_second_owner_without_a_return_is_told_as_what_it_may_be(self):
        lot = self.ship()
        self.activate(lot, account="a", days=70)
        self.activate(lot, account="b", days=5)
        alert = self.run_rules("refurbished_as_new")
        self.assertEqual((alert.lot_id, alert.score), (lot, 55))
        self.assertTold(alert, "second-hand")


@tagged("post_install", "-at_install")
class TestFakeActivations(DetectorCase):
    def bulk(self):
        return self.env["serial.diversion.alert"].search(
            [("kind", "=", "bulk_activation")]
        )

    def test_one_device_for_many_units_alerts_at_once(self):
        lots = self.ship(10)
        self.activate(lots, days=0.5, seconds=40, device_id="the same")
        self.assertEqual(self.bulk().lot_id, lots)
        self.assertTold(self.bulk()[0], "10 units", "one device")

    def test_devices_of_their_own_alert_nobody(self):
        for number, lot in enumerate(self.ship(10)):
            self.activate(lot, days=0.5, device_id=f"d{number}", account=str(number))
        self.assertFalse(self.bulk())

    def test_a_dealer_who_activates_for_customers_is_honest(self):
        lots = self.ship(10)
        self.activations._activate([{"code": lot.scan_code} for lot in lots], "portal")
        self.assertFalse(self.run_rules("bulk_activation"))

    def test_an_address_waits_for_the_night_and_for_more_signs(self):
        lots = self.ship(30)
        for number, lot in enumerate(lots):
            when = 40 - number / 2000
            self.activate(lot, days=when, ip="113.108.1.1", account=str(number))
        self.assertFalse(self.bulk())
        self.assertFalse(self.run_rules("bulk_activation"))
        lots.sale_date = (NOW - timedelta(days=10)).date()
        self.assertEqual(self.run_rules("bulk_activation").lot_id, lots)
        self.assertTold(self.bulk()[0], "30 units", "one internet address")

    def test_at_activation_the_number_of_queries_stays(self):
        self.activate(self.ship(2), days=0.5, device_id="warm")
        counts = []
        for count in (10, 40):
            lots = self.ship(count)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.activate(lots, days=0.4, device_id=f"d{count}", seconds=90)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_sold_long_after_it_was_activated(self):
        lot, other = self.ship(2)
        self.activate(lot | other, days=60)
        lot.sale_date = (NOW - timedelta(days=10)).date()
        other.sale_date = (NOW - timedelta(days=57)).date()
        alert = self.run_rules("before_sale_date")
        self.assertEqual(alert.lot_id, lot)
        self.assertTold(alert, "before Yuexiu sold it")

    def test_sent_on_as_stock_after_it_was_activated(self):
        lot = self.ship()
        self.activate(lot, days=60)
        transfer = self.env["serial.channel.transfer"].create(
            {"sender_id": self.distributor.id, "receiver_id": self.retailer.id}
        )
        line = self.env["serial.channel.transfer.line"]
        line.sudo()._insert(transfer, lot.ids)
        transfer.sudo().write({"state": "sent", "sent_at": NOW - timedelta(days=20)})
        alert = self.run_rules("dealer_stock")
        self.assertEqual(alert.lot_id, lot)
        self.assertTold(alert, "among the unsold")

    def test_a_months_units_that_nobody_sees_again(self):
        dead = self.ship(30)
        self.activate(dead, days=75, seconds=3600)
        for partner in (self.other_distributor, self.retailer):
            lots = self.ship(20, partner)
            self.activate(lots, days=75, seconds=3600)
            for lot in lots[:14]:
                self.look(lot, ["GD"])
        alerts = self.run_rules("no_later_life")
        self.assertEqual(alerts.lot_id, dead)
        self.assertTold(alerts[0], "30 units", "never seen again")


@tagged("post_install", "-at_install")
class TestRecordsAndCodes(DetectorCase):
    def test_a_recalled_unit_is_activated(self):
        lot = self.ship()
        lot.recalled = True
        self.activate(lot, days=1)
        self.assertEqual(self.run_rules("recalled_unit").lot_id, lot)

    def test_a_cancelled_code_that_people_look_at(self):
        lots = self.mint(2)
        past = {"event_time": NOW - timedelta(days=30)}
        lots._move_to_stage("void", "voided", **past)
        self.look(lots[0], ["GD", "ZJ", "SC"], days=10, result="void")
        self.look(lots[1], ["GD"], days=10, result="void")
        alert = self.run_rules("void_code")
        self.assertEqual(alert.lot_id, lots[0])
        self.assertTold(alert, "cancelled")

    def test_a_destroyed_unit_that_people_look_at(self):
        lot = self.produce()
        past = {"event_time": NOW - timedelta(days=30)}
        lot._move_to_stage("retired", "retired", **past)
        self.look(lot, ["GD", "ZJ"], days=10)
        self.assertEqual(self.run_rules("destroyed_unit").lot_id, lot)

    def test_an_invented_code_on_many_boxes_is_a_lead(self):
        nothing = self.env["stock.lot"]
        for code, count in (("FAKE23456789A", 6), ("TYPO234567892", 1)):
            self.look(nothing, PROVINCES[:count], days=5, code=code, result="unknown")
        self.assertFalse(self.run_rules("unknown_codes"))
        lead = self.env["serial.diversion.lead"].search(
            [("kind", "=", "unknown_codes")]
        )
        self.assertIn("6 visitors scanned FAKE23456789A", lead.summary)

    def test_a_unit_whose_serial_is_printed_on_many_boxes_is_named(self):
        lot = self.mint()
        nothing = self.env["stock.lot"]
        lot.name = "SN-0001"
        self.look(nothing, PROVINCES, days=5, code=lot.name, result="unknown")
        self.assertEqual(self.run_rules("unknown_codes").lot_id, lot)

    def test_a_unit_that_surfaced_is_alerted(self):
        lot = self.ship()
        self.env["serial.diversion.lead"]._raise(
            "unit_surfaced", [{"lot_id": lot.id, "partner_id": self.retailer.id}]
        )
        alert = self.run_rules("unit_surfaced")
        self.assertTold(alert, lot.name, "Tianhe Store", "never received it")
