import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.serial_api_auth_mixin import _touched
from .test_api_http import ApiCase


@tagged("post_install", "-at_install")
class TestApiKeys(ApiCase):
    """A request sent twice, and who may send one."""

    # === IDEMPOTENCY === #

    def test_repeat_with_the_same_key_gets_the_first_answer(self):
        lot = self.ship()
        body = {"items": [self.item(lot)]}
        first = self.post(body, Idempotency_Key="order-1")
        again = self.post(body, Idempotency_Key="order-1")
        self.assertEqual(first.json()["items"][0]["result"], "activated")
        self.assertEqual(again.json(), first.json())
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        self.assertNotIn("Idempotency-Replayed", first.headers)
        without = self.post(body).json()["items"][0]
        self.assertEqual(without["result"], "already_activated")
        self.assertEqual(
            without["activated_at"], first.json()["items"][0]["activated_at"]
        )

    def test_same_key_with_another_body_is_refused(self):
        first, second = self.ship(2)
        self.post({"items": [self.item(first)]}, Idempotency_Key="order-2")
        response = self.post({"items": [self.item(second)]}, Idempotency_Key="order-2")
        self.assertProblem(response, 422, "idempotency_key_reused")
        self.assertEqual(second.stage, "shipped")

    def test_idempotency_keys_belong_to_their_api_key(self):
        other = self.make_key(self.user)
        first, second = self.ship(2)
        self.post({"items": [self.item(first)]}, Idempotency_Key="1")
        response = self.post({"items": [self.item(second)]}, other, Idempotency_Key="1")
        self.assertEqual(response.json()["items"][0]["result"], "activated")

    def test_unusable_idempotency_key_is_refused(self):
        for key in ("x" * 256, "with space", ""):
            with self.subTest(key=key[:20]):
                response = self.post({"items": []}, Idempotency_Key=key)
                self.assertProblem(response, 400, "bad_idempotency_key")

    def test_answers_are_forgotten_after_two_days(self):
        self.post({"items": []}, Idempotency_Key="old")
        self.post({"items": []}, Idempotency_Key="new")
        requests = self.env["serial.api.request"].search(
            [("idempotency_key", "in", ("old", "new"))]
        )
        old = requests.filtered(lambda r: r.idempotency_key == "old")
        old.answered_at = fields.Datetime.now() - timedelta(hours=49)
        self.env.flush_all()
        self.env["serial.api.request"]._gc_answers()
        self.assertEqual(requests.exists().mapped("idempotency_key"), ["new"])

    # === KEYS === #

    def test_without_a_right_key_nothing_is_told(self):
        for header, code in (
            (None, "missing_key"),
            ("", "missing_key"),
            ("Basic YTpi", "missing_key"),
            ("Bearer", "missing_key"),
            ("Bearer a b", "missing_key"),
            (f"Bearer {'0' * 40}", "invalid_key"),
            (f"Bearer {self.key[:-1]}", "invalid_key"),
            (f"Bearer {self.key}0", "invalid_key"),
            (f"Bearer {'x' * 5000}", "invalid_key"),
        ):
            with self.subTest(header=header and header[:20]):
                response = self.post({"items": []}, Authorization=header)
                self.assertProblem(response, 401, code)
                self.assertEqual(response.headers["WWW-Authenticate"], "Bearer")
                self.assertNotIn("Set-Cookie", response.headers)

    def test_revoked_key_stops_at_once(self):
        self.assertEqual(self.post({"items": []}).status_code, 200)
        record = self.env["serial.api.key"].search([("user_id", "=", self.machine.id)])
        record.with_user(self.manager).action_revoke()
        self.assertProblem(self.post({"items": []}), 401, "invalid_key")
        self.assertEqual(record.state, "revoked")
        self.assertEqual(record.revoked_by_id, self.manager)

    def test_key_that_was_removed_elsewhere_stops_at_once(self):
        self.assertEqual(self.post({"items": []}).status_code, 200)
        record = self.env["serial.api.key"].search([("user_id", "=", self.machine.id)])
        self.env["res.users.apikeys"].browse(record.key_id).sudo().unlink()
        self.assertProblem(self.post({"items": []}), 401, "invalid_key")
        record.invalidate_recordset()
        self.assertEqual(record.state, "revoked")

    def test_expired_key_stops_at_once(self):
        self.assertEqual(self.post({"items": []}).status_code, 200)
        self.env.cr.execute(
            "UPDATE res_users_apikeys SET expiration_date = '2020-01-01' "
            "WHERE user_id = %s",
            [self.machine.id],
        )
        self.assertProblem(self.post({"items": []}), 401, "invalid_key")

    def test_key_of_an_archived_user_stops_at_once(self):
        self.assertEqual(self.post({"items": []}).status_code, 200)
        self.machine.active = False
        self.env.flush_all()
        self.assertProblem(self.post({"items": []}), 401, "invalid_key")

    def test_keys_of_other_scopes_do_not_open_the_api(self):
        for scope in (None, "rpc", "other"):
            with self.subTest(scope=scope):
                keys = self.env["res.users.apikeys"].with_user(self.machine).sudo()
                key = keys._generate(scope, "x", None)
                response = self.post({"items": []}, key)
                self.assertProblem(response, 403, "insufficient_scope")

    def test_our_key_does_not_open_odoos_own_api(self):
        response = self.post(
            {"domain": []}, url="/json/2/res.partner/search_count", key=self.key
        )
        self.assertEqual(response.status_code, 401)

    def test_key_acts_with_the_rights_of_its_user(self):
        lot = self.ship()
        self.machine.group_ids = self.env.ref(
            "serial_dossier.serial_dossier_group_auditor"
        )
        self.env.flush_all()
        response = self.post({"items": [self.item(lot)]})
        self.assertProblem(response, 403, "insufficient_rights")
        self.assertEqual(lot.stage, "shipped")

    def test_last_use_is_noted(self):
        record = self.env["serial.api.key"].search([("user_id", "=", self.machine.id)])
        self.assertFalse(record.last_used_at)
        with patch.dict(_touched, clear=True):
            self.post({"items": []})
        record.invalidate_recordset()
        self.assertTrue(record.last_used_at)

    def test_second_request_with_a_key_does_not_prove_it_again(self):
        self.post({"items": []})
        path = (
            "odoo.addons.serial_dossier.models.serial_api_auth_mixin.KEY_CRYPT_CONTEXT"
        )
        with patch(path) as context:
            self.assertEqual(self.post({"items": []}).status_code, 200)
        context.verify.assert_not_called()

    def test_only_manager_makes_and_revokes_keys(self):
        with self.assertRaises(AccessError):
            self.make_key(self.machine, manager=self.user)
        record = self.env["serial.api.key"].search([("user_id", "=", self.machine.id)])
        with self.assertRaises(AccessError):
            record.with_user(self.user).action_revoke()
        with self.assertRaises(AccessError):
            record.with_user(self.user).read(["name"])

    def test_manager_makes_a_key_after_typing_the_password_again(self):
        wizard = self.env["serial.api.key.generate"].with_user(self.manager)
        wizard = wizard.create({"name": "Shop", "user_id": self.machine.id})
        button = {
            "model": "serial.api.key.generate",
            "method": "action_generate",
            "args": [wizard.ids],
            "kwargs": {},
        }
        login = self.manager.login
        self.authenticate(login, login)
        asked = self.make_jsonrpc_request("/web/dataset/call_button", button)
        self.assertEqual(asked["res_model"], "res.users.identitycheck")
        moment = {"identity-check-last": time.time()}
        self.authenticate(login, login, session_extra=moment)
        shown = self.make_jsonrpc_request("/web/dataset/call_button", button)
        self.assertEqual(shown["res_model"], "serial.api.key.show")
        key = shown["context"]["default_key"]
        self.assertEqual(self.post({"items": []}, key).status_code, 200)
        self.assertFalse(wizard.exists())

    def test_key_needs_an_end_and_a_user_with_rights(self):
        with self.assertRaises(UserError):
            self.make_key(self.machine, days=-1)
        with self.assertRaises(UserError):
            self.make_key(self.auditor)

    def test_key_itself_is_stored_nowhere(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT serial_api_key::text FROM serial_api_key UNION ALL "
            "SELECT res_users_apikeys::text FROM res_users_apikeys"
        )
        self.assertNotIn(self.key, str(self.env.cr.fetchall()))
