"""Steps of serials as EPCIS 2.0 events, in JSON-LD.

What is the same in many events is a `Facts`; a `Shape` holds it as text, so that a
million events cost a million joins of strings and not of dictionaries. Times are
naive datetimes in UTC. What EPCIS has no word for stands in a namespace of our own,
data as JSON in a text: nothing of it is interpreted on the way.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from .epcis_hash import prehash

GS1_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
#: Where our own terms live, and the prefix they are written with.
NAMESPACE = "urn:serial-dossier:epcis:"
PREFIX = "sd"
CONTEXT = [GS1_CONTEXT, {PREFIX: NAMESPACE}]
SCHEMA_VERSION = "2.0"

OBJECT, AGGREGATION, ASSOCIATION = (
    "ObjectEvent",
    "AggregationEvent",
    "AssociationEvent",
)
#: What a step does to the object it is about: it comes to be, is seen, ceases to be.
ADD, OBSERVE, DELETE = "ADD", "OBSERVE", "DELETE"
ACTIONS = {
    "produced": ADD,
    "packed": ADD,
    "assembled": ADD,
    "unpacked": DELETE,
    "voided": DELETE,
    "retired": DELETE,
}
TYPES = {
    "packed": AGGREGATION,
    "unpacked": AGGREGATION,
    "assembled": ASSOCIATION,
}
#: Steps that say of an earlier one that it did not happen.
DECLARATIONS = frozenset({"corrected", "reinstated"})
_EPOCH = datetime(1970, 1, 1)
_EPOCH_TEXT = "eventTime=1970-01-01T00:00:00.000Z"
_ANY_EPC = "https://id.gs1.org/01/00000000000000/21/0"


@dataclass(frozen=True)
class Declaration:
    """An error declared: when, why, and what else the correcting step says."""

    time: datetime
    offset: str
    reason: str = "did_not_occur"
    extension: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Facts:
    """What all events of a step share but their times and serials.

    `transactions`, `sources` and `destinations` are pairs of type ("" if CBV has none)
    and URI; `extension` has pairs of a term of ours and its text.
    """

    kind: str
    biz_step: str
    disposition: str
    offset: str = "+00:00"
    parent: str = ""
    read_point: str = ""
    biz_location: str = ""
    transactions: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    destinations: tuple[tuple[str, str], ...] = ()
    extension: tuple[tuple[str, str], ...] = ()
    declaration: Declaration | None = None

    @property
    def type(self) -> str:
        """The type of event; without a parent there is nothing to put it into."""
        return TYPES.get(self.kind, OBJECT) if self.parent else OBJECT

    @property
    def action(self) -> str:
        """The event's action; what is in no parent is only seen."""
        if self.kind in TYPES and not self.parent:
            return OBSERVE
        return ACTIONS.get(self.kind, OBSERVE)


def time_text(moment: datetime, offset: str = "") -> str:
    """Return a moment (UTC) as EPCIS writes it, where the clock shows `offset`.

    >>> time_text(datetime(2026, 3, 2, 20), "+08:00")
    '2026-03-03T04:00:00.000+08:00'
    >>> time_text(datetime(2026, 3, 2, 20))
    '2026-03-02T20:00:00.000Z'
    """
    if offset:
        hours, minutes = int(offset[1:3]), int(offset[4:6])
        shift = timedelta(hours=hours, minutes=minutes)
        moment = moment - shift if offset[0] == "-" else moment + shift
    precision = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.isoformat(timespec=precision) + (offset or "Z")


def event(facts: Facts, event_time, record_time, epcs) -> dict:
    """Return an EPCIS event without its ID; `epcs` are URIs."""
    is_object = facts.type == OBJECT
    body = {
        "type": facts.type,
        "eventTime": time_text(event_time, facts.offset),
        "recordTime": time_text(record_time),
        "eventTimeZoneOffset": facts.offset,
    }
    if facts.declaration:
        body["errorDeclaration"] = _declaration(facts.declaration)
    if not is_object:
        body["parentID"] = facts.parent
    body["epcList" if is_object else "childEPCs"] = list(epcs)
    body |= {
        "action": facts.action,
        "bizStep": facts.biz_step,
        "disposition": facts.disposition,
    }
    return body | _context(facts) | _extension(facts.extension)


