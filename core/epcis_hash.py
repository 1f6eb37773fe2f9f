"""The event hash id of CBV 2.0: the same event has the same id, whoever writes it.

An event becomes one string in a canonical order and spelling (its pre-hash), whose
SHA-256 names it. What says when and by whom it was recorded, or that it was wrong,
is no part of it. Order and spelling follow the reference generator's published
results where the standard's text leaves room (CBV 2.0 §8.9).
"""

from collections.abc import Collection, Mapping
from hashlib import sha256

from . import cbv_terms
from .epcis_value import canonical_value, moment

_QUANTITY = (("epcClass", "", None), ("quantity", "", None), ("uom", "", None))
_DEVICE = tuple(
    (name, "", None)
    for name in ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod")
)
_METADATA = (
    *((name, "", None) for name in ("time", "startTime", "endTime")),
    *_DEVICE,
    ("bizRules", "", None),
)
_REPORT = (
    ("type", "", "measurement"),
    ("exception", "", "exception"),
    *_DEVICE,
    *((name, "", None) for name in ("time", "microorganism", "chemicalSubstance")),
    ("value", "", None),
    ("component", "", "component"),
    *((f"{kind}Value", "", None) for kind in ("string", "boolean", "hexBinary", "uri")),
    *((f"{kind}Value", "", None) for kind in ("min", "max", "mean")),
    *((name, "", None) for name in ("sDev", "percRank", "percValue", "uom")),
    ("coordinateReferenceSystem", "", None),
)
_SENSOR = (("sensorMetadata", "", _METADATA), ("sensorReport", "", _REPORT))
_PLACE = (("id", "", None),)

#: Canonical order: field, name of the elements of its list, what they are made of
#: (None: values; a word: values of that vocabulary; a tuple: fields in this order).
ORDER = (
    ("eventTime", "", None),
    ("eventTimeZoneOffset", "", None),
    ("certificationInfo", "", None),
    ("parentID", "", None),
    ("epcList", "epc", None),
    ("inputEPCList", "epc", None),
    ("childEPCs", "epc", None),
    ("quantityList", "quantityElement", _QUANTITY),
    ("childQuantityList", "quantityElement", _QUANTITY),
    ("inputQuantityList", "quantityElement", _QUANTITY),
    ("outputEPCList", "epc", None),
    ("outputQuantityList", "quantityElement", _QUANTITY),
    ("action", "", None),
    ("transformationID", "", None),
    ("bizStep", "", "bizStep"),
    ("disposition", "", "disposition"),
    (
        "persistentDisposition",
        "",
        (("set", "", "disposition"), ("unset", "", "disposition")),
    ),
    ("readPoint", "", _PLACE),
    ("bizLocation", "", _PLACE),
    ("sensorElementList", "sensorElement", _SENSOR),
)
#: These stand among the extensions, as the reference generator has them.
_TYPED = {
    "bizTransactionList": (("type", "", "transaction"), ("bizTransaction", "", None)),
    "sourceList": (("type", "", "party"), ("source", "", None)),
    "destinationList": (("type", "", "party"), ("destination", "", None)),
}
_LEFT_OUT = frozenset(("recordTime", "eventID", "type", "errorDeclaration"))
_REMARKS = frozenset(("@context", "rdfs:comment", "comment", "#text"))
_TIMES = frozenset(("eventTime", "time", "startTime", "endTime"))


