"""The part of JSON Schema that bodies of requests need: is a value of this shape?

`type` (one or several), `required`, `properties`, `additionalProperties` (as a shape),
`items`, `maxItems`, `minLength`, `maxLength`, `pattern`, `minimum`, `maximum` and
`enum` are checked. Items of an array marked `x-answered-singly` are not: each gets an
answer of its own, so that one wrong item spoils no other.
"""

import re
from dataclasses import dataclass

_TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


@dataclass(frozen=True)
class Mismatch:
    """Where a value is not of its shape (JSON Pointer), which rule says so, and how."""

    path: str
    rule: str
    expected: object


def mismatch(value: object, schema: dict, path: str = "") -> Mismatch | None:
    """Return the first thing about a value that its schema does not allow.

    >>> shape = {"type": "object", "properties": {"n": {"type": "integer"}}}
    >>> mismatch({"n": "1"}, shape)
    Mismatch(path='/n', rule='type', expected='integer')
    >>> mismatch({"n": 1}, shape)
    """
    kinds = schema.get("type")
    if kinds and not _is_of_type(value, kinds):
        return Mismatch(path, "type", kinds)
    if "enum" in schema and value not in schema["enum"]:
        return Mismatch(path, "enum", schema["enum"])
    if isinstance(value, dict):
        return _mismatch_in_object(value, schema, path)
    if isinstance(value, list):
        return _mismatch_in_array(value, schema, path)
    if isinstance(value, str):
        return _mismatch_in_text(value, schema, path)
    if isinstance(value, int | float):
        return _mismatch_in_number(value, schema, path)
    return None


def _is_of_type(value, kinds) -> bool:
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        # To Python a truth value is a number; to JSON it is none.
        if isinstance(value, bool) and kind in ("integer", "number"):
            continue
        if isinstance(value, _TYPES[kind]):
            return True
    return False


def _mismatch_in_object(value, schema, path) -> Mismatch | None:
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            expected = properties.get(name, {}).get("type", "value")
            return Mismatch(f"{path}/{name}", "required", expected)
    for name, shape in properties.items():
        if name in value:
            found = mismatch(value[name], shape, f"{path}/{name}")
            if found:
                return found
    others = schema.get("additionalProperties", {})
    for name in value.keys() - properties.keys() if others else ():
        found = mismatch(value[name], others, f"{path}/{name}")
        if found:
            return found
    return None


def _mismatch_in_array(value, schema, path) -> Mismatch | None:
    if len(value) > schema.get("maxItems", len(value)):
        return Mismatch(path, "maxItems", schema["maxItems"])
    if schema.get("x-answered-singly") or "items" not in schema:
        return None
    for number, item in enumerate(value):
        found = mismatch(item, schema["items"], f"{path}/{number}")
        if found:
            return found
    return None


def _mismatch_in_text(value, schema, path) -> Mismatch | None:
    for rule, wrong in (
        ("minLength", len(value) < schema.get("minLength", 0)),
        ("maxLength", len(value) > schema.get("maxLength", len(value))),
        ("pattern", not re.search(schema.get("pattern", ""), value, re.ASCII)),
    ):
        if wrong:
            return Mismatch(path, rule, schema[rule])
    return None


def _mismatch_in_number(value, schema, path) -> Mismatch | None:
    """Numbers are compared only with the limits that a schema sets.

    >>> mismatch(6, {"type": "integer", "minimum": 1, "maximum": 5})
    Mismatch(path='', rule='maximum', expected=5)
    """
    for rule, wrong in (
        ("minimum", value < schema.get("minimum", value)),
        ("maximum", value > schema.get("maximum", value)),
    ):
        if wrong:
            return Mismatch(path, rule, schema[rule])
    return None
