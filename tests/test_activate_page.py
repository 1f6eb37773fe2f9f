from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import NOW
from .test_activate import BEIJING_IP, GUANGDONG_IP, ActivationCase


@tagged("post_install", "-at_install")
class TestActivateFromPage(ActivationCase):
    def submit(self, lot, phone="138 1234 5678", consent=True, country="", **facts):
        """Submit the page's form as the public does."""
        public = self.env.ref("base.public_user")
        return (
            self.env["serial.activation"]
            .with_user(public)
            ._activate_from_page(
                lot.with_user(public).sudo(),
                phone,
                country,
                consent,
                {"ip": GUANGDONG_IP, **facts},
            )
        )

    def test_consumer_activates_with_phone_and_consent(self):
        lot = self.ship()
        answer = self.submit(lot)
        self.assertEqual(answer["result"], "activated")
        self.assertEqual(answer["activated_at"], NOW)
        activation = lot.activation_ids.sudo()
        self.assertEqual(activation.source, "page")
        self.assertEqual(activation.phone, "+8613812345678")
        self.assertEqual(activation.phone_masked, "+86 138****5678")
        self.assertEqual(activation.consent_at, NOW)
        self.assertIn("telephone number", activation.consent_text)

    def test_phone_is_read_in_full_by_one_group_only(self):
        lot = self.ship()
        self.submit(lot)
        with self.assertRaises(AccessError):
            lot.activation_ids.with_user(self.manager).read(["phone"])
        reader = new_test_user(
            self.env,
            "personal_reader",
            groups="serial_dossier.serial_dossier_group_auditor,"
            "serial_dossier.serial_dossier_group_personal_data",
        )
        activation = lot.activation_ids.with_user(reader)
        self.assertEqual(activation.phone, "+8613812345678")
        masked = lot.activation_ids.with_user(self.auditor).phone_masked
        self.assertEqual(masked, "+86 138****5678")

    def test_what_is_not_a_phone_is_told_at_its_field(self):
        lot = self.ship()
        for phone in (
            "",
            "   ",
            "abc",
            "12",
            "1" * 41,
            "+999 123",
            "110",
            None,
            "\x00",
        ):
            with self.subTest(phone=phone):
                answer = self.submit(lot, phone=phone)
                self.assertEqual(answer["result"], "invalid")
                self.assertEqual(answer["field"], "phone")
        self.assertEqual(lot.stage, "shipped")

    def test_without_consent_nothing_is_stored(self):
        lot = self.ship()
        answer = self.submit(lot, consent=False)
        self.assertEqual((answer["result"], answer["field"]), ("invalid", "consent"))
        self.assertFalse(lot.activation_ids)

    def test_foreign_number_keeps_its_prefix(self):
        lot = self.ship()
        self.submit(lot, phone="+49 1512 3456789")
        self.assertEqual(lot.activation_ids.sudo().phone, "+4915123456789")

    def test_country_of_the_form_goes_before_that_of_the_address(self):
        lot = self.ship()
        self.submit(lot, phone="01512 3456789", country="DE")
        self.assertEqual(lot.activation_ids.sudo().phone, "+4915123456789")

    def test_second_consumer_is_told_since_when(self):
        lot = self.ship()
        self.submit(lot)
        answer = self.submit(lot, phone="13912345678")
        self.assertEqual(answer["result"], "already_activated")
        self.assertIn("03/02/2026", answer["message"])
        self.assertEqual(answer["activated_at"], NOW)

    def test_consumer_is_not_told_of_a_diversion(self):
        self.guangdong.enforcement = "hold"
        lot = self.ship()
        answer = self.submit(lot, ip=BEIJING_IP)
        self.assertEqual(answer["result"], "activated")
        self.assertTrue(answer["proof_requested"])
        self.assertIn("warranty is not affected", answer["message"])
        self.assertTrue(self.alerts_of(lot))

    def test_forged_position_does_not_stop_a_consumer(self):
        lot = self.ship()
        answer = self.submit(lot, latitude=500.0, longitude=float("nan"))
        self.assertEqual(answer["result"], "activated")

    def test_retired_unit_is_refused(self):
        lot = self.ship()
        lot._move_to_stage("retired", "retired")
        self.assertEqual(self.submit(lot)["result"], "refused")


@tagged("post_install", "-at_install")
class TestDiversionAlert(ActivationCase):
    def setUp(self):
        super().setUp()
        self.lot = self.ship()
        self.activate(self.item(self.lot, BEIJING_IP))
        self.alert = self.alerts_of(self.lot)

    def test_user_takes_alert_on_and_only_manager_closes_it(self):
        alert = self.alert.with_user(self.user)
        alert.action_investigate()
        self.assertEqual(alert.state, "investigating")
        alert.outcome_note = "The store confirms the purchase."
        with self.assertRaises(AccessError):
            alert.action_confirm()
        with self.assertRaises(AccessError):
            alert.write({"state": "dismissed"})
        self.assertFalse(alert.can_close)
        alert.with_user(self.manager).action_confirm()
        self.assertEqual(alert.state, "confirmed")
        self.assertFalse(self.alert.activity_ids)

    def test_closing_needs_an_outcome(self):
        alert = self.alert.with_user(self.manager)
        with self.assertRaises(UserError):
            alert.action_dismiss()
        alert.outcome_note = "Consumer moved house."
        alert.action_dismiss()
        self.assertEqual(alert.state, "dismissed")

    def test_manager_reopens_a_closed_alert_and_user_does_not(self):
        self.alert.outcome_note = "Consumer moved house."
        self.alert.with_user(self.manager).action_dismiss()
        with self.assertRaises(AccessError):
            self.alert.with_user(self.user).action_reopen()
        self.alert.with_user(self.manager).action_reopen()
        self.assertEqual(self.alert.state, "investigating")

    def test_auditor_changes_no_alert(self):
        with self.assertRaises(AccessError):
            self.alert.with_user(self.auditor).action_investigate()

    def test_without_an_owner_set_a_manager_is_asked(self):
        self.company.serial_alert_user_id = False
        lot = self.ship()
        self.activate(self.item(lot, BEIJING_IP))
        owner = self.alerts_of(lot).user_id
        self.assertTrue(owner.has_group("serial_dossier.serial_dossier_group_manager"))
