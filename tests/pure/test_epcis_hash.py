"""Event hash ids: the reference generator's published results, and rules beside."""

import json

import pytest
from published import published

from core.epcis_hash import event_hash_id, ignored_fields, prehash

EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2020-03-04T11:00:30+01:00",
    "eventTimeZoneOffset": "+01:00",
    "epcList": [
        "urn:epc:id:sgtin:4012345.011111.2",
        "urn:epc:id:sgtin:4012345.011111.1",
    ],
    "action": "OBSERVE",
    "bizStep": "shipping",
}


def events_of(document):
    body = document["epcisBody"]
    if "queryResults" in body:
        body = body["queryResults"]["resultsBody"]
    return body.get("eventList") or [body["event"]]


def cases():
    try:
        folder = published("epcis", "hash")
    except pytest.skip.Exception:
        return ["no published hashes here"]
    return sorted(path.stem for path in folder.glob("*.jsonld"))


@pytest.mark.parametrize("name", cases())
def test_published_events_have_the_published_hashes(name):
    folder = published("epcis", "hash")
    document = json.loads((folder / f"{name}.jsonld").read_text(encoding="utf-8"))
    context, ignored = document["@context"], ignored_fields(document)
    events = events_of(document)
    hashes = [event_hash_id(event, context, ignored) for event in events]
    assert hashes == (folder / f"{name}.hashes").read_text(encoding="utf-8").split()


@pytest.mark.parametrize(
    "same",
    [
        {"eventTime": "2020-03-04T10:00:30.0004Z"},
        {"epcList": list(reversed(EVENT["epcList"]))},
        {
            "epcList": [
                f"https://x.example/01/04012345111118/21/{n}?a=b" for n in (1, 2)
            ]
        },
        {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"},
        {"bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"},
        {"bizStep": "cbv:BizStep-shipping"},
        {"eventID": "urn:uuid:1", "recordTime": "2021-01-01T00:00:00Z"},
        {"errorDeclaration": {"declarationTime": "2021-01-01T00:00:00Z"}},
        {"quantityList": [], "rdfs:comment": "a remark"},
    ],
)
def test_another_spelling_of_an_event_has_the_same_hash(same):
    assert event_hash_id({**EVENT, **same}) == event_hash_id(EVENT)


@pytest.mark.parametrize(
    "other",
    [
        {"eventTime": "2020-03-04T10:00:30.0005Z"},
        {"epcList": EVENT["epcList"][:1]},
        {"disposition": "in_transit"},
        {"action": "ADD"},
        {"ex:note": "12345678901234567890"},
        {"ex:note": "12345678901234567891"},
        {"ex:note": ""},
    ],
)
def test_another_event_has_another_hash(other):
    hashes = {event_hash_id({**EVENT, **one}) for one in (other, {}, {"ex:note": "1"})}
    assert len(hashes) == 3


def test_an_extension_is_named_by_its_namespace_not_by_its_prefix():
    one = event_hash_id({**EVENT, "a:note": {"a:x": 1.0}}, {"a": "https://n.example/"})
    two = event_hash_id(
        {**EVENT, "b:note": {"b:x": "1"}, "@context": {"b": "https://n.example/"}}
    )
    assert one == two


def test_the_type_of_a_transaction_stands_before_it_however_it_was_written():
    one = {"bizTransaction": "urn:x:1", "type": "po"}
    text = prehash({**EVENT, "bizTransactionList": [one]})
    assert "type=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:x:1" in text


def test_only_fields_of_others_can_be_left_out():
    document = {"x:ignoreFields": ["x:hash", "epcList"], "epcisBody": {}}
    assert ignored_fields(document) == {"x:hash"}


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("-007", "-7"),
        ("-0", "0"),
        ("9" * 5_000, "9" * 5_000),
        ("1e999", "1e999"),
        ("1.50", "1.5"),
    ],
)
def test_numbers_of_any_size_have_a_spelling(text, spelt):
    assert prehash({**EVENT, "ex:n": text}).endswith(f"ex:n={spelt}")
