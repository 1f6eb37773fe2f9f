from datetime import date

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import SerialCase


class StoreCase(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jd = cls.env.ref("serial_dossier.serial_channel_platform_jd")
        cls.store = cls._create_store("10001", "Yuexiu Flagship")

    @classmethod
    def _create_store(cls, store_id, name, **values):
        return cls.env["serial.channel.store"].create(
            {
                "platform_id": cls.jd.id,
                "store_id": store_id,
                "name": name,
                "partner_id": cls.distributor.id,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestStore(StoreCase):
    def test_the_big_platforms_are_there(self):
        codes = set(self.env["serial.channel.platform"].search([]).mapped("code"))
        self.assertLessEqual(
            {"taobao", "tmall", "jd", "pinduoduo", "douyin", "kuaishou", "vipshop"}
            | {"xiaohongshu", "amazon", "shopee", "lazada", "ebay", "aliexpress"},
            codes,
        )

    def test_a_store_is_on_a_platform_once(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._create_store(" 10001 ", "Another")
        tmall = self.env.ref("serial_dossier.serial_channel_platform_tmall")
        self.assertTrue(self._create_store("10001", "Same", platform_id=tmall.id))

    def test_a_store_is_authorised_by_its_dates_unless_suspended(self):
        for values, expected in (
            ({}, "running"),
            ({"date_from": date(2026, 3, 2), "date_to": date(2026, 3, 2)}, "running"),
            ({"date_from": date(2026, 3, 3), "date_to": False}, "planned"),
            ({"date_from": False, "date_to": date(2026, 3, 1)}, "expired"),
            ({"date_from": False, "date_to": False}, "running"),
        ):
            with self.subTest(values=values):
                self.store.write(values)
                self.assertEqual(self.store.standing, expected)
        self.store.with_user(self.user).action_suspend()
        self.assertEqual(self.store.standing, "suspended")
        self.store.with_user(self.user).action_resume()
        self.assertEqual(self.store.standing, "running")

    def test_a_link_that_runs_a_script_is_refused(self):
        for url in (
            "javascript:alert(1)",
            "JavaScript://example.com/%0aalert(1)",
            "data:text/html,<script>",
            "ftp://example.com",
            "https://",
            "//example.com",
            "https://jd.com@evil.example",
            "https://exa mple.com",
            "https://example.com/" + "a" * 2_000,
            "https://example.com:99999999/",
            "https://[::1",
        ):
            with self.subTest(url=url), self.assertRaises(ValidationError):
                self.store.url = url
        self.store.url = " https://mall.jd.com/index-10001.html "
        self.assertEqual(self.store.url, "https://mall.jd.com/index-10001.html")

    def test_only_a_distributor_owns_a_store(self):
        with self.assertRaises(ValidationError):
            self.store.partner_id = self.consumer

    def test_a_platform_has_a_code_machines_can_write(self):
        for code in ("Tmall", "a b", "京东", ""):
            with self.subTest(code=code), self.assertRaises(ValidationError):
                self.jd.code = code

    def test_a_distributor_sees_the_stores_of_its_subtree_only(self):
        below = self._create_store("10002", "Below", partner_id=self.retailer.id)
        other = self._create_store(
            "10003", "Other", partner_id=self.other_distributor.id, note="Watch them"
        )
        seen = {}
        for partner in (self.distributor, self.retailer, self.other_distributor):
            contact = self.env["res.partner"].create(
                {"name": "Clerk", "parent_id": partner.id}
            )
            user = new_test_user(
                self.env,
                login=f"clerk_{partner.id}",
                groups="base.group_portal",
                partner_id=contact.id,
            )
            stores = self.env["serial.channel.store"].with_user(user)
            seen[partner] = stores.search([])
            with self.assertRaises(AccessError):
                stores.browse(self.store.id).write({"name": "Mine"})
        self.assertEqual(seen[self.distributor], self.store | below)
        self.assertEqual(seen[self.retailer], below)
        self.assertEqual(seen[self.other_distributor], other)
        with self.assertRaises(AccessError):
            other.with_user(self.portal_of(self.retailer)).read(["name"])
        with self.assertRaises(AccessError):
            below.with_user(self.portal_of(self.retailer)).read(["note"])

    def portal_of(self, partner):
        return self.env["res.users"].search([("login", "=", f"clerk_{partner.id}")])
