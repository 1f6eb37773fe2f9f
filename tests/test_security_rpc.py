import json

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import SerialCase
from .role_table import RIGHTS, ROLES


@tagged("post_install", "-at_install")
class TestSecurityRpc(SerialCase, HttpCase):
    """What the table says holds for whoever speaks to the server without a screen."""

    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(cls.env, login="serial_portal", groups="base.group_portal")
        cls.shipped = cls.mint(1)
        cls.shipped._move_to_stage("shipped", "shipped")

    def _execute_kw(self, login, model, method, *args, **kwargs):
        """Call a method as a foreign program does; return its result or its error."""
        uid = self.env["res.users"].search([("login", "=", login)]).id
        response = self.url_open(
            "/jsonrpc",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "service": "object",
                        "method": "execute_kw",
                        "args": [
                            self.env.cr.dbname,
                            uid,
                            login,
                            model,
                            method,
                            args,
                            kwargs,
                        ],
                    },
                }
            ),
            headers={"Content-Type": "application/json"},
        ).json()
        return response.get("result"), response.get("error", {}).get("data", {})

    def _assert_refused(self, login, model, method, *args, **kwargs):
        with mute_logger(
            "odoo.http", "odoo.models", "odoo.addons.base.models.ir_model"
        ):
            result, error = self._execute_kw(login, model, method, *args, **kwargs)
        self.assertTrue(error, f"{login} got {result} from {model}.{method}")
        self.assertRegex(error["name"], r"UserError|AccessError|ValidationError")

    def test_rpc_changes_no_step_and_keeps_a_shipped_serial(self):
        ids = self.shipped.ids
        for login in ("serial_manager", "serial_user", "serial_stock_user"):
            for method, *args in (
                ("write", ids, {"stage": "minted"}),
                ("write", ids, {"name": "other"}),
                ("unlink", ids),
                ("_move_to_stage", ids, "void", "voided"),
            ):
                with self.subTest(login=login, method=method):
                    self._assert_refused(login, "stock.lot", method, *args)
        self.assertEqual(self.shipped.stage, "shipped")

    def test_rpc_writes_no_event_and_reads_no_secret(self):
        event = self.shipped.event_ids[0]
        for login in ("serial_manager", "serial_auditor"):
            for model, method, *args in (
                ("serial.event", "write", event.ids, {"kind": "sold"}),
                ("serial.event", "unlink", event.ids),
                ("serial.event", "create", {"lot_id": self.shipped.id}),
                ("serial.event", "_record", self.shipped.ids, "sold"),
                ("serial.scheme", "read", self.scheme.ids, ["secret"]),
                ("serial.scheme", "_take_codes", self.scheme.ids, 1),
            ):
                with self.subTest(login=login, model=model, method=method):
                    self._assert_refused(login, model, method, *args)

    def test_a_portal_user_reaches_nothing(self):
        for model, rights in RIGHTS.items():
            with self.subTest(model=model):
                if not rights[ROLES.index("portal")]:
                    self._assert_refused("serial_portal", model, "search_read", [])
        for model, method, *args in (
            ("stock.lot", "action_verify_chain", self.shipped.ids),
            ("serial.chain.check", "action_start"),
            ("stock.lot", "read", self.shipped.ids, ["scan_code"]),
        ):
            with self.subTest(model=model, method=method):
                self._assert_refused("serial_portal", model, method, *args)

    def test_a_stranger_must_log_in(self):
        response = self.make_jsonrpc_request  # the web client's own way in
        with self.assertRaises(Exception) as caught:
            response(
                "/web/dataset/call_kw/stock.lot/search_read",
                {
                    "model": "stock.lot",
                    "method": "search_read",
                    "args": [[]],
                    "kwargs": {},
                },
            )
        self.assertIn("Session", str(caught.exception))
