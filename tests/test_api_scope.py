from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..controllers.api_route import OPERATIONS
from .test_api_http import ApiCase

ROOT = "/api/serial/v1"


@tagged("post_install", "-at_install")
class TestApiScope(ApiCase):
    """A key opens the calls it was made for, whatever its user may do elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scopes = cls.env["serial.api.scope"].search([]).grouped("code")
        cls.dealer = cls.make_portal_user("scope_dealer", cls.distributor)

    def generate(self, user, *codes):
        """Return a new key of a user for some scopes; without any, for all he may."""
        scopes = None
        if codes:
            scopes = self.env["serial.api.scope"].search([("code", "in", codes)])
        keys = self.env["serial.api.key"].with_user(self.manager)
        end = fields.Datetime.now() + timedelta(days=30)
        return keys._generate("Scoped", user, end, scopes)

    def call(self, operation, key):
        """Return the answer to a call with a body of no items, or of no unit."""
        path = operation.path.replace("{code}", "X8K29M4PLQ7RW")
        body = {
            "/verify": {"code": "X8K29M4PLQ7RW"},
            "/tradein/quotes": {"code": "X8K29M4PLQ7RW"},
            "/tradein/orders": {"quote": "none", "person_id": "13800138000"},
        }.get(path, {"items": []})
        if operation.method == "GET":
            headers = {"Authorization": f"Bearer {key}"}
            return self.url_open(ROOT + path, headers=headers, timeout=60)
        return self.post(body, key, url=ROOT + path)

    def test_every_call_that_needs_a_key_has_a_scope_that_exists(self):
        for operation in OPERATIONS:
            if not operation.is_open:
                with self.subTest(path=operation.path):
                    self.assertIn(operation.scope, self.scopes)

    def test_a_key_of_each_scope_opens_the_calls_of_that_scope_only(self):
        for scope in self.scopes:
            key = self.generate(self.machine, scope)
            for operation in OPERATIONS:
                if operation.is_open:
                    continue
                with self.subTest(key=scope, path=operation.path):
                    response = self.call(operation, key)
                    if operation.scope == scope:
                        # 400: the document was read, and is none.
                        self.assertIn(response.status_code, (200, 400, 404, 422))
                        continue
                    self.assertProblem(response, 403, "insufficient_scope")
                    self.assertEqual(response.json()["scope"], operation.scope)

    def test_a_key_without_the_scope_says_nothing_of_the_body(self):
        key = self.generate(self.machine, "listings")
        answers = {
            self.post(body, key, url=f"{ROOT}/verify").content
            for body in ({"code": "X"}, {"code": self.ship().scan_code}, ["no"])
        }
        self.assertEqual(len(answers), 1)

    def test_a_revoked_key_without_the_scope_is_a_wrong_key(self):
        key = self.generate(self.machine, "listings")
        self.post({"code": "X"}, key, url=f"{ROOT}/verify")
        record = self.env["serial.api.key"].search([("name", "=", "Scoped")])
        record.with_user(self.manager).action_revoke()
        response = self.post({"code": "X"}, key, url=f"{ROOT}/verify")
        self.assertProblem(response, 401, "invalid_key")

    def test_without_a_choice_a_key_opens_all_its_user_may_use(self):
        self.generate(self.machine)
        self.generate(self.dealer)
        keys = self.env["serial.api.key"].search([("name", "=", "Scoped")])
        of_dealer, of_machine = keys
        self.assertEqual(set(of_machine.scope_ids.mapped("code")), set(self.scopes))
        self.assertEqual(
            set(of_dealer.scope_ids.mapped("code")),
            {"verify", "activations", "serials", "tradein", "capture"},
        )

    def test_a_distributor_gets_no_key_for_listings(self):
        with self.assertRaises(UserError):
            self.generate(self.dealer, "listings")

    def test_a_key_needs_a_scope(self):
        with self.assertRaises(UserError):
            self.generate(self.machine, "no_such_scope")

    def test_the_wizard_offers_what_the_user_may_use(self):
        wizards = self.env["serial.api.key.generate"].with_user(self.manager)
        wizard = wizards.create({"name": "Shop", "user_id": self.dealer.id})
        self.assertEqual(len(wizard.scope_ids), 5)
        self.assertNotIn("listings", wizard.usable_scope_ids.mapped("code"))
