import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .common import SerialCase
from .role_table import OPERATIONS, RIGHTS, ROLES


@tagged("post_install", "-at_install")
class TestSecurity(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, login="serial_portal", groups="base.group_portal"
        )
        cls.public = cls.env.ref("base.public_user")
        cls.lots = cls.mint(3)
        cls.lot = cls.lots[0]
        cls.shipped = cls.lots[1]
        cls.shipped._move_to_stage("shipped", "shipped")

    # === THE TABLE === #

    def test_each_role_has_the_rights_of_the_table_and_no_others(self):
        for model, rights in RIGHTS.items():
            for role, allowed in zip(ROLES, rights, strict=True):
                records = self.env[model].with_user(self[role])
                held = "".join(
                    letter
                    for letter, operation in OPERATIONS.items()
                    if records.has_access(operation)
                )
                with self.subTest(model=model, role=role):
                    self.assertEqual(held, allowed)

    def __getitem__(self, role):
        return getattr(self, role)

    def test_every_model_of_ours_is_in_the_table(self):
        own = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("serial.") and not model._abstract
        }
        self.assertFalse(own - set(RIGHTS), "models without a line in the table")

    def test_the_right_to_read_is_enough_to_open_every_screen(self):
        """What a form or list asks for can be read by each role that may read."""
        records = {
            "stock.lot": self.shipped,
            "serial.event": self.shipped.event_ids,
            "serial.batch": self.lot.serial_batch_id,
            "serial.scheme": self.scheme,
        }
        for model, found in records.items():
            for role in ("user", "manager", "auditor"):
                model_as_role = self.env[model].with_user(self[role])
                views = model_as_role.get_views([(False, "form"), (False, "list")])
                fields = views["models"][model]["fields"]
                shown = {
                    name: {}
                    for view in views["views"].values()
                    for name in fields
                    if f'name="{name}"' in view["arch"]
                }
                with self.subTest(model=model, role=role):
                    self.assertTrue(model_as_role.browse(found.ids).web_read(shown))

    # === THE SECRET === #

    def test_nobody_reads_the_secret_of_a_scheme(self):
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        for role in ROLES:
            scheme = self.scheme.with_user(self[role])
            with self.subTest(role=role):
                self.assertNotIn("secret", scheme.fields_get())
                for attempt in (
                    lambda scheme=scheme: scheme.read(["secret"]),
                    lambda scheme=scheme: scheme.secret,
                    lambda scheme=scheme: scheme.export_data(["secret"]),
                    lambda scheme=scheme: scheme.search([("secret", "like", "a")]),
                    lambda scheme=scheme: scheme.search([], order="secret"),
                    lambda scheme=scheme: scheme._read_group([], ["secret"]),
                    lambda scheme=scheme: scheme.write({"secret": "00" * 32}),
                    lambda scheme=scheme: (
                        self.env["serial.batch"]
                        .with_user(scheme.env.user)
                        .search([("scheme_id.secret", "like", "a")])
                    ),
                ):
                    with mute_logger("odoo.models"), self.assertRaises(UserError):
                        attempt()

    def test_a_copy_of_a_scheme_has_a_secret_of_its_own(self):
        copy = self.scheme.with_user(self.manager).copy()
        self.assertNotEqual(copy.sudo().secret, self.scheme.sudo().secret)

    def test_only_a_manager_sees_the_next_codes(self):
        self.assertTrue(self.scheme.with_user(self.manager).preview)
        for role in ("user", "auditor", "stock_user"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.scheme.with_user(self[role]).read(["preview"])

    # === STEPS ONLY === #

    def test_nobody_writes_what_only_steps_write(self):
        values = {
            "stage": "activated",
            "scan_code": "ABCDEFGH",
            "event_count": 9,
            "recalled": True,
            "blocked": True,
            "in_service": True,
            "channel_partner_id": self.distributor.id,
            "channel_region_id": self.guangdong.id,
            "serial_batch_id": False,
            "shipped_at": "2026-01-01 00:00:00",
            "sale_date": "2026-01-01",
            "activated_at": "2026-01-01 00:00:00",
        }
        for role in ("manager", "user", "stock_user", "auditor"):
            for name, value in values.items():
                with self.subTest(role=role, field=name):
                    with self.assertRaises(UserError):
                        self.lot.with_user(self[role]).write({name: value})
                    with self.assertRaises(UserError):
                        self.env["stock.lot"].with_user(self[role]).create(
                            {
                                "name": "forged",
                                "product_id": self.product.id,
                                name: value,
                            }
                        )

    def test_a_batch_cannot_be_told_how_far_it_came(self):
        batch = self.env["serial.batch"].create({"product_id": self.product.id})
        for values in (
            {"state": "minting"},
            {"minted_count": 5},
            {"first_code_number": 0},
            {"is_voiding": True},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                batch.with_user(self.manager).write(values)

    def test_an_auditor_mints_voids_and_stops_nothing(self):
        batch = self.env["serial.batch"].create({"product_id": self.product.id})
        check = self.env["serial.chain.check"].create({"total_count": 1})
        void = self.env["serial.lot.void"]
        for attempt in (
            batch.with_user(self.auditor).action_mint,
            batch.with_user(self.auditor).action_cancel,
            check.with_user(self.auditor).action_cancel,
            lambda: void.with_user(self.auditor).create({"reason": "x"}),
            lambda: void.with_user(self.user).create({"reason": "x"}),
        ):
            with self.subTest(attempt=attempt), self.assertRaises(AccessError):
                attempt()

    # === A SHIPPED SERIAL STAYS === #

    def test_the_orm_keeps_a_shipped_serial(self):
        for role in ("manager", "stock_user"):
            lot = self.shipped.with_user(self[role])
            with self.subTest(role=role):
                with self.assertRaises(UserError):
                    lot.name = "other"
                with self.assertRaises(UserError):
                    lot.unlink()
        with self.assertRaises(UserError):
            self.shipped.sudo().write({"product_id": self.uncoded_product.id})

    def test_the_database_keeps_a_shipped_serial(self):
        for query in (
            SQL("UPDATE stock_lot SET name = 'other' WHERE id = %s", self.shipped.id),
            SQL("UPDATE stock_lot SET scan_code = 'X' WHERE id = %s", self.shipped.id),
            SQL("UPDATE stock_lot SET stage = 'minted' WHERE id = %s", self.shipped.id),
            SQL("UPDATE stock_lot SET stage = NULL WHERE id = %s", self.shipped.id),
            SQL("DELETE FROM stock_lot WHERE id = %s", self.shipped.id),
            SQL("DELETE FROM serial_event WHERE lot_id = %s", self.shipped.id),
            SQL("UPDATE serial_event SET kind = 'sold' WHERE id > 0"),
        ):
            with (
                self.subTest(query=query.code),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query)

    def test_a_minted_serial_can_still_be_renamed_and_deleted(self):
        lot = self.lot.with_user(self.stock_user)
        lot.name = "another name"
        lot.unlink()
        self.assertFalse(self.lot.exists())

    # === COMPANIES === #

    def test_another_company_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Another Brand"})
        product = self._create_product(
            "Tablet", serial_scheme_id=self.scheme.id, company_id=other.id
        )
        batch = (
            self.env["serial.batch"]
            .with_company(other)
            .create({"product_id": product.id, "quantity": 1, "company_id": other.id})
        )
        batch.action_mint()
        lot = self.env["stock.lot"].search([("serial_batch_id", "=", batch.id)])
        part = self.env["serial.part"].create({"lot_id": lot.id, "name": "B1"})
        alert = self.env["serial.diversion.alert"].create(
            {"lot_id": lot.id, "company_id": other.id}
        )
        scheme = self.env["serial.scheme"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        self.assertEqual(lot.company_id, other)
        theirs = (batch, lot, lot.event_ids, part, alert, scheme)
        for role in ("manager", "auditor"):
            for records in theirs:
                with self.subTest(role=role, model=records._name):
                    self.assertTrue(records)
                    model = self.env[records._name].with_user(self[role])
                    seen = model.browse(records.ids)
                    self.assertFalse(seen.search([("id", "in", records.ids)]))
                    with self.assertRaises(AccessError):
                        seen.read(["display_name"])
