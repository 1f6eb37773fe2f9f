"""What an EPCIS event that came in says: of which units, when, where, which step.

Events are checked before (see `epcis_check`); what is read here is their content.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from . import cbv_terms, epc_urn
from .epcis_hash import Prefixes, event_hash_id

#: Where the terms of our own exports live (see `epcis`).
OURS = "{urn:serial-dossier:epcis:}"
#: Who has what is sent: the one who holds it before the one who owns it.
_RECEIVERS = ("possessing_party", "owning_party", "location")
#: So far a partner's clock may be ahead.
TOLERANCE = timedelta(minutes=5)

_MOMENT = re.compile(r"([^.Z+]{19})(?:\.([0-9]+))?(Z|[+-][0-9]{2}:[0-9]{2})")
_CODE = re.compile(r"https?://[^/?#]+(?:/[^?#]*)?/sn/([^/?#]+)")
_NAMED = re.compile(r"https?://[^/?#]+/epcis/(package|part)/([^/?#]+)")

_TOLD_OF_ERRORS = ("declarationTime", "reason", "correctiveEventIDs")

#: Type, action, business step -> the step of a dossier and the stage it leads to.
#: "" is any. What is not here is told as its own words say, and moves nothing.
STEPS = {
    ("ObjectEvent", "ADD", "commissioning"): ("produced", "produced"),
    ("ObjectEvent", "DELETE", "decommissioning"): ("voided", "void"),
    ("ObjectEvent", "OBSERVE", "receiving"): ("received", None),
    ("AggregationEvent", "ADD", ""): ("packed", None),
    ("AggregationEvent", "DELETE", ""): ("unpacked", None),
    ("AssociationEvent", "ADD", ""): ("assembled", None),
    ("AssociationEvent", "DELETE", ""): ("part_changed", None),
    ("TransformationEvent", "", "commissioning"): ("produced", "produced"),
}
#: Stage -> the stages that a partner's word moves on to it. A unit that was shipped is
#: not at the factory again, nor is its life over, because somebody says so.
MOVES_FROM = {"produced": ("minted",), "void": ("minted", "produced")}


@dataclass(frozen=True)
class Key:
    """What a URI names: `sgtin` (GTIN and serial), `sscc`, `code`, `part`, or ""."""

    kind: str = ""
    value: str = ""
    gtin: str = ""


@dataclass(frozen=True)
class Report:
    """An event as it is told: who it is about, and everything a dossier keeps of it."""

    type: str
    action: str
    hash: str
    event_time: datetime
    offset: str
    biz_step: str = ""
    disposition: str = ""
    units: tuple[str, ...] = ()
    parent: str = ""
    inputs: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    transactions: tuple[tuple[str, str], ...] = ()
    parties: tuple[tuple[str, str, str], ...] = ()
    error: Mapping | None = None
    ours: Mapping = field(default_factory=dict)

    @property
    def step(self) -> tuple[str, str | None]:
        """The step of a dossier this is, and the stage it leads to, if any."""
        if self.error is not None:
            return "corrected", None
        if self.disposition == "returned":
            return "captured", None
        for key in (
            (self.type, self.action, self.biz_step),
            (self.type, self.action, ""),
            (self.type, "", self.biz_step),
        ):
            if key in STEPS:
                return STEPS[key]
        return "captured", None

    @property
    def receivers(self) -> tuple[str, ...]:
        """To whom the units were sent, by URI, the likeliest first; () if they were
        not, or are on their way back.
        """
        sent = self.step == ("captured", None) and self.biz_step == "shipping"
        if not sent or self.disposition == "returned":
            return ()
        return tuple(
            uri
            for kind in _RECEIVERS
            for role, party, uri in self.parties
            if (role, party) == ("destination", kind)
        )


def read(event: Mapping, prefixes: Prefixes, ignored=()) -> Report:
    """Return what a checked event says."""
    kind = event["type"]
    prefixes = prefixes.inside(event.get("@context"))
    named = {
        "ObjectEvent": "epcList",
        "TransactionEvent": "epcList",
        "TransformationEvent": "outputEPCList",
    }.get(kind, "childEPCs")
    digest = event_hash_id(event, prefixes, ignored)
    declaration = event.get("errorDeclaration")
    return Report(
        type=kind,
        action=event.get("action", ""),
        # The declaration that an event was wrong is no repetition of that event.
        hash=digest + ("#error" if declaration else ""),
        event_time=_time(event["eventTime"]),
        offset=event["eventTimeZoneOffset"],
        biz_step=_word("bizStep", event.get("bizStep")),
        disposition=_word("disposition", event.get("disposition")),
        units=_uris(event.get(named)),
        parent=_uri(event.get("parentID")),
        inputs=_uris(event.get("inputEPCList")),
        places=_places(event),
        transactions=_pairs(event, "bizTransactionList", "bizTransaction"),
        parties=_parties(event),
        error=declaration
        and {
            name: declaration[name] for name in _TOLD_OF_ERRORS if name in declaration
        },
        ours=_ours(event, prefixes),
    )


def key_of(uri: str) -> Key:
    """Return what a URI in canonical form names.

    >>> key_of("https://id.gs1.org/01/09521141012345/21/2017")
    Key(kind='sgtin', value='2017', gtin='09521141012345')
    >>> key_of("https://brand.example/sn/X8K2-9M4P").value
    'X8K2-9M4P'
    """
    pairs = dict(epc_urn.elements(uri))
    if "01" in pairs and "21" in pairs:
        return Key("sgtin", pairs["21"], pairs["01"])
    if "01" in pairs and "10" in pairs:
        return Key("lot", pairs["10"], pairs["01"])
    if "00" in pairs:
        return Key("sscc", pairs["00"])
    if found := _CODE.fullmatch(uri):
        return Key("code", epc_urn.unescape_utf8(found.group(1)))
    if found := _NAMED.fullmatch(uri):
        kind = {"package": "sscc"}.get(found.group(1), found.group(1))
        return Key(kind, epc_urn.unescape_utf8(found.group(2)))
    return Key()


def gln_of(uri: str) -> str:
    """Return the GLN of a place or party, "" if it has none.

    >>> gln_of("https://id.gs1.org/414/4012345000115/254/987")
    '4012345000115'
    """
    pairs = dict(epc_urn.elements(uri))
    return pairs.get("414") or pairs.get("417") or ""


def barcodes_of(gtin: str) -> tuple[str, ...]:
    """Return the ways in which a product's barcode may hold a GTIN.

    >>> barcodes_of("06901234567892")
    ('06901234567892', '6901234567892')
    """
    return tuple(
        gtin[14 - length :]
        for length in (14, 13, 12, 8)
        if not gtin[: 14 - length].strip("0")
    )


def is_in_future(report: Report, now: datetime) -> bool:
    """Tell whether an event lies further ahead than clocks differ."""
    return report.event_time > now + TOLERANCE


def _time(text):
    seconds, fraction, zone = _MOMENT.fullmatch(text).groups()
    clock = seconds.replace(":60", ":59") + f".{(fraction or '0')[:6].ljust(6, '0')}"
    parsed = datetime.fromisoformat(clock + zone.replace("Z", "+00:00"))
    return parsed.astimezone(UTC).replace(tzinfo=None)


def _word(vocabulary, text):
    return (cbv_terms.bare(vocabulary, text) or text) if text else ""


def _uri(text):
    return (epc_urn.canonical(text) or text) if text else ""


def _uris(texts):
    return tuple(dict.fromkeys(map(_uri, texts or ())))


def _places(event):
    places = (event.get("bizLocation"), event.get("readPoint"))
    return tuple(_uri(place["id"]) for place in places if place)


def _pairs(event, name, item):
    return tuple(
        (one.get("type", ""), _uri(one[item])) for one in event.get(name) or ()
    )


def _parties(event):
    return tuple(
        (role, _word("party", one["type"]), _uri(one[role]))
        for role in ("source", "destination")
        for one in event.get(f"{role}List") or ()
    )


def _ours(event, prefixes):
    """Return what an export of ours said beside the standard's fields.

    A step that declares another one wrong says it in the declaration: of itself.
    """
    error = event.get("errorDeclaration")
    ours = {
        prefixes.key(name).removeprefix(OURS): value
        for name, value in (error if error else event).items()
        if isinstance(value, str)
        and prefixes.key(name).startswith(OURS)
        # PostgreSQL's text has no such character.
        and "\0" not in value
    }
    for name in ("public", "private"):
        if name in ours:
            ours[name] = _json(ours[name])
    if error and ours:
        told = error["declarationTime"]
        ours["time"], ours["offset"] = _time(told), told[-6:]
    return ours


def _json(text):
    try:
        value = json.loads(text.replace("\\u0000", ""))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def read_units(document: Mapping) -> list[tuple[str, dict]]:
    """Return what a complete export of ours says of its serials: URI and values."""
    header = document.get("epcisHeader") or {}
    master = header.get("epcisMasterData") or {}
    namespace = OURS.strip("{}")
    return [
        (_uri(element["id"]), _json(attribute["attribute"]))
        for vocabulary in master.get("vocabularyList") or ()
        if vocabulary["type"] == namespace + "Unit"
        for element in vocabulary.get("vocabularyElementList") or ()
        for attribute in element.get("attributes") or ()
        if attribute["id"] == namespace + "unit"
        and isinstance(attribute.get("attribute"), str)
    ]
