"""EPCIS documents: published valid and invalid ones, and rules one by one."""

import copy
import json

import pytest
from published import published

from core.epcis_check import EVENT_TYPES
from core.epcis_document import check, open_document

# Its measurements have no type, which the standard's own schema does not allow.
NOT_VALID = "SensorData_with_combined_events"
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
EPC = "https://id.gs1.org/01/09521141012345/21/2017"
SSCC = "https://id.gs1.org/00/095211410123456780"
TIME = {"eventTime": "2026-07-22T06:45:00+02:00", "eventTimeZoneOffset": "+02:00"}
EVENTS = {
    "ObjectEvent": {"action": "ADD", "epcList": [EPC], "ilmd": {"ex:lot": "A"}},
    "AggregationEvent": {"action": "ADD", "parentID": SSCC, "childEPCs": [EPC]},
    "AssociationEvent": {"action": "ADD", "parentID": EPC, "childEPCs": [SSCC]},
    "TransactionEvent": {
        "action": "ADD",
        "epcList": [EPC],
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:1"}],
    },
    "TransformationEvent": {"inputEPCList": [EPC], "outputEPCList": [SSCC]},
}


def document(*events):
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-07-22T10:30:00Z",
        "epcisBody": {"eventList": list(events)},
    }


def event(kind="ObjectEvent", **values):
    made = {"type": kind, **TIME, **EVENTS[kind], **values}
    return {name: value for name, value in made.items() if value is not None}


def findings(one):
    start = "/epcisBody/eventList/0"
    return [(found.path.removeprefix(start), found.reason) for found in check(one)]


def names(folder):
    try:
        return sorted(path.name for path in published("epcis", folder).iterdir())
    except pytest.skip.Exception:
        return [f"no published {folder} documents here"]


