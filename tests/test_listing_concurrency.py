from odoo.tests import tagged

from ..models.serial_listing_report_mixin import SerialListingReportMixin
from .racing import RaceCase

AT_INSERTING = SerialListingReportMixin, "_insert"


@tagged("post_install", "-at_install")
class TestListingConcurrency(RaceCase):
    def make_listed_product(self):
        """Return the SKU of a product with a floor, in a store, committed."""

        def make(env):
            product = env["product.product"].create({"name": "Raced listing"})
            product.default_code = f"RACED-{product.id}"
            floor = {"product_id": product.id, "price": 100}
            env["serial.diversion.floor"].create(floor)
            return product.default_code, env.company.currency_id.name

        sku, currency = self.run_in_transaction(make)
        self.addCleanup(self.run_in_transaction, lambda env: self.forget(env, sku))
        return sku, currency

    def forget(self, env, sku):
        """Delete what was listed: other tests count listings and leads."""
        listings = env["serial.diversion.listing"].search([("sku", "=", sku)])
        leads = env["serial.diversion.lead"].search(
            [("product_id.default_code", "=", sku)]
        )
        leads.unlink()
        listings.unlink()

    def test_the_same_listings_reported_at_once_are_kept_and_counted_once(self):
        sku, currency = self.make_listed_product()

        def items(amounts):
            return [
                {
                    "platform": "ebay",
                    "store_id": sku,
                    "sku": sku,
                    "price": {"amount": amount, "currency": currency},
                    "observed_at": "2026-03-01T10:00:00Z",
                }
                for amount in amounts
            ]

        amounts = [f"{number}.00" for number in range(10, 60)]
        answers = self.race_at(
            *AT_INSERTING,
            lambda env: env["serial.diversion.listing"]._report(items(amounts)),
            lambda env: env["serial.diversion.listing"]._report(items(amounts[::-1])),
        )
        new = [a for answer in answers for a in answer if not a["reasons"]]
        self.assertEqual(len(new), len(amounts))

        def count(env):
            listings = env["serial.diversion.listing"].search([("sku", "=", sku)])
            leads = env["serial.diversion.lead"].search(
                [("product_id", "=", listings.product_id.id)]
            )
            return len(listings), leads.mapped("kind"), leads.mapped("count")

        self.assertEqual(self.run_in_transaction(count), (50, ["under_floor"], [50]))

    def test_a_lead_raised_by_two_at_once_is_one(self):
        sku, currency = self.make_listed_product()

        def report(amount):
            item = {
                "platform": "ebay",
                "store_id": sku,
                "sku": sku,
                "price": {"amount": amount, "currency": currency},
            }
            return lambda env: env["serial.diversion.listing"]._report([item])

        self.race_at(*AT_INSERTING, report("1.00"), report("2.00"), report("3.00"))

        def count(env):
            return (
                env["serial.diversion.lead"]
                .search([("product_id.default_code", "=", sku)])
                .mapped("count")
            )

        self.assertEqual(self.run_in_transaction(count), [3])
