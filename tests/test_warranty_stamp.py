from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.sql_db import Cursor
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestWarrantyStamp(SerialCase):
    """The clock stands at 2 March 2026, a Monday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Shanghai"
        cls.use_chinese_policy()
        cls.warranties = cls.env["serial.warranty"]

    def activate(self, lots, **item):
        items = [{"code": lot.scan_code, **item} for lot in lots]
        return (
            self.env["serial.activation"].with_user(self.user)._activate(items, "api")
        )

    def test_an_activation_registers_the_unit_in_its_transaction(self):
        lot = self.ship()
        self.activate(lot, account="alice")
        warranty = lot.warranty_id
        self.assertEqual(warranty.basis, "activation")
        self.assertEqual(warranty.policy_id, self.policy)
        self.assertEqual(warranty.country_id.code, "CN")
        self.assertEqual(warranty.start, date(2026, 3, 2))
        self.assertEqual(warranty.end, date(2027, 3, 2))
        self.assertEqual(warranty.cause, "activation")
        self.assertTrue(warranty.owner_key)
        self.assertEqual(
            (lot.warranty_state, lot.warranty_start, lot.warranty_end),
            ("running", warranty.start, warranty.end),
        )

    def test_a_registration_is_stamped_once_and_learns_its_owner_later(self):
        lot = self.ship()
        self.env["stock.lot"]._declare_sale([lot.name], "2026-03-02", self.distributor)
        first = lot.warranty_id
        self.assertEqual((first.basis, first.cause), ("sale", "declared"))
        self.assertFalse(first.owner_key)
        self.activate(lot, account="alice")
        self.assertEqual(lot.warranty_ids, first)
        self.assertEqual(first.basis, "sale")
        self.assertTrue(first.owner_key)

    def test_a_declared_sale_that_is_withdrawn_withdraws_the_registration(self):
        lot = self.ship()
        self.env["stock.lot"]._declare_sale([lot.name], "2026-03-02", self.distributor)
        warranty = lot.warranty_id
        self.env["stock.lot"]._withdraw_sale(lot, self.distributor)
        self.assertEqual((warranty.state, warranty.void_reason), ("void", "corrected"))
        self.assertEqual(lot.warranty_state, "not_started")

    def test_a_delivery_to_a_consumer_registers_its_units(self):
        lots = self.produce(3)
        self.deliver(lots, self.consumer)
        for lot in lots:
            self.assertEqual(lot.warranty_id.cause, "delivery")
            self.assertEqual(lot.warranty_id.basis, "sale")
            self.assertEqual(lot.warranty_end, date(2027, 3, 2))

    def test_a_delivery_to_a_distributor_registers_nothing(self):
        lot = self.ship()
        self.assertFalse(lot.warranty_ids)
        self.assertEqual(lot.warranty_state, "not_started")

    def test_a_unit_that_comes_back_loses_its_registration_and_gets_a_new_one(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        first = lot.warranty_id
        self.take_back(lot, self.consumer)
        self.assertEqual((first.state, first.void_reason), ("void", "returned"))
        self.assertFalse(lot.warranty_id)
        self.deliver(lot, self.consumer)
        self.assertEqual(len(lot.warranty_ids), 2)
        self.assertEqual(lot.warranty_id.state, "live")

    def test_a_return_that_did_not_happen_gives_the_registration_back(self):
        lots = self.produce(2)
        self.deliver(lots, self.consumer)
        first = lots[0].warranty_id
        back = self.take_back(lots, self.consumer)
        back.move_line_ids.filtered(lambda line: line.lot_id == lots[0]).quantity = 0
        self.assertEqual(lots[0].warranty_id, first)
        self.assertEqual(first.state, "live")
        self.assertFalse(lots[1].warranty_id)

    def test_a_delivery_that_did_not_happen_withdraws_the_registration(self):
        lots = self.produce(2)
        picking = self.deliver(lots, self.consumer)
        picking.move_line_ids.filtered(lambda line: line.lot_id == lots[0]).quantity = 0
        self.assertFalse(lots[0].warranty_id)
        self.assertTrue(lots[1].warranty_id)

    def test_products_without_a_policy_are_not_registered_but_have_their_term(self):
        self.product.serial_policy_id = False
        lot = self.produce()
        self.deliver(lot, self.consumer)
        self.assertFalse(lot.warranty_ids)
        self.assertEqual(lot.warranty_state, "running")
        self.assertEqual(lot.warranty_end, date(2027, 3, 1))

    def test_a_unit_of_unknown_sale_counts_from_its_production_if_relied_on(
        self,
    ):
        lot = self.produce()
        lot.sudo().production_date = date(2025, 9, 1)
        self.assertEqual(lot.warranty_state, "not_started")
        warranty = self.warranties._stamp(lot.ids, proof="none", cause="repair")
        self.assertEqual(warranty.basis, "production")
        self.assertEqual(warranty.start, date(2025, 11, 30))
        rights = self.warranties._get_rights(lot)[lot.id]
        self.assertEqual([right.kind for right in rights.may_ask], ["repair"])

    def test_stamping_twice_changes_nothing(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        before = lot.warranty_id.read(["start", "end", "basis", "cause"])
        again = self.warranties._stamp(lot.ids, "activation", date(2026, 2, 1))
        self.assertEqual(again, lot.warranty_id)
        self.assertEqual(again.read(["start", "end", "basis", "cause"]), before)

    def test_rights_of_many_units_take_as_many_queries_as_of_one(self):
        lots = self.produce(30)
        self.deliver(lots, self.consumer)
        self.warranties._get_rights(lots[:1])
        self.env.flush_all()
        with self.assertQueryCount(1):
            rights = self.warranties._get_rights(lots)
        self.assertEqual({found.state for found in rights.values()}, {"running"})

    def test_a_step_with_a_policy_takes_one_statement_more_and_none_without(self):
        def get_statements(product):
            lots = self.produce(20, product)
            self.env.flush_all()
            execute, found = Cursor.execute, []

            def listen(cursor, query, *args, **options):
                found.append(str(getattr(query, "code", query)))
                return execute(cursor, query, *args, **options)

            with patch.object(Cursor, "execute", listen):
                self.deliver(lots, self.consumer)
                self.env.flush_all()
            return [text for text in found if "serial_warranty" in text]

        plain = self._create_product("Plain", serial_scheme_id=self.scheme.id)
        without, stamped = get_statements(plain), get_statements(self.product)
        self.assertEqual(len(stamped), 1, stamped)
        self.assertIn("INSERT INTO serial_warranty", stamped[0])
        self.assertFalse(without)

    def test_units_sold_before_their_product_had_a_policy_are_registered(self):
        self.product.serial_policy_id = False
        lots = self.produce(3)
        self.deliver(lots[:2], self.consumer)
        self.product.serial_policy_id = self.policy
        with self.enter_registry_test_mode():
            cron = self.env.ref("serial_dossier.ir_cron_serial_warranty_register")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(lots.warranty_ids), 2)
        self.assertFalse(lots[2].warranty_ids)

    def test_nobody_writes_what_is_stamped(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        warranty = lot.warranty_id
        for values in ({"end": "2030-01-01"}, {"state": "void"}, {"basis": "sale"}):
            with self.assertRaises(AccessError):
                warranty.with_user(self.manager).write(values)
        warranty.with_user(self.user).invoice_number = "INV-1"
        with self.assertRaises(AccessError):
            self.warranties.with_user(self.manager).create({"lot_id": lot.id})

    def test_units_are_found_by_their_registration(self):
        lots = self.produce(4)
        self.deliver(lots[:3], self.consumer)
        lots[0].warranty_id.sudo().end = "2026-03-01"
        lots[1].warranty_id.sudo().is_excluded = True
        for state, found in (
            ("expired", lots[0]),
            ("void", lots[1]),
            ("running", lots[2]),
            ("not_started", lots[3]),
        ):
            domain = [("warranty_state", "=", state), ("id", "in", lots.ids)]
            self.assertEqual(self.env["stock.lot"].search(domain), found, state)
        with_none = [("warranty_id", "=", False), ("id", "in", lots.ids)]
        self.assertEqual(self.env["stock.lot"].search(with_none), lots[3])
