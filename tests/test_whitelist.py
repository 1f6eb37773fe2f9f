from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_activate import BEIJING_IP, GUANGDONG_IP, ActivationCase


@tagged("post_install", "-at_install")
class TestWhitelist(ActivationCase):
    def excuse(self, **values):
        """Return a new entry, made by a manager."""
        return (
            self.env["serial.diversion.whitelist"]
            .with_user(self.manager)
            .create({"name": "Visitors", "reason": "They tour the country.", **values})
        )

    def is_excused(self, lot, **item):
        """Activate a unit in a wrong province; tell whether that says nothing."""
        answer = self.activate(self.item(lot, BEIJING_IP, **item))[0]
        activation = lot.activation_ids
        excused = answer["reasons"] == ["whitelisted"]
        self.assertEqual(bool(activation.whitelist_id), excused)
        self.assertEqual(bool(self.alerts_of(lot)), not excused)
        self.assertEqual(activation.score == 0, excused)
        return excused

    def test_an_entry_names_its_signs_though_only_their_hash_is_kept(self):
        entry = self.excuse(phone="+8613812345678", ip_prefix="114.247.50.0/24")
        entry.invalidate_recordset()
        self.assertEqual(entry.signs_text, "Telephone, Network")

    def test_each_sign_excuses_its_own_and_nobody_else(self):
        lots = self.ship(7)
        signs = [
            ({"device_id": "D-1"}, {"device_id": "D-1"}),
            ({"account": "tester"}, {"account": "tester"}),
            ({"ip_prefix": "114.247.50.0/24"}, {}),
            ({"lot_ids": lots[3].ids}, {}),
            (
                {"state_id": self.env.ref("base.state_cn_BJ").id, "date_to": "2026-03"},
                {},
            ),
        ]
        signs[4][0]["date_to"] = date(2026, 3, 4)
        self.assertFalse(self.is_excused(lots[5]))
        for lot, (values, item) in zip(lots, signs, strict=False):
            with self.subTest(values=values):
                entry = self.excuse(**values)
                self.assertTrue(self.is_excused(lot, **item))
                self.assertEqual(lot.activation_ids.whitelist_id, entry)
                entry.active = False
        self.assertFalse(self.is_excused(lots[6], device_id="D-2", account="other"))

    def test_telephone_of_the_page_excuses(self):
        self.excuse(phone="13800138000")
        for phone, excused in (("+8613800138000", True), ("13900139000", False)):
            lot = self.ship()
            self.env["serial.activation"]._activate_from_page(
                lot.sudo(), phone, "CN", True, {"ip": BEIJING_IP}
            )
            reasons = lot.activation_ids.reasons
            self.assertEqual("whitelisted" in reasons, excused)

    def test_entry_asks_for_all_of_its_signs(self):
        self.excuse(device_id="D-1", ip_prefix="203.0.113.0/24")
        self.assertFalse(self.is_excused(self.ship(), device_id="D-1"))

    def test_entry_holds_on_its_days(self):
        days = {
            # from, to: excused on 2 March
            (date(2026, 3, 1), date(2026, 3, 3)): True,
            (date(2026, 3, 4), None): False,
            (None, date(2026, 2, 27)): False,
        }
        for (start, end), excused in days.items():
            with self.subTest(start=start, end=end):
                entry = self.excuse(device_id="D", date_from=start, date_to=end)
                self.assertEqual(self.is_excused(self.ship(), device_id="D"), excused)
                entry.active = False

    def test_what_identifies_a_person_is_not_kept(self):
        entry = self.excuse(device_id="D-1", account="tester", phone="+8613800138000")
        self.assertFalse(entry.device_id or entry.account or entry.phone)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT row_to_json(w)::text FROM serial_diversion_whitelist w"
        )
        stored = str(self.env.cr.fetchall())
        for secret in ("D-1", "tester", "13800138000"):
            self.assertNotIn(secret, stored)

    def test_entry_without_a_sign_or_of_a_place_for_good_is_refused(self):
        for values in (
            {},
            {"country_id": self.env.ref("base.cn").id},
            {"ip_prefix": "nowhere"},
            {"phone": "12"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.excuse(**values)
        days = {"date_from": date(2026, 3, 2), "date_to": date(2026, 3, 1)}
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.excuse(device_id="D", **days)

    def test_entry_that_excused_somebody_is_archived_not_deleted(self):
        entry = self.excuse(device_id="D")
        self.is_excused(self.ship(), device_id="D")
        self.assertEqual(entry.activation_count, 1)
        with self.assertRaises(ValidationError):
            entry.unlink()
        entry.action_archive()
        self.assertFalse(self.is_excused(self.ship(), device_id="D"))

    def test_only_a_manager_excuses(self):
        entry = self.excuse(device_id="D")
        for user in (self.user, self.auditor):
            self.assertEqual(entry.with_user(user).name, "Visitors")
            with self.assertRaises(AccessError):
                entry.with_user(user).write({"active": False})
            with self.assertRaises(AccessError):
                entry.with_user(user).action_forget_keys()

    def test_whitelist_adds_no_query_an_item(self):
        for number in range(50):
            self.excuse(device_id=f"D-{number}", account="a")
        counts = []
        self.activate(self.item(self.ship(), GUANGDONG_IP))
        for lots in (self.ship(5), self.ship(100)):
            items = [self.item(lot, device_id="D-3", account="a") for lot in lots]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.activate(*items)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertTrue(all(lots.activation_ids.mapped("whitelist_id")))
        self.assertEqual(counts[0], counts[1])
