from datetime import timedelta

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .purging import LATER, PurgeCase


@tagged("post_install", "-at_install")
class TestHold(PurgeCase):
    def test_a_hold_on_a_serial_wins(self):
        self.hold(lot_ids=[Command.set(self.lot.ids)])
        self.assertEqual(self.reason_of(self.lot), "hold")
        self.assertEqual(self.reason_of(self.other), "due")

    def test_a_hold_on_a_product_or_a_batch_wins(self):
        hold = self.hold(product_ids=[Command.set(self.product.ids)])
        self.assertEqual(self.reason_of(self.lot), "hold")
        hold._release("It is over")
        self.assertEqual(self.reason_of(self.lot), "due")
        self.hold(batch_ids=[Command.set(self.lot.serial_batch_id.ids)])
        self.assertEqual(self.reason_of(self.lot), "hold")

    def test_a_hold_on_a_case_wins_after_it_was_decided(self):
        case = self.env["serial.diversion.case"].create(
            {"partner_id": self.distributor.id, "family": "diversion"}
        )
        self.env["serial.diversion.alert"].create(
            {
                "lot_id": self.lot.id,
                "kind": "region_mismatch",
                "score": 90,
                "case_id": case.id,
                "state": "confirmed",
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE serial_diversion_case SET state = 'decided' WHERE id = %s",
            [case.id],
        )
        case.invalidate_recordset()
        self.assertEqual(self.reason_of(self.lot), "due")
        self.hold(case_ids=[Command.set(case.ids)])
        self.assertEqual(self.reason_of(self.lot), "hold")

    def test_a_hold_that_comes_between_preview_and_purge_wins(self):
        purge = self.look()
        self.hold(lot_ids=[Command.set(self.lot.ids)])
        with freeze_time(LATER):
            purge.action_purge()
        self.assertEqual(purge.purged_count, 1)
        self.assertIn("shipped", self.kinds_of(self.lot))
        unit = purge.unit_ids.filtered(lambda row: row.lot_id == self.lot)
        self.assertEqual((unit.state, unit.reason), ("kept", "hold"))

    def test_a_hold_ends_after_its_last_day(self):
        hold = self.hold(lot_ids=[Command.set(self.lot.ids)], date_until=LATER.date())
        self.assertEqual(self.reason_of(self.lot), "hold")
        self.assertEqual(self.reason_of(self.lot, LATER + timedelta(days=1)), "due")
        self.assertEqual(hold.state, "ended")

    def test_a_hold_is_of_something_and_is_released_for_a_reason(self):
        with self.assertRaises(ValidationError):
            self.hold()
        hold = self.hold(lot_ids=[Command.set(self.lot.ids)])
        with self.assertRaises(UserError):
            hold._release(" ")
        with self.assertRaises(UserError):
            hold.unlink()
        with self.assertRaises(AccessError):
            hold.state = "released"
        with self.assertRaises(AccessError):
            hold.with_user(self.user)._release("No need")

    def test_a_manager_releases_a_hold_on_its_form(self):
        hold = self.hold(lot_ids=[Command.set(self.lot.ids)])
        form = Form(
            self.env["serial.hold.release"]
            .with_user(self.manager)
            .with_context(default_hold_id=hold.id)
        )
        form.reason = "Settled"
        form.save().action_release()
        self.assertEqual(hold.state, "released")
        self.assertEqual(hold.released_by_id, self.manager)

    def test_the_database_itself_keeps_what_is_held(self):
        purge = self.purge()
        self.assertEqual(purge.purged_count, 2)
        lot = self.ship(1)
        self.hold(lot_ids=[Command.set(lot.ids)])
        last = max(lot.event_ids.ids)
        self.env.cr.execute(
            """
            INSERT INTO serial_purge_unit
                   (purge_id, lot_id, serial, product_id, state, last_event_id,
                    proof_id)
            VALUES (%s, %s, 'x', %s, 'purged', %s, %s)
            """,
            [purge.id, lot.id, self.product.id, last, purge.proof_ids.id],
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(psycopg2.IntegrityError, "legal hold"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute("DELETE FROM serial_event WHERE lot_id = %s", [lot.id])
