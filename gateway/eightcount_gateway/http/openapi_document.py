"""The OpenAPI document: FastAPI derives it from the routes, and this module adds the common responses and headers."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from eightcount_gateway.http.access import OPEN_PATHS
from eightcount_gateway.http.contract import REASONS_KEY, problem_response
from eightcount_gateway.http.contract_route import ContractRoute
from eightcount_gateway.http.idempotency import HEADER
from eightcount_gateway.http.reasons import PROBLEM_REASONS, problem_reason
from eightcount_gateway.http.schemas.base import Problem, ReadinessProblem
from eightcount_gateway.lan.access import NetworkAccess

Json = dict[str, Any]

LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
CONTACT = {"name": "Eightcount", "url": "https://github.com/eightcount/eightcount"}
_SECURITY: list[Json] = [{"bearerKey": []}, {"basicPassword": []}, {"headerKey": []}, {}]
_SECURITY_SCHEMES: Json = {
    "bearerKey": {"type": "http", "scheme": "bearer", "description": "The API key; for programs."},
    "basicPassword": {
        "type": "http", "scheme": "basic", "description": "Any user name, and the API key as password; for browsers.",
    },
    "headerKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The API key."},
}  # fmt: skip
_IDEMPOTENCY_PARAMETER: Json = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": (
        "A key of the client's choice, best a UUID. For 24 hours the same key with the same request gets the same "
        "answer without creating anything again; with another request it is refused. Compared are the path and the "
        "JSON body, of an upload the name and the content of its file."
    ),
}
_RANGE_PARAMETERS: list[Json] = [
    {"name": name, "in": "header", "required": False, "schema": {"type": "string"}, "description": text}
    for name, text in (
        ("Range", "One range of bytes, for example `bytes=0-1023` (RFC 9110, section 14)."),
        ("If-Range", "The range is answered only if the file is still the one with this `ETag`."),
        ("If-None-Match", "The `ETag` of a copy that is still good: answered 304 if it is."),
    )
]
_EVENT_PARAMETER: Json = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The id of the last event that was received.",
}


def install(app: FastAPI) -> None:
    """Make `app.openapi` return the whole document."""
    generate = app.openapi
    complete: list[Json] = []

    def openapi() -> Json:
        if not complete:
            schema = generate()
            _complete(schema, _contract_routes(app))
            complete.append(schema)
        return complete[0]

    app.openapi = openapi  # type: ignore[method-assign]


def _contract_routes(app: FastAPI) -> dict[tuple[str, str], ContractRoute]:
    found: dict[tuple[str, str], ContractRoute] = {}
    for context in iter_route_contexts(app.routes):
        route = getattr(context, "original_route", context)
        if isinstance(route, ContractRoute):
            for method in route.methods or ():
                found[str(context.path_format), method.lower()] = route
    return found


def _complete(schema: Json, routes: dict[tuple[str, str], ContractRoute]) -> None:
    schema["info"] |= {"license": LICENSE, "contact": CONTACT}
    schema["servers"] = [{"url": "/", "description": "This server."}]
    schema["security"] = _SECURITY
    components = schema.setdefault("components", {})
    components["securitySchemes"] = _SECURITY_SCHEMES
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _add_problems(schemas)
    shared: Json = {}
    for path, operations in schema["paths"].items():
        operations.pop("head", None)
        for method, operation in operations.items():
            _complete_operation(path, method, operation, routes.get((path, method)))
            _share_responses(operation, shared)
        if "206" in operations.get("get", {}).get("responses", {}):
            operations["head"] = _head_of(operations["get"])
    components["responses"] = dict(sorted(shared.items()))


def _complete_operation(path: str, method: str, operation: Json, route: ContractRoute | None) -> None:
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422", {})):
        del responses["422"]
    if path in OPEN_PATHS:
        operation["security"] = []
    headers = list(_header_parameters(responses, creates=route is not None and route.creates))
    if headers:
        operation["parameters"] = [*operation.get("parameters", []), *headers]
    for name in _common_reasons(path, method, operation, route):
        _add_reason(responses, name)
    for response in responses.values():
        if REASONS_KEY in response:
            response |= {**problem_response(response[REASONS_KEY]), **_own_content(response)}
    operation["responses"] = dict(sorted(responses.items()))


def _own_content(response: Json) -> Json:
    """Return the content of a problem that has more members than others."""
    return {"content": response["content"]} if "content" in response else {}


def _head_of(operation: Json) -> Json:
    """Return the HEAD that goes with the GET of a file."""
    head = copy.deepcopy(operation)
    head["operationId"] = "head" + operation["operationId"].removeprefix("download")
    head["summary"] = f"{operation['summary']}: headers only"
    head["description"] = "As the GET, without the body."
    for status in ("200", "206"):
        head["responses"][status].pop("content", None)
    return head


def _header_parameters(responses: Json, *, creates: bool) -> Iterator[Json]:
    if creates:
        yield _IDEMPOTENCY_PARAMETER
    if "206" in responses:
        yield from _RANGE_PARAMETERS
    elif "304" in responses:
        yield _RANGE_PARAMETERS[-1]
    if "text/event-stream" in responses.get("200", {}).get("content", {}):
        yield _EVENT_PARAMETER


def _common_reasons(path: str, method: str, operation: Json, route: ContractRoute | None) -> Iterator[str]:
    """Yield the reasons that every operation of this form has."""
    yield "FOREIGN_HOST"
    yield "INTERNAL"
    if route is not None:
        yield "UNKNOWN_PARAMETER"
    if operation.get("parameters") or "requestBody" in operation:
        yield "INVALID_INPUT"
    if any(parameter["name"] == "cursor" for parameter in operation.get("parameters", [])):
        yield "INVALID_CURSOR"
    if path not in NetworkAccess.open_paths:
        yield "DEVICE_UNKNOWN"
    if path in OPEN_PATHS:
        return
    yield "UNAUTHENTICATED"
    yield "STORE_UNAVAILABLE"
    if method not in {"get", "head"}:
        yield "FOREIGN_ORIGIN"
    if "requestBody" in operation:
        yield "TOO_LARGE"
    if route is not None and route.creates:
        yield "IDEMPOTENCY_KEY_IN_USE"
        yield "IDEMPOTENCY_KEY_REUSED"


def _add_reason(responses: Json, name: str) -> None:
    response = responses.setdefault(str(problem_reason(name).status), {"description": "", REASONS_KEY: []})
    names = response.setdefault(REASONS_KEY, [])
    if name not in names:
        names.append(name)


def _share_responses(operation: Json, shared: Json) -> None:
    """Replace every problem by a reference to a shared response."""
    for status, response in operation["responses"].items():
        if response.get(REASONS_KEY) and "content" in response:
            name = _response_name(HTTPStatus(int(status)), response[REASONS_KEY])
            shared[name] = response
            operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def _response_name(status: HTTPStatus, reasons: list[str]) -> str:
    camel: Callable[[str], str] = lambda name: name.title().replace("_", "")  # noqa: E731
    return camel(status.name) + "".join(sorted(map(camel, set(reasons) - {"FOREIGN_HOST"}))[:8])


def _add_problems(schemas: Json) -> None:
    for kind in (Problem, ReadinessProblem):
        schema = kind.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schema["properties"]["reason"] |= {"enum": list(PROBLEM_REASONS)}
        schemas[kind.__name__] = schema


def reasons_of(document: Json, response: Json) -> list[str]:
    """Return the documented reasons of a response of the document; none for a success."""
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return list(response.get(REASONS_KEY, []))
