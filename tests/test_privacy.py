from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import SerialCase

PHONE = "+8613812345678"
GROUPS = (
    "serial_dossier.serial_dossier_group_user,"
    "serial_dossier.serial_dossier_group_personal_data,"
    "base.group_allow_export"
)


@tagged("post_install", "-at_install")
class TestMasked(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(cls.env, login="serial_reader", groups=GROUPS)
        cls.lot = cls.ship(1)
        cls.env["serial.activation"]._activate_from_page(cls.lot, PHONE, "CN", True, {})
        cls.activation = cls.lot.activation_ids
        cls.log = cls.env["serial.access.log"]
        cls.repair = cls.env["repair.order"].create(
            {"product_id": cls.product.id, "lot_id": cls.lot.id}
        )
        cls.repair.sudo().write(
            {"serial_phone": PHONE, "serial_email": "wang.li@example.com"}
        )

    def personal(self, user):
        """Return (records, name of a field) of all personal data, for a user."""
        return [
            (self.activation.with_user(user), "phone"),
            (self.activation.with_user(user), "account"),
            (self.repair.with_user(user), "serial_phone"),
            (self.repair.with_user(user), "serial_email"),
        ]

    def test_nobody_without_the_group_gets_at_a_number_in_any_way(self):
        for user in (self.user, self.manager, self.auditor, self.stock_user):
            for records, name in self.personal(user):
                model = records.browse()
                for way in (
                    lambda r=records, n=name: r.read([n]),
                    lambda r=records, n=name: r.web_read({n: {}}),
                    lambda m=model, n=name: m.search([(n, "=like", "%")]),
                    lambda m=model, n=name: m.search([], order=n),
                    lambda m=model, n=name: m.formatted_read_group([], [n], []),
                    lambda m=model, n=name: m._read_group([], [], [f"{n}:array_agg"]),
                ):
                    with (
                        self.subTest(user=user.login, field=name),
                        self.assertRaises(AccessError),
                    ):
                        way()

    def test_masked_values_are_for_everybody(self):
        self.assertEqual(
            self.activation.with_user(self.user).phone_masked, "+86 138****5678"
        )
        self.assertEqual(
            self.repair.with_user(self.auditor).sudo(False).serial_email_masked,
            "w******@example.com",
        )

    def test_a_number_is_in_no_event_and_in_no_message(self):
        for text in (
            str(self.lot.event_ids.mapped("data")),
            str(self.activation.alert_ids.message_ids.mapped("body")),
            str(self.lot.message_ids.mapped("body")),
        ):
            self.assertNotIn("13812345678", text)

    # === ACCESS LOG === #

    def test_who_reads_a_number_is_noted(self):
        self.activation.with_user(self.reader).web_read({"phone": {}})
        entry = self.log.search([("user_id", "=", self.reader.id)])
        self.assertEqual(
            (entry.model, entry.way, entry.field_names, entry.res_ids),
            ("serial.activation", "read", "phone", self.activation.ids),
        )
        self.assertEqual(entry.field_labels, "Phone")
        entry.field_names = "*"
        self.assertEqual(entry.field_labels, "Everything")

    def test_reading_nothing_personal_is_not_noted(self):
        self.activation.with_user(self.reader).read(["phone_masked", "account"])
        self.assertFalse(self.log.search([("user_id", "=", self.reader.id)]))

    def test_who_exports_numbers_is_noted_even_by_way_of_the_serial(self):
        self.activation.with_user(self.reader).export_data(["phone"])
        self.lot.with_user(self.reader).export_data(["name", "activation_ids/phone"])
        entries = self.log.search([("user_id", "=", self.reader.id)])
        self.assertEqual(entries.mapped("way"), ["export", "export"])

    def test_not_even_the_group_may_group_by_numbers(self):
        with self.assertRaises(AccessError):
            self.env["serial.activation"].with_user(self.reader).formatted_read_group(
                [], ["phone"], []
            )

    def test_the_log_is_read_by_managers_and_auditors_and_written_by_nobody(self):
        self.activation.with_user(self.reader).read(["phone"])
        entry = self.log.search([("user_id", "=", self.reader.id)])
        for user in (self.manager, self.auditor):
            self.assertTrue(entry.with_user(user).read(["field_names"]))
            with self.assertRaises(AccessError):
                entry.with_user(user).unlink()
            with self.assertRaises(AccessError):
                entry.with_user(user).write({"reason": "x"})
        with self.assertRaises(AccessError):
            entry.with_user(self.reader).read(["field_names"])
