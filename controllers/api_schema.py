"""The shapes of what the API takes and answers, in JSON Schema (OpenAPI 3.1).

Bodies are checked against these very dicts, and they are published as they are.
Fields are added, never renamed.
"""

from ..core.activation import MAX_CODE, MAX_TEXT
from ..core.listing_item import MAX_SKU
from ..core.verdict import STATUSES

MAX_ITEMS = 1_000

TIME = {"type": ["string", "null"], "format": "date-time"}
DATE = {"type": ["string", "null"], "format": "date"}
TEXT = {"type": ["string", "null"]}
REASONS = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Stable codes.",
}


def shape(properties, optional=()):
    """Return the schema of an object; all its properties are there but `optional`."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def items_of(item, **rules):
    """Return the schema of `{"items": [...]}`."""
    return shape({"items": {"type": "array", "items": item, **rules}})


def batch_of(item):
    """Return the schema of a batch: a wrong item spoils no other."""
    rules = {"maxItems": MAX_ITEMS, "x-answered-singly": True}
    return items_of(item, **rules)


PROBLEM = shape(
    {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": TEXT,
        "code": {"type": "string", "description": "Stable."},
        "path": {"type": "string", "description": "JSON Pointer to what is wrong."},
    },
    optional=("path",),
)

CODE = {
    "type": "string",
    "description": f"The public code, typed in any way, of which {MAX_CODE} characters "
    "count; or all that the label's symbol says: a Digital Link or GS1 element string.",
}
NAME = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
STORE = {**shape({"platform": NAME, "store_id": NAME}), "type": ["object", "null"]}
QUESTION = shape({"code": CODE, "store": STORE}, optional=("store",))

PRODUCT = {
    **shape({"gtin": TEXT, "name": {"type": "string"}}),
    "type": ["object", "null"],
}
WARRANTY_STATES = ["none", "not_started", "running", "expired", "void"]
WARRANTY = {
    **shape({"state": {"type": "string", "enum": WARRANTY_STATES}, "until": DATE}),
    "type": ["object", "null"],
}
VERIFIED = shape(
    {
        "code": {**TEXT, "description": "As it was sent."},
        "status": {"type": "string", "enum": list(STATUSES)},
        "reasons": REASONS,
        "product": PRODUCT,
        "authorized": {"type": ["boolean", "null"]},
        "activated": {"type": "boolean"},
        "warranty": WARRANTY,
    }
)

ACTIVATION_ITEM = shape(
    {
        "code": CODE,
        "occurred_at": TIME,
        "ip": TEXT,
        "latitude": {"type": ["number", "null"], "minimum": -90, "maximum": 90},
        "longitude": {"type": ["number", "null"], "minimum": -180, "maximum": 180},
        "device_id": {**TEXT, "maxLength": MAX_TEXT},
        "account": {**TEXT, "maxLength": MAX_TEXT},
    },
    optional=(
        "occurred_at",
        "ip",
        "latitude",
        "longitude",
        "device_id",
        "account",
    ),
)
ACTIVATED = shape(
    {
        "code": {**TEXT, "description": "As it was sent."},
        "result": {
            "type": "string",
            "enum": ["activated", "already_activated", "refused", "unknown"],
        },
        "activated_at": TIME,
        "verdict": {"type": "string", "enum": ["inside", "outside", "undecided"]},
        "reasons": REASONS,
        "proof_requested": {"type": "boolean"},
    },
    optional=("proof_requested",),
)

MONEY = shape(
    {
        "amount": {"type": "string", "pattern": r"^\d{1,12}(\.\d{1,6})?$"},
        "currency": {"type": "string", "description": "ISO 4217"},
    }
)
LISTING_ITEM = shape(
    {
        "platform": NAME,
        "store_id": NAME,
        "url": TEXT,
        "sku": {**TEXT, "maxLength": MAX_SKU},
        "gtin": TEXT,
        "price": MONEY,
        "observed_at": TIME,
    },
    optional=("url", "sku", "gtin", "observed_at"),
)
LISTED = shape(
    {
        "result": {"type": "string", "enum": ["accepted", "refused"]},
        "reasons": REASONS,
    }
)

# === TRADED IN === #

OPTIONAL_MONEY = {**MONEY, "type": ["object", "null"]}
ANSWERS = {
    "type": ["object", "null"],
    "additionalProperties": {"type": "string"},
    "description": "Code of a question -> code of its answer.",
}
TRADEIN_QUESTION = shape(
    {
        "code": CODE,
        "answers": ANSWERS,
        "purchase": {
            **shape(
                {
                    "price": {
                        **OPTIONAL_MONEY,
                        "description": "Paid for the new unit after all discounts.",
                    },
                    "energy_level": {
                        "type": ["integer", "null"],
                        "minimum": 1,
                        "maximum": 5,
                    },
                },
                optional=("price", "energy_level"),
            ),
            "type": ["object", "null"],
        },
    },
    optional=("answers", "purchase"),
)
CHOICE = {"code": {"type": "string"}, "name": {"type": "string"}}
TRADEIN_QUOTE = shape(
    {
        "code": {**TEXT, "description": "As it was sent."},
        "quote": {"type": "string", "description": "Signed: it cannot be changed."},
        "value": MONEY,
        "subsidy": MONEY,
        "price": {
            **OPTIONAL_MONEY,
            "description": "Of the new unit, as the subsidy is computed for.",
        },
        "expires_at": TIME,
        "program": {"type": "string"},
        "class": {"type": "string", "description": "Of goods, in the programme."},
        "age_months": {"type": "integer"},
        "answers": ANSWERS,
        "questions": {
            "type": "array",
            "items": shape(
                {**CHOICE, "answers": {"type": "array", "items": shape(CHOICE)}}
            ),
        },
        "reasons": REASONS,
    }
)
TRADEIN_ACCEPTANCE = shape(
    {
        "quote": {"type": "string", "minLength": 1, "maxLength": 4_096},
        "person_id": {
            "type": "string",
            "minLength": 5,
            "maxLength": 64,
            "description": "Number of an identity card or telephone; kept as a hash.",
        },
    }
)
TRADEIN_ORDER = shape(
    {
        "order": {"type": "string"},
        "state": {"type": "string", "enum": ["accepted"]},
        "accepted_at": TIME,
    }
)
