import re
from random import Random
from unittest import skipUnless

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.api_route import OPERATIONS
from ..controllers.api_schema import MAX_ITEMS
from ..models.serial_api_problem import API_ROOT, PROBLEMS
from .test_api_http import make_value
from .test_api_verify import UNKNOWN, VerifyCase

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# Shapes in JSON Schema that every fuzzed body is derived from.
SHAPES = {
    "/verify": {"code": UNKNOWN, "store": {"platform": "jd", "store_id": "1"}},
    "/verify/batch": {"items": [{"code": UNKNOWN}]},
    "/activations": {"items": [{"code": UNKNOWN}]},
    "/tradein/quotes": {
        "code": UNKNOWN,
        "answers": {"screen": "whole"},
        "purchase": {
            "price": {"amount": "2999.00", "currency": "CNY"},
            "energy_level": 1,
        },
    },
    "/tradein/orders": {"quote": "AQAAAA", "person_id": "13800138000"},
    "/capture": {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-02T08:00:00Z",
        "epcisBody": {
            "eventList": [
                {
                    "type": "ObjectEvent",
                    "eventTime": "2026-03-02T08:00:00+08:00",
                    "eventTimeZoneOffset": "+08:00",
                    "action": "OBSERVE",
                    "bizStep": "storing",
                    "readPoint": {"id": "https://id.gs1.org/414/6901234000009"},
                    "epcList": ["https://id.gs1.org/01/06901234567892/21/7"],
                }
            ]
        },
    },
    "/listings": {
        "items": [
            {
                "platform": "jd",
                "store_id": "1",
                "sku": "X",
                "price": {"amount": "1.00", "currency": "CNY"},
            }
        ]
    },
}


