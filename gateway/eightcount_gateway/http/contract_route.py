"""The route class that enforces the declarations of `contract`."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.types import Message

from eightcount_common.errors import FieldViolation, InvalidInputError, TooLargeError
from eightcount_gateway.http.idempotency import HEADER, IdempotencyKeys, answer_once
from eightcount_gateway.http.uploads import read_upload_fingerprint

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_MAX_BODY_BYTES = 64 * 1024
_RULES = "__eightcount_rules__"
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class RouteRules:
    """The declarations of a route beside its parameters.

    Attributes:
        max_body_bytes: largest body that is held in memory; None where the endpoint reads the body as it comes.
        creates: whether a POST creates something, so that `Idempotency-Key` is honoured.
    """

    max_body_bytes: int | None = _MAX_BODY_BYTES
    creates: bool = True


def rules_of(endpoint: Callable[..., Any]) -> RouteRules:
    """Return the rules that an endpoint declares."""
    rules: RouteRules = getattr(endpoint, _RULES, RouteRules())
    return rules


def set_rules(endpoint: Callable[..., Any], **changes: Any) -> None:
    """Change the rules of an endpoint."""
    setattr(endpoint, _RULES, replace(rules_of(endpoint), **changes))


class ContractRoute(APIRoute):
    """A route that refuses unknown query parameters and large bodies, and answers a repeated creation once."""

    @property
    def rules(self) -> RouteRules:
        """The rules that the endpoint declares."""
        return rules_of(self.endpoint)

    @property
    def creates(self) -> bool:
        """Whether `Idempotency-Key` is honoured."""
        return "POST" in (self.methods or ()) and self.status_code in {201, 202} and self.rules.creates

    def get_route_handler(self) -> Handler:
        """Return the handler of FastAPI within the checks of the contract."""
        handle = super().get_route_handler()
        known = frozenset(_query_names(self.dependant))

        async def keep_contract(request: Request) -> Response:
            _check_query(request, known)
            limit = self.rules.max_body_bytes
            body = b""
            if request.method in _BODY_METHODS and limit is not None:
                body = await _read_body(request, limit)
                request = _with_body(request, body)
            if self.creates and (key := request.headers.get(HEADER)) is not None:
                fingerprint = read_upload_fingerprint if limit is None else _fingerprint_of(body)
                keys: IdempotencyKeys = request.app.state.gateway.idempotency_keys
                return await answer_once(keys, key, request, handle, fingerprint)
            response = await handle(request)
            if request.method == "DELETE":
                await _forget_deleted(request, response)
            return response

        return keep_contract


def _query_names(dependant: Dependant) -> Iterator[str]:
    for part in dependant.dependencies:
        yield from _query_names(part)
    for field in dependant.query_params:
        annotation = field.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, info in annotation.model_fields.items():
                yield info.alias or name
        else:
            yield field.alias


def _check_query(request: Request, known: frozenset[str]) -> None:
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        names = ", ".join(repr(name[:64]) for name in unknown)
        allowed = f"known are {', '.join(sorted(known))}" if known else "this operation has none"
        raise InvalidInputError(
            f"unknown query parameter {names}; {allowed}",
            reason="UNKNOWN_PARAMETER",
            field_violations=[FieldViolation(name[:64], "this operation has no such parameter") for name in unknown],
        )


async def _read_body(request: Request, limit: int) -> bytes:
    """Read the body into memory.

    Raises:
        TooLargeError: it is larger than the limit.
    """
    declared = request.headers.get("content-length", "")
    pieces, size = [], int(declared) if declared.isdigit() else 0
    if size <= limit:
        size = 0
        async for piece in request.stream():
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                break
    if size > limit:
        raise TooLargeError(f"the body is larger than the limit of {limit} bytes")
    return b"".join(pieces)


def _with_body(request: Request, body: bytes) -> Request:
    """Return the request with a body that was read before."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else await request.receive()

    return Request(request.scope, receive)


def _fingerprint_of(body: bytes) -> Callable[[Request], Coroutine[Any, Any, str]]:
    """Return a function that reads the value of a JSON body, so that white space and order of keys do not matter."""

    async def read(_request: Request) -> str:
        try:
            return json.dumps(json.loads(body), sort_keys=True)
        except ValueError:
            return body.decode("latin-1")

    return read


async def _forget_deleted(request: Request, response: Response) -> None:
    """Forget the stored answers that created the deleted resources, so that nothing of them is left."""
    try:
        deleted = json.loads(bytes(response.body))["deleted"]
    except (AttributeError, ValueError, KeyError, TypeError):
        return
    if isinstance(deleted, list):
        ids = [one["id"] for one in deleted if isinstance(one, dict) and "id" in one]
        keys: IdempotencyKeys = request.app.state.gateway.idempotency_keys
        await keys.forget_async(ids)
