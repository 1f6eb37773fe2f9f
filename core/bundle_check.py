"""Checks an evidence bundle by itself: hashes, chains, files, PDF and statistics.

Nothing but the file is needed, so that who does not trust us can do it: each event's
hash is computed anew as the database made it, and each figure from the units listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isclose

from . import bundle, chain
from .bundle_figures import recompute
from .errors import SerialError

# What reading a changed file may run into; anything else is a mistake of ours.
_MALFORMED = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError)
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Finding:
    """What does not hold, where: `reason` is a code, `values` fill its text."""

    reason: str
    where: tuple = ()
    values: Mapping = field(default_factory=dict)


@dataclass
class Report:
    """What was checked of a bundle, and what does not hold."""

    document_id: str = ""
    sha256: str = ""
    findings: list[Finding] = field(default_factory=list)
    units: int = 0
    events: int = 0
    groups: int = 0
    files: int = 0
    unseen_files: list[str] = field(default_factory=list)
    pdf: bool = False

    @property
    def holds(self) -> bool:
        """Whether everything that was checked is as it should be."""
        return not self.findings


def verify(
    data: bytes, files: Mapping[str, str] | None = None, pdf: bytes | None = None
) -> Report:
    """Check the bytes of a bundle.

    :param files: name -> SHA-256 of the files of the bundle that are at hand
    :param pdf: content of the PDF, if it is at hand
    """
    report = Report()
    try:
        document = bundle.read(data)
    except SerialError as error:
        report.findings.append(Finding(error.reason, values=error.values))
        return report
    report.document_id = str(document.get("id"))[:200]
    if bundle.to_bytes(document) != data:
        report.findings.append(Finding("not_as_written"))
    for check in (_check_parts, _check_units, _check_groups):
        _guard(report, check, document)
    _guard(report, _check_files, document, files or {})
    if pdf is not None:
        _guard(report, _check_pdf, document, pdf)
    return report


def _guard(report, check, document, *given):
    """Run one check; what it cannot read does not hold."""
    try:
        report.findings.extend(check(report, document, *given))
    except _MALFORMED:
        report.findings.append(Finding("malformed", (check.__name__[7:],)))


# === SEAL === #


def _check_parts(report, document):
    """Yield which parts do not fit the seal."""
    for name, kind in bundle.PARTS.items():
        if not isinstance(document.get(name), kind):
            yield Finding("part_missing", (name,))
    for name in document.keys() - bundle.PARTS.keys():
        yield Finding("part_unknown", (name,))
    seal = document["seal"]
    report.sha256 = bundle.content_sha256(document)
    if set(seal) != {"sha256", "parts", "pdf"}:
        yield Finding("part_unknown", ("seal",))
    marks = bundle.part_marks(document)
    if seal["sha256"] == report.sha256 and seal["parts"] == marks:
        return
    changed = [Finding("part_changed", where) for where in _changed(seal, marks)]
    yield from changed or [Finding("seal_broken")]


def _changed(seal, marks):
    """Yield the places of parts whose marks differ: `("units", 3)`."""
    for name, mark in marks.items():
        sealed = seal["parts"].get(name)
        if sealed == mark:
            continue
        if type(sealed) is not type(mark) or len(sealed) != len(mark):
            yield (name,)
        elif isinstance(mark, list):
            pairs = zip(mark, sealed, strict=True)
            yield from ((name, at) for at, (a, b) in enumerate(pairs) if a != b)
        elif isinstance(mark, dict):
            keys = (key for key in mark if sealed.get(key) != mark[key])
            yield from ((name, key) for key in keys)
        else:
            yield (name,)


# === EVENTS === #


def _check_units(report, document):
    """Yield what does not hold of the units' events."""
    for unit in document["units"]:
        report.units += 1
        yield from _check_chain(report, unit)


def _check_chain(report, unit):
    """Yield what does not hold of one unit's chain of events."""
    serial, previous = str(unit["serial"]), None
    events = unit["events"]
    for number, event in enumerate(events, start=1):
        report.events += 1
        where = (serial, event.get("sequence"), event.get("kind"))
        if list(event) != [*chain.COLUMNS, "hash", "marks"]:
            yield Finding("event_fields", (serial, number))
            continue
        if event["lot_id"] != unit["lot_id"]:
            yield Finding("event_foreign", where)
        if event["sequence"] != number:
            yield Finding("event_order", where, {"number": number})
        if event["prev_hash"] != previous:
            yield Finding("event_link", where)
        previous = event["hash"]
        yield from _check_event(event, where)
    if len(events) != unit["event_count"]:
        values = {"told": unit["event_count"], "found": len(events)}
        yield Finding("events_missing", (serial,), values)


def _check_event(event, where):
    content = [event[name] for name in chain.COLUMNS]
    fields = bundle.changed_fields(event)
    if chain.content_hash(content) != event["hash"]:
        yield Finding("event_changed", where, {"fields": fields})
    elif fields:
        yield Finding("event_marks", where, {"fields": fields})


# === STATISTICS === #


def _check_groups(report, document):
    """Yield which figures do not follow from the units listed."""
    units = {unit["lot_id"]: unit for unit in document["units"]}
    for group in document["groups"]:
        report.groups += 1
        for name, computed in recompute(group).items():
            told = group[name]
            if not isclose(told, computed, rel_tol=TOLERANCE, abs_tol=1e-300):
                values = {"name": name, "told": told, "computed": computed}
                yield Finding("figure_wrong", (str(group["name"]),), values)
        for member in group["members"]:
            unit = units.get(member["lot_id"])
            if unit and not set(member["places"]) <= _places_of(unit):
                yield Finding(
                    "member_unseen", (str(group["name"]), str(unit["serial"]))
                )


def _places_of(unit):
    """Return the places where a unit was seen; a province lies in its country."""
    places = {seen["place"] for seen in unit["observations"]}
    return places | {place.partition("-")[0] for place in places}


# === FILES === #


def files_named(data: bytes) -> list[str]:
    """Return the names of the files of a bundle, without any that leave its folder."""
    try:
        names = [file["name"] for file in bundle.read(data)["files"]]
    except _MALFORMED:
        return []
    return [
        name
        for name in names
        if isinstance(name, str)
        and name not in ("", ".", "..")
        and not {"/", "\\", "\0"} & set(name)
    ]


def _check_files(report, document, files):
    """Yield which files at hand are not those of the bundle."""
    for file in document["files"]:
        found = files.get(file["name"])
        if found is None:
            report.unseen_files.append(str(file["name"]))
            continue
        report.files += 1
        if found != file["sha256"]:
            yield Finding("file_changed", (str(file["name"]),))


def _check_pdf(report, document, pdf):
    """Yield whether a PDF is the one made from the bundle."""
    report.pdf = True
    named = document["seal"]["pdf"]
    if not named:
        yield Finding("pdf_unnamed")
    elif bundle.sha256(pdf) != named["sha256"]:
        yield Finding("pdf_changed", (str(named["name"]),))
    # The PDF carries the bundle's hash in its information, in plain text.
    if document["seal"]["sha256"].encode() not in pdf:
        yield Finding("pdf_of_another")
