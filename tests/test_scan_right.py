import re
from datetime import date, datetime, timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..models.serial_page_care_mixin import MAX_REPAIRS
from .common import NOW
from .test_scan import PageCase

SOLD = date(2026, 2, 28)


class RightCase(PageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.use_chinese_policy()

    def sell(self, day=SOLD, basis="sale"):
        """Return a unit with a registered warranty."""
        lot = self.activate(self.ship(), datetime(day.year, day.month, day.day, 8))
        self.env["serial.warranty"]._stamp(lot.ids, basis, day)
        return lot

    def repair(self, lot, taken_in, given_back=False, **values):
        return self.env["repair.order"].create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "serial_taken_in_at": taken_in,
                "serial_given_back_at": given_back,
                "under_warranty": True,
                **values,
            }
        )

    def rights_of(self, page):
        """Return what the page says may be asked for, with the last day of each."""
        return dict(
            re.findall(
                r"<li>\s*<b>([^<]+)</b>\s*<span class=\"until\">until ([^<]+)<", page
            )
        )


@tagged("post_install", "-at_install")
class TestScanRight(RightCase):
    """What the holder of a unit may ask for, on the public page."""

    def test_a_buyer_reads_what_he_may_ask_for_until_when_and_why(self):
        page = self.page(self.sell().scan_code)
        self.assertEqual(
            self.rights_of(page),
            {
                "Return": "March 7, 2026",
                "Exchange": "March 15, 2026",
                "Free repair": "March 1, 2027",
            },
        )
        self.assertIn("the full price comes back", page)
        self.assertIn("art. 12", page)
        self.assertIn("Counted from the day of purchase", page)

    def test_rights_end_with_their_days(self):
        code = self.sell().scan_code
        with freeze_time(NOW + timedelta(days=6)):
            rights = self.rights_of(self.page(code))
            self.assertEqual(set(rights), {"Exchange", "Refund", "Free repair"})
        with freeze_time(NOW + timedelta(days=30)):
            self.assertEqual(set(self.rights_of(self.page(code))), {"Free repair"})
        with freeze_time(NOW + timedelta(days=400)):
            page = self.page(code)
            self.assertFalse(self.rights_of(page))
            self.assertIn("Warranty ended", page)
            self.assertIn("tells you the price first", page)

    def test_days_in_repair_move_the_end_and_say_so(self):
        lot = self.sell()
        self.repair(lot, "2026-03-10 02:00:00", "2026-03-20 02:00:00")
        with freeze_time(NOW + timedelta(days=60)):
            page = self.page(lot.scan_code)
        self.assertIn("March 10, 2027", page)
        self.assertIn("Days added for repairs: 10.", page)
        self.assertIn("March 10, 2026", page)
        self.assertIn("March 20, 2026", page)

    def test_two_failed_repairs_open_an_exchange(self):
        lot = self.sell()
        for day in (10, 14):
            self.repair(
                lot,
                f"2026-03-{day} 02:00:00",
                f"2026-03-{day + 1} 02:00:00",
                serial_failed=True,
            )
        with freeze_time(NOW + timedelta(days=60)):
            page = self.page(lot.scan_code)
        self.assertIn("Exchange", self.rights_of(page))
        self.assertIn("Repairs did not help", page)

    def test_an_activation_alone_says_what_an_invoice_would_add(self):
        lot = self.activate(self.ship(), NOW - timedelta(days=2))
        page = self.page(lot.scan_code)
        self.assertIn("With your invoice also", page)
        self.assertIn("Counted from the activation", page)
        before = page[: page.index("With your invoice also")]
        self.assertEqual(set(self.rights_of(before)), {"Free repair"})

    def test_what_was_bought_at_a_distance_goes_back_without_a_reason(self):
        lot = self.sell()
        lot.warranty_id._prove("invoice", "sale", SOLD, is_distance_sale=True)
        page = self.page(lot.scan_code)
        self.assertEqual(self.rights_of(page)["Return"], "March 7, 2026")
        self.assertIn("you may send it back without a reason", page)

    def test_components_have_terms_of_their_own(self):
        lot = self.sell()
        page = self.page(lot.scan_code)
        self.assertIn("Battery", page)
        self.assertIn("free exchange until August 28, 2026", re.sub(r"\s+", " ", page))
        with freeze_time(NOW + timedelta(days=200)):
            page = re.sub(r"\s+", " ", self.page(lot.scan_code))
        self.assertIn("ended on August 28, 2026", page)

    def test_an_excluded_unit_is_told_to_ask(self):
        lot = self.sell()
        self.env["serial.warranty.exclusion"].create(
            {
                "warranty_id": lot.warranty_id.id,
                "kind_id": self.env.ref(
                    "serial_dossier.serial_warranty_policy_exclusion_misuse"
                ).id,
                "reason": "Seen under the microscope.",
            }
        )
        page = self.page(lot.scan_code)
        self.assertIn("Not covered", page)
        self.assertFalse(self.rights_of(page))
        self.assertNotIn("microscope", page)

    def test_a_diversion_takes_no_right_away(self):
        lot = self.sell()
        before = self.rights_of(self.page(lot.scan_code))
        lot.sudo().channel_region_id = self.sichuan
        self.assertEqual(self.rights_of(self.page(lot.scan_code)), before)

    def test_the_page_leads_on_to_service_and_card(self):
        lot = self.sell()
        page = self.page(lot.scan_code)
        self.assertIn(f"/sn/{lot.scan_code}/service", page)
        self.assertIn(f"/sn/{lot.scan_code}/card?token=", page)
        self.assertNotIn("/service", self.page(self.mint().scan_code))

    def test_a_running_programme_offers_a_trade_in(self):
        lot = self.sell()
        self.env["serial.tradein.program"].search([]).active = False
        self.assertNotIn("Trade it in", self.page(lot.scan_code))
        self.env["serial.tradein.program"].create(
            {"name": "Old for new", "date_from": SOLD}
        )
        self.env.flush_all()
        self.assertIn("Trade it in", self.page(lot.scan_code))

    # === WHAT WAS DONE === #

    def test_a_recall_says_what_to_do_and_what_is_done(self):
        lot = self.sell()
        recall = self.env["serial.recall"].create(
            {
                "title": "The battery may overheat",
                "instructions": "Stop charging it.",
                "remedy": "We replace the battery.",
                "product_ids": [Command.set(self.product.ids)],
            }
        )
        self.env.cr.execute(
            "UPDATE serial_recall SET state = 'active' WHERE id = %s", [recall.id]
        )
        recall.invalidate_recordset()
        self.env.cr.execute(
            "INSERT INTO serial_recall_unit (recall_id, lot_id, state) "
            "VALUES (%s, %s, 'open')",
            [recall.id, lot.id],
        )
        self.env["serial.event"]._record(
            lot.ids, "recalled", lot_values={"recalled": True}
        )
        page = self.page(lot.scan_code)
        for words in ("The battery may overheat", "Stop charging it.", recall.name):
            self.assertIn(words, page)

    def test_repairs_are_shown_without_who_and_how_much(self):
        lot = self.sell()
        repair = self.repair(
            lot,
            "2026-03-01 02:00:00",
            partner_id=self.consumer.id,
            serial_fault_note="Fell into the soup",
        )
        page = self.page(lot.scan_code)
        self.assertIn("In repair", page)
        for secret in (repair.name, self.consumer.name, "soup"):
            self.assertNotIn(secret, page)

    def test_parts_show_the_end_of_their_serial_only(self):
        lot = self.sell()
        battery = self._create_product("Battery pack")
        self.env["serial.part"].create(
            [
                {"lot_id": lot.id, "name": "BAT0012345", "product_id": battery.id},
                {
                    "lot_id": lot.id,
                    "name": "OLD0098765",
                    "position": "left speaker",
                    "removed_at": NOW,
                },
            ]
        )
        page = self.page(lot.scan_code)
        self.assertIn("Genuine parts", page)
        self.assertIn("Battery pack", page)
        self.assertIn("…2345", page)
        self.assertNotIn("BAT0012345", page)
        self.assertNotIn("left speaker", page)

    def test_a_unit_without_a_past_has_no_empty_sections(self):
        page = self.page(self.ship().scan_code)
        for title in ("Repairs", "Genuine parts", "What you may ask for"):
            self.assertNotIn(title, page)

    def test_all_of_it_takes_one_query(self):
        lot = self.sell()
        part = {"lot_id": lot.id, "product_id": self._create_product("Screen").id}
        code = lot.scan_code
        self.page(code)
        for count in (0, 1, MAX_REPAIRS + 2):
            for index in range(count):
                day = f"2025-01-{index + 1:02}"
                self.repair(lot, f"{day} 02:00:00", f"{day} 03:00:00")
            names = [f"P{count}{index}" for index in range(count)]
            self.env["serial.part"].create([{**part, "name": name} for name in names])
            self.page(code)
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                page = self.page(code)
        repairs = page[page.index('id="repairs"') : page.index('id="parts"')]
        self.assertEqual(repairs.count("<li>"), MAX_REPAIRS)
        self.assertLess(len(page), 40_000)

    def test_a_void_code_tells_nothing_of_all_this(self):
        lot, unknown = self.sell(), self.page("2222222222222")
        self.repair(lot, "2026-03-01 02:00:00")
        self.env["serial.event"]._record(
            lot.ids, "voided", lot_values={"stage": "void"}
        )
        page = self.page(lot.scan_code)
        self.assertEqual(
            re.sub(r"[0-9A-Z-]{13,}", "", page), re.sub(r"[0-9A-Z-]{13,}", "", unknown)
        )
