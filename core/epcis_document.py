"""EPCIS documents: what holds the events, checked and opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from .epcis_check import COMMON, MOST_FINDINGS, check_event
from .epcis_hash import ignored_fields
from .epcis_rule import Finding, list_of, matching, node, text, time, uri

_CONTEXT = COMMON["@context"]


def _anything(_value, _path):
    return iter(())


_VOCABULARIES = list_of(
    node(
        {
            "type": uri,
            "vocabularyElementList": list_of(
                node(
                    {
                        "id": uri,
                        "children": list_of(uri),
                        "attributes": list_of(
                            node({"id": uri, "attribute": _anything}, required=("id",))
                        ),
                    },
                    required=("id",),
                )
            ),
        },
        required=("type",),
    )
)
_HEADER = node({"epcisMasterData": node({"vocabularyList": _VOCABULARIES})})
_HEAD = {
    "@context": _CONTEXT,
    "id": uri,
    "type": text,
    "schemaVersion": matching(r"[0-9]+(\.[0-9]+)*"),
    "creationDate": time,
}
_DOCUMENT = node(
    {
        **_HEAD,
        "instanceIdentifier": text,
        "sender": text,
        "receiver": text,
        "epcisHeader": _HEADER,
        "epcisBody": node({"eventList": _anything}, required=("eventList",)),
    },
    required=("@context", "schemaVersion", "creationDate", "epcisBody"),
)
_RESULTS = node(
    {
        "queryName": text,
        "subscriptionID": text,
        "resultsBody": node(
            {"eventList": _anything, "vocabularyList": _VOCABULARIES},
            required=("eventList",),
        ),
    },
    required=("queryName", "resultsBody"),
)
_QUERY_DOCUMENT = node(
    {
        **_HEAD,
        "epcisBody": node({"queryResults": _RESULTS}, required=("queryResults",)),
    },
    required=("@context", "epcisBody"),
)
_DOCUMENTS = {"EPCISDocument": _DOCUMENT, "EPCISQueryDocument": _QUERY_DOCUMENT}
_QUERY_BODY = "/epcisBody/queryResults/resultsBody/eventList"


@dataclass(frozen=True)
class Opened:
    """The events of a document, where they stand in it, and what applies to all."""

    events: list
    path: str
    context: object = None
    ignored: frozenset = frozenset()

    def path_of(self, number: int) -> str:
        """Return the JSON Pointer of an event."""
        return f"{self.path}/{number}" if self.path else ""


def check_frame(document: object) -> list[Finding]:
    """Return what is wrong with a document, its events apart.

    >>> check_frame({"type": "EPCISDocument"})[0].path
    '/@context'
    """
    if not isinstance(document, dict):
        return [Finding("", "not_object")]
    kind = str(document.get("type"))
    if kind in _DOCUMENTS:
        found = list(islice(_DOCUMENTS[kind](document, ""), MOST_FINDINGS))
        events, path = _find_events(document)
        if not found and not isinstance(events, list):
            found = [Finding(path, "not_list")]
        return found
    if "@context" not in document:
        return [Finding("/@context", "missing")]
    return []


def open_document(document: dict) -> Opened:
    """Return the events of a document, or of a single event, whose frame is right."""
    context = document.get("@context")
    if str(document.get("type")) not in _DOCUMENTS:
        return Opened([document], "", context)
    events, path = _find_events(document)
    return Opened(events, path, context, ignored_fields(document))


def check(document: object) -> Iterator[Finding]:
    """Yield what is wrong with a document or a single event, its events included.

    >>> event = {"type": "ObjectEvent", "@context": "https://example.com/context"}
    >>> [finding.path for finding in check(event)]
    ['/eventTime', '/eventTimeZoneOffset', '/action', '/epcList']
    """
    found = check_frame(document)
    yield from found
    if not found:
        opened = open_document(document)
        for number, event in enumerate(opened.events):
            yield from check_event(event, opened.path_of(number))


def _find_events(document):
    body = document.get("epcisBody")
    body = body if isinstance(body, dict) else {}
    if document.get("type") == "EPCISDocument":
        return body.get("eventList"), "/epcisBody/eventList"
    results = body.get("queryResults")
    results = results.get("resultsBody") if isinstance(results, dict) else None
    return (results or {}).get("eventList"), _QUERY_BODY
