"""What a generator of clients would miss in the OpenAPI document of the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_NO_CONTENT = "204"
_EMPTY = frozenset({"title", "description", "examples", "example", "default"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    body: dict[str, Any]

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method.upper()} {self.path}"


def operations(document: Document) -> Iterator[Operation]:
    """Every operation of the document."""
    for path, methods in document["paths"].items():
        for method, body in methods.items():
            if method in _METHODS:
                yield Operation(method, path, body)


def untyped_operations(document: Document) -> list[str]:
    """Operations of which a success has no typed body."""
    return [operation.name for operation in operations(document) if not _is_typed(document, operation)]


def operations_without_reasons(document: Document) -> list[str]:
    """Operations of which an error does not say with which `reason`s it occurs."""
    return [
        f"{operation.name} {status}"
        for operation in operations(document)
        for status, response in operation.body["responses"].items()
        if status.startswith(("4", "5")) and not _has_reasons(document, response)
    ]


def unstable_operation_ids(document: Document) -> list[str]:
    """Operations whose id is missing, not camelCase, or used twice."""
    ids = [operation.body.get("operationId", "") for operation in operations(document)]
    return [
        f"{operation.name} {operation_id}"
        for operation, operation_id in zip(operations(document), ids, strict=True)
        if not operation_id.isalnum() or not operation_id[0].islower() or ids.count(operation_id) > 1
    ]


def _is_typed(document: Document, operation: Operation) -> bool:
    successes = {code: body for code, body in operation.body["responses"].items() if code.startswith("2")}
    return bool(successes) and all(_is_typed_response(document, code, body) for code, body in successes.items())


def _is_typed_response(document: Document, code: str, response: dict[str, Any]) -> bool:
    response = _resolve(document, response)
    content = response.get("content", {})
    if code == _NO_CONTENT:
        return not content
    return bool(content) and all(_is_typed_schema(document, media.get("schema", {})) for media in content.values())


def _is_typed_schema(document: Document, schema: dict[str, Any]) -> bool:
    schema = _resolve(document, schema)
    if schema.get("type") == "object":
        return bool(schema.keys() & {"properties", "patternProperties"}) or isinstance(
            schema.get("additionalProperties"), dict
        )
    return bool(schema.keys() - _EMPTY)


def _has_reasons(document: Document, response: dict[str, Any]) -> bool:
    content = _resolve(document, response).get("content", {})
    schema = _resolve(document, content.get("application/problem+json", {}).get("schema", {}))
    return bool(_reasons(document, schema))


def _reasons(document: Document, schema: dict[str, Any]) -> list[str]:
    schema = _resolve(document, schema)
    if reason := schema.get("properties", {}).get("reason"):
        reason = _resolve(document, reason)
        return [reason["const"]] if "const" in reason else list(reason.get("enum", []))
    return [reason for part in schema.get("allOf", []) + schema.get("oneOf", []) for reason in _reasons(document, part)]


def _resolve(document: Document, node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = document
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = target
    return node
