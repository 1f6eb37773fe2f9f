import json

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from ..core import epcis
from ..core.epcis_hash import event_hash_id
from ..models.epcis_writer import EpcisWriter
from .common import SerialCase

GTIN = "09506000134352"
GLN = "9506000111117"
OTHER_GLN = "9506000222226"


class EpcisCase(SerialCase):
    """A brand with a GTIN and numbers of places, whose steps are told to others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = GTIN.lstrip("0")
        cls.company.partner_id.global_location_number = GLN
        cls.distributor.global_location_number = OTHER_GLN

    def tell(self, lots, is_complete=False):
        """Return the EPCIS events of serials."""
        self.env.flush_all()
        writer = EpcisWriter(self.env, is_complete)
        rows = writer.fetch(SQL("event.lot_id = ANY(%s)", lots.ids), 10_000)
        return [json.loads(told.text) for told in writer.tell(rows)]


@tagged("post_install", "-at_install")
class TestEpcisOut(EpcisCase):
    def test_a_shipment_is_one_event_of_all_its_serials(self):
        lots = self.ship(3)
        events = self.tell(lots)
        self.assertEqual(
            [event["sd:step"] for event in events], ["minted", "produced", "shipped"]
        )
        shipped = events[-1]
        self.assertEqual(len(shipped["epcList"]), 3)

    def test_the_id_is_the_hash_of_the_event(self):
        for is_complete in (False, True):
            for event in self.tell(self.ship(3), is_complete):
                expected = event_hash_id(event, epcis.CONTEXT)
                self.assertEqual(event["eventID"], expected)

    # === CARTONS AND PARTS === #

    def record(self, lots, kind, **private):
        """Record a step with private data."""
        events = self.env["serial.event"].sudo()
        events._record(lots.ids, kind, data={"private": private})

    def test_packing_is_an_aggregation_in_the_carton(self):
        lots, sscc = self.produce(3), "095060001000000014"
        self.record(lots, "packed", parent=sscc, level="carton")
        self.record(lots, "unpacked", parent=sscc, level="carton")
        packed, unpacked = self.tell(lots)[-2:]
        self.assertEqual(packed["type"], "AggregationEvent")
        self.assertEqual(packed["parentID"], f"https://id.gs1.org/00/{sscc}")
        self.assertEqual(len(packed["childEPCs"]), 3)
        self.assertEqual((packed["action"], unpacked["action"]), ("ADD", "DELETE"))
        self.assertNotIn("sd:private", packed)

    def test_a_carton_on_a_pallet_goes_by_its_own_number(self):
        lots, pallet, carton = self.produce(3), "0" * 17 + "0", "095060001000000014"
        self.record(lots, "packed", parent=pallet, level="pallet", child=carton)
        (event,) = self.tell(lots)[-1:]
        self.assertEqual(event["childEPCs"], [f"https://id.gs1.org/00/{carton}"])

    def test_parts_are_associated_with_their_unit(self):
        lots = self.produce(2)
        battery = self.env["product.product"].create(
            {"name": "Battery", "barcode": "9506000134369"}
        )
        for lot in lots:
            name = f"BAT/{lot.id}"
            self.env["serial.part"].sudo().create(
                {"lot_id": lot.id, "name": name, "product_id": battery.id}
            )
            self.record(lot, "assembled", parts=[name, "LENS 7"])
        first, second = self.tell(lots)[-2:]
        self.assertEqual(first["type"], "AssociationEvent")
        self.assertNotEqual(first["parentID"], second["parentID"])
        self.assertIn(
            f"https://id.gs1.org/01/09506000134369/21/BAT%2F{lots[0].id}",
            first["childEPCs"] + second["childEPCs"],
        )
        self.assertTrue(first["childEPCs"][1].endswith("/epcis/part/LENS%207"))

    def test_every_id_is_the_hash_whatever_the_event(self):
        lots = self.produce(2)
        self.record(lots, "packed", parent="Box 1", level="carton")
        self.record(lots[0], "assembled", parts=["LENS 7"])
        picking = self.deliver(lots, self.distributor)
        spare = self.produce(1)
        picking.move_line_ids[0].lot_id = spare
        for is_complete in (False, True):
            events = self.tell(lots + spare, is_complete)
            self.assertTrue(any("errorDeclaration" in event for event in events))
            for event in events:
                expected = event_hash_id(event, epcis.CONTEXT)
                self.assertEqual(event["eventID"], expected)

    def test_a_correction_repeats_what_was_wrong_under_its_id(self):
        lot = self.produce(1)
        picking = self.deliver(lot, self.distributor)
        picking.move_line_ids.lot_id = self.produce(1)
        wrong, correction = self.tell(lot)[-2:]
        self.assertEqual(correction["errorDeclaration"]["reason"], "did_not_occur")
        self.assertEqual(correction["eventID"], wrong["eventID"])
        self.assertEqual(correction["bizStep"], "shipping")

    # === WHERE, WHO === #

    def test_places_and_companies_go_by_their_gln(self):
        self.warehouse.serial_gln = "9506000333335"
        shipped = self.tell(self.ship(1))[-1]
        self.assertEqual(
            shipped["readPoint"], {"id": "https://id.gs1.org/414/9506000333335"}
        )
        self.assertEqual(
            shipped["destinationList"],
            [
                {
                    "type": "possessing_party",
                    "destination": f"https://id.gs1.org/417/{OTHER_GLN}",
                }
            ],
        )

    def test_the_settings_keep_the_companys_gln(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.serial_company_gln, GLN)
        settings.serial_company_gln = OTHER_GLN
        self.assertEqual(self.company.partner_id.global_location_number, OTHER_GLN)
        with self.assertRaises(ValidationError):
            settings.serial_company_gln = "9506000222220"

    def test_a_gln_with_a_wrong_digit_is_refused(self):
        for record, field in (
            (self.warehouse, "serial_gln"),
            (self.distributor, "global_location_number"),
        ):
            for text in ("9506000111118", "950600011111", "95060001111AB"):
                with self.assertRaises(ValidationError):
                    record[field] = text

    def test_many_serials_take_no_more_queries(self):
        few, many = self.ship(2), self.ship(40)
        self.tell(few)
        for lots in (few, many):
            with self.assertQueryCount(12):
                self.tell(lots)
