from datetime import timedelta

from odoo.tests import tagged

from .common import NOW
from .detecting import PROVINCES, DetectorCase


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
