import base64
from datetime import date

from odoo.tests import tagged

from .test_listing import ListingCase

STORES = "Platform,Store ID,Store Name,Distributor,Products,Until,Link\n"
LISTINGS = "Platform,Store ID,SKU,Price,Currency,Time\n"


@tagged("post_install", "-at_install")
class TestStoreImport(ListingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.distributor.ref = "YX"

    def load(self, kind, text, encoding="utf-8"):
        record = (
            self.env["serial.import"]
            .with_user(self.user)
            .create(
                {
                    "kind": kind,
                    "file": base64.b64encode(text.encode(encoding)),
                    "filename": "stores.csv",
                }
            )
        )
        record.action_import()
        self.assertEqual(record.state, "done")
        return record

    def counts(self, record):
        names = ("created", "updated", "unchanged", "error")
        return tuple(record[f"{name}_count"] for name in names)

    def store_of(self, store_id):
        return self.env["serial.channel.store"].search([("store_id", "=", store_id)])

    def test_good_rows_become_stores(self):
        record = self.load(
            "stores",
            STORES
            + "JD.com,20001,Tianhe Shop,YX,PHONE-1,2026-12-31,https://mall.jd.com/1\n"
            + "jd,20002,Xihu Shop,Xihu,,,\n",
        )
        self.assertEqual(self.counts(record), (2, 0, 0, 0))
        store = self.store_of("20001")
        self.assertEqual(store.partner_id, self.distributor)
        self.assertEqual(store.product_ids, self.product)
        self.assertEqual(store.date_to, date(2026, 12, 31))
        self.assertEqual(self.store_of("20002").partner_id, self.other_distributor)
        window = record.action_view_result()
        self.assertEqual(
            self.env[window["res_model"]].search_count(window["domain"]), 2
        )

    def test_rows_that_become_no_store_are_told_and_spoil_no_other(self):
        record = self.load(
            "stores",
            STORES
            + "jd,20001,Tianhe Shop,YX,,,\n"
            + "jd,20002,Xihu Shop,Xihu,,,\n"
            + "nowhere,20003,A,YX,,,\n"
            + "jd,20004,B,Nobody,,,\n"
            + "jd,20005,C,,,,\n"
            + "jd,20006,D,YX,NO-SUCH,,\n"
            + "jd,20007,E,YX,,,javascript:alert(1)\n",
        )
        self.assertEqual(self.counts(record), (2, 0, 0, 5))
        self.assertEqual(
            [(error.row, error.column, error.reason) for error in record.error_ids],
            [
                (4, "Platform", "unknown_platform"),
                (5, "Distributor", "unknown_partner"),
                (6, "Distributor", "missing_partner"),
                (7, "Products", "unknown_product"),
                (8, "Link", "bad_url"),
            ],
        )
        self.assertFalse([e for e in record.error_ids if e.reason in e.message])
        bad_rows = base64.b64decode(record.bad_rows).decode("utf-8-sig")
        self.assertIn("20003", bad_rows)
        self.assertNotIn("20001", bad_rows)

    def test_a_file_of_stores_may_be_imported_again(self):
        text = (
            STORES + "jd,20001,Tianhe Shop,YX,PHONE-1,2026-12-31,\njd,20002,B,YX,,,\n"
        )
        self.load("stores", text)
        self.assertEqual(self.counts(self.load("stores", text)), (0, 0, 2, 0))
        changed = text.replace("2026-12-31", "2027-12-31")
        self.assertEqual(self.counts(self.load("stores", changed)), (0, 1, 1, 0))
        self.assertEqual(self.store_of("20001").date_to, date(2027, 12, 31))
        self.assertEqual(self.store_of("20001").product_ids, self.product)

    def test_an_archived_store_stays_archived(self):
        self.store.active = False
        record = self.load("stores", STORES + "jd,10001,Back,YX,,,\n")
        self.assertEqual(self.counts(record), (0, 0, 0, 1))
        self.assertFalse(self.store.active)

    def test_a_chinese_file_is_read(self):
        text = "平台,店铺编号,店铺名称,经销商\njd,30001,天河店,YX\n"
        self.assertEqual(self.counts(self.load("stores", text, "gb18030"))[0], 1)
        self.assertEqual(self.store_of("30001").name, "天河店")

    def test_listings_of_a_file_are_judged_and_kept_once(self):
        text = (
            LISTINGS
            + "JD.com,10001,PHONE-1,899.00,CNY,2026-03-01 10:00\n"
            + "jd,999,PHONE-1,1500,CNY,2026-03-01 10:00\n"
            + "jd,10001,PHONE-1,-1,CNY,2026-03-01 10:00\n"
            + "nowhere,1,PHONE-1,1500,CNY,2026-03-01 10:00\n"
            + "jd,10001,PHONE-1,1500,XXA,2026-03-01 10:00\n"
        )
        record = self.load("listings", text)
        self.assertEqual(self.counts(record), (2, 0, 0, 3))
        self.assertEqual(
            [(error.row, error.reason) for error in record.error_ids],
            [(4, "bad_price"), (5, "unknown_platform"), (6, "unknown_currency")],
        )
        self.assertTrue(self.leads("under_floor"))
        self.assertTrue(self.leads("unauthorized_store"))
        self.assertEqual(self.last().source, "file")
        self.assertEqual(self.counts(self.load("listings", text)), (0, 0, 2, 3))
        self.assertEqual(self.leads("under_floor").count, 1)
        # the same listing by the API is the same listing
        answers = self.report(
            self.item("899.00", url=None, observed_at="2026-03-01T10:00:00+08:00")
        )
        self.assertEqual(answers[0]["reasons"], ["already_reported"])

    def test_queries_do_not_grow_with_the_listings_of_a_file(self):
        def rows(count, start):
            return LISTINGS + "".join(
                f"jd,10001,PHONE-1,{start + number},CNY,2026-03-01\n"
                for number in range(count)
            )

        self.load("listings", rows(5, 1))
        counts = []
        for count, start in ((10, 10_000), (800, 20_000)):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.load("listings", rows(count, start))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 2)
