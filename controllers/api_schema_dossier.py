"""The shape of a dossier: of `GET /serials/{code}`."""

from ..core.lifecycle import Stage
from ..core.verdict import STATUSES
from ..core.warranty_policy import KINDS
from .api_schema import DATE, REASONS, TEXT, TIME, WARRANTY_STATES, shape

DOSSIER_WARRANTY = shape(
    {
        "state": {"type": "string", "enum": WARRANTY_STATES},
        "from": DATE,
        "until": DATE,
    }
)
RIGHT = shape(
    {
        "kind": {"type": "string", "enum": list(KINDS)},
        "until": DATE,
        "reason": {"type": "string", "description": "A stable code."},
        "source": {"type": "string", "description": "The law or promise it is from."},
        "component": {**TEXT, "description": "Null: the whole unit."},
    }
)
COMPONENT = shape(
    {
        "component": {"type": "string"},
        "state": {"type": "string", "enum": WARRANTY_STATES},
        "until": DATE,
    }
)
RIGHTS = shape(
    {
        "basis": {**TEXT, "description": "What the term is counted from."},
        "days_added": {"type": "integer"},
        "may_ask": {"type": "array", "items": RIGHT},
        "with_proof": {
            "type": "array",
            "items": RIGHT,
            "description": "What else an invoice in time would give.",
        },
        "components": {"type": "array", "items": COMPONENT},
        "reasons": REASONS,
    }
)
REPAIR = shape(
    {
        "taken_in": DATE,
        "given_back": DATE,
        "covered": {"type": "boolean"},
        "failed": {"type": "boolean"},
    }
)
RECALL = {
    **shape(
        dict.fromkeys(
            (
                "recall",
                "reference",
                "title",
                "hazard",
                "instructions",
                "remedy",
                "remedy_kind",
                "url",
            ),
            TEXT,
        )
    ),
    "type": ["object", "null"],
}
STEP = shape({"kind": {"type": "string"}, "time": TIME})
PRIVATE_STEP = shape(
    {
        "sequence": {"type": "integer"},
        "kind": {"type": "string"},
        "biz_step": TEXT,
        "disposition": TEXT,
        "time": TIME,
        "offset": TEXT,
        "recorded_at": TIME,
        "location": TEXT,
        "party": TEXT,
        "country": TEXT,
        "subdivision": TEXT,
        "document": TEXT,
        "data": {"type": "object"},
        "corrects": {"type": ["integer", "null"]},
        "hash": TEXT,
    }
)
PRIVATE = {
    **shape(
        {
            "identifiers": shape(
                dict.fromkeys(("imei", "imei2", "meid", "eid", "mac"), TEXT)
            ),
            "plant": TEXT,
            "production_line": TEXT,
            "machine": TEXT,
            "expiry_date": DATE,
            "recalled": {"type": "boolean"},
            "blocked": {"type": "boolean"},
            "events": {"type": "array", "items": PRIVATE_STEP},
        }
    ),
    "description": "For keys of the brand only.",
}
DOSSIER = shape(
    {
        "code": {"type": "string"},
        "serial": {"type": "string"},
        "status": {"type": "string", "enum": list(STATUSES)},
        "reasons": REASONS,
        "stage": {"type": "string", "enum": [stage.value for stage in Stage]},
        "in_service": {"type": "boolean"},
        "product": shape({"gtin": TEXT, "name": {"type": "string"}}),
        "production_date": DATE,
        "sale_date": DATE,
        "activated_at": TIME,
        "warranty": DOSSIER_WARRANTY,
        "rights": RIGHTS,
        "repairs": {"type": "array", "items": REPAIR},
        "recall": RECALL,
        "events": {"type": "array", "items": STEP},
        "channel": shape({"distributor": TEXT, "region": TEXT, "shipped_at": TIME}),
        "private": PRIVATE,
    },
    optional=("private",),
)
