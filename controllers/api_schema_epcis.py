"""The shapes of capture jobs, in JSON Schema (OpenAPI 3.1)."""

from .api_schema import TIME, shape

ABOUT_CAPTURE = (
    "The body is an EPCISDocument, an EPCISQueryDocument or a single event (EPCIS "
    "2.0, JSON or JSON-LD). With the header `GS1-Capture-Error-Behaviour: proceed` "
    "events that are wrong keep no others out; `rollback`, the default, records all "
    "or nothing. `Location` names the job."
)
_NUMBER = {"type": "integer", "minimum": 0}
_PROBLEM = shape(
    {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable."},
        "path": {"type": "string", "description": "JSON Pointer in the document."},
    },
    optional=("type", "path"),
)
_NOTE = shape(
    {
        "title": {"type": "string"},
        "code": {"type": "string", "description": "Stable."},
        "path": {"type": "string", "description": "JSON Pointer in the document."},
    },
)
JOB = shape(
    {
        "captureID": {"type": "string"},
        "createdAt": TIME,
        "finishedAt": TIME,
        "running": {"type": "boolean"},
        "success": {"type": "boolean"},
        "captureErrorBehaviour": {"type": "string", "enum": ["rollback", "proceed"]},
        "errors": {"type": "array", "items": _PROBLEM},
        "notes": {"type": "array", "items": _NOTE},
        "eventCount": _NUMBER,
        "recordedCount": _NUMBER,
        "repeatedCount": _NUMBER,
        "otherCount": _NUMBER,
        "errorCount": _NUMBER,
    },
    optional=("finishedAt",),
)
JOBS = {"type": "array", "items": JOB}