def _context(facts):
    """Return where, by which document, and between whom."""
    told = {}
    if facts.read_point:
        told["readPoint"] = {"id": facts.read_point}
    if facts.biz_location:
        told["bizLocation"] = {"id": facts.biz_location}
    for name, item, pairs in (
        ("bizTransactionList", "bizTransaction", facts.transactions),
        ("sourceList", "source", facts.sources),
        ("destinationList", "destination", facts.destinations),
    ):
        if pairs:
            told[name] = [
                {"type": kind, item: uri} if kind else {item: uri}
                for kind, uri in pairs
            ]
    return told


def _declaration(declaration):
    return {
        "declarationTime": time_text(declaration.time, declaration.offset),
        "reason": declaration.reason,
        **_extension(declaration.extension),
    }


def _extension(pairs):
    return {f"{PREFIX}:{name}": text for name, text in pairs}


class Shape:
    """The text of a step's events, and of what their IDs hash, with gaps for the rest.

    An ID is the hash of the event itself (CBV 2.0), whoever computes it.
    """

    def __init__(self, facts: Facts):
        self._offset = facts.offset
        sample = event(facts, _EPOCH, _EPOCH, [_ANY_EPC])
        self._head = f'{{"type":{_json(sample.pop("type"))},"eventID":"ni:///sha-256;'
        list_name = "epcList" if "epcList" in sample else "childEPCs"
        names = list(sample)
        at = names.index(list_name)
        before = [name for name in names[:at] if name not in _TIMES]
        self._middle = "".join(f",{_json(n)}:{_json(sample[n])}" for n in before)
        self._middle += f',"{list_name}":['
        rest = "".join(f",{_json(n)}:{_json(sample[n])}" for n in names[at + 1 :])
        self._tail = f"]{rest}}}"
        hashed = prehash(event(facts, _EPOCH, _EPOCH, [_ANY_EPC]), CONTEXT)
        self._hash_head, _found, hashed = hashed.partition(_EPOCH_TEXT)
        self._hash_middle, _found, self._hash_tail = hashed.partition("epc=" + _ANY_EPC)

    def text(self, event_time, record_time, epcs, canonical) -> tuple[str, bytes]:
        """Return an event as JSON, and the digest that its ID is made of.

        :param epcs: the URIs of its serials as JSON, quotes and all
        :param canonical: the same as GS1 writes them: they are what is hashed
        """
        told = time_text(event_time, self._offset)
        content = (
            f"{self._hash_head}eventTime={hashed_time(event_time)}{self._hash_middle}"
            f"epc={'epc='.join(sorted(canonical))}{self._hash_tail}"
        )
        digest = hashlib.sha256(content.encode())
        text = (
            f'{self._head}{digest.hexdigest()}?ver=CBV2.0","eventTime":"{told}",'
            f'"recordTime":"{time_text(record_time)}"{self._middle}'
            f"{','.join(epcs)}{self._tail}"
        )
        return text, digest.digest()


_TIMES = ("eventTime", "recordTime")


def hashed_time(moment: datetime) -> str:
    """Return a moment as event IDs hash it: UTC, rounded to milliseconds half up.

    >>> hashed_time(datetime(2026, 3, 2, 20, 0, 0, 500))
    '2026-03-02T20:00:00.001Z'
    """
    moment += timedelta(microseconds=500)
    return moment.isoformat(timespec="milliseconds") + "Z"


def _json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# === DOCUMENTS === #


#: Of a document: from its head to its events, and around serials told before them.
BODY = ',"epcisBody":{"eventList":['
UNITS_HEAD = (
    ',"epcisHeader":{"epcisMasterData":{"vocabularyList":['
    f'{{"type":"{NAMESPACE}Unit","vocabularyElementList":['
)
UNITS_TAIL = "]}]}}"


def document_head(created_at: datetime) -> str:
    """Return the text of a document up to its header or body."""
    return (
        f'{{"@context":{_json(CONTEXT)},"type":"EPCISDocument",'
        f'"schemaVersion":"{SCHEMA_VERSION}",'
        f'"creationDate":"{time_text(created_at)}"'
    )


DOCUMENT_TAIL = "]}}"


def answer_head(created_at: datetime) -> str:
    """Return the text of an answer to a query up to its first event."""
    return (
        f'{{"@context":{_json(CONTEXT)},"type":"EPCISQueryDocument",'
        f'"schemaVersion":"{SCHEMA_VERSION}","creationDate":"{time_text(created_at)}",'
        '"epcisBody":{"queryResults":{"queryName":"SimpleEventQuery",'
        '"resultsBody":{"eventList":['
    )


ANSWER_TAIL = "]}}}}"
