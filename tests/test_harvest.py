import time
from unittest.mock import patch

from odoo.tests import tagged

from ..core import page_guard
from ..core.code_scheme import CodePermutation
from ..models import serial_page_guard_mixin
from .test_api_quota import ROOT, QuotaCase
from .test_scan_http import ScanHttpCase

GUESSES = 100_000
OTHERS = 1_000
ADDRESSES = 50


@tagged("post_install", "-at_install")
class TestHarvestByKey(QuotaCase):
    """A key asks for 100,000 made-up codes and 1,000 real ones of somebody else."""

    def test_nothing_is_learned_and_the_caller_is_stopped(self):
        other = self.env["res.company"].create({"name": "Another Brand"})
        lots = self.mint(OTHERS)
        self.env.cr.execute(
            "UPDATE stock_lot SET stage = 'shipped', company_id = %s WHERE id IN %s",
            [other.id, lots._ids],
        )
        self.env.invalidate_all()
        self.limit(misses_per_hour=100, units_per_minute=6_000)
        real = lots.mapped("scan_code")
        made_up = CodePermutation(b"h" * 32).codes(0, GUESSES)
        answered, waits, statuses = [], [], set()
        for number in range(0, GUESSES, 990):
            codes = made_up[number : number + 990] + real[number // 99 :][:10]
            items = [{"code": code} for code in codes]
            response = self.post({"items": items}, url=f"{ROOT}/verify/batch")
            statuses.add(response.status_code)
            if response.status_code == 200:
                answered += response.json()["items"]
            elif "Retry-After" in response.headers:
                waits.append(int(response.headers["Retry-After"]))
                self.wait(seconds=sum(waits) + 1)
        shapes = {str({**answer, "code": None}) for answer in answered}
        self.assertEqual(len(shapes), 1, "answers differ")
        self.assertLessEqual(len(answered), 5_000)
        self.assertEqual(statuses, {200, 429, 403})
        self.assertEqual(self.get_key().state, "suspended")
        self.assertEqual(self.leads().api_key_id, self.record)
        self.assertGreaterEqual(self.leads().count, 1_000)


@tagged("post_install", "-at_install")
class TestHarvestByPage(ScanHttpCase):
    """50 addresses ask the public page for 100,000 made-up codes."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(page_guard, "MOST", 20))
        self.startPatcher(patch.object(serial_page_guard_mixin, "_guards", {}))

    def leads(self):
        """Return the leads on guessed codes."""
        self.env.invalidate_all()
        return self.env["serial.diversion.lead"].search(
            [("kind", "=", "code_guessing")]
        )

    def test_each_address_is_stopped_whatever_the_others_do(self):
        page = self.env["serial.page"]
        codes = iter(CodePermutation(b"p" * 32).codes(0, GUESSES))
        row = {"stage": None}
        answered = dict.fromkeys(range(ADDRESSES), 0)
        for _ in range(GUESSES // ADDRESSES):
            for number in range(ADDRESSES):
                visit = {"ip": f"58.60.{number}.9"}
                code = next(codes)
                if not page._get_wait(visit):
                    answered[number] += 1
                    page._watch(f"58.60.{number}.0/24", code, row)
        self.assertEqual(set(answered.values()), {20})
        leads = self.leads()
        self.assertEqual(len(leads), ADDRESSES)
        self.assertIn("58.60.7.0/24", leads.mapped("ip_prefix"))

    def open_from(self, address, code):
        """Request a page of a code from an address."""
        return self.open(f"/sn/{code}", **{"X-Forwarded-For": address})

    def test_over_http_the_answer_is_one_for_all_codes(self):
        lot = self.ship()
        codes = CodePermutation(b"q" * 32).codes(0, 100)
        statuses = [self.open_from("113.108.2.7", c).status_code for c in codes[:40]]
        self.assertEqual(statuses, [200] * 20 + [429] * 20)
        refused = {
            self.open_from("113.108.2.9", code).content
            for code in (lot.scan_code, codes[50], "防伪码", "x")
        }
        self.assertEqual(len(refused), 1)
        response = self.open_from("113.108.2.9", lot.scan_code)
        self.assertTrue(0 < int(response.headers["Retry-After"]) <= 60)
        self.assertIn("Please wait", response.text)
        self.assertEqual(self.open("/sn").status_code, 200)
        self.assertEqual(self.open_from("113.108.3.9", lot.scan_code).status_code, 200)
        self.assertEqual(self.leads().ip_prefix, "113.108.2.0/24")

    def test_who_waits_cannot_activate_either(self):
        lot = self.ship()
        form = self.form_of(lot)
        guard = serial_page_guard_mixin._guards[self.env.cr.dbname]
        for number in range(40):
            guard.note("113.108.1.0/24", str(number), False, time.monotonic())
        response = self.open(f"/sn/{lot.scan_code}", form)
        self.assertEqual(response.status_code, 429)
        self.env.invalidate_all()
        self.assertEqual(lot.stage, "shipped")
