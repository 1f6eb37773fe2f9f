from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_service_portal import ServicePortalCase


@tagged("post_install", "-at_install")
class TestServiceSettlement(ServicePortalCase):
    """What a centre is paid for the repairs of a month."""

    def settle(self):
        sheets = self.env["serial.service.settlement"]
        return sheets._settle(fields.Date.to_date("2026-03-01"), self.company)

    def test_a_month_is_settled_once(self):
        repair = self.take_in()
        self.part(repair, "BAT-NEW")
        self.finish(repair)
        sheet = self.settle()
        self.assertEqual(sheet.centre_id, self.futian)
        self.assertEqual(sheet.line_ids.repair_id, repair)
        self.assertEqual((sheet.labour, sheet.parts, sheet.amount), (30, 0, 30))
        self.assertEqual(self.settle(), sheet)
        sheet.with_user(self.manager).action_confirm()
        self.assertFalse(self.settle())
        sheet.with_user(self.manager).action_pay()
        self.assertEqual(sheet.state, "paid")

    def test_a_month_ends_at_midnight_where_the_company_is(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.env.registry.clear_cache()
        for moment, is_in in (("2026-03-31 15:59", True), ("2026-03-31 16:00", False)):
            repair = self.take_in(self.sell())
            self.finish(repair)
            repair.serial_given_back_at = moment + ":00"
            sheet = self.settle()
            self.assertEqual(repair in sheet.line_ids.repair_id, is_in, moment)
        self.assertEqual(str(sheet.line_ids[-1:].given_back_on), "2026-03-31")

    def test_rates_of_centre_and_category_and_its_own_parts_count(self):
        self.futian.service_own_parts = True
        rates = self.env["serial.service.rate"].with_user(self.manager)
        rates.create({"hourly_rate": 80})
        rates.create({"hourly_rate": 90, "centre_id": self.tianhe.id})
        special = {"centre_id": self.futian.id, "category_id": self.product.categ_id.id}
        rates.create({"hourly_rate": 100, **special})
        repair = self.take_in()
        self.part(repair, "BAT-NEW")
        self.finish(repair)
        sheet = self.settle()
        self.assertEqual((sheet.labour, sheet.parts, sheet.amount), (50, 80, 130))

    def test_only_a_manager_settles_and_only_in_order(self):
        self.finish(self.take_in())
        sheet = self.settle()
        for attempt in ("action_confirm", "action_pay", "action_settle_last_month"):
            with self.assertRaises(AccessError):
                getattr(sheet.with_user(self.user), attempt)()
        with self.assertRaises(UserError):
            sheet.with_user(self.manager).action_pay()
        with self.assertRaises(AccessError):
            sheet.with_user(self.manager).write({"state": "paid"})

    def test_a_centre_reads_its_confirmed_sheets(self):
        self.finish(self.take_in())
        sheet = self.settle()
        self.assertFalse(self.portal()._get_settlements())
        sheet.with_user(self.manager).action_confirm()
        self.assertEqual(len(self.portal()._get_settlements()), 1)
        self.assertEqual(self.portal()._get_settlement(sheet.id)[1][:5], b"%PDF-")
        other = self.portal(self.other_technician)
        self.assertFalse(other._get_settlements())
        self.assertFalse(other._get_settlement(sheet.id))
