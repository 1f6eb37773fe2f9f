"""Is this EPCIS 2.0? What the standard's JSON schema checks, and the rules of CBV.

The schema itself is not ours to copy, so its rules are written down here in our own
form; those a schema cannot say (which words CBV has, what must have a parent) too.
"""

from collections.abc import Iterator

from .epcis_rule import (
    Finding,
    decimal,
    either,
    is_too_deep,
    is_uri,
    list_of,
    matching,
    node,
    one_of,
    pointer,
    text,
    time,
    truth,
    uri,
    word,
)

EVENT_TYPES = (
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
)
#: So many findings say enough of one document.
MOST_FINDINGS = 100


def _each(check, *names):
    return dict.fromkeys(names, check)


_QUANTITIES = list_of(
    node(
        {"epcClass": uri, "quantity": decimal, "uom": matching("[A-Z0-9]{2,3}")},
        required=("epcClass",),
        extensible=False,
    )
)
_DISPOSITIONS = list_of(word("disposition"), least=1, unique=True)
_PLACE = node({"id": uri}, required=("id",))
_DEVICE = _each(uri, "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod")
_METADATA = {
    **_DEVICE,
    **_each(time, "time", "startTime", "endTime"),
    "bizRules": uri,
}
_NUMBERS = ("value", "minValue", "maxValue", "meanValue")
_REPORT = {
    **_DEVICE,
    **_each(uri, "bizRules", "microorganism", "chemicalSubstance", "uriValue"),
    **_each(decimal, *_NUMBERS, "sDev", "percRank", "percValue"),
    **_each(text, "stringValue", "uom"),
    "coordinateReferenceSystem": uri,
    "type": word("measurement"),
    "exception": word("exception"),
    "component": word("component"),
    "time": time,
    "booleanValue": truth,
    "hexBinaryValue": matching("[A-Fa-f0-9]+"),
}
_SENSORS = list_of(
    node(
        {
            "sensorMetadata": node(_METADATA),
            "sensorReport": list_of(node(_REPORT, required=("type",)), least=1),
        },
        required=("sensorReport",),
    )
)


def _typed(name, vocabulary, *required):
    fields = {"type": word(vocabulary), name: uri}
    return list_of(node(fields, required=(*required, name), extensible=False))


_ERROR = node(
    {
        "declarationTime": time,
        "reason": word("reason"),
        "correctiveEventIDs": list_of(uri),
    },
    required=("declarationTime",),
)


def _context(value, path) -> Iterator[Finding]:
    parts = value if isinstance(value, list) else [value]
    if not parts or not all(isinstance(part, dict) or is_uri(part) for part in parts):
        yield Finding(path, "bad_context")


#: What every event has, of whatever type.
COMMON = {
    "@context": _context,
    "eventTime": time,
    "recordTime": time,
    "eventTimeZoneOffset": matching(r"[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)"),
    "eventID": uri,
    "certificationInfo": either(uri, list_of(uri)),
    "errorDeclaration": _ERROR,
}
_REQUIRED = ("eventTime", "eventTimeZoneOffset")
_WHAT_ELSE = {
    **COMMON,
    "bizStep": word("bizStep"),
    "disposition": word("disposition"),
    "persistentDisposition": node(
        {"set": _DISPOSITIONS, "unset": _DISPOSITIONS}, extensible=False
    ),
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": _typed("bizTransaction", "transaction"),
    "sourceList": _typed("source", "party", "type"),
    "destinationList": _typed("destination", "party", "type"),
    "sensorElementList": _SENSORS,
}
_ACTION = {"action": one_of("ADD", "OBSERVE", "DELETE")}
_EPCS = list_of(uri, unique=True)
_ILMD = {"ilmd": node({})}
_CHILDREN = {"parentID": uri, "childEPCs": _EPCS, "childQuantityList": _QUANTITIES}
_EVENTS = {
    "ObjectEvent": node(
        {
            **_WHAT_ELSE,
            **_ACTION,
            **_ILMD,
            "type": text,
            "epcList": _EPCS,
            "quantityList": _QUANTITIES,
        },
        required=(*_REQUIRED, "action"),
    ),
    "AggregationEvent": node(
        {**_WHAT_ELSE, **_ACTION, **_CHILDREN, "type": text},
        required=(*_REQUIRED, "action"),
    ),
    "TransactionEvent": node(
        {
            **_WHAT_ELSE,
            **_ACTION,
            "type": text,
            "parentID": uri,
            "epcList": _EPCS,
            "quantityList": _QUANTITIES,
        },
        required=(*_REQUIRED, "action", "bizTransactionList"),
    ),
    "TransformationEvent": node(
        {
            **_WHAT_ELSE,
            **_ILMD,
            **_each(_EPCS, "inputEPCList", "outputEPCList"),
            **_each(_QUANTITIES, "inputQuantityList", "outputQuantityList"),
            "type": text,
            "transformationID": uri,
        },
        required=_REQUIRED,
    ),
    "AssociationEvent": node(
        {**_WHAT_ELSE, **_ACTION, **_CHILDREN, "type": text},
        required=(*_REQUIRED, "action", "parentID"),
    ),
}


