import itertools
import re
from urllib.parse import urlencode

from odoo.tests import tagged
from odoo.tools import mute_logger

from .rights import BRAND, QUIET, SUBTREES, RightsCase
from .route_table import ACTIONS, ROUTES
from .wsgi import WsgiCase

ROLES = (*SUBTREES, *BRAND)
DISTRIBUTORS = ("tier1", "tier2", "other")

TOKEN = re.compile(r'csrf_token: "[^"]+"')


def get_routes(env):
    """Return "METHOD rule" of every route whose code, or part of it, is ours."""
    found = set()
    for rule in env["ir.http"].routing_map().iter_rules():
        function = rule.endpoint.func
        controller = type(getattr(function, "__self__", None))
        is_ours = any(
            "serial_dossier" in base.__module__ and function.__name__ in vars(base)
            for base in controller.__mro__
        )
        if is_ours:
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            found.add(f"{'|'.join(methods) or 'ANY'} {rule.rule}")
    return found


# Forms without fields: what they say is noted, and the page shown anew.
ACKNOWLEDGED = {"POST /my/recalls/<int:recall_id>"}


@tagged("post_install", "-at_install")
class TestRoutes(RightsCase, WsgiCase):
    """What each route answers to each role, on its own records and on others'."""

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*QUIET))
        self.sids = {role: self.open_session(f"serial_{role}") for role in ROLES}
        self.sids["anonymous"] = None
        self.actions = itertools.cycle(ACTIONS)

    def visit(self, role, route, has_token=True, **values):
        """Send the request of a route as a role; return the answer."""
        target, sid = route.target.format(**values), self.sids[role]
        if route.form is None:
            return self.call("GET", target, sid=sid)
        form = dict(route.form)
        if sid and has_token:
            form["csrf_token"] = self.get_csrf_token(sid)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.call("POST", target, urlencode(form).encode(), headers, sid)

    def of_kind(self, *kinds):
        """Return the routes of some kinds, by name."""
        return [(name, each) for name, each in ROUTES.items() if each.kind in kinds]

    def assert_status(self, role, name, answer, expected):
        with self.subTest(role=role, route=name):
            self.assertEqual(answer.status, expected, answer.text[:300])
            if expected == 303 and role == "anonymous":
                self.assertIn("/web/login", answer.headers["location"])

    def test_pages_of_a_service_centre_answer_to_no_distributor(self):
        for name, route in self.of_kind("centre"):
            for role in ROLES:
                answer = self.visit(role, route)
                self.assert_status(role, name, answer, 404)

    def test_every_route_has_a_line(self):
        self.assertEqual(get_routes(self.env), set(ROUTES))

    def test_pages_serve_distributors_and_nobody_else(self):
        for name, route in self.of_kind("page"):
            for role in (*ROLES, "anonymous"):
                expected = 200 if role in DISTRIBUTORS else 404
                if role == "anonymous":
                    expected = 303
                self.assert_status(role, name, self.visit(role, route), expected)

    def test_home_and_the_public_pages_serve_whom_they_are_for(self):
        for name, route in self.of_kind("home", "open"):
            for role in (*ROLES, "anonymous"):
                is_shut = route.kind == "home" and role == "anonymous"
                answer = self.visit(role, route)
                self.assert_status(role, name, answer, 303 if is_shut else 200)

    def test_a_form_without_its_token_does_nothing(self):
        before = self.get_fingerprint()
        for name, route in self.of_kind("page", "record"):
            if route.form is None:
                continue
            values = {"id": 1, "action": "send"}
            if route.model:
                values["id"] = self.belongings["tier1"][route.model][0].id
            for role in ("tier1", "manager"):
                answer = self.visit(role, route, has_token=False, **values)
                self.assert_status(role, name, answer, 400)
        self.assertEqual(self.get_fingerprint(), before)

    # === RECORDS === #

    def visit_all(self, role, route, records):
        """Yield the answer to each request that names one of some records.

        One of several actions is taken for each, another one each time.
        """
        for record_id in records.ids:
            action = next(self.actions)
            yield self.visit(role, route, id=record_id, action=action)

    def test_anothers_record_is_not_found_and_not_changed(self):
        before = self.get_fingerprint()
        for name, route in self.of_kind("record"):
            missing = self.env[route.model].browse(2**31 - 2)
            for role in (*ROLES, "anonymous"):
                seen = self.env[route.model]
                if role in SUBTREES:
                    seen = self.seen_by(role, route.model)
                every = self.env[route.model].union(
                    *(self.belongings[side][route.model][:2] for side in self.partners)
                )
                expected = 303 if role == "anonymous" else 404
                for answer in self.visit_all(role, route, (every - seen) | missing):
                    self.assert_status(role, name, answer, expected)
        self.assertEqual(self.get_fingerprint(), before)

    def test_anothers_record_answers_like_one_that_does_not_exist(self):
        for name, route in self.of_kind("record"):
            theirs = self.belongings["other"][route.model][0]
            values = {"action": "send"}
            found = self.visit("tier1", route, id=theirs.id, **values)
            missing = self.visit("tier1", route, id=2**31 - 2, **values)
            with self.subTest(route=name):
                self.assertEqual(
                    self.blank(found.text, theirs.id),
                    self.blank(missing.text, 2**31 - 2),
                )

    def test_a_key_is_ended_by_its_own_company_only(self):
        for name, route in self.of_kind("key"):
            for side in self.partners:
                key = self.belongings[side][route.model]
                for role in (*ROLES, "anonymous"):
                    if role != side:
                        expected = 303 if role == "anonymous" else 404
                        answer = self.visit(role, route, id=key.id)
                        self.assert_status(role, name, answer, expected)
                        self.assertFalse(key.revoked_at)
                answer = self.visit(side, route, id=key.id)
                self.assert_status(side, name, answer, 303)
                key.invalidate_recordset()
                self.assertTrue(key.revoked_at)

    def blank(self, text, record_id):
        """Return a page without its token and without the id that was asked for."""
        text = TOKEN.sub("", text)
        return re.sub(
            rf"(/my/(?:serial[a-z-]*|tradeins|recalls)/){record_id}\b", r"\1", text
        )

    def test_own_records_and_those_of_whom_one_supplies_are_shown(self):
        for name, route in self.of_kind("record"):
            for role in DISTRIBUTORS:
                records = self.seen_by(role, route.model)
                self.assertTrue(records)
                for answer in self.visit_all(role, route, records):
                    expected = 303 if name in ACKNOWLEDGED else 200
                    self.assert_status(role, name, answer, expected)
                    if expected == 303:
                        self.assertIn(
                            route.model.split(".")[1], answer.headers["location"]
                        )

    def test_a_page_of_ones_own_names_nothing_of_another(self):
        for name, route in self.of_kind("page"):
            answer = self.visit("tier1", route)
            foreign = self.belongings["other"]
            words = foreign["stock.lot"].mapped("name")
            words += foreign["serial.channel.transfer"].mapped("name")
            words += [self.other_distributor.name, self.far_retailer.name]
            for word in words:
                with self.subTest(route=name, word=word):
                    self.assertNotIn(word, answer.text)

    # === GUESSED ADDRESSES === #

    def test_guessed_addresses_of_odoo_open_nothing(self):
        theirs = {
            model: records[0].id for model, records in self.belongings["other"].items()
        }
        targets = [f"/web/content/{theirs['ir.attachment']}"]
        targets.append(f"/web/image/{theirs['ir.attachment']}")
        for model, record_id in theirs.items():
            targets += [
                f"/web/content/{model}/{record_id}/display_name",
                f"/web/image/{model}/{record_id}/image_1920",
                f"/mail/view?model={model}&res_id={record_id}",
                f"/my/{model.replace('.', '-')}/{record_id}",
            ]
        names = [
            record.display_name
            for model, records in self.belongings["other"].items()
            for record in records
            if model not in ("serial.event", "ir.attachment")
        ]
        for role in ("tier1", "nobody", "anonymous"):
            for target in targets:
                with self.subTest(role=role, target=target):
                    answer = self.call("GET", target, sid=self.sids[role])
                    self.assertLess(answer.status, 500)
                    self.assertNotIn(b"IHDR\x00\x00\x00\x01", answer.body[:40])
                    for word in names:
                        self.assertNotIn(word, answer.text)
