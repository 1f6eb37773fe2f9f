from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from ..core import sscc
from .common import NOW
from .packing import PREFIX, PackingCase


@tagged("post_install", "-at_install")
class TestSscc(PackingCase):
    """Numbers of cartons and pallets: ours alone, and used again after a year only."""

    def take(self, count=1, extension="0"):
        return self.env["serial.sscc"]._take(count, self.company, extension)

    def use_tiny_series(self):
        """Let a series have ten thousand numbers, and take all but the last three."""
        self.company.serial_gs1_prefix = "061414112345"
        series = self.env["serial.sscc.series"]._get("061414112345", "0")
        series._take(9_997)
        return series

    def test_a_number_has_extension_digit_company_prefix_and_check_digit(self):
        first, second = self.take(2, "3")
        self.assertEqual(first[:8], f"3{PREFIX}")
        self.assertTrue(sscc.is_valid(first) and sscc.is_valid(second))
        self.assertEqual(int(second[8:17]), int(first[8:17]) + 1)
        self.assertNotIn(first, self.take(2, "3"))

    def test_without_a_company_prefix_nothing_is_numbered(self):
        for prefix in (False, "12345", "12345A7"):
            self.company.serial_gs1_prefix = prefix
            with self.assertRaisesRegex(UserError, "six to twelve digits"):
                self.take()

    def test_new_packages_of_a_numbered_type_bear_the_next_number(self):
        carton = self.packed(self.produce(1))
        record = self.env["serial.sscc"].search([("name", "=", carton.name)])
        self.assertEqual(record.package_id, carton)
        self.assertTrue(carton.valid_sscc)
        self.assertFalse(record.is_manual)

    def test_a_series_that_ran_round_passes_over_what_rests_still(self):
        self.use_tiny_series()
        last = self.take(3)
        [again] = self.take()
        self.assertEqual(again[13:17], "0000")
        series = self.env["serial.sscc.series"]._get("061414112345", "0")
        self.env.cr.execute(
            SQL("SELECT setval(%s, 9996)", f"serial_sscc_series_{series.id}_seq")
        )
        fresh = self.take(2)
        self.assertFalse({*last, again} & set(fresh))

    def test_a_number_is_used_again_twelve_months_after_its_package_left(self):
        lots = self.produce(1)
        carton = self.packed(lots)
        record = self.env["serial.sscc"].search([("name", "=", carton.name)])
        later = NOW + relativedelta(months=6)
        with freeze_time(later):
            self.ship_whole(carton)
        self.assertEqual(record.used_at, later)
        with freeze_time(later + relativedelta(months=12, days=-1)):
            self.assertFalse(record._claim([carton.name], self.company))
        with freeze_time(later + relativedelta(months=12)):
            self.assertEqual(record._claim([carton.name], self.company), [carton.name])

    def ship_whole(self, carton):
        picking = self.create_picking(
            carton.quant_ids.lot_id,
            self.stock_location,
            self.customer_location,
            partner_id=self.distributor.id,
        )
        picking.move_line_ids.write(
            {"package_id": carton.id, "result_package_id": carton.id}
        )
        picking.button_validate()

    def test_the_database_refuses_to_use_a_number_too_early(self):
        carton = self.packed(self.produce(1))
        for statement in (
            "UPDATE serial_sscc SET taken_at = taken_at + interval '11 months'",
            "UPDATE serial_sscc SET name = '006141410000000013'",
            "DELETE FROM serial_sscc",
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(SQL(f"{statement} WHERE name = %s", carton.name))

    def test_a_number_typed_by_hand_is_guarded_like_one_given_out(self):
        name = sscc.build("5", PREFIX, 7)
        package = self.env["stock.package"].create({"name": name})
        record = self.env["serial.sscc"].search([("name", "=", name)])
        self.assertTrue(record.is_manual)
        self.assertEqual(record.package_id, package)
        with self.assertRaisesRegex(UserError, "belongs to another package"):
            self.env["stock.package"].create({"name": name})
        self.env["serial.sscc.series"]._get(PREFIX, "5")._take(6)
        self.assertNotIn(name, self.take(3, "5"))

    def test_a_supplier_s_number_may_come_in(self):
        name = "340123450000000017"
        self.assertTrue(sscc.is_valid(name))
        self.env["stock.package"].create({"name": name})
        self.assertFalse(self.env["serial.sscc"].search([("name", "=", name)]))
