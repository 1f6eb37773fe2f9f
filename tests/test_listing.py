from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..core.listing_item import REFUSALS
from ..models.serial_reason import TEXTS
from .common import NOW
from .test_store import StoreCase

GTIN = "9520123450014"


class ListingCase(StoreCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.serial_alert_user_id = cls.user
        cls.cny = cls.env.ref("base.CNY")
        cls.product.write({"default_code": "PHONE-1", "barcode": GTIN})
        cls.listings = cls.env["serial.diversion.listing"]
        cls._create_floor(1000)

    @classmethod
    def _create_floor(cls, price, **values):
        return cls.env["serial.diversion.floor"].create(
            {
                "product_id": cls.product.id,
                "price": price,
                "currency_id": cls.cny.id,
                **values,
            }
        )

    def item(self, amount="1200.00", currency="CNY", **values):
        """Return a listing as the API takes it."""
        return {
            "platform": "jd",
            "store_id": "10001",
            "url": "https://item.jd.com/1.html",
            "sku": "PHONE-1",
            "price": {"amount": amount, "currency": currency},
            "observed_at": "2026-03-01T10:00:00+08:00",
            **values,
        }

    def report(self, *items, user=None):
        return self.listings.with_user(user or self.user)._report(list(items))

    def last(self):
        return self.listings.search([], order="id desc", limit=1)

    def leads(self, kind):
        return self.env["serial.diversion.lead"].search([("kind", "=", kind)])


@tagged("post_install", "-at_install")
class TestListing(ListingCase):
    def test_a_listing_of_an_authorised_store_is_kept(self):
        answers = self.report(self.item())
        self.assertEqual(answers, [{"result": "accepted", "reasons": []}])
        listing = self.last()
        self.assertEqual(listing.store_id, self.store)
        self.assertEqual(listing.partner_id, self.distributor)
        self.assertEqual(listing.product_id, self.product)
        self.assertEqual((listing.price, listing.floor_price), (1200, 1000))
        self.assertEqual(listing.observed_at, datetime(2026, 3, 1, 2))
        self.assertEqual(listing.authorization_state, "authorized")
        self.assertEqual(listing.price_state, "ok")
        self.assertFalse(self.env["serial.diversion.lead"].search([]))

    def test_a_listing_is_kept_once(self):
        first = self.report(self.item(), self.item())
        self.assertEqual(first[1]["reasons"], ["already_reported"])
        again = self.report(self.item("900.00"), self.item())
        self.assertEqual(
            [answer["reasons"] for answer in again][1], first[1]["reasons"]
        )
        self.report(self.item("900.00"))
        self.assertEqual(self.listings.search_count([]), 2)
        self.assertEqual(self.leads("under_floor").count, 1)

    def test_a_price_under_the_floor_raises_one_lead_a_store_and_product(self):
        self.report(self.item("899.90"), self.item("950.00", url=None))
        lead = self.leads("under_floor")
        self.assertEqual(lead.count, 2)
        self.assertEqual(lead.store_id, self.store)
        self.assertEqual(lead.partner_id, self.distributor)
        self.assertEqual(lead.user_id, self.user)
        self.assertTrue(lead.activity_ids)
        self.assertEqual(self.listings.search([], order="price", limit=1).below, 100.1)
        self.assertIn("Yuexiu Flagship", lead.summary)
        self.assertIn("50", lead.summary)  # under the floor, as seen last
        self.assertEqual(lead.listing_id.store_id, self.store)
        self.assertEqual(self.store.lead_count, 1)
        self.assertEqual(self.store.listing_count, 2)

    def test_a_store_nobody_answers_for_raises_a_lead(self):
        self.report(self.item(store_id="99"), self.item(store_id="99", url=None))
        lead = self.leads("unauthorized_store")
        self.assertEqual(lead.count, 2)
        self.assertIn("99 (JD.com)", lead.summary)
        self.assertEqual(lead.url, None or lead.detail["url"] or False)
        self.assertEqual(self.last().reasons, ["store_unknown"])
        context = lead.action_create_store()["context"]
        store = self._create_store(context["default_store_id"], "Found out")
        self.assertEqual(store.listing_count, 2)
        self.assertEqual(self.last().partner_id, self.distributor)

    def test_a_store_may_sell_its_products_while_its_authorisation_runs(self):
        for values, reasons in (
            ({"product_ids": self.uncoded_product.ids}, ["product_not_allowed"]),
            ({"date_to": date(2026, 2, 28)}, ["store_expired"]),
            ({"state": "suspended"}, ["store_expired"]),
        ):
            with self.subTest(values=values):
                store = self._create_store(f"x{reasons}{len(values)}{values}"[:90], "X")
                store.write(values)
                self.report(self.item(store_id=store.store_id))
                self.assertEqual(self.last().reasons, reasons)
                self.assertEqual(self.last().authorization_state, "unauthorized")
                self.assertEqual(len(store.lead_ids), 1)

    def test_a_platform_without_stores_accuses_nobody(self):
        self.report(self.item(platform="ebay"))
        self.assertEqual(self.last().authorization_state, "undecided")
        self.assertFalse(self.leads("unauthorized_store"))

    def test_an_unknown_product_is_kept_and_accuses_nobody(self):
        answers = self.report(
            self.item("1.00", sku="OTHER", store_id="77"),
            self.item("1.00", sku=None, gtin="9520123450021", store_id="77"),
        )
        for answer in answers:
            self.assertEqual(answer["result"], "accepted")
            self.assertEqual(answer["reasons"], ["unknown_product"])
        self.assertFalse(self.env["serial.diversion.lead"].search([]))

    def test_a_product_is_found_by_its_gtin_in_any_length(self):
        self.report(self.item(sku=None, gtin="0" + GTIN), self.item(sku="?", gtin=GTIN))
        self.assertEqual(self.listings.search([]).product_id, self.product)

    def test_the_floor_of_the_region_binds(self):
        self._create_floor(1100, region_id=self.guangdong.id)
        self._create_floor(1300, region_id=self.china.id)
        other = self._create_store(
            "2", "Xihu Shop", partner_id=self.other_distributor.id
        )
        self.report(self.item(), self.item(store_id=other.store_id))
        floors = {one.store_id: one.floor_price for one in self.listings.search([])}
        self.assertEqual(floors, {self.store: 1100, other: 1300})

    def test_another_currency_needs_a_rate(self):
        self.report(self.item("100.00", "USD"))
        self.assertEqual(self.last().price_state, "undecided")
        self.assertEqual(self.last().reasons, ["currency_differs"])
        company_currency = self.company.currency_id
        for currency, rate in ((self.cny, 7.0), (self.env.ref("base.USD"), 1.0)):
            if currency != company_currency:
                self.env["res.currency.rate"].create(
                    {
                        "currency_id": currency.id,
                        "name": "2026-01-01",
                        "rate": rate,
                        "company_id": self.company.id,
                    }
                )
        self.report(self.item("100.00", "USD", url=None))
        listing = self.last()
        self.assertEqual(listing.price_state, "under")
        self.assertAlmostEqual(listing.floor_price, 142.86, 2)

    def test_wrong_values_refuse_their_item_and_no_other(self):
        wrong = {
            "bad_item": None,
            "bad_platform": self.item(platform="\0"),
            "unknown_platform": self.item(platform="nowhere"),
            "bad_store_id": self.item(store_id="x" * 10_000),
            "bad_url": self.item(url="javascript:alert(1)"),
            "bad_sku": self.item(sku="a\0b"),
            "bad_gtin": self.item(gtin="123"),
            "missing_product": self.item(sku=None),
            "bad_price": self.item("-5"),
            "bad_currency": self.item(currency="yuan"),
            "unknown_currency": self.item(currency="XXA"),
            "bad_observed_at": self.item(observed_at="noon"),
            "observed_in_future": self.item(observed_at="2027-01-01T00:00:00Z"),
        }
        answers = self.report(*wrong.values(), self.item(), self.item("9" * 12))
        self.assertEqual(
            answers[: len(wrong)],
            [{"result": "refused", "reasons": [reason]} for reason in wrong],
        )
        self.assertEqual(
            [answer["result"] for answer in answers[-2:]], ["accepted"] * 2
        )
        self.assertEqual(self.listings.search_count([]), 2)

    def test_every_reason_has_a_text(self):
        self.assertFalse(set(REFUSALS) - set(TEXTS))

    def test_the_answer_does_not_tell_what_a_listing_is_measured_by(self):
        answers = self.report(self.item("1.00"), self.item(store_id="99"))
        self.assertEqual(answers, [{"result": "accepted", "reasons": []}] * 2)

    def test_who_may_not_report(self):
        for user in (self.auditor, self.stock_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.report(self.item(), user=user)

    def test_another_company_sees_none_of_it(self):
        self.report(self.item("1.00"))
        other = self.env["res.company"].create({"name": "Another Brand"})
        self.user.write({"company_ids": [Command.link(other.id)]})
        for name in (
            "serial.diversion.listing",
            "serial.diversion.lead",
            "serial.diversion.floor",
            "serial.price.spread",
        ):
            model = self.env[name].with_user(self.user)
            ours = model.with_context(allowed_company_ids=self.company.ids)
            with self.subTest(model=name):
                self.assertTrue(ours.search([]))
                theirs = model.with_context(allowed_company_ids=other.ids)
                self.assertFalse(theirs.search([]))

    def test_the_floors_of_another_company_bind_nobody(self):
        other = self.env["res.company"].create({"name": "Another Brand"})
        self._create_floor(5_000, company_id=other.id)
        self.report(self.item())
        self.assertEqual(self.last().floor_price, 1000)

    def test_queries_do_not_grow_with_the_items(self):
        def items(count, offset):
            return [
                self.item(
                    f"{800 + number}.00",
                    store_id=str(number % 7),
                    url=f"https://item.jd.com/{offset + number}.html",
                )
                for number in range(count)
            ]

        self.report(*items(10, 0))  # warm up
        counts = []
        for count, offset in ((20, 10_000), (600, 20_000)):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.report(*items(count, offset))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_old_listings_are_forgotten_and_leads_stay(self):
        old = (NOW - timedelta(days=401)).isoformat() + "Z"
        self.report(self.item("1.00", observed_at=old), self.item())
        lead = self.leads("under_floor")
        self.company.serial_listing_retention_days = 0
        self.assertEqual(self.listings._purge(), 0)
        self.company.serial_listing_retention_days = 400
        self.assertEqual(self.listings._purge(), 1)
        self.assertEqual(self.last().price, 1200)
        self.assertTrue(lead.exists().summary)
        self.assertFalse(lead.listing_id)

    def test_the_spread_of_a_day(self):
        self.report(
            self.item("900.00"),
            self.item("1000.00"),
            self.item("1400.00"),
            self.item("1.00", sku="OTHER"),
        )
        spread = self.env["serial.price.spread"].with_user(self.user).search([])
        self.assertEqual(
            {row.statistic[2:]: row.price for row in spread},
            {"highest": 1400, "average": 1100, "lowest": 900, "floor": 1000},
        )
        self.assertEqual(spread.product_id, self.product)
        self.assertEqual(set(spread.mapped("day")), {date(2026, 3, 1)})

    def test_the_menu_opens_the_prices_of_the_product_listed_most(self):
        other = self._create_product("Kettle", default_code="KT")
        self.report(self.item(), self.item(sku="KT"), self.item("9.00", sku="KT"))
        context = self.env["serial.price.spread"]._get_window()["context"]
        self.assertEqual(context["search_default_product_id"], other.id)
        self.assertEqual(context["search_default_currency_id"], self.cny.id)

    def test_the_pivot_shows_lowest_and_highest_prices(self):
        self.report(self.item("900.00"), self.item("1400.00"))
        row = self.listings.formatted_read_group(
            [], ["product_id"], ["lowest_price:min", "price:avg", "highest_price:max"]
        )[0]
        self.assertEqual(
            (row["lowest_price:min"], row["price:avg"], row["highest_price:max"]),
            (900, 1150, 1400),
        )
        described = self.listings.fields_get(["lowest_price", "highest_price"])
        self.assertEqual(described["lowest_price"]["aggregator"], "min")
        self.assertEqual(described["highest_price"]["aggregator"], "max")
