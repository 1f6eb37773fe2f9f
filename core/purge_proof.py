"""What proves a purge: which dossiers went, what they held, and in which order.

A purge goes in chunks. Each leaves a proof: a line a unit (`unit_line`), hashed
together with the hash of the chunk before, so that no chunk and no unit can be left
out or changed later without every later hash going wrong. Whoever signs a proof signs
its hash. Everything here runs with Python's standard library alone.
"""

import hashlib
import json

FORMAT = "serial-dossier-purge/1"

#: What a unit's line says, in this order: `head` is the hash of the last event, which
#: stands for the whole chain; `removed` is {table: [rows, SHA-256 of their content]}.
UNIT_FIELDS = (
    "lot_id",
    "serial",
    "product_id",
    "due_on",
    "events",
    "head",
    "removed",
)
#: What a proof's hash covers beside the units and the hash of the proof before.
HEAD_FIELDS = ("format", "purge", "number", "made_at", "units", "events", "rows")


def unit_line(unit: dict) -> str:
    """Return the one form in which a unit is hashed.

    >>> unit_line({"lot_id": 7, "serial": "A", "events": 2, "head": "ab"})
    '[7,"A",null,null,2,"ab",null]'
    """
    return _dump([unit.get(name) for name in UNIT_FIELDS])


def proof_hash(head: dict, units: list[dict], previous: str | None) -> str:
    """Return the hash of a chunk's proof.

    >>> first = proof_hash({"number": 1}, [], None)
    >>> first == proof_hash({"number": 1}, [], first)
    False
    """
    content = hashlib.sha256()
    content.update(
        _dump([previous, *(head.get(name) for name in HEAD_FIELDS)]).encode()
    )
    for unit in units:
        content.update(b"\n" + unit_line(unit).encode())
    return content.hexdigest()


def first_broken(proofs: list[dict]) -> int | None:
    """Return the number of the first proof of a purge that does not hold, or None.

    :param proofs: each with `head`, `units` and `hash`, in order
    """
    previous = None
    for number, proof in enumerate(proofs, start=1):
        if proof["head"].get("number") != number:
            return number
        if proof_hash(proof["head"], proof["units"], previous) != proof["hash"]:
            return number
        previous = proof["hash"]
    return None


def _dump(content):
    return json.dumps(
        content, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
