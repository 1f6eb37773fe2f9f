"""An auditor's file: dossiers with their hash chains, for who does not trust us.

It is a ZIP of parts, JSON in UTF-8 with a unit a line, and `manifest.json`, which
names each part with its SHA-256 and what the whole holds. A unit's events stand as
PostgreSQL hashed them (`core.chain`), so that each hash can be computed anew.
Everything here runs with Python's standard library alone.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from . import chain

FORMAT = "serial-dossier-audit/1"
MANIFEST = "manifest.json"
COUNTS = ("units", "events", "broken")
#: What a finding tells beside its place, see `bin/verify-audit`.
TEXTS = {
    "not_an_audit": "this file is not an auditor's file",
    "format_unknown": "this form of auditor's file is not known",
    "manifest_changed": "the manifest was changed after it was made",
    "part_missing": "is named by the manifest and not there",
    "part_unknown": "is not named by the manifest",
    "part_changed": "was changed after the file was made",
    "malformed": "is not written as parts are",
    "event_order": "is out of order: one is missing, or was added or moved",
    "event_link": "does not follow the event before: its previous hash is another",
    "event_changed": "was changed: its content does not give its hash",
    "events_missing": "has not as many events as were recorded",
    "told_broken": "did not hold when the file was made",
    "counts": "the manifest counts otherwise",
}
_MALFORMED = (LookupError, TypeError, AttributeError, ValueError, RecursionError)


@dataclass(frozen=True)
class Finding:
    """What does not hold: a key of `TEXTS`, and where."""

    reason: str
    where: str = ""

    def __str__(self):
        return f"{self.where}: {TEXTS[self.reason]}".removeprefix(": ")


@dataclass
class Report:
    """What was checked of an auditor's file, and what does not hold."""

    manifest: Mapping = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    units: int = 0
    events: int = 0
    parts: int = 0

    @property
    def holds(self) -> bool:
        """Whether everything that was checked is as it should be."""
        return not self.findings


# === WRITTEN === #


def part_bytes(units: Iterable[dict]) -> bytes:
    """Return units as the bytes of a part.

    Each has `serial`, `event_count` and `events`: dicts of `chain.COLUMNS` in the forms
    of `chain.FORMS_SQL`, and `hash`. What else it has is passed on.
    """
    lines = (json.dumps(unit, ensure_ascii=False) for unit in units)
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def manifest_bytes(content: dict, parts: Iterable[dict]) -> bytes:
    """Return the sealed manifest of a file.

    :param content: who made it, when, and what of; `units`, `events`, `broken`
    :param parts: dicts of `name`, `sha256`, `size`
    """
    document = {"format": FORMAT, **content, "parts": [*parts]}
    sealed = {**document, "seal": seal_of(document)}
    return (json.dumps(sealed, ensure_ascii=False, indent=1) + "\n").encode()


def seal_of(document: dict) -> str:
    """Return the SHA-256 of a manifest without its seal."""
    content = {name: value for name, value in document.items() if name != "seal"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


# === CHECKED === #


def verify(names: Iterable[str], read: Callable[[str], bytes]) -> Report:
    """Check an auditor's file.

    :param names: of the files in it
    :param read: function: name -> content; asked for one after the other
    """
    report, names = Report(), {*names}
    try:
        document = json.loads(read(MANIFEST).decode())
        known = document["format"] == FORMAT
        parts = {part["name"]: part["sha256"] for part in document["parts"]}
    except _MALFORMED:
        report.findings.append(Finding("not_an_audit"))
        return report
    if not known:
        report.findings.append(Finding("format_unknown"))
        return report
    report.manifest = document
    if document.get("seal") != seal_of(document):
        report.findings.append(Finding("manifest_changed"))
    unnamed = names - parts.keys() - {MANIFEST}
    report.findings += [Finding("part_unknown", name) for name in sorted(unnamed)]
    broken = 0
    for name, digest in parts.items():
        broken += _check_part(report, name, digest, read if name in names else None)
    counts = {"units": report.units, "events": report.events, "broken": broken}
    if any(document.get(name) != count for name, count in counts.items()):
        report.findings.append(Finding("counts"))
    return report


def _check_part(report, name, digest, read):
    """Check one part; return how many of its units said of themselves to be broken."""
    if not read:
        report.findings.append(Finding("part_missing", name))
        return 0
    data = read(name)
    report.parts += 1
    if hashlib.sha256(data).hexdigest() != digest:
        report.findings.append(Finding("part_changed", name))
    try:
        units = json.loads(data.decode())
        report.findings += [found for unit in units for found in _check(report, unit)]
        return sum(not unit["chain_ok"] for unit in units)
    except _MALFORMED:
        report.findings.append(Finding("malformed", name))
        return 0


def _check(report, unit):
    """Yield what does not hold of one unit's chain."""
    serial, previous = str(unit["serial"]), None
    report.units += 1
    if not unit["chain_ok"]:
        yield Finding("told_broken", serial)
    for number, event in enumerate(unit["events"], start=1):
        report.events += 1
        where = f"{serial}, {event['sequence']} ({event['kind']})"
        if event["sequence"] != number or event["lot_id"] != unit["lot_id"]:
            yield Finding("event_order", where)
        if event["prev_hash"] != previous:
            yield Finding("event_link", where)
        content = [event[column] for column in chain.COLUMNS]
        if chain.content_hash(content) != event["hash"]:
            yield Finding("event_changed", where)
        previous = event["hash"]
    if len(unit["events"]) != unit["event_count"]:
        yield Finding("events_missing", serial)
