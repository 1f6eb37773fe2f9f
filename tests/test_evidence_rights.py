from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_evidence import EvidenceCase


@tagged("post_install", "-at_install")
class TestEvidenceRights(EvidenceCase):
    # === RIGHTS === #

    def test_an_auditor_reads_bundles_and_prints_none(self):
        printed = self.print_case()[0]
        action = printed.with_user(self.auditor).action_download_json()
        self.assertIn(str(printed.json_id.id), action["url"])
        with self.assertRaises(AccessError):
            self.print_case(self.auditor)

    def test_who_does_not_see_the_case_prints_nothing(self):
        for user in (self.stock_user, self.sales_user):
            with self.assertRaises(AccessError):
                self.print_case(user)

    # === COST === #

    def test_queries_do_not_grow_with_units(self):
        lots = self.ship_and_activate(30, 20)
        leak = self.create_leak(lots, 20)
        large = self.open_case(lots[:20], leak)
        counts = []
        for case in (self.case, large):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            bundles = self.env["serial.evidence.bundle"].sudo()
            content = bundles._collect(case.sudo(), {})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertGreaterEqual(len(content["units"]), 20)
        self.assertLessEqual(counts[1], counts[0])
