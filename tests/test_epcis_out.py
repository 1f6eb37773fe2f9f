import json

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
