from datetime import timedelta

from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.serial_portal_key_mixin import MAX_KEYS
from .test_api_http import ApiCase

PAGE = "/my/serial-keys"
ALL = ("verify", "activations", "serials")


@tagged("post_install", "-at_install")
class TestPortalKey(ApiCase):
    """A distributor's people make, see and revoke their company's keys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_dealers("key")
        cls.nobody = cls.make_portal_user("key_nobody")

    def portal_of(self, user):
        """Return the portal as a user has it."""
        return self.env["serial.portal"].with_user(user)

    def make(self, user=None, name="Web shop", days="90", codes=ALL):
        """Return a new key that a user of a distributor made."""
        return self.portal_of(user or self.dealer)._make_key(name, days, codes)

    def ids_of(self, user):
        """Return the keys that a user sees."""
        return [row["id"] for row in self.portal_of(user)._get_keys()]

    # === RULES === #

    def test_colleagues_share_keys_and_nobody_else_sees_them(self):
        self.make()
        self.assertEqual(len(self.ids_of(self.dealer)), 1)
        self.assertEqual(self.ids_of(self.colleague), self.ids_of(self.dealer))
        for user in (self.shopkeeper, self.stranger):
            self.assertFalse(self.ids_of(user))
            self.assertFalse(
                self.portal_of(user)._revoke_key(self.ids_of(self.dealer)[0])
            )
        with self.assertRaises(AccessError):
            self.portal_of(self.nobody)._get_keys()

    def test_a_key_has_a_name_a_purpose_and_an_end_within_a_year(self):
        for wrong in (
            {"name": " "},
            {"codes": []},
            {"codes": ["listings"]},
            {"days": "0"},
            {"days": "366"},
            {"days": "-1"},
            {"days": "soon"},
            {"days": None},
        ):
            with self.subTest(**wrong), self.assertRaises(UserError):
                self.make(**wrong)
        self.make(days="365", codes=["verify", "listings"])
        key = self.env["serial.api.key"].browse(self.ids_of(self.dealer))
        self.assertEqual(key.scope_ids.mapped("code"), ["verify"])
        latest = fields.Datetime.now() + timedelta(days=366)
        self.assertLess(key.expiration_date, latest)
        self.assertEqual(key.user_id, self.dealer)

    def test_a_company_has_ten_live_keys_at_most(self):
        for number in range(MAX_KEYS):
            self.make((self.dealer, self.colleague)[number % 2])
        with self.assertRaises(UserError):
            self.make()
        self.make(self.shopkeeper)
        self.assertTrue(
            self.portal_of(self.colleague)._revoke_key(self.ids_of(self.dealer)[0])
        )
        self.make()

    def test_who_was_suspended_cannot_go_on_with_another_key(self):
        self.make()
        key_id = self.ids_of(self.dealer)[0]
        key = self.env["serial.api.key"].browse(key_id)
        key._suspend("guessing")
        self.portal_of(self.colleague)._revoke_key(key_id)
        self.assertEqual(key.state, "suspended")
        with self.assertRaises(UserError):
            self.make(self.colleague)

    def test_nobody_of_the_portal_reads_keys_past_these_methods(self):
        self.make()
        for model in ("serial.api.key", "serial.api.usage", "serial.api.scope"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.dealer).search([]).read(["id"])

    # === WHAT A KEY SEES === #

    def test_a_distributors_key_sees_his_subtree_only(self):
        key = self.make()
        own, below, other = self.produce(3)
        self.deliver(own, self.distributor)
        self.deliver(below, self.retailer)
        self.deliver(other, self.other_distributor)
        items = [{"code": lot.scan_code} for lot in (own, below, other)]
        answers = self.post(
            {"items": items}, key, url="/api/serial/v1/verify/batch"
        ).json()["items"]
        statuses = [answer["status"] for answer in answers]
        self.assertEqual(statuses, ["genuine", "genuine", "unknown"])

    def test_a_distributors_key_activates_in_his_subtree_only(self):
        key = self.make()
        own, below, other = self.produce(3)
        self.deliver(own, self.distributor)
        self.deliver(below, self.retailer)
        self.deliver(other, self.other_distributor)
        items = [{"code": lot.scan_code} for lot in (own, below, other)]
        items.append({"code": "X8K29M4PLQ7RW"})
        answers = self.post({"items": items}, key).json()["items"]
        self.assertEqual(
            [answer["result"] for answer in answers],
            ["activated", "activated", "unknown", "unknown"],
        )
        self.assertEqual(
            {**answers[2], "code": ""}, {**answers[3], "code": ""}, "tells them apart"
        )
        self.env.invalidate_all()
        self.assertEqual(other.stage, "shipped")

    # === PAGE === #

    def post_page(self, path=PAGE, **values):
        """Send a form of the page."""
        values["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=values)

    def test_the_page_shows_a_new_key_once_and_it_works(self):
        self.authenticate("key_dealer", "key_dealer")
        home = self.url_open("/my")
        self.assertIn(PAGE, home.text)
        response = self.post_page(name="Web shop", days="90", scope=ALL)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        key = response.text.split('value="')[1:]
        key = next(
            part.split('"')[0]
            for part in key
            if len(part.split('"')[0]) == 40 and part.split('"')[0].isalnum()
        )
        self.assertEqual(self.post({"items": []}, key).status_code, 200)
        page = self.url_open(PAGE).text
        self.assertIn("Web shop", page)
        self.assertNotIn(key, page)
        (key_id,) = self.ids_of(self.dealer)
        self.authenticate("key_stranger", "key_stranger")
        path = f"{PAGE}/{key_id}/revoke"
        self.assertEqual(self.post_page(path).status_code, 404)
        self.authenticate("key_colleague", "key_colleague")
        self.assertEqual(self.post_page(path).status_code, 200)
        self.assertProblem(self.post({"items": []}, key), 401, "invalid_key")

    def test_a_wrong_form_is_shown_again_with_what_is_wrong(self):
        self.authenticate("key_dealer", "key_dealer")
        response = self.post_page(name="Web shop", days="9999", scope=ALL)
        self.assertIn("365 days at most", response.text)
        self.assertIn("Web shop", response.text)
        self.assertFalse(self.ids_of(self.dealer))

    def test_who_is_no_distributor_has_no_such_page(self):
        self.authenticate("key_nobody", "key_nobody")
        self.assertEqual(self.url_open(PAGE).status_code, 404)
        self.assertEqual(self.post_page(name="x", days="30").status_code, 404)

    def test_a_form_from_elsewhere_is_refused(self):
        self.authenticate("key_dealer", "key_dealer")
        response = self.url_open(PAGE, data={"name": "x", "days": "30", "scope": ALL})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.ids_of(self.dealer))
