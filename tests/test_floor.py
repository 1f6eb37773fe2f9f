from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .test_listing import ListingCase


@tagged("post_install", "-at_install")
class TestFloor(ListingCase):
    def test_floors_of_the_same_days_do_not_overlap(self):
        for dates in (
            {},
            {"date_from": date(2026, 1, 1)},
            {"date_to": date(2026, 1, 1)},
        ):
            with self.subTest(dates=dates), self.assertRaises(ValidationError):
                self._create_floor(900, **dates)
        self._create_floor(900, currency_id=self.env.ref("base.USD").id)
        first = self._create_floor(
            900,
            region_id=self.guangdong.id,
            date_from=date(2026, 1, 1),
            date_to=date(2026, 1, 31),
        )
        second = self._create_floor(
            950, region_id=self.guangdong.id, date_from=date(2026, 2, 1)
        )
        with self.assertRaises(ValidationError):
            second.date_from = date(2026, 1, 31)
        first.active = False
        second.date_from = date(2026, 1, 31)

    def test_only_a_manager_sets_a_floor(self):
        with self.assertRaises(AccessError):
            self.env["serial.diversion.floor"].with_user(self.user).create(
                {"product_id": self.product.id, "price": 1}
            )
