"""An evidence bundle: what a case of diversion stands on, in a file that checks itself.

The file is JSON in UTF-8 of one form only (`to_bytes`), so that no byte of it can
change unnoticed. `seal` holds the SHA-256 of everything else (`sha256`), short marks
of its parts, which tell what was changed, and name and SHA-256 of the PDF made from
it. Events stand as PostgreSQL hashed them (`core.chain`): times as text, `data` as the
database's own text. Everything here runs with Python's standard library alone.
"""

import hashlib
import json
import re

from . import chain
from .errors import SerialError

FORMAT = "serial-dossier-evidence/1"
# How deep each element has a line of its own: an event of a unit is one line.
_LINES = 4
_MARK = 16
_FIELD_MARK = 4

#: What a bundle has at its top, in this order, with the kind of each part.
PARTS = {
    "format": str,
    "id": str,
    "made_at": str,
    "language": str,
    "issuer": dict,
    "case": dict,
    "method": dict,
    "alerts": list,
    "groups": list,
    "units": list,
    "purchases": list,
    "statements": list,
    "files": list,
    "seal": dict,
}


def build(content: dict) -> dict:
    """Return the sealed bundle of a case, whose events get a mark a field.

    :param content: `PARTS` without `format` and `seal`; a unit's `events` are dicts of
        `chain.COLUMNS` in the forms of `chain.FORMS_SQL`, and `hash`
    """
    document = {"format": FORMAT}
    document.update((name, content[name]) for name in PARTS if name in content)
    for unit in document["units"]:
        unit["events"] = [
            {**event, "marks": field_marks(event)} for event in unit["events"]
        ]
    document["seal"] = {
        "sha256": content_sha256(document),
        "parts": part_marks(document),
        "pdf": None,
    }
    return document


def with_pdf(document: dict, name: str, pdf: bytes) -> dict:
    """Return a bundle that names the PDF made from it."""
    seal = {**document["seal"], "pdf": {"name": name, "sha256": sha256(pdf)}}
    return {**document, "seal": seal}


def to_bytes(document: dict) -> bytes:
    """Return a bundle as the bytes of its file."""
    return (_to_text(document, _LINES) + "\n").encode()


def read(data: bytes) -> dict:
    """Return the bundle in a file.

    :raises SerialError: `not_a_bundle` or `format_unknown`
    """
    try:
        document = json.loads(data.decode(), parse_constant=_refuse)
        to_bytes(document)  # what cannot be written cannot be a bundle
    except (ValueError, RecursionError) as error:
        raise SerialError("not_a_bundle") from error
    if not isinstance(document, dict):
        raise SerialError("not_a_bundle")
    if document.get("format") != FORMAT:
        raise SerialError("format_unknown", format=str(document.get("format"))[:60])
    return document


# === SEAL === #


def content_sha256(document: dict) -> str:
    """Return the SHA-256 of a bundle's content: what its PDF prints on each page."""
    content = {name: part for name, part in document.items() if name != "seal"}
    return sha256(to_bytes(content))


def part_marks(document: dict) -> dict:
    """Return short marks of a bundle's parts: of each element, or of the whole."""
    return {name: _marks_of(part) for name, part in document.items() if name != "seal"}


def _marks_of(part):
    if isinstance(part, list):
        return [_mark(item, _MARK) for item in part]
    if isinstance(part, dict):
        return {name: _mark(value, _MARK) for name, value in part.items()}
    return _mark(part, _MARK)


def field_marks(event: dict) -> str:
    """Return four hexadecimal digits a field of an event, in the order of columns.

    The hash tells that an event was changed, the marks in which field.
    """
    return "".join(
        _mark([name, event[name]], _FIELD_MARK) for name in (*chain.COLUMNS, "hash")
    )


def changed_fields(event: dict) -> list[str]:
    """Return the names of an event's fields that do not fit their marks."""
    names = (*chain.COLUMNS, "hash")
    marks = re.findall(f".{{{_FIELD_MARK}}}", event["marks"])
    if len(marks) != len(names):
        return ["marks"]
    return [
        name
        for name, mark in zip(names, marks, strict=True)
        if _mark([name, event[name]], _FIELD_MARK) != mark
    ]


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _mark(value, length):
    return sha256(_to_text(value, 0).encode())[:length]


# === FORM === #


def _to_text(value, lines, indent=""):
    """Return JSON: elements down to `lines` levels each on a line of its own."""
    if not lines or not value or not isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    inner = indent + " "
    if isinstance(value, dict):
        items = [
            f"{json.dumps(name, ensure_ascii=False)}: "
            f"{_to_text(item, lines - 1, inner)}"
            for name, item in value.items()
        ]
        return "{\n" + ",\n".join(inner + item for item in items) + f"\n{indent}}}"
    items = [_to_text(item, lines - 1, inner) for item in value]
    return "[\n" + ",\n".join(inner + item for item in items) + f"\n{indent}]"


def _refuse(constant):
    raise ValueError(constant)
