"""The OpenAPI 3.1 document of an API, from what its operations declare."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_PARAMETER = re.compile(r"\{\w+\}")
_EVERY_PROBLEM = ("401", "403", "429", "500", "503")


@dataclass(frozen=True)
class Operation:
    """One operation: its path (`/serials/{code}`), method, and shapes in and out."""

    path: str
    method: str
    answer: dict
    body: dict | None = None
    name: str = ""
    scope: str = ""
    summary: str = ""
    description: str = ""
    parameters: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    success: str = "200"
    option_headers: tuple[tuple[str, str], ...] = ()
    is_open: bool = False
    is_reading: bool = False
    is_idempotent: bool = False

    def is_at(self, path: str) -> bool:
        """Tell whether a path is one of this operation's.

        >>> Operation("/serials/{code}", "GET", {}).is_at("/serials/X8K2")
        True
        """
        pieces = map(re.escape, _PARAMETER.split(self.path))
        return bool(re.fullmatch("[^/]+".join(pieces), path))


def document(
    operations: Iterable[Operation],
    *,
    title: str,
    version: str,
    root: str,
    schemas: Mapping[str, dict],
) -> dict:
    """Return the document; `schemas` are shared shapes, one of them named `Problem`."""
    paths: dict = {}
    for operation in operations:
        methods = paths.setdefault(operation.path, {})
        methods[operation.method.lower()] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": root}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": dict(schemas),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _describe(operation: Operation) -> dict:
    described = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [*_get_parameters(operation)],
        "responses": _get_responses(operation),
    }
    if operation.body:
        content = {"application/json": {"schema": operation.body}}
        described["requestBody"] = {"required": True, "content": content}
    if operation.is_open:
        described["security"] = []
    elif operation.scope:
        described["security"] = [{"key": [operation.scope]}]
    return {name: value for name, value in described.items() if value or value == []}


def _get_parameters(operation):
    for name in operation.parameters:
        schema = {"type": "string", "minLength": 1, "maxLength": 512}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name in operation.query:
        yield {"name": name, "in": "query", "schema": {"type": "string"}}
    if operation.is_idempotent:
        schema = {"type": "string", "pattern": r"^[\x21-\x7e]{1,255}$"}
        yield {"name": "Idempotency-Key", "in": "header", "schema": schema}


def _get_responses(operation) -> dict:
    problems = set(operation.problems)
    if not operation.is_open:
        problems.update(_EVERY_PROBLEM)
    if operation.body:
        problems.update(("400", "413", "415"))
    shape = {"$ref": "#/components/schemas/Problem"}
    problem = {
        "description": "See `code`.",
        "content": {"application/problem+json": {"schema": shape}},
    }
    done = {
        "description": "Done.",
        "content": {"application/json": {"schema": operation.answer}},
    }
    return {operation.success: done, **dict.fromkeys(sorted(problems), problem)}