def check_event(event: object, path: str = "") -> Iterator[Finding]:
    """Yield what is wrong with one event."""
    if not isinstance(event, dict):
        yield Finding(path, "not_object")
        return
    kind = event.get("type")
    if kind in EVENT_TYPES:
        yield from _EVENTS[kind](event, path)
        yield from _check_whole(kind, event, path)
    elif kind is None:
        yield Finding(f"{path}/type", "missing")
    elif is_uri(kind):
        yield from _check_extended(event, path)
    else:
        yield Finding(f"{path}/type", "unknown_event_type", {"value": str(kind)[:64]})


def _check_extended(event, path):
    """Yield what is wrong with an event of another's type: of it only so much."""
    for name in _REQUIRED:
        if name not in event:
            yield Finding(f"{path}/{name}", "missing")
    for name, value in event.items():
        if name in COMMON:
            yield from COMMON[name](value, f"{path}/{name}")
        elif is_too_deep(value):
            yield Finding(pointer(path, name), "too_deep")


def _check_whole(kind, event, path):
    """Yield what fields of an event say of each other."""
    action = event.get("action")
    if "ilmd" in event and kind == "ObjectEvent" and action in ("OBSERVE", "DELETE"):
        yield Finding(f"{path}/ilmd", "ilmd_without_add")
    disposition = event.get("persistentDisposition")
    if isinstance(disposition, dict) and not disposition:
        yield Finding(f"{path}/persistentDisposition", "too_few", {"least": 1})
    if kind == "TransformationEvent":
        yield from _check_transformation(event, path)
    elif kind == "ObjectEvent":
        senses = event.get("sensorElementList") and event.get("readPoint")
        if not senses and not _has(event, "epcList", "quantityList"):
            yield Finding(f"{path}/epcList", "nothing_named")
    elif kind == "TransactionEvent":
        if event.get("bizTransactionList") == []:
            yield Finding(f"{path}/bizTransactionList", "too_few", {"least": 1})
        if action != "DELETE" and not _has(event, "epcList", "quantityList"):
            yield Finding(f"{path}/epcList", "nothing_named")
    else:
        if action != "DELETE" and not _fills(event, "childEPCs", "childQuantityList"):
            yield Finding(f"{path}/childEPCs", "nothing_named")
        if action in ("ADD", "DELETE") and "parentID" not in event:
            yield Finding(f"{path}/parentID", "missing")


def _has(event, *names):
    """Tell whether a list of serials is there, empty or not, or one of classes."""
    return names[0] in event or bool(event.get(names[1]))


def _fills(event, *names):
    return any(event.get(name) for name in names)


def _check_transformation(event, path):
    inputs = _fills(event, "inputEPCList", "inputQuantityList")
    outputs = _fills(event, "outputEPCList", "outputQuantityList")
    enough = inputs or outputs if "transformationID" in event else inputs and outputs
    if not enough:
        name = "inputEPCList" if not inputs else "outputEPCList"
        yield Finding(f"{path}/{name}", "nothing_named")