def event_hash_id(event: Mapping, context=None, ignored: Collection = ()) -> str:
    """Return the `ni:` URI that names `event`, as CBV 2.0 makes it.

    `context`: the document's `@context`, for the prefixes of extensions; `ignored`:
    names of extension fields that are none of the event (see `ignored_fields`).
    """
    digest = sha256(prehash(event, context, ignored).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def prehash(event: Mapping, context=None, ignored: Collection = ()) -> str:
    """Return the canonical string whose hash names `event`."""
    prefixes = context if isinstance(context, Prefixes) else Prefixes(context)
    writer = _Writer(prefixes.inside(event.get("@context")))
    fields = {
        key: value
        for key, value in event.items()
        if key not in _LEFT_OUT and key not in ignored
    }
    return f"eventType={event.get('type', '')}{writer.body(fields, ORDER)}"


def ignored_fields(document: Mapping) -> frozenset:
    """Return the extension fields that a document says are no part of its events.

    >>> sorted(ignored_fields({"x:ignoreFields": ["x:hash", "bizStep"]}))
    ['x:hash']
    """
    body = document.get("epcisBody")
    results = body.get("queryResults") if isinstance(body, Mapping) else None
    names = set()
    for holder in (document, results):
        for key, value in holder.items() if isinstance(holder, Mapping) else ():
            if key.endswith(":ignoreFields") and isinstance(value, list):
                names.update(name for name in value if ":" in str(name))
    return frozenset(names)


class Prefixes(dict):
    """The namespaces a JSON-LD context declares, the standard's own included."""

    def __init__(self, context=None):
        super().__init__(cbv_terms.PREFIXES)
        self._add(context)

    def inside(self, context) -> "Prefixes":
        """Return these prefixes and those of a context further inside."""
        if not context:
            return self
        inner = Prefixes()
        inner.update(self)
        inner._add(context)
        return inner

    def key(self, name: str) -> str:
        """Return the name of a field with its namespace in braces.

        >>> Prefixes({"ex": "https://ns.example.com/"}).key("ex:colour")
        '{https://ns.example.com/}colour'
        """
        prefix, colon, local = name.partition(":")
        return f"{{{self[prefix]}}}{local}" if colon and prefix in self else name

    def value(self, text: str) -> str:
        """Return a CURIE as its URI, anything else as it is."""
        prefix, colon, local = text.partition(":")
        return self[prefix] + local if colon and prefix in self else text

    def _add(self, context):
        for part in context if isinstance(context, list) else [context]:
            if isinstance(part, Mapping):
                self.update(
                    (key.removeprefix("@xmlns:"), value)
                    for key, value in part.items()
                    if isinstance(value, str) and not value.startswith("@")
                )


class _Writer:
    """Writes the parts of one event in canonical form."""

    def __init__(self, prefixes):
        self.prefixes = prefixes

    def body(self, node, order):
        """Return a node's fields in `order`, then all others sorted."""
        parts, known = [], set()
        for name, element, made_of in order:
            known.add(name)
            if name in node:
                strings = self.ordered(element or name, node[name], made_of)
                if strings and element:
                    parts.append(name)
                parts += strings
        if len(known) < len(node) or not known.issuperset(node):
            rest = {key: node[key] for key in node if key not in known}
            parts += self.extensions(rest)
        return "".join(parts)

    def ordered(self, name, value, made_of):
        """Return a field of the standard, one string a value, sorted; no empty ones."""
        values = value if isinstance(value, list) else [value]
        strings = []
        for one in values:
            if isinstance(one, Mapping):
                body = self.body(one, made_of if isinstance(made_of, tuple) else ())
                text = name + body if body else ""
            else:
                text = self.text(name, one, made_of)
                text = f"{name}={text}" if text else ""
            if text:
                strings.append(text)
        return sorted(strings)

    def extensions(self, node):
        """Return the fields of others, sorted, each with all it holds."""
        node, writer = self.own_names(node)
        strings = []
        for key, value in node.items():
            if key in _TYPED:
                pairs = writer.ordered("", value, _TYPED[key])
                strings.append(key + "".join(pairs))
            else:
                strings += writer.extension(writer.prefixes.key(key), value)
        return sorted(strings)

    def own_names(self, node):
        """Return the node without remarks and declarations, and who knows these."""
        declared = {
            key: value for key, value in node.items() if key.startswith("@xmlns")
        }
        kept = {
            key: value
            for key, value in node.items()
            if key not in declared and key not in _REMARKS
        }
        inner = self.prefixes.inside(declared or node.get("@context"))
        return kept, self if inner is self.prefixes else _Writer(inner)

    def extension(self, key, value):
        """Return an extension's strings: one for each value of a list."""
        strings = []
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                _kept, inner = self.own_names(one)
                text = inner.text(key, one.get("#text", ""), None)
                text = f"={text}" if text else ""
                local = inner.prefixes.key(key)
                strings.append(local + text + "".join(inner.extensions(one)))
            elif isinstance(one, list):
                strings.append(key + "".join(self.extension("", one)))
            else:
                text = self.text("", one, None)
                strings.append(f"{key}={text}" if text else key)
        return sorted(strings)

    def text(self, name, value, vocabulary):
        """Return one value in canonical spelling."""
        if value is None:
            return ""
        text = str(value).strip()
        if name in _TIMES:
            return moment(text)
        if isinstance(vocabulary, str):
            text = cbv_terms.full(vocabulary, text)
        return canonical_value(self.prefixes.value(text))
