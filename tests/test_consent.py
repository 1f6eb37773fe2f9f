from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestConsent(SerialCase):
    def setUp(self):
        super().setUp()
        self.texts = self.env["serial.consent.text"].with_user(self.manager)
        self.first = self.texts.search(
            [("purpose", "=", "activation"), ("state", "=", "published")]
        )

    def activate(self):
        lot = self.ship(1)
        self.env["serial.activation"]._activate_from_page(
            lot, "13812345678", "CN", True, {}
        )
        return lot.activation_ids

    def test_an_activation_notes_which_version_was_agreed_to(self):
        activation = self.activate()
        self.assertEqual(activation.consent_id, self.first)
        self.assertEqual(activation.consent_text, self.first.text)
        self.assertEqual(self.first.given_count, 1)

    def test_a_new_version_takes_the_place_of_the_one_before(self):
        self.activate()
        draft = self.first.copy({"text": "I agree to everything."})
        self.assertFalse(draft.version)
        draft.action_publish()
        self.assertEqual((draft.version, draft.state), (2, "published"))
        self.assertEqual(self.first.state, "replaced")
        self.assertEqual(self.activate().consent_text, "I agree to everything.")

    def test_what_was_agreed_to_cannot_be_changed_or_deleted(self):
        with self.assertRaises(UserError):
            self.first.text = "Something else"
        with self.assertRaises(UserError):
            self.first.update_field_translations("text", {"en_US": "Something else"})
        with self.assertRaises(UserError):
            self.first.unlink()
        with self.assertRaises(UserError):
            self.first.action_publish()
        with self.assertRaises(AccessError):
            self.first.state = "draft"

    def test_a_text_in_use_may_be_translated_once(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.first.update_field_translations("text", {"fr_FR": "D'accord."})
        french = self.first.with_context(lang="fr_FR")
        self.assertEqual(french.text, "D'accord.")
        with self.assertRaises(UserError):
            self.first.update_field_translations("text", {"fr_FR": "Peut-être."})

    def test_users_read_texts_and_write_none(self):
        with self.assertRaises(AccessError):
            self.first.with_user(self.user).note = "x"
        self.assertTrue(self.first.with_user(self.auditor).text)
