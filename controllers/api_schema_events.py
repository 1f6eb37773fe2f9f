"""The shapes of EPCIS events in answers: the standard's own schema says the rest."""

from .api_schema import shape

_WORD = {"type": "string"}
EVENT = {
    **shape(
        {
            "type": {
                "type": "string",
                "enum": ["ObjectEvent", "AggregationEvent", "AssociationEvent"],
            },
            "eventID": {"type": "string", "description": "Event hash ID of CBV 2.0."},
            "eventTime": {"type": "string", "format": "date-time"},
            "recordTime": {"type": "string", "format": "date-time"},
            "eventTimeZoneOffset": _WORD,
            "action": {"type": "string", "enum": ["ADD", "OBSERVE", "DELETE"]},
            "bizStep": _WORD,
            "disposition": _WORD,
        }
    ),
    "description": "An event of EPCIS 2.0; `epcList` or `parentID` and `childEPCs` "
    "name its objects.",
}
EVENTS = shape(
    {
        "@context": {"type": "array"},
        "type": {"type": "string", "enum": ["EPCISQueryDocument"]},
        "schemaVersion": _WORD,
        "creationDate": {"type": "string", "format": "date-time"},
        "epcisBody": shape(
            {
                "queryResults": shape(
                    {
                        "queryName": _WORD,
                        "resultsBody": shape(
                            {"eventList": {"type": "array", "items": EVENT}}
                        ),
                    }
                )
            }
        ),
    }
)
