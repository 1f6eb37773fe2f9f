from urllib.parse import quote

from odoo.tests import tagged

from ..core.epcis_query import Query
from ..models.serial_api_problem import API_ROOT
from .common import SerialCase
from .test_api_verify import VerifyCase
from .test_epcis_out import EpcisCase


@tagged("post_install", "-at_install")
class TestEpcisEvents(EpcisCase, VerifyCase):
    @classmethod
    def ship(cls, count=1, **values):
        """Return serials that were minted, produced and shipped."""
        return SerialCase.ship.__func__(cls, count, **values)

    def ask(self, path="/events", key=None, **parameters):
        """Send a GET request; return the answer."""
        texts = [f"{n}={quote(str(v), safe='')}" for n, v in parameters.items()]
        url = f"{API_ROOT}{path}?{'&'.join(texts)}"
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return self.url_open(url, headers=headers)

    def get_events(self, *args, **parameters):
        """Return the EPCIS events that are answered."""
        response = self.ask(*args, **parameters)
        self.assertEqual(response.status_code, 200, response.text)
        document = response.json()
        self.assertEqual(document["type"], "EPCISQueryDocument")
        return document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]

    def get_steps(self, **parameters):
        """Return the steps of the EPCIS events that are answered."""
        return [event["sd:step"] for event in self.get_events(**parameters)]

    def get_epc(self, lot):
        """Return the EPC of a serial."""
        return self.tell(lot)[0]["epcList"][0]

    def test_a_serials_events_name_the_serials_that_went_with_it(self):
        lots = self.ship(3)
        events = self.get_events(MATCH_epc=self.get_epc(lots[1]))
        self.assertEqual([len(event["epcList"]) for event in events], [3, 3, 3])
        self.assertEqual(events, self.tell(lots))

    def test_filters_find_what_they_ask_for(self):
        lots = self.ship(2)
        epc = self.get_epc(lots[0])
        for parameters, steps in (
            ({"EQ_bizStep": "shipping"}, ["shipped"]),
            (
                {"EQ_bizStep": "cbv:BizStep-shipping|commissioning"},
                ["produced", "shipped"],
            ),
            ({"EQ_disposition": "active"}, ["produced"]),
            ({"EQ_action": "ADD"}, ["produced"]),
            ({"EQ_action": "OBSERVE"}, ["minted", "shipped"]),
            ({"eventType": "ObjectEvent"}, ["minted", "produced", "shipped"]),
            ({"eventType": "AggregationEvent"}, []),
            (
                {"GE_eventTime": "2026-03-02T08:00:00Z"},
                ["minted", "produced", "shipped"],
            ),
            ({"LT_eventTime": "2026-03-02T16:00:00+08:00"}, []),
            ({"EXISTS_errorDeclaration": "true"}, []),
        ):
            with self.subTest(parameters=parameters):
                self.assertEqual(self.get_steps(MATCH_anyEPC=epc, **parameters), steps)

    def test_a_place_and_a_document_find_their_events(self):
        self.warehouse.serial_gln = "9506000333335"
        lots = self.ship(2)
        epc = self.get_epc(lots[0])
        place = "https://id.gs1.org/414/9506000333335"
        found = self.get_steps(MATCH_epc=epc, EQ_readPoint=place)
        self.assertEqual(found, ["produced", "shipped"])
        found = self.get_steps(MATCH_epc=epc, EQ_bizLocation=place)
        self.assertEqual(found, ["produced"])
        document = self.tell(lots)[-1]["bizTransactionList"][0]["bizTransaction"]
        found = self.get_steps(MATCH_epc=epc, EQ_bizTransaction=document)
        self.assertEqual(found, ["shipped"])

    def test_pages_bring_every_event_once(self):
        lots = self.ship(1) + self.ship(1) + self.ship(1)
        epcs = "|".join(map(self.get_epc, lots))
        everything = self.get_events(MATCH_epc=epcs)
        self.assertEqual(len(everything), 9)
        found, token, pages = [], 0, 0
        while token is not None:
            response = self.ask(MATCH_epc=epcs, perPage=2, nextPageToken=token)
            body = response.json()["epcisBody"]["queryResults"]["resultsBody"]
            found += body["eventList"]
            pages += 1
            link = response.links.get("next")
            token = link and link["url"].partition("nextPageToken=")[2]
        self.assertEqual((found, pages), (everything, 5))

    def test_an_event_is_found_by_its_id_once_it_was_told(self):
        lots = self.ship(2)
        event = self.get_events(MATCH_epc=self.get_epc(lots[0]))[-1]
        path = f"/events/{quote(event['eventID'], safe='')}"
        self.assertEqual(self.ask(path).json(), event)
        found = self.get_events(EQ_eventID=event["eventID"])
        self.assertEqual(found, [event])
        unknown = path.replace(event["eventID"][15:25], "0" * 10)
        self.assertEqual(self.ask(unknown).status_code, 404)

    def test_an_objects_own_address_lists_its_events(self):
        lots = self.ship(2)
        epc = self.get_epc(lots[0])
        events = self.get_events(f"/epcs/{quote(epc, safe='')}/events")
        self.assertEqual(events, self.tell(lots))

    def test_a_declared_error_is_found_by_what_was_wrong(self):
        lot, spare = self.ship(1), SerialCase.produce.__func__(type(self), 1)
        line = self.env["stock.move.line"].search(
            [("lot_id", "=", lot.id), ("location_dest_usage", "=", "customer")]
        )
        line.lot_id = spare
        epc = self.get_epc(lot)
        wrong, declared = self.get_events(MATCH_epc=epc, EQ_bizStep="shipping")
        self.assertNotIn("errorDeclaration", wrong)
        self.assertEqual(declared["errorDeclaration"]["reason"], "did_not_occur")
        for exists, events in (("true", [declared]), ("false", [wrong])):
            found = self.get_events(
                MATCH_epc=epc, EQ_bizStep="shipping", EXISTS_errorDeclaration=exists
            )
            self.assertEqual(found, events)

    def test_a_carton_is_found_by_its_number(self):
        lots, sscc = self.ship(2), "095060001000000014"
        self.env["serial.event"].sudo()._record(
            lots.ids, "packed", data={"private": {"parent": sscc, "level": "carton"}}
        )
        uri = f"https://id.gs1.org/00/{sscc}"
        for name in ("MATCH_parentID", "MATCH_anyEPC"):
            (event,) = self.get_events(**{name: uri})
            self.assertEqual((event["parentID"], event["action"]), (uri, "ADD"))

    def test_a_long_answer_is_written_while_it_is_sent(self):
        lots = self.ship(3)
        epc = self.get_epc(lots[0])
        expected = self.get_events(MATCH_epc=epc)
        model = self.env["serial.epcis.query"].with_user(self.manager)
        page = model._get_page(Query(epcs=(epc,)))
        pieces = list(model._write_page(page))
        self.assertEqual(len(pieces), 2 + len(expected))

    def test_serials_of_other_companies_are_not_told(self):
        lots = self.ship(1)
        epc = self.get_epc(lots)
        other = self.env["res.company"].create({"name": "Other"})
        lots.company_id = other
        self.assertEqual(self.get_events(MATCH_epc=epc), [])

    def test_wrong_parameters_are_named(self):
        for parameters, code in (
            ({"EQ_nothing": "x"}, "unknown_parameter"),
            ({"perPage": "0"}, "bad_parameter"),
            ({"GE_eventTime": "yesterday"}, "bad_parameter"),
            ({"EQ_action": "EAT"}, "bad_parameter"),
        ):
            response = self.ask(**parameters)
            self.assertEqual(response.status_code, 400)
            problem = response.json()
            self.assertEqual(problem["code"], code)
            self.assertEqual(problem["parameter"], next(iter(parameters)))

    def test_a_distributors_key_reads_no_events(self):
        self.assertEqual(self.ask(key=self.portal_key).status_code, 403)