@tagged("post_install", "-at_install")
class TestApiDocument(VerifyCase):
    def get_document(self):
        response = self.url_open(f"{API_ROOT}/openapi.json")
        self.assertEqual(response.status_code, 200)
        return response.json()

    # === ROUTES === #

    def test_every_route_is_in_the_document_and_no_other(self):
        routes = set()
        modules = self.env.registry._init_modules
        rules = self.env["ir.http"]._generate_routing_rules(modules, converters={})
        for url, endpoint in rules:
            if url.startswith(f"{API_ROOT}/") and "<path:path>" not in url:
                path = PARAMETER.sub(r"{\1}", url.removeprefix(API_ROOT))
                methods = endpoint.routing["methods"]
                routes.update((path, method.lower()) for method in methods)
        told = {
            (path, method)
            for path, methods in self.get_document()["paths"].items()
            for method in methods
        }
        self.assertEqual(routes, told)
        self.assertGreaterEqual(
            told,
            {
                ("/verify", "post"),
                ("/verify/batch", "post"),
                ("/activations", "post"),
                ("/listings", "post"),
                ("/serials/{code}", "get"),
                ("/openapi.json", "get"),
            },
        )

    def test_operations_have_names_of_their_own_and_a_summary(self):
        operations = [
            operation
            for methods in self.get_document()["paths"].values()
            for operation in methods.values()
        ]
        names = [operation["operationId"] for operation in operations]
        self.assertEqual(len(names), len(set(names)))
        for operation in operations:
            self.assertTrue(operation["summary"], operation)
            self.assertTrue(
                {"200", "201", "202"} & set(operation["responses"]), operation
            )

    def test_only_the_document_itself_needs_no_key(self):
        for operation in OPERATIONS:
            path = operation.path.replace("{code}", UNKNOWN)
            body = b"{}" if operation.method == "POST" else None
            response = self.url_open(
                API_ROOT + path,
                data=body,
                headers={"Content-Type": "application/json"},
                method=operation.method,
            )
            with self.subTest(path=path):
                if operation.is_open:
                    self.assertEqual(path, "/openapi.json")
                else:
                    self.assertProblem(response, 401, "missing_key")

    def test_wrong_methods_are_told_the_right_one(self):
        for operation in OPERATIONS:
            path = operation.path.replace("{code}", UNKNOWN)
            response = self.url_open(API_ROOT + path, method="DELETE")
            with self.subTest(path=path):
                self.assertProblem(response, 405, "method_not_allowed")
                self.assertIn(operation.method, response.headers["Allow"].split(", "))

    # === SHAPES === #

    @skipUnless(Draft202012Validator, "jsonschema is not installed")
    def test_shapes_are_json_schema(self):
        for operation in OPERATIONS:
            for schema in (operation.answer, operation.body or {}):
                Draft202012Validator.check_schema(schema)

    def assertOfShape(self, answer, path, method="post", status="200"):
        document = self.get_document()
        response = document["paths"][path][method]["responses"][status]
        ((_media_type, content),) = response["content"].items()
        schema = {**content["schema"], "components": document["components"]}
        errors = [
            f"{error.json_path}: {error.message}"
            for error in Draft202012Validator(schema).iter_errors(answer)
        ]
        self.assertEqual(errors, [])

    @skipUnless(Draft202012Validator, "jsonschema is not installed")
    def test_answers_are_of_the_shape_that_is_told(self):
        lot, minted = self.produce(), self.mint()
        self.deliver(lot, self.distributor)
        asked = [
            {"code": lot.scan_code},
            {"code": minted.scan_code},
            {"code": UNKNOWN},
            7,
        ]
        for question in asked[:3]:
            self.assertOfShape(self.verify(**question), "/verify")
        self.assertOfShape({"items": self.verify_all(*asked)}, "/verify/batch")
        for path, items in (
            ("/activations", asked),
            ("/listings", SHAPES["/listings"]["items"] + asked),
        ):
            response = self.post({"items": items}, url=API_ROOT + path)
            self.assertEqual(response.status_code, 200)
            self.assertOfShape(response.json(), path)
        for key in (self.key, self.portal_key):
            response = self.get_serial(lot.scan_code, key)
            self.assertOfShape(response.json(), "/serials/{code}", "get")

    @skipUnless(Draft202012Validator, "jsonschema is not installed")
    def test_problems_are_of_the_shape_that_is_told(self):
        response = self.post({}, url=f"{API_ROOT}/verify")
        self.assertOfShape(response.json(), "/verify", status="400")
        response = self.get_serial(UNKNOWN)
        self.assertOfShape(response.json(), "/serials/{code}", "get", "404")
        self.assertLessEqual({"unknown_serial", "ambiguous"}, set(PROBLEMS))

    def get_serial(self, code, key=None):
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return self.url_open(f"{API_ROOT}/serials/{code}", headers=headers)

    # === HOSTILE BODIES === #

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_whatever_the_body_holds_is_answered_below_500(self):
        random = Random(20260302)
        lot = self.ship()
        for path, shape in SHAPES.items():
            for number in range(60):
                body = self.distort(random, shape, lot.scan_code)
                key = (self.key, self.portal_key)[number % 2]
                response = self.post(body, key, url=API_ROOT + path)
                with self.subTest(path=path, body=body):
                    self.assertLess(response.status_code, 500, response.text)
                    allowed = (200, 202, 400, 403, 404, 409, 422)
                    self.assertIn(response.status_code, allowed)

    def distort(self, random, value, code):
        """Return a value like the one given, with anything in some of its places."""
        if random.random() < 0.15:
            return make_value(random)
        if value == UNKNOWN:
            return random.choice([code, UNKNOWN])
        if isinstance(value, dict):
            kept = {
                name: self.distort(random, item, code)
                for name, item in value.items()
                if random.random() < 0.9
            }
            extra = {"self": 1, "body": 2} if random.random() < 0.1 else {}
            return {**kept, **extra}
        if isinstance(value, list):
            return [self.distort(random, value[0], code) for _item in range(3)]
        return value

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_whatever_the_path_or_query_holds_is_answered_below_500(self):
        names = ("%00", "%ff%fe", "..%2f..", "a" * 2_000, "%F0%9F%92%A5", "%25s")
        for name in (*names, "'%20OR%201=1", "%ED%A0%80", "X?self=1&code=2", "1;2"):
            for key in (self.key, self.portal_key):
                response = self.get_serial(name, key)
                with self.subTest(name=name[:20]):
                    self.assertProblem(
                        response,
                        404,
                        "not_found" if "%2f" in name else "unknown_serial",
                    )
        response = self.post(
            {"code": UNKNOWN}, url=f"{API_ROOT}/verify?self=1&body=2&code=3"
        )
        self.assertEqual(response.status_code, 200)

    def test_a_full_batch_is_taken(self):
        items = [{"code": UNKNOWN}] * MAX_ITEMS
        self.assertEqual(len(self.verify_all(*items)), MAX_ITEMS)
