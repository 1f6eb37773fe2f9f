"""What a dossier's hash chain hashes, once in SQL and once in Python.

Each event's hash covers the hash before it, so nothing in a chain can be changed,
left out or moved without every later hash going wrong. The content is the JSON array
of the columns below as PostgreSQL's `json_build_array` writes it, which is also
what `json.dumps(..., ensure_ascii=False)` writes; times are UTC with microseconds,
`data` is the text PostgreSQL gives a jsonb value.
"""

import hashlib
import json

COLUMNS = (
    "prev_hash",
    "lot_id",
    "sequence",
    "kind",
    "biz_step",
    "disposition",
    "event_time",
    "event_offset",
    "record_time",
    "actor_id",
    "location_id",
    "partner_id",
    "country_id",
    "state_id",
    "document_model",
    "document_id",
    "document_name",
    "data",
    "corrects_id",
)

_SQL_FORMS = {
    "event_time": """to_char(event.event_time, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "record_time": """to_char(event.record_time, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "data": "event.data::text",
}

# The first of `COLUMNS`: what is another in every event, even of one step.
_OWN = ("prev_hash", "lot_id", "sequence")


def _array(columns):
    forms = (_SQL_FORMS.get(name, f"event.{name}") for name in columns)
    return f"json_build_array({', '.join(forms)})::text"


def _hash_of(content):
    return f"encode(sha256(convert_to({content}, 'UTF8')), 'hex')"


# The columns of the row named `event` in the forms in which they are hashed.
FORMS_SQL = ", ".join(
    f"{_SQL_FORMS.get(name, f'event.{name}')} AS {name}" for name in COLUMNS
)

# Hash of the row named `event`, as 64 hexadecimal digits.
CHAIN_SQL = _hash_of(_array(COLUMNS))

# The same for a step whose events differ in nothing but `_OWN`: the rest of the array
# is made once, by `TAIL_SQL` from the values at its `%s`, and itself put in at the
# other's. A whole array for every event costs four times as much. The hash before
# needs no escaping: it is hexadecimal.
TAIL_SQL = (
    f"(SELECT substr({_array(COLUMNS[len(_OWN) :])}, 2)"  # noqa: S608 (constants)
    " FROM (SELECT %s) AS event)"
)
CHAIN_WITH_TAIL_SQL = _hash_of(
    """'[' || coalesce('"' || event.prev_hash || '"', 'null') || ', ' """
    "|| event.lot_id || ', ' || event.sequence || ', ' || %s"
)


def event_hash(event: dict) -> str:
    """Return the hash of an event given as `{column: value}`.

    Times are datetimes in UTC; `data` is the database's own text of the jsonb value
    or None. Missing columns count as null.
    """
    content = [event.get(name) for name in COLUMNS]
    for position, name in enumerate(COLUMNS):
        if name in ("event_time", "record_time"):
            content[position] = event[name].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return content_hash(content)


def content_hash(content: list) -> str:
    """Return the hash of an event given as its values in the order of `COLUMNS`.

    Times are texts as `_SQL_FORMS` writes them.
    """
    text = json.dumps(content, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken(events: list[dict]) -> int | None:
    """Return the sequence number at which a lot's chain breaks, or None.

    `events` are all events of one lot in order, each with its stored `hash`.
    """
    previous = None
    for number, event in enumerate(events, start=1):
        if event["sequence"] != number or event.get("prev_hash") != previous:
            return number
        if event_hash(event) != event["hash"]:
            return number
        previous = event["hash"]
    return None
