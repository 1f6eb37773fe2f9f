"""The parameters of a query for EPCIS events, read from an address (EPCIS 2.0 §8.2.7).

Several values of one parameter are alternatives: repeated, or parted by `|`; words
of CBV by commas too. Words may be bare, CURIEs or full URIs.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from .errors import SerialError

MOST_PER_PAGE = 1_000
USUAL_PER_PAGE = 30
_TYPES = (
    "ObjectEvent",
    "AggregationEvent",
    "AssociationEvent",
    "TransactionEvent",
    "TransformationEvent",
)
_ACTIONS = ("ADD", "OBSERVE", "DELETE")


@dataclass(frozen=True)
class Query:
    """What is asked for. `None` asks for nothing of the kind, () for none at all."""

    types: tuple[str, ...] | None = None
    actions: tuple[str, ...] | None = None
    biz_steps: tuple[str, ...] | None = None
    dispositions: tuple[str, ...] | None = None
    ids: tuple[str, ...] | None = None
    epcs: tuple[str, ...] | None = None  # as an object or child
    any_epcs: tuple[str, ...] | None = None  # anywhere
    parents: tuple[str, ...] | None = None
    read_points: tuple[str, ...] | None = None
    biz_locations: tuple[str, ...] | None = None
    transactions: tuple[str, ...] | None = None
    times: tuple[tuple[str, str, datetime], ...] = field(default=())
    is_wrong: bool | None = None
    per_page: int = USUAL_PER_PAGE
    token: int = 0
    most: int | None = None
    has_limit: bool = False


def _word(kinds):
    def read(name, texts):
        words = [_bare(word) for text in texts for word in text.split(",") if word]
        if kinds and not set(words) <= set(kinds):
            raise SerialError("bad_parameter", parameter=name)
        return tuple(words)

    return read


def _bare(text):
    """Return a word of CBV without what is before it.

    >>> _bare("https://ref.gs1.org/cbv/BizStep-shipping"), _bare("cbv:Disp-active")
    ('shipping', 'active')
    >>> _bare("urn:epcglobal:cbv:bizstep:shipping")
    'shipping'
    """
    if text.startswith(("https://ref.gs1.org/cbv/", "cbv:")):
        return text.rpartition("-")[2]
    return text.rpartition(":")[2] if text.startswith("urn:epcglobal:cbv:") else text


def _uris(_name, texts):
    return tuple(text for text in texts if text)


def _whole(least, most):
    def read(name, texts):
        text = texts[-1]
        number = int(text) if text.isascii() and text.isdigit() else -1
        if not (least <= number <= most):
            raise SerialError("bad_parameter", parameter=name)
        return number

    return read


def read_time(name: str, text: str) -> datetime:
    """Return a moment of ISO 8601 in UTC, naive; one without a zone is none.

    >>> read_time("GE_eventTime", "2026-03-02T08:00:00+08:00")
    datetime.datetime(2026, 3, 2, 0, 0)
    """
    try:
        # in an address, a plus that is not escaped is a space
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise SerialError("bad_parameter", parameter=name) from error


_TIMES = {
    f"{prefix}_{column}": (name, sign)
    for column, name in (("eventTime", "event_time"), ("recordTime", "record_time"))
    for prefix, sign in (("GE", ">="), ("LT", "<"), ("EQ", "="), ("LE", "<="))
}
_READERS = {
    "eventType": ("types", _word(_TYPES)),
    "EQ_action": ("actions", _word(_ACTIONS)),
    "EQ_bizStep": ("biz_steps", _word(())),
    "EQ_disposition": ("dispositions", _word(())),
    "EQ_eventID": ("ids", _uris),
    "MATCH_epc": ("epcs", _uris),
    "MATCH_anyEPC": ("any_epcs", _uris),
    "MATCH_parentID": ("parents", _uris),
    "EQ_readPoint": ("read_points", _uris),
    "WD_readPoint": ("read_points", _uris),
    "EQ_bizLocation": ("biz_locations", _uris),
    "WD_bizLocation": ("biz_locations", _uris),
    "EQ_bizTransaction": ("transactions", _uris),
    "perPage": ("per_page", _whole(1, MOST_PER_PAGE)),
    "nextPageToken": ("token", _whole(0, 2**31 - 1)),
    "maxEventCount": ("most", _whole(1, 10**9)),
    "eventCountLimit": ("most", _whole(1, 10**9)),
}
PARAMETERS = (
    *_READERS,
    *_TIMES,
    "EXISTS_errorDeclaration",
    "orderBy",
    "orderDirection",
)


def read(pairs) -> Query:
    """Return the query that pairs of a parameter and its value ask for.

    >>> read([("EQ_bizStep", "shipping|cbv:BizStep-receiving")]).biz_steps
    ('shipping', 'receiving')

    :raises SerialError: `unknown_parameter` or `bad_parameter`
    """
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        texts.setdefault(name, []).extend(text.split("|"))
    values: dict = {"times": []}
    for name, given in texts.items():
        if name in _READERS:
            key, reader = _READERS[name]
            values[key] = reader(name, given)
        elif name in _TIMES:
            values["times"].append((*_TIMES[name], read_time(name, given[-1])))
        else:
            values.update(_read_other(name, given[-1]))
    values["times"] = tuple(values["times"])
    return Query(**values, has_limit="maxEventCount" in texts)


def _read_other(name, text):
    if name == "EXISTS_errorDeclaration" and text in ("true", "false", ""):
        return {"is_wrong": text != "false"}
    # Events come in the order in which they were recorded; another is not offered.
    if (name, text) in (("orderBy", "recordTime"), ("orderDirection", "ASC")):
        return {}
    known = name in PARAMETERS
    raise SerialError(
        "bad_parameter" if known else "unknown_parameter", parameter=name[:100]
    )
