import json
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .rights import QUIET, RightsCase
from .wsgi import WsgiCase

ROOT = "/api/serial/v1"
UNKNOWN = "X8K29M4PLQ7RW"

# Route of the API -> (scope its key needs, body). Without a scope it needs no key.
CALLS = {
    "GET /capture": ("capture", None),
    "GET /capture/{code}": ("capture", None),
    "POST /capture": ("capture", {"type": "EPCISDocument"}),
    "GET /openapi.json": (None, None),
    "GET /epcs/<path:epc>/events": ("events", None),
    "GET /events": ("events", None),
    "GET /events/<path:event_id>": ("events", None),
    "GET /serials/{code}": ("serials", None),
    "POST /activations": ("activations", {"items": []}),
    "POST /listings": ("listings", {"items": []}),
    "POST /tradein/orders": (
        "tradein",
        {"quote": "none of ours", "person_id": "13800138000"},
    ),
    "POST /tradein/quotes": ("tradein", {"code": UNKNOWN}),
    "POST /verify": ("verify", {"code": UNKNOWN}),
    "POST /verify/batch": ("verify", {"items": []}),
}


@tagged("post_install", "-at_install")
class TestRoutesApi(RightsCase, WsgiCase):
    """What each call of the API answers to a key of each scope, and to no key."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        machine = new_test_user(
            cls.env, "machine", "serial_dossier.serial_dossier_group_user"
        )
        cls.scopes = cls.env["serial.api.scope"].search([])
        keys = cls.env["serial.api.key"].with_user(cls.manager)
        end = fields.Datetime.now() + timedelta(days=30)
        cls.keys = {
            scope.code: keys._generate(scope.code, machine, end, scope)
            for scope in cls.scopes
        }

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*QUIET))

    def ask(self, name, key=None, code=UNKNOWN, body=None, sid=None):
        """Send a call; return the answer."""
        method, path = name.split(" ")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        target = ROOT + path.format(code=code)
        if method == "GET":
            return self.call("GET", target, headers=headers, sid=sid)
        headers["Content-Type"] = "application/json"
        document = CALLS[name][1] if body is None else body
        return self.call(method, target, json.dumps(document).encode(), headers, sid)

    def test_the_table_has_every_call(self):
        rules = self.env["ir.http"].routing_map().iter_rules()
        found = {
            f"{method} {rule.rule.removeprefix(ROOT)}".replace(
                "<string:code>", "{code}"
            )
            for rule in rules
            if rule.rule.startswith(f"{ROOT}/")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }
        self.assertEqual(found, set(CALLS))

    def test_a_key_opens_the_calls_of_its_scope_only(self):
        served = {  # the unit is unknown, the quote none
            "GET /capture/{code}": 404,
            "POST /capture": 400,
            "GET /serials/{code}": 404,
            "GET /events/<path:event_id>": 404,
            "POST /tradein/quotes": 404,
            "POST /tradein/orders": 422,
        }
        for name, (needed, _body) in CALLS.items():
            for scope, key in self.keys.items():
                expected = 403
                if needed in (scope, None):
                    expected = served.get(name, 200)
                with self.subTest(call=name, key=scope):
                    self.assertEqual(self.ask(name, key).status, expected)
            for side, key in self.tokens.items():
                refused = needed in ("capture", "events", "listings", "tradein")
                expected = 403 if refused else served.get(name, 200)
                with self.subTest(call=name, key=side):
                    self.assertEqual(self.ask(name, key).status, expected)

    def test_without_a_key_nothing_is_served(self):
        sid = self.open_session("serial_manager")
        ended = self.belongings["other"]["serial.api.key"]
        ended.with_user(self.manager).action_revoke()
        for name, (needed, _body) in CALLS.items():
            expected = 401 if needed else 200
            for what, values in {
                "nothing": {},
                "a session": {"sid": sid},
                "a word": {"key": "x" * 40},
                "an ended key": {"key": self.tokens["other"]},
            }.items():
                with self.subTest(call=name, by=what):
                    self.assertEqual(self.ask(name, **values).status, expected)

    def test_what_is_no_call_is_not_found_by_anybody(self):
        for target in (ROOT, f"{ROOT}/", f"{ROOT}/nothing", f"{ROOT}/serials"):
            for key in (None, self.keys["verify"], self.tokens["tier1"]):
                headers = {"Authorization": f"Bearer {key}"} if key else {}
                for method in ("GET", "POST", "DELETE"):
                    with self.subTest(target=target, method=method):
                        answer = self.call(method, target, headers=headers)
                        self.assertEqual(answer.status, 404)

    # === UNITS OF OTHERS === #

    def test_a_distributors_key_learns_nothing_of_anothers_unit(self):
        before = self.get_lots()
        theirs = self.belongings["other"]["stock.lot"][0].scan_code
        for side in ("tier1", "tier2"):
            for name, make_body in (
                ("GET /serials/{code}", lambda code: None),
                ("POST /verify", lambda code: {"code": code}),
                ("POST /verify/batch", lambda code: {"items": [{"code": code}]}),
                ("POST /activations", lambda code: {"items": [{"code": code}]}),
            ):
                with self.subTest(call=name, key=side):
                    key = self.tokens[side]
                    found, unknown = (
                        self.ask(name, key, code, make_body(code))
                        for code in (theirs, UNKNOWN)
                    )
                    self.assertEqual(found.status, unknown.status)
                    text = found.text.replace(theirs, UNKNOWN)
                    self.assertEqual(text, unknown.text)
        self.assertEqual(self.get_lots(), before)

    def get_lots(self):
        """Return the hash of all units."""
        return self.get_fingerprint()["stock_lot"]

    def test_a_distributors_key_knows_his_own_units_and_those_he_supplied(self):
        for side in ("tier1", "tier2"):
            code = self.belongings["tier2"]["stock.lot"][0].scan_code
            with self.subTest(key=side):
                answer = self.ask("GET /serials/{code}", self.tokens[side], code)
                self.assertEqual(answer.status, 200)
                self.assertNotIn("private", answer.json())

    # === NOTHING BUT THIS API === #

    def test_a_key_opens_no_other_door(self):
        for key in (*self.keys.values(), self.tokens["tier1"]):
            headers = {"Authorization": f"Bearer {key}"}
            answer = self.post_json(
                "/json/2/stock.lot/search_read", {"domain": []}, **headers
            )
            self.assertIn(answer.status, (401, 403, 404))
            answer = self.post_json(
                "/jsonrpc",
                {
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "service": "object",
                        "method": "execute_kw",
                        "args": [
                            self.env.cr.dbname,
                            self.tier1.id,
                            key,
                            "res.partner",
                            "search_read",
                            [[]],
                        ],
                    },
                },
            )
            self.assertIn("error", answer.json())
