from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.serial_api_problem import API_ROOT
from ..models.serial_page_source_mixin import PUBLIC_KINDS
from .test_api_verify import UNKNOWN, VerifyCase


@tagged("post_install", "-at_install")
class TestApiDossier(VerifyCase):
    def get(self, code, key=None):
        """Return the dossier of a unit."""
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return self.url_open(f"{API_ROOT}/serials/{code}", headers=headers)

    def test_the_brand_reads_everything_of_a_unit(self):
        lot = self.produce()
        self.deliver(lot, self.distributor)
        lot.imei = "356938035643809"
        dossier = self.get(lot.scan_code).json()
        self.assertEqual(dossier["serial"], lot.name)
        self.assertEqual((dossier["stage"], dossier["status"]), ("shipped", "genuine"))
        self.assertEqual(dossier["product"], {"gtin": None, "name": "Phone"})
        self.assertEqual(dossier["channel"]["distributor"], self.distributor.name)
        self.assertEqual(dossier["channel"]["region"], self.guangdong.name)
        kinds = self.kinds_of(lot)[::-1]
        public = [kind for kind in kinds if kind in PUBLIC_KINDS]
        self.assertEqual([event["kind"] for event in dossier["events"]], public)
        private = dossier["private"]
        self.assertEqual(private["identifiers"]["imei"], lot.imei)
        self.assertEqual([event["kind"] for event in private["events"]], kinds)
        self.assertIn("minted", set(kinds) - set(public))
        self.assertEqual(private["events"][0]["party"], self.distributor.name)
        self.assertEqual(private["parts"], [])
        for number in (lot.name, lot.imei, lot.scan_code.lower()):
            self.assertEqual(self.get(number).json(), dossier)

    def test_the_brand_reads_the_parts_and_a_distributor_does_not(self):
        lot = self.ship()
        self.env["serial.part"].create(
            {"lot_id": lot.id, "name": "B-1", "component_lot": "LOT-7"}
        )
        (part,) = self.get(lot.scan_code).json()["private"]["parts"]
        self.assertEqual((part["serial"], part["batch"]), ("B-1", "LOT-7"))
        self.assertNotIn("B-1", self.get(lot.scan_code, self.portal_key).text)

    def test_a_consumer_is_never_named(self):
        lot = self.produce()
        self.deliver(lot, self.consumer)
        response = self.get(lot.scan_code)
        self.assertEqual(response.json()["private"]["events"][0]["kind"], "sold")
        self.assertNotIn(self.consumer.name, response.text)

    def test_a_distributor_reads_the_public_part_of_what_he_holds(self):
        lot = self.produce()
        self.deliver(lot, self.retailer)
        dossier = self.get(lot.scan_code, self.portal_key).json()
        self.assertNotIn("private", dossier)
        self.assertEqual(dossier["channel"]["distributor"], self.retailer.name)
        kinds = {event["kind"] for event in dossier["events"]}
        self.assertIn("shipped", kinds)
        self.assertLessEqual(kinds, PUBLIC_KINDS)

    def test_unknown_void_and_not_yours_answer_alike(self):
        void = self.mint()
        void._move_to_stage("void", "voided")
        other = self.produce()
        self.deliver(other, self.other_distributor)
        other.company_id = self.company
        uncoded = self.env["stock.lot"].create(
            {"name": "C1", "product_id": self.uncoded_product.id}
        )
        answers = set()
        for key, code in (
            (self.key, UNKNOWN),
            (self.key, void.scan_code),
            (self.key, uncoded.name),
            (self.portal_key, other.scan_code),
            (self.portal_key, other.name),
            (self.portal_key, UNKNOWN),
            (self.foreign_key, other.scan_code),
        ):
            response = self.get(code, key)
            self.assertProblem(response, 404, "unknown_serial")
            answers.add(response.text)
        self.assertEqual(len(answers), 1)

    def test_a_number_of_several_units_names_none(self):
        other = self._create_product("Tablet", serial_scheme_id=self.scheme.id)
        for product in (self.product, other):
            self.env["stock.lot"].create({"name": "SN1", "product_id": product.id})
        self.assertProblem(self.get("SN1"), 409, "ambiguous")
        self.assertProblem(self.get("SN1", self.portal_key), 404, "unknown_serial")

    def test_without_a_right_key_nothing_is_told(self):
        lot = self.ship()
        self.assertProblem(self.get(lot.scan_code, "0" * 40), 401, "invalid_key")
        self.distributor.channel_tier = False
        with mute_logger("odoo.http"):
            response = self.get(lot.scan_code, self.portal_key)
        self.assertProblem(response, 403, "insufficient_rights")