def read(*parts):
    return json.loads(published("epcis", *parts).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", names("valid"))
def test_published_valid_documents_are_valid(name):
    one = read("valid", name)
    if not name.startswith(NOT_VALID):
        assert findings(one) == []


@pytest.mark.parametrize("name", names("invalid"))
def test_published_invalid_documents_are_invalid(name):
    assert findings(read("invalid", name))


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_the_least_event_of_each_type_is_valid(kind):
    assert findings(document(event(kind))) == []
    assert findings({**event(kind), "@context": CONTEXT}) == []


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_an_event_without_time_names_what_is_missing(kind):
    found = findings(document(event(kind, eventTime=None)))
    assert found == [("/eventTime", "missing")]


WORDS = [
    ("bizStep", "shipping"),
    ("bizStep", "cbv:BizStep-shipping"),
    ("bizStep", "https://ref.gs1.org/cbv/BizStep-shipping"),
    ("bizStep", "urn:epcglobal:cbv:bizstep:shipping"),
    ("bizStep", "https://example.com/steps/polishing"),
    ("disposition", "in_transit"),
    ("disposition", "example:lost"),
    ("persistentDisposition", {"set": ["recalled"]}),
    ("sourceList", [{"type": "cbv:SDT-location", "source": SSCC}]),
    ("destinationList", [{"type": "owning_party", "destination": SSCC}]),
    ("errorDeclaration", {"declarationTime": TIME["eventTime"], "reason": "ex:why"}),
    ("sensorElementList", [{"sensorReport": [{"type": "Temperature", "value": 2.5}]}]),
    ("example:any", {"deep": [1, {"er": None}]}),
]


@pytest.mark.parametrize(("name", "value"), WORDS)
def test_words_are_taken_in_every_spelling(name, value):
    assert findings(document(event(**{name: value}))) == []


WRONG = [
    ({"bizStep": "transforming"}, "/bizStep", "unknown_word"),
    ({"bizStep": "cbv:BizStep-flying"}, "/bizStep", "unknown_word"),
    ({"bizStep": "https://ref.gs1.org/cbv/BizStep-fly"}, "/bizStep", "unknown_word"),
    ({"bizStep": "urn:epcglobal:cbv:bizstep:fly"}, "/bizStep", "unknown_word"),
    ({"disposition": "shipping"}, "/disposition", "unknown_word"),
    ({"disposition": 7}, "/disposition", "not_text"),
    ({"action": "CREATE"}, "/action", "not_allowed"),
    ({"eventTime": "22-07-2026"}, "/eventTime", "not_time"),
    ({"eventTime": "2026-07-22T06:45:00"}, "/eventTime", "not_time"),
    ({"eventTime": "2026-13-22T06:45:00Z"}, "/eventTime", "not_time"),
    ({"eventTime": "0001-01-01T00:00:00+14:00"}, "/eventTime", "not_time"),
    ({"bizStep": "ex:a\0b"}, "/bizStep", "unknown_word"),
    ({"eventTimeZoneOffset": "+0200"}, "/eventTimeZoneOffset", "bad_format"),
    ({"epcList": None}, "/epcList", "nothing_named"),
    ({"epcList": EPC}, "/epcList", "not_list"),
    ({"epcList": [EPC, EPC]}, "/epcList", "repeated_item"),
    ({"epcList": ["2017"]}, "/epcList/0", "not_uri"),
    ({"colour": "red"}, "/colour", "unknown_field"),
    ({"readPoint": {}}, "/readPoint/id", "missing"),
    ({"readPoint": "urn:x:1"}, "/readPoint", "not_object"),
    ({"ilmd": {"lot": "A"}}, "/ilmd/lot", "unknown_field"),
    ({"action": "OBSERVE"}, "/ilmd", "ilmd_without_add"),
    ({"persistentDisposition": {}}, "/persistentDisposition", "too_few"),
    ({"sourceList": [{"source": SSCC}]}, "/sourceList/0/type", "missing"),
    ({"certificationInfo": [{}]}, "/certificationInfo/0", "not_uri"),
    ({"quantityList": [{"quantity": 1}]}, "/quantityList/0/epcClass", "missing"),
    (
        {"quantityList": [{"epcClass": EPC, "quantity": True}]},
        "/quantityList/0/quantity",
        "not_number",
    ),
    ({"errorDeclaration": {}}, "/errorDeclaration/declarationTime", "missing"),
    (
        {"sensorElementList": [{"sensorReport": []}]},
        "/sensorElementList/0/sensorReport",
        "too_few",
    ),
    ({"type": "ObjectEvents"}, "/type", "unknown_event_type"),
    ({"type": None}, "/type", "missing"),
]


@pytest.mark.parametrize(("values", "path", "reason"), WRONG)
def test_what_is_wrong_is_named_with_its_place(values, path, reason):
    assert findings(document(event(**values))) == [(path, reason)]


PARENTS = [
    (event("AggregationEvent", parentID=None), "/parentID"),
    (event("AssociationEvent", parentID=None, action="OBSERVE"), "/parentID"),
    (event("AggregationEvent", childEPCs=None), "/childEPCs"),
    (event("AggregationEvent", childEPCs=[]), "/childEPCs"),
    (event("TransactionEvent", bizTransactionList=None), "/bizTransactionList"),
    (event("TransformationEvent", inputEPCList=None), "/inputEPCList"),
    (event("TransformationEvent", outputEPCList=[]), "/outputEPCList"),
]


@pytest.mark.parametrize(("one", "path"), PARENTS)
def test_an_event_without_its_parties_is_wrong(one, path):
    assert path in [found for found, _reason in findings(document(one))]


def test_a_container_is_emptied_without_naming_what_was_in_it():
    one = event("AggregationEvent", action="DELETE", childEPCs=None)
    assert findings(document(one)) == []


def test_an_event_of_another_type_needs_a_namespace_and_a_time():
    one = {"type": "ex:Wash", **TIME, "soap": "much"}
    assert findings(document(one)) == []
    del one["eventTimeZoneOffset"]
    assert findings(document(one)) == [("/eventTimeZoneOffset", "missing")]


def test_what_is_nested_too_deep_is_refused():
    value = {}
    for _level in range(40):
        value = {"in": [value]}
    assert findings(document(event(**{"ex:deep": value}))) == [("/ex:deep", "too_deep")]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"@context": None}, "/@context"),
        ({"@context": [7]}, "/@context"),
        ({"schemaVersion": "two"}, "/schemaVersion"),
        ({"creationDate": "yesterday"}, "/creationDate"),
        ({"epcisBody": {}}, "/epcisBody/eventList"),
        ({"epcisBody": {"eventList": {}}}, "/epcisBody/eventList"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_wrong_frame_is_named(change, path):
    one = {**document(event()), **change}
    one = {name: value for name, value in one.items() if value is not None}
    assert [found for found, _reason in findings(one)] == [path]


@pytest.mark.parametrize("one", [None, [], "EPCISDocument", 7, {}])
def test_what_is_no_document_is_refused(one):
    assert findings(one)


def test_a_query_document_is_opened_like_a_capture_document():
    body = {"queryName": "q", "resultsBody": {"eventList": [event()]}}
    one = {
        "@context": CONTEXT,
        "type": "EPCISQueryDocument",
        "epcisBody": {"queryResults": body},
    }
    assert findings(one) == []
    opened = open_document(one)
    assert opened.events == [event()]
    path = "/epcisBody/queryResults/resultsBody/eventList/0"
    assert opened.path_of(0) == path


def mutations(one):
    """Yield documents with one thing dropped or made something else."""
    places = [()]
    while places:
        place = places.pop()
        value = one
        for step in place:
            value = value[step]
        if isinstance(value, dict | list):
            keys = list(value) if isinstance(value, dict) else range(len(value))
            places += [(*place, key) for key in keys]
        if place and "@context" not in place:
            for new in (7, "word", []):
                yield mutated(one, place, new)
            yield mutated(one, place)


def mutated(one, place, *new):
    made = copy.deepcopy(one)
    value = made
    for step in place[:-1]:
        value = value[step]
    if new:
        value[place[-1]] = new[0]
    else:
        del value[place[-1]]
    return made


def test_what_the_schema_of_the_standard_refuses_is_refused():
    jsonschema = pytest.importorskip("jsonschema")
    schema = read("EPCIS-JSON-Schema.json")
    validator = jsonschema.Draft7Validator(schema)
    everything = read("valid", "ObjectEvent_all_possible_fields.json")
    bodies = [document(event(kind)) for kind in EVENT_TYPES]
    bodies.append(document(everything["epcisBody"]["eventList"][0]))
    tried = 0
    for made in (made for body in bodies for made in mutations(body)):
        tried += 1
        if error := next(validator.iter_errors(made), None):
            assert next(check(made), None), error.json_path
    assert tried > 1_000
