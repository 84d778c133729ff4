"""Errors as problem details (RFC 9457), and the one table of their HTTP statuses."""

from __future__ import annotations

import math
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from eightcount_common.errors import (
    BusyError,
    CancelledError,
    ConflictError,
    DeadlineExceededError,
    EightcountError,
    InternalError,
    InvalidInputError,
    NotFoundError,
    TooLargeError,
    UnauthenticatedError,
    UnavailableError,
    UnusableMediaError,
)
from eightcount_gateway.http.errors import ForbiddenError, KeyReusedError
from eightcount_gateway.web import not_found_page

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Id of the request that is being answered."""
MEDIA_TYPE = "application/problem+json"
STATUS_OF_ERROR: dict[type[EightcountError], HTTPStatus] = {
    InternalError: HTTPStatus.INTERNAL_SERVER_ERROR,
    InvalidInputError: HTTPStatus.BAD_REQUEST,
    UnusableMediaError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    BusyError: HTTPStatus.TOO_MANY_REQUESTS,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    DeadlineExceededError: HTTPStatus.GATEWAY_TIMEOUT,
    CancelledError: HTTPStatus.CONFLICT,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    KeyReusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""Error class -> HTTP status; a subclass has the status of its nearest ancestor."""
_REASON_OF_STATUS = {
    HTTPStatus.BAD_REQUEST: "INVALID_INPUT",
    HTTPStatus.NOT_FOUND: "NOT_FOUND",
    HTTPStatus.METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED",
}
"""Reasons of what the framework refuses."""
_DETAILS = {
    HTTPStatus.NOT_FOUND: "there is no such page or operation",
    HTTPStatus.METHOD_NOT_ALLOWED: "this path does not support the method; the header Allow lists those it supports",
}
_BASIC = 'Basic realm="Eightcount", charset="UTF-8"'
"""Browsers ask for a password."""
_CHALLENGES = dict.fromkeys(("DEVICE_UNKNOWN", "INVITATION_UNKNOWN"), 'Bearer realm="Eightcount"')
"""No password would help there."""
_RETRY_AFTER_SECONDS = 5.0
"""When to try again after an error that can pass and does not say when."""


def problem(
    status: HTTPStatus,
    reason: str,
    detail: str,
    *,
    instance: str,
    headers: dict[str, str] | None = None,
    **members: Any,
) -> JSONResponse:
    """Return a problem document."""
    content = {
        "type": f"urn:eightcount:problem:{reason.lower().replace('_', '-')}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "reason": reason,
        "instance": instance,
        "request_id": REQUEST_ID.get(),
        **members,
    }
    return JSONResponse(content, status.value, headers=headers, media_type=MEDIA_TYPE)


def status_of(error: EightcountError) -> HTTPStatus:
    """Return the HTTP status of a domain error."""
    kinds = (kind for kind in type(error).__mro__ if kind in STATUS_OF_ERROR)
    return STATUS_OF_ERROR[next(kinds, InternalError)]


def problem_of(error: EightcountError, instance: str) -> JSONResponse:
    """Return the problem document of a domain error."""
    headers = {}
    retry_after = error.retry_after_seconds
    if retry_after is None and isinstance(error, BusyError | UnavailableError):
        retry_after = _RETRY_AFTER_SECONDS
    if retry_after is not None:
        headers["Retry-After"] = str(math.ceil(retry_after))
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = _CHALLENGES.get(error.reason, _BASIC)
    members: dict[str, Any] = {}
    if error.field_violations:
        members["errors"] = [{"field": one.field, "message": one.description} for one in error.field_violations]
    return problem(
        status_of(error), error.reason, error.message, instance=instance, headers=headers, **members
    )  # fmt: skip


def install(app: FastAPI) -> None:
    """Make the application answer every error as a problem."""

    @app.exception_handler(EightcountError)
    async def _domain(request: Request, error: EightcountError) -> JSONResponse:
        return problem_of(error, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"field": ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]), "message": one["msg"]}
            for one in error.errors()
        ]
        detail = "; ".join(f"{one['field']}: {one['message']}" for one in errors)
        return problem(
            HTTPStatus.BAD_REQUEST, "INVALID_INPUT", detail, instance=request.url.path, errors=errors
        )  # fmt: skip

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        if status == HTTPStatus.NOT_FOUND and "text/html" in request.headers.get("accept", ""):
            return not_found_page()
        headers = dict(error.headers) if error.headers else None
        reason = _REASON_OF_STATUS.get(status, "INTERNAL")
        return problem(
            status, reason, _DETAILS.get(status, str(error.detail)), instance=request.url.path, headers=headers
        )
